/** How a connection ends, and what the client makes of it. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { TerminableSocket, event, hello, scripted, settled } from "./support/scripted.js";

/** It is open, got two events, and is closed with this code. */
async function closedWith(t, code, options) {
  const script = scripted(t, options);
  const socket = await script.open();
  socket.receive(event(1), event(2));
  socket.end(code, "said so");
  return script;
}

for (const code of [1000, 1001, 1002, 1005, 1006, 1007, 1011, 1012, 1013, 4000, 4008, 4009, 4401, 4429, 4777]) {
  test(`${code} leads to a new connection from the last event`, async (t) => {
    const script = await closedWith(t, code);
    assert.equal(script.client.state, "waiting");
    const { retryMs, ...told } = script.log.state.at(-1);
    assert.deepEqual(told, { type: "state", state: "waiting", code, reason: "said so" });
    const limited = code === 4429 || code === 1013;
    assert.equal(retryMs, limited ? 10_500 : 500);
    const next = await script.retry();
    assert.equal(next.since, "e1:2");
    await script.open({ offset: 3, recovered: true });
    next.receive(event(3));
    assert.deepEqual(script.offsets, [1, 2, 3]);
  });
}

for (const [code, reason] of [[1008, "policy"], [1009, "too_large"]]) {
  test(`${code} stops the client, before and after the hello`, async (t) => {
    const script = await closedWith(t, code);
    assert.deepEqual(script.log.stopped, [{ type: "stopped", reason, code, message: "said so" }]);
    assert.deepEqual(script.clock.pending, []);
    await script.clock.advance(3_600_000);
    assert.equal(script.sockets.length, 1);

    const early = scripted(t);
    await settled();
    early.socket.accept();
    early.socket.end(code);
    assert.equal(early.log.stopped[0].reason, reason);
  });
}

for (const code of [1001, 1012, 1013, 4429]) {
  test(`${code} before the hello is no refusal`, async (t) => {
    const script = scripted(t, { maxRefusals: 1 });
    await settled();
    for (let round = 0; round < 8; round += 1) {
      script.socket.accept();
      script.socket.end(code);
      await script.retry();
    }
    await script.open();
  });
}

test("4401 asks getToken() for one that has not expired, until one is taken", async (t) => {
  const asked = [];
  const script = scripted(t, { getToken: ({ expired }) => (asked.push(expired), `t${asked.length}`) });
  await script.open();
  script.socket.end(4401);
  await script.retry();
  script.socket.end(1006);
  await script.retry();
  assert.deepEqual(script.socket.protocols[1], "jwt.t3");
  await script.open({ recovered: true });
  script.socket.end(1006);
  await script.retry();
  assert.deepEqual(asked, [false, true, true, false]);
});

const expires = { type: "error", code: "credential_expired", message: "send a new token" };

test("a token that expires is renewed on the open connection", async (t) => {
  const asked = [];
  const script = scripted(t, { getToken: ({ expired }) => (asked.push(expired), `t${asked.length}`) });
  const socket = await script.open();
  socket.receive(expires);
  await settled();
  assert.deepEqual(asked, [false, true]);
  assert.deepEqual(socket.sent, [{ type: "authenticate", token: "t2" }]);
  assert.equal(script.log.error.length, 1);
  assert.equal(script.client.state, "open");
});

test("a token that cannot be renewed leaves the connection as it is", async (t) => {
  const bad = [() => null, () => "not sendable", () => Promise.reject(new Error("offline")), () => new Promise(() => {})];
  for (const renewal of bad) {
    const script = scripted(t, { getToken: ({ expired }) => (expired ? renewal() : "t1") });
    const socket = await script.open();
    socket.receive(expires, event(1));
    await settled();
    assert.deepEqual(socket.sent, []);
    assert.equal(script.client.state, "open");
    assert.ok(!JSON.stringify(script.log.error).includes("not sendable"));
  }
  const without = scripted(t);
  await without.open();
  without.socket.receive(expires);
  await settled();
  assert.deepEqual(without.socket.sent, []);
  assert.deepEqual(without.log.error.map(({ source }) => source), ["server"]);
});

