#!/usr/bin/env bash
# Installs the peers that are not written in Rust below target/load-peers. Needs Node and Python 3.
set -euo pipefail
cd "$(dirname "$0")/../../../.."
place=target/load-peers
mkdir -p "$place/node"
npm install --silent --no-audit --no-fund --prefix "$place/node" ws@8 socket.io@4 bufferutil@4
python3 -m venv "$place/python"
"$place/python/bin/python" -m pip install --quiet --disable-pip-version-check \
    'websockets>=15,<16' 'fastapi>=0.115' 'uvicorn[standard]>=0.34'
touch "$place/ready"
