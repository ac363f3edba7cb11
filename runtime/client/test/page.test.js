/** In a browser: the network comes and goes, and people look away and come back. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { event, scripted, settled } from "./support/scripted.js";

/** What a page has, as far as the client looks. It is taken away when the test ends. */
function page(t) {
  const window = new EventTarget();
  const document = new EventTarget();
  document.visibilityState = "visible";
  const navigator = { onLine: true };
  /** Signals that take listeners off again. */
  const signals = [];
  for (const target of [window, document]) {
    const add = target.addEventListener.bind(target);
    target.addEventListener = (type, listener, options) => {
      signals.push(options.signal);
      add(type, listener, options);
    };
  }
  const given = {
    document,
    navigator,
    addEventListener: window.addEventListener,
    location: { href: "https://chat.example/rooms/7" },
  };
  const before = new Map(Object.keys(given).map((name) => [name, Object.getOwnPropertyDescriptor(globalThis, name)]));
  for (const [name, value] of Object.entries(given)) {
    Object.defineProperty(globalThis, name, { value, configurable: true, writable: true });
  }
  t.after(() => {
    for (const [name, descriptor] of before) {
      if (descriptor) Object.defineProperty(globalThis, name, descriptor);
      else delete globalThis[name];
    }
  });
  return {
    listeners: () => signals.filter(({ aborted }) => !aborted).length,
    fire: (type) => window.dispatchEvent(new Event(type)),
    show: (visibilityState) => {
      document.visibilityState = visibilityState;
      document.dispatchEvent(new Event("visibilitychange"));
    },
    connected: (onLine) => {
      navigator.onLine = onLine;
      window.dispatchEvent(new Event(onLine ? "online" : "offline"));
    },
  };
}

/** It was refused often enough that it now waits long. */
async function waitingLong(t, options) {
  const script = scripted(t, { maxRefusals: 20, ...options });
  await settled();
  for (let refusal = 0; refusal < 6; refusal += 1) {
    script.socket.end(1006);
    await script.retry();
  }
  script.socket.end(1006);
  assert.equal(script.log.state.at(-1).retryMs, 30_000);
  await script.clock.advance(1_000);
  assert.equal(script.client.state, "waiting");
  return script;
}

test("a client that waits tries at once when the network is back, or somebody looks", async (t) => {
  const { connected, show } = page(t);
  for (const wake of [() => connected(true), () => show("visible")]) {
    const script = await waitingLong(t);
    const before = script.sockets.length;
    wake();
    await settled();
    assert.equal(script.client.state, "connecting");
    assert.equal(script.sockets.length, before + 1);
    script.client.close();
  }
});

test("looking away and back does not use up the refusals", async (t) => {
  const { show } = page(t);
  const script = scripted(t);
  await settled();
  script.socket.end(1006);
  for (let flip = 0; flip < 10; flip += 1) {
    show("hidden");
    show("visible");
    await settled();
  }
  assert.equal(script.sockets.length, 1);
  assert.equal(script.client.state, "waiting");
});

test("nobody who wakes up comes back before the time that the server gave", async (t) => {
  const { connected } = page(t);
  const script = scripted(t);
  await script.open();
  await script.clock.advance(1_000);
  script.socket.end(4429);
  connected(true);
  await script.clock.advance(9_999);
  connected(true);
  await settled();
  assert.equal(script.sockets.length, 1);
  await script.clock.advance(1);
  connected(true);
  await settled();
  assert.equal(script.sockets.length, 2);
});

test("without a network nothing is a refusal", async (t) => {
  const { connected } = page(t);
  const script = scripted(t, { maxRefusals: 2 });
  await settled();
  connected(false);
  for (let attempt = 0; attempt < 5; attempt += 1) {
    script.socket.end(1006);
    await script.retry();
  }
  connected(true);
  script.socket.end(1006);
  await script.retry();
  script.socket.end(1006);
  assert.equal(script.log.stopped[0].reason, "refused");
});

test("an open connection is asked for a sign of life when the network is back", async (t) => {
  const { connected } = page(t);
  const script = scripted(t);
  const socket = await script.open();
  connected(true);
  connected(true);
  assert.deepEqual(socket.sent, [{ type: "ping" }]);
  socket.receive({ type: "pong" });
  await script.clock.advance(5_000);
  assert.equal(script.client.state, "open");
  connected(true);
  await script.clock.advance(5_000);
  assert.equal(script.client.state, "waiting");
});

test("a sign of life is never awaited longer than a heartbeat, nor asked for where there is none", async (t) => {
  const { connected } = page(t);
  const script = scripted(t);
  await script.open({ heartbeat_ms: 2_000 });
  connected(true);
  await script.clock.advance(2_000);
  assert.equal(script.client.state, "waiting");
  await script.retry();
  await script.open({ heartbeat_ms: 0 });
  connected(true);
  assert.deepEqual(script.socket.sent, []);
});

test("what was delivered is acknowledged when the page is hidden or left", async (t) => {
  const { fire, show } = page(t);
  const script = scripted(t);
  const socket = await script.open();
  const acks = () => socket.sent.filter(({ type }) => type === "ack").map(({ offset }) => offset);
  socket.receive(event(1));
  show("hidden");
  assert.deepEqual(acks(), [1]);
  socket.receive(event(2));
  fire("pagehide");
  assert.deepEqual(acks(), [1, 2]);
});

test("a client that has stopped no longer listens to the page", async (t) => {
  const { connected, listeners, show } = page(t);
  const script = scripted(t);
  await script.open();
  assert.equal(listeners(), 3);
  script.client.close();
  assert.equal(listeners(), 0);
  connected(true);
  show("hidden");
  show("visible");
  await script.clock.advance(600_000);
  assert.equal(script.client.state, "stopped");
  assert.equal(script.sockets.length, 1);
  // And listens once after it was started again.
  script.client.connect();
  assert.equal(listeners(), 3);
  await script.open({ recovered: true });
  script.socket.receive(event(1));
  show("hidden");
  assert.deepEqual(script.socket.sent, [{ type: "ack", offset: 1 }]);
});

test("an address may be relative to the page", async (t) => {
  page(t);
  const { Client } = await import("../websocket-core.js");
  const addresses = [];
  class WebSocket {
    constructor(url) {
      addresses.push(url);
    }
    close() {}
  }
  for (const url of ["/ws", "live?x=1#part"]) {
    const client = new Client(url, { WebSocket });
    await settled();
    client.close();
  }
  assert.deepEqual(addresses, ["wss://chat.example/ws", "wss://chat.example/rooms/live?x=1"]);
});
