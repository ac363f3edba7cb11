// npm `ws`: a map from users to sockets, and `send` for each event.

import { createServer } from "node:http";
import { createRequire } from "node:module";

import { event, serve, userOf } from "./work.mjs";

const { WebSocketServer } = createRequire(`${process.env.NODE_PATH}/`)("ws");

const server = createServer();
const sockets = new Map();
const wss = new WebSocketServer({ server, path: "/ws", perMessageDeflate: false });
wss.on("connection", (socket, request) => {
  const user = userOf(request.url);
  sockets.set(user, [...(sockets.get(user) ?? []), socket]);
  socket.on("close", () => sockets.set(user, sockets.get(user).filter((tab) => tab !== socket)));
});
const send = (user, seq) => {
  const text = JSON.stringify(event("seq", seq));
  for (const socket of sockets.get(user)) socket.send(text);
};
const broadcast = (number) => {
  const text = JSON.stringify(event("all", number));
  for (const socket of wss.clients) socket.send(text);
};
serve(server, () => sockets.size, send, broadcast);
