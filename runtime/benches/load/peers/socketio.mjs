// Socket.IO: a room for each user.

import { createServer } from "node:http";
import { createRequire } from "node:module";

import { event, serve } from "./work.mjs";

const { Server } = createRequire(`${process.env.NODE_PATH}/`)("socket.io");

const server = createServer();
const io = new Server(server, { transports: ["websocket"], perMessageDeflate: false });
let users = 0;
io.on("connection", (socket) => {
  socket.join(socket.handshake.query.user);
  users += 1;
});
serve(server, () => users, (user, seq) => io.to(String(user)).emit("note", event(seq).payload));
