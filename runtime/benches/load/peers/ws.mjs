// npm `ws`: a map from users to sockets, and `send` for each event.

import { createServer } from "node:http";
import { createRequire } from "node:module";

import { event, serve, userOf } from "./work.mjs";

const { WebSocketServer } = createRequire(`${process.env.NODE_PATH}/`)("ws");

const server = createServer();
const sockets = new Map();
const wss = new WebSocketServer({ server, path: "/ws", perMessageDeflate: false });
wss.on("connection", (socket, request) => sockets.set(userOf(request.url), socket));
serve(server, () => sockets.size, (user, seq) => sockets.get(user).send(JSON.stringify(event(seq))));
