/** Against real sockets: whatever happens to connections, the stream is whole or its loss is stated. */

import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { test } from "node:test";
import { setImmediate as turn } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { Client } from "../websocket-core.js";
import { ModelServer, WebSocket, seeded } from "./support/server.js";

const EVENTS = Number(process.env.CLIENT_EVENTS ?? 10_000);
/** What hangs is a failure, and not for ever. */
const LIMIT = { timeout: 60_000 + EVENTS };
const CODES = [1000, 1001, 1011, 1012, 4008, 4009, 4401];

async function served(t, options) {
  const server = await new ModelServer(options).listen();
  t.after(() => server.close());
  return server;
}

/** A client that comes back at once. */
function connected(t, server, options = {}) {
  const client = new Client(server.url, { WebSocket, random: () => 0, ackEvery: 16, ...options });
  t.after(() => client.close());
  return client;
}

/** The detail of the next event of a type for which `holds` is true. */
function next(client, type, holds = () => true) {
  return new Promise((resolve) => {
    const off = client.on(type, (detail) => {
      if (!holds(detail)) return;
      off();
      resolve(detail);
    });
  });
}

/** Lets the loop of events turn until it is so, or the test is over. */
async function until(t, holds) {
  while (!holds()) {
    t.signal.throwIfAborted();
    await turn();
  }
}

/** With a close frame, without one, and with what was already written cut off. */
function cut(socket, random) {
  const kind = random();
  if (kind < 0.4) socket.close(CODES[Math.floor(random() * CODES.length)]);
  else if (kind < 0.7) socket.terminate();
  else socket._socket.resetAndDestroy();
}

/** Publishes all events among faults that are drawn by lot, and returns what became of it. */
async function storm(t, server, client, random) {
  const delivered = [];
  const lost = [];
  const counts = {};
  const types = new Set();
  client.on("event", ({ type, offset, payload }) => {
    types.add(type);
    if (offset === undefined) return;
    assert.equal(payload.step_number, offset);
    delivered.push(offset);
  });
  client.on("reset", ({ offset, previous }) => {
    for (let gone = (previous?.offset ?? 0) + 1; gone <= offset; gone += 1) lost.push(gone);
  });
  const failures = [];
  client.on("error", (error) => failures.push(error));
  client.on("stopped", ({ reason }) => failures.push(reason));

  await next(client, "state", ({ state }) => state === "open");
  const done = next(client, "event", ({ offset }) => offset === EVENTS);
  // So many events may still come before the client must be back, or must have caught up.
  let away = 0;
  while (server.top < EVENTS - 1) {
    const fault = random() < 0.02 ? ["omit", "twice", "late"][Math.floor(random() * 3)] : undefined;
    if (fault) counts[fault] = (counts[fault] ?? 0) + 1;
    server.publish(fault);
    if (random() < 0.05) server.volatile({ type: "partial_result", payload: { content: "…", is_complete: false } });
    if (server.live.size > 0 && random() < 0.05) {
      counts.cut = (counts.cut ?? 0) + 1;
      away = Math.floor(random() * 30);
      if (random() < 0.2) server.refusals.push(503);
      for (const socket of server.live) cut(socket, random);
      server.live.clear();
    }
    if (random() < 0.2) await turn();
    if (away-- <= 0) await until(t, () => server.live.size > 0 && client.position.offset > server.top - 64);
  }
  // A hole at the very end shows only with the next event, so the last one comes to a client that is in.
  await until(t, () => client.state === "open" && server.live.size > 0);
  server.publish();
  const { offset } = await done;
  assert.equal(offset, EVENTS);
  assert.deepEqual(failures, []);
  assert.ok(types.has("partial_result"));
  return { delivered, lost, counts };
}

const strictlyUp = (offsets) => offsets.every((offset, index) => index === 0 || offset > offsets[index - 1]);

test("of 10^4 events among random disconnects each arrives once, in order", LIMIT, async (t) => {
  const seed = Number(process.env.CLIENT_SEED ?? Math.floor(Math.random() * 2 ** 32));
  const server = await served(t);
  const client = connected(t, server);
  const { delivered, lost, counts } = await storm(t, server, client, seeded(seed));
  t.diagnostic(`seed ${seed}: ${server.requests.length} requests, ${JSON.stringify(counts)}`);
  assert.deepEqual(lost, []);
  assert.equal(delivered.length, EVENTS);
  assert.ok(delivered.every((offset, index) => offset === index + 1));
  assert.ok(counts.cut >= EVENTS / 100, `there were ${counts.cut} disconnects`);
  assert.ok(counts.omit > 0 && counts.twice > 0 && counts.late > 0);
  // Acknowledgements never run ahead, and the last one is the top.
  client.close();
  await until(t, () => server.received.at(-1)?.offset === EVENTS);
  const acks = server.received.filter(({ type }) => type === "ack").map(({ offset }) => offset);
  assert.ok(acks.every((offset) => offset >= 1 && offset <= EVENTS));
});

