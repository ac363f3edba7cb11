#!/usr/bin/env bash
# Every test of the client. Needs Node 20 and npm; installs what it needs into the workspace's target/.
#
#   runtime/client/test/run.sh [argument of `node --test`…]
set -uo pipefail
cd "$(dirname "$0")" || exit 2

for tool in node npm; do
    command -v "$tool" >/dev/null || { echo "client: $tool is missing" >&2; exit 2; }
done

packages=(ws@8.23.0 typescript@5.9.3)
installed=${CARGO_TARGET_DIR:-$PWD/../../../target}/client-test
if [ "$(cat "$installed/done" 2>/dev/null)" != "${packages[*]}" ]; then
    echo "client: installing ${packages[*]} into target/client-test"
    mkdir -p "$installed"
    # Without a package.json of its own, npm would look for one further up.
    echo '{ "private": true }' >"$installed/package.json"
    npm install --prefix "$installed" --no-audit --no-fund --no-save --silent "${packages[@]}" ||
        { echo "client: cannot install ${packages[*]}" >&2; exit 2; }
    echo "${packages[*]}" >"$installed/done"
fi

log=$(mktemp)
trap 'rm -f "$log"' EXIT
node --test --test-reporter=tap "$@" ./*.test.js >"$log" 2>&1
status=$?
passed=$(awk '/^# pass / {n = $3} END {print n + 0}' "$log")
failed=$(awk '/^# (fail|cancelled) / {n += $3} END {print n + 0}' "$log")
# A runner that died before it counted is a failure as well, and so is one that found nothing.
if [ "$failed" -eq 0 ] && { [ "$status" -ne 0 ] || [ "$passed" -eq 0 ]; }; then failed=1; fi
[ "$failed" -eq 0 ] || cat "$log"
# What a test measured or drew by lot.
grep -hE '^# (seed|measured)' "$log" | sed 's/^# //'
echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ]