test("a renewed token that comes too late is not sent on another connection", async (t) => {
  const answers = [];
  const script = scripted(t, { getToken: ({ expired }) => (expired ? new Promise((...of) => answers.push(of)) : "t1") });
  const first = await script.open();
  first.receive(expires, expires);
  first.end(1006);
  await script.retry();
  await script.open({ recovered: true });
  answers[0][0]("late");
  answers[1][1](new Error("late"));
  await settled();
  assert.deepEqual(script.sockets.map(({ sent }) => sent), [[], []]);
  assert.equal(script.log.error.filter(({ source }) => source === "client").length, 0);
});

test("4401 again and again before the hello is a refusal", async (t) => {
  const script = scripted(t, { getToken: () => "stale", maxRefusals: 2 });
  await settled();
  script.socket.accept();
  script.socket.end(4401);
  await script.retry();
  script.socket.accept();
  script.socket.end(4401);
  assert.deepEqual(script.log.stopped, [{ type: "stopped", reason: "refused", code: 4401, message: "" }]);
});

test("waits double up to the cap, each a random part of it, and start anew after a stable connection", async (t) => {
  const parts = [1, 0.5, 0, 1, 1, 1, 1, 1, 0.25];
  const script = scripted(t, { random: () => parts.shift() ?? 1, maxRefusals: Infinity });
  await settled();
  const waits = [];
  for (let refusal = 0; refusal < 9; refusal += 1) {
    script.socket.end(1006);
    waits.push(script.log.state.at(-1).retryMs);
    await script.retry();
  }
  assert.deepEqual(waits, [500, 500, 0, 4_000, 8_000, 16_000, 30_000, 30_000, 7_500]);
  // Not stable yet: it goes on as before.
  await script.open();
  await script.clock.advance(9_999);
  script.socket.end(1006);
  assert.equal(script.log.state.at(-1).retryMs, 30_000);
  await script.retry();
  await script.open({ recovered: true });
  await script.clock.advance(10_000);
  script.socket.end(1006);
  assert.equal(script.log.state.at(-1).retryMs, 500);
});

test("goaway keeps the connection until its time is up, and events still come", async (t) => {
  const script = scripted(t);
  const first = await script.open();
  first.receive(event(1), { type: "goaway", retry_after_ms: 2_000, reason: "drain" });
  assert.deepEqual(script.log.goaway, [{ type: "goaway", retry_after_ms: 2_000, reason: "drain" }]);
  assert.deepEqual(first.sent, [{ type: "ack", offset: 1 }]);
  await script.clock.advance(1_999);
  first.receive(event(2));
  assert.equal(script.client.state, "open");
  await script.clock.advance(1);
  assert.equal(script.client.state, "waiting");
  assert.deepEqual(first.sent.at(-1), { type: "ack", offset: 2 });
  assert.ok(first.left);
  assert.equal(script.log.state.at(-1).retryMs, 500);
  assert.equal((await script.retry()).since, "e1:2");
});

test("a close after goaway is followed by the rest of its time and the jitter", async (t) => {
  const script = scripted(t, { random: () => 0.5 });
  await script.open();
  script.socket.receive({ type: "goaway", retry_after_ms: 5_000, reason: "drain" });
  await script.clock.advance(1_000);
  script.socket.end(1012);
  assert.equal(script.log.state.at(-1).retryMs, 4_250);
  await script.retry();
  await script.open({ recovered: true });
  // It was for once.
  script.socket.end(1006);
  assert.equal(script.log.state.at(-1).retryMs, 500);
});

test("a goaway without a usable time leaves at once", async (t) => {
  for (const retry_after_ms of [undefined, 0, -5, "9", null]) {
    const script = scripted(t);
    await script.open();
    script.socket.receive({ type: "goaway", retry_after_ms });
    await script.clock.advance(0);
    assert.equal(script.client.state, "waiting");
    assert.ok(script.socket.left);
  }
});

test("times of any length are kept", async (t) => {
  const script = scripted(t, { openTimeoutMs: Infinity, stableMs: Infinity });
  await settled();
  await script.clock.advance(3_600_000);
  assert.equal(script.client.state, "connecting");
  await script.open({ heartbeat_ms: 2 ** 40 });
  script.socket.receive({ type: "goaway", retry_after_ms: 1e12 });
  await script.clock.advance(3_600_000);
  assert.equal(script.client.state, "open");
  assert.deepEqual(script.socket.sent, []);
});

