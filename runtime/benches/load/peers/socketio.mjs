// Socket.IO: a room for each user.

import { createServer } from "node:http";
import { createRequire } from "node:module";

import { event, serve } from "./work.mjs";

const { Server } = createRequire(`${process.env.NODE_PATH}/`)("socket.io");

const server = createServer();
const io = new Server(server, { transports: ["websocket"], perMessageDeflate: false });
const users = new Set();
io.on("connection", (socket) => {
  const { user } = socket.handshake.query;
  socket.join(user);
  users.add(user);
});
const send = (user, seq) => io.to(String(user)).emit("note", event("seq", seq).payload);
const broadcast = (number) => io.emit("note", event("all", number).payload);
serve(server, () => users.size, send, broadcast);
