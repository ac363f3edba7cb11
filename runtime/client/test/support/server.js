/**
 * A small server of the protocol on npm's `ws`: one user, one stream, a bounded history. It does what
 * RUNTIME's recovery protocol says, and on demand what a bad network or a bad server does.
 */

import { createServer } from "node:http";
import { once } from "node:events";
import { packageOf } from "./modules.js";

const { WebSocketServer, WebSocket } = packageOf("ws");

export { WebSocket };

/** Random numbers that are the same for the same seed (mulberry32). */
export function seeded(seed) {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

export class ModelServer {
  epoch = "e1";
  top = 0;
  /** The newest frames, as text: the last one has the offset `top`. */
  history = [];
  /** Every connection that got its hello and is not closed yet. */
  live = new Set();
  /** What each request asked for. */
  requests = [];
  /** Frames of clients, parsed. */
  received = [];
  /** Status that the next requests are refused with, before 101. */
  refusals = [];
  /** Accepts the socket and then neither reads nor writes. */
  silent = false;
  #http = createServer();
  #webSockets;

  constructor({ historyLimit = Infinity, heartbeatMs = 25_000, maxMessage = 65_536, protocols } = {}) {
    Object.assign(this, { historyLimit, heartbeatMs, maxMessage });
    this.#webSockets = new WebSocketServer({
      noServer: true,
      handleProtocols: protocols ?? ((offered) => (offered.has("websocket-core.v1") ? "websocket-core.v1" : false)),
    });
    this.#http.on("upgrade", (request, socket, head) => this.#upgrade(request, socket, head));
  }

  async listen() {
    this.#http.listen(0, "127.0.0.1");
    await once(this.#http, "listening");
    this.url = `ws://127.0.0.1:${this.#http.address().port}/ws`;
    return this;
  }

  async close() {
    for (const client of this.#webSockets.clients) client.terminate();
    this.#http.closeAllConnections();
    this.#http.close();
    await once(this.#http, "close");
  }

  /** The next durable event, to all connections. `fault`: `omit`, `twice` or `late`, for one frame. */
  publish(fault) {
    this.top += 1;
    const text = JSON.stringify({
      type: "agent_thinking",
      epoch: this.epoch,
      offset: this.top,
      timestamp: Date.now() / 1_000,
      thread_id: "t1",
      run_id: "run-1",
      agent_name: "triage",
      payload: { thought: "…", step_number: this.top },
    });
    this.history.push(text);
    if (this.history.length > this.historyLimit) this.history.shift();
    for (const socket of this.live) {
      const held = socket.held;
      socket.held = null;
      if (fault === "late") socket.held = text;
      else if (fault !== "omit") socket.send(text);
      if (fault === "twice") socket.send(text);
      if (held) socket.send(held);
    }
  }

  volatile(frame) {
    for (const socket of this.live) socket.send(JSON.stringify(frame));
  }

  /** The history is lost: the stream begins anew. */
  restart(epoch) {
    this.epoch = epoch;
    this.top = 0;
    this.history = [];
  }

  #upgrade(request, socket, head) {
    const url = new URL(request.url, "ws://localhost");
    const protocols = request.headers["sec-websocket-protocol"]?.split(/, */) ?? [];
    this.requests.push({ since: url.searchParams.get("since"), protocols });
    const status = this.refusals.shift();
    if (status) {
      socket.end(`HTTP/1.1 ${status} Refused\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`);
      return;
    }
    this.#webSockets.handleUpgrade(request, socket, head, (accepted) => this.#join(accepted, url));
  }

  #join(socket, url) {
    if (this.silent) {
      socket.pause();
      return;
    }
    const { recovered, missed } = this.#since(url.searchParams.get("since"));
    socket.send(
      JSON.stringify({
        type: "hello",
        v: 1,
        conn: String(this.requests.length),
        epoch: this.epoch,
        offset: this.top,
        recovered,
        heartbeat_ms: this.heartbeatMs,
        max_message: this.maxMessage,
      }),
    );
    for (const text of missed) socket.send(text);
    this.live.add(socket);
    socket.on("close", () => this.live.delete(socket));
    socket.on("message", (data) => {
      const frame = JSON.parse(data);
      this.received.push(frame);
      if (frame.type === "ping") socket.send('{"type":"pong"}');
    });
  }

  #since(since) {
    const colon = since?.lastIndexOf(":") ?? -1;
    if (colon < 0 || since.slice(0, colon) !== this.epoch) return { recovered: false, missed: [] };
    const missing = this.top - Number(since.slice(colon + 1));
    if (!(missing >= 0 && missing <= this.history.length)) return { recovered: false, missed: [] };
    return { recovered: true, missed: missing === 0 ? [] : this.history.slice(-missing) };
  }
}