test("with a short history every event arrives once, in order, or lies in a stated gap", LIMIT, async (t) => {
  const seed = Number(process.env.CLIENT_SEED ?? Math.floor(Math.random() * 2 ** 32));
  const server = await served(t, { historyLimit: 12 });
  const client = connected(t, server);
  const { delivered, lost, counts } = await storm(t, server, client, seeded(seed));
  t.diagnostic(`seed ${seed}: ${lost.length} lost and stated, ${JSON.stringify(counts)}`);
  assert.ok(lost.length > 0, "the history was too short at times");
  assert.ok(strictlyUp(delivered));
  const all = [...delivered, ...lost].sort((a, b) => a - b);
  assert.equal(all.length, EVENTS);
  assert.ok(all.every((offset, index) => offset === index + 1));
});

test("a stream that begins anew is told, and gone on with", LIMIT, async (t) => {
  const server = await served(t);
  const client = connected(t, server);
  await next(client, "reset");
  server.publish();
  await next(client, "event");
  server.restart("e2");
  const reset = next(client, "reset");
  for (const socket of server.live) socket.terminate();
  assert.deepEqual(await reset, { type: "reset", epoch: "e2", offset: 0, previous: { epoch: "e1", offset: 1 } });
  const first = next(client, "event");
  server.publish();
  assert.deepEqual(client.position, { epoch: "e2", offset: 0 });
  assert.equal((await first).epoch, "e2");
});

test("refusals before 101 of every status stop the client", LIMIT, async (t) => {
  const server = await served(t);
  server.refusals.push(401, 403, 429, 503, 400, 200);
  const client = connected(t, server, { getToken: () => "t.o.k" });
  const { reason, code } = await next(client, "stopped");
  assert.deepEqual([reason, code], ["refused", 1006]);
  assert.equal(server.requests.length, 5);
  assert.deepEqual(server.requests[4].protocols, ["websocket-core.v1", "jwt.t.o.k"]);
});

test("a server that is not there, and one that chooses no subprotocol, are refusals", LIMIT, async (t) => {
  const gone = await new ModelServer().listen();
  await gone.close();
  assert.equal((await next(connected(t, gone), "stopped")).reason, "refused");
  const other = await served(t, { protocols: () => false });
  assert.equal((await next(connected(t, other), "stopped")).reason, "refused");
});

test("an application that comes back with its position misses nothing", LIMIT, async (t) => {
  const server = await served(t);
  const first = connected(t, server);
  await next(first, "reset");
  server.publish();
  await next(first, "event");
  const since = JSON.parse(JSON.stringify(first.position));
  first.close();
  server.publish();
  server.publish();
  const second = connected(t, server, { since });
  const offsets = [];
  for await (const { offset } of second.events()) if (offsets.push(offset) === 2) break;
  assert.deepEqual(offsets, [2, 3]);
});

test("messages arrive as they were sent, and a limit is that of the server", LIMIT, async (t) => {
  const server = await served(t, { maxMessage: 100 });
  const client = connected(t, server);
  await next(client, "reset");
  assert.throws(() => client.send("say", "x".repeat(100)), RangeError);
  assert.equal(client.send("say", { text: "grüße" }), true);
  await until(t, () => server.received.length > 0);
  assert.deepEqual(server.received, [{ type: "say", payload: { text: "grüße" } }]);
});

test("a connection that is half open is noticed and replaced", LIMIT, async (t) => {
  const server = await served(t, { heartbeatMs: 20 });
  const client = connected(t, server);
  await next(client, "state", ({ state }) => state === "open");
  server.publish();
  await next(client, "event");
  // Answers pings of its own accord while it is well.
  await until(t, () => server.received.some(({ type }) => type === "ping"));
  const replaced = next(client, "state", ({ state }) => state === "waiting");
  for (const socket of server.live) socket.pause();
  server.live.clear();
  server.publish();
  assert.equal((await replaced).reason, "no sign of the server");
  assert.equal((await next(client, "event")).offset, 2);
});

// In a process of its own, for it must end by itself: a timer or a socket that is left would hold it.
for (const scene of ["open", "waiting", "refused", "token", "silent", "iterating"]) {
  test(`nothing holds the process after close(): ${scene}`, LIMIT, async (t) => {
    const server = await served(t);
    if (scene === "silent") server.silent = true;
    if (scene === "refused") server.refusals.push(403, 403);
    const program = fileURLToPath(new URL("support/closing.js", import.meta.url));
    const child = spawn(process.execPath, [program, server.url, scene], { stdio: ["ignore", "pipe", "inherit"] });
    t.after(() => child.kill("SIGKILL"));
    let said = "";
    child.stdout.on("data", (data) => (said += data));
    const start = performance.now();
    const [code] = await once(child, "exit");
    assert.equal(code, 0);
    assert.match(said, new RegExp(`^closed ${scene}$`, "m"));
    assert.ok(performance.now() - start < 8_000, "its timers are of ten seconds and more");
  });
}