test("a silent server is asked, and left when it does not answer", async (t) => {
  const script = scripted(t, {}, TerminableSocket);
  const socket = await script.open({ heartbeat_ms: 10_000 });
  await script.clock.advance(19_999);
  assert.deepEqual(socket.sent, []);
  await script.clock.advance(1);
  assert.deepEqual(socket.sent, [{ type: "ping" }]);
  await script.clock.advance(9_999);
  assert.equal(script.client.state, "open");
  await script.clock.advance(1);
  assert.equal(script.client.state, "waiting");
  assert.equal(script.log.state.at(-1).reason, "no sign of the server");
  assert.ok(socket.terminated, "nobody answers a close");
  assert.equal((await script.retry()).since, "e1:0");
});

test("any frame is a sign of life, and the watch goes on after it", async (t) => {
  for (const answer of [{ type: "pong" }, event(1), { type: "partial_result" }, "not even JSON"]) {
    const script = scripted(t);
    const socket = await script.open({ heartbeat_ms: 10_000 });
    for (let round = 1; round <= 3; round += 1) {
      await script.clock.advance(25_000);
      assert.equal(socket.sent.filter(({ type }) => type === "ping").length, round);
      socket.receive(answer);
      await script.clock.advance(5_000);
      // The silence is counted from the answer on.
      socket.receive(answer);
    }
    assert.equal(script.client.state, "open");
    assert.ok(!script.log.event.some(({ type }) => type === "pong"));
    await script.clock.advance(29_999);
    assert.equal(script.client.state, "open");
    await script.clock.advance(1);
    assert.equal(script.client.state, "waiting");
  }
});

test("a server that talks is never asked, and one without a heartbeat neither", async (t) => {
  const busy = scripted(t, { ackDelayMs: 1e9 });
  await busy.open({ heartbeat_ms: 1_000 });
  for (let offset = 1; offset <= 50; offset += 1) {
    await busy.clock.advance(1_900);
    busy.socket.receive(event(offset));
  }
  assert.deepEqual(busy.socket.sent, []);

  const quiet = scripted(t);
  await quiet.open({ heartbeat_ms: 0 });
  await quiet.clock.advance(1e9);
  assert.deepEqual(quiet.socket.sent, []);
  assert.equal(quiet.client.state, "open");
});

test("what an old socket still says is not heard", async (t) => {
  const script = scripted(t, { stableMs: 0 });
  const old = await script.open();
  // Tasks that the browser had queued before the client let go of the socket.
  const { onopen, onmessage, onclose } = old;
  const late = (frame) => onmessage({ data: JSON.stringify(frame) });
  old.receive(event(1), event(3));
  for (const state of ["waiting", "connecting", "open"]) {
    if (state === "connecting") await script.retry();
    if (state === "open") await script.open({ offset: 1, recovered: true });
    assert.equal(script.client.state, state);
    old.protocol = "";
    onopen({});
    late(event(2));
    late(hello({ epoch: "e9", offset: 70 }));
    late({ type: "goaway", retry_after_ms: 0 });
    late({ type: "error", code: "x" });
    onclose({ code: 1008, reason: "" });
    await settled();
    assert.equal(script.client.state, state);
  }
  assert.deepEqual(script.offsets, [1]);
  assert.deepEqual(script.client.position, { epoch: "e1", offset: 1 });
  assert.deepEqual([script.log.goaway, script.log.error, script.log.stopped], [[], [], []]);
  script.socket.receive(event(2));
  assert.deepEqual(script.offsets, [1, 2]);
});

test("a close that throws is as good as one that does not", async (t) => {
  class Stubborn extends TerminableSocket {
    close() {
      super.close();
      throw new DOMException("no", "InvalidAccessError");
    }
  }
  const script = scripted(t, {}, Stubborn);
  await script.open();
  script.socket.receive(event(2));
  assert.equal(script.client.state, "waiting");
  await script.retry();
});
