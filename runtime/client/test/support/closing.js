/** Brings a client into a state, closes it, and has nothing more to do: `closing.js URL SCENE`. */

import { once } from "node:events";
import { Client } from "../../websocket-core.js";
import { WebSocket } from "./server.js";

const [url, scene] = process.argv.slice(2);

const sockets = [];
class Kept extends WebSocket {
  constructor(...request) {
    super(...request);
    sockets.push(this);
  }
}

const options = {
  waiting: { backoffMs: 60_000, random: () => 1 },
  refused: { maxRefusals: 1 },
  token: { getToken: () => new Promise(() => {}) },
};
const client = new Client(url, { WebSocket: Kept, ...options[scene] });
const until = (wanted) => new Promise((resolve) => client.on("state", ({ state }) => state === wanted && resolve()));

const scenes = {
  async open() {
    await until("open");
    client.send("say", "hello");
  },
  async iterating() {
    const events = client.events();
    await until("open");
    events.next();
    const end = events.next();
    client.close();
    if (!(await end).done) throw new Error("the iterator has not ended");
  },
  async waiting() {
    await until("open");
    sockets[0].terminate();
    await until("waiting");
  },
  refused: () => until("stopped"),
  token: () => until("connecting"),
  async silent() {
    await until("connecting");
    await once(sockets[0], "open");
  },
};
await scenes[scene]();
client.close();
console.log(`closed ${scene}`);
