/** From the making of a client to the hello of the server. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { Client, PROTOCOL } from "../websocket-core.js";
import { ScriptedSocket, event, hello, scripted, settled } from "./support/scripted.js";

test("the protocol alone is offered where there is no token", async (t) => {
  for (const getToken of [undefined, () => null, () => undefined, async () => ""]) {
    const script = scripted(t, { getToken });
    await settled();
    assert.deepEqual(script.socket.protocols, [PROTOCOL]);
  }
});

test("the token travels beside the protocol and is asked for before each attempt", async (t) => {
  let count = 0;
  const script = scripted(t, { getToken: async () => `a.b-${++count}` });
  await settled();
  assert.deepEqual(script.socket.protocols, ["websocket-core.v1", "jwt.a.b-1"]);
  await script.open();
  script.socket.end(1006);
  await script.retry();
  assert.deepEqual(script.socket.protocols, ["websocket-core.v1", "jwt.a.b-2"]);
});

test("the first connection asks for no position and a later one for the last event", async (t) => {
  const script = scripted(t);
  const first = await script.open({ epoch: "a b:c", offset: 7 });
  assert.equal(first.url, "ws://localhost/ws");
  first.receive(event(8, { epoch: "a b:c" }));
  first.end(1006);
  const second = await script.retry();
  assert.equal(second.url, "ws://localhost/ws?since=a%20b%3Ac:8");
});

test("a kept position is asked for and gone on from", async (t) => {
  const script = scripted(t, { since: { epoch: "e1", offset: 41 } });
  assert.deepEqual(script.client.position, { epoch: "e1", offset: 41 });
  const socket = await script.open({ offset: 43, recovered: true });
  assert.equal(socket.since, "e1:41");
  socket.receive(event(42), event(43), event(44));
  assert.deepEqual(script.offsets, [42, 43, 44]);
  assert.deepEqual(script.log.reset, []);
});

test("addresses of every usual form lead to a WebSocket", async (t) => {
  const cases = [
    ["http://h/ws", "ws://h/ws?since=e:1"],
    ["https://h/ws#there", "wss://h/ws?since=e:1"],
    ["wss://h/ws?room=a%20b", "wss://h/ws?room=a%20b&since=e:1"],
    ["ws://h/ws?since=x:9&room=2", "ws://h/ws?room=2&since=e:1"],
    [new URL("ws://h/"), "ws://h/?since=e:1"],
  ];
  for (const [url, expected] of cases) {
    const made = [];
    class WebSocket extends ScriptedSocket {
      constructor(address, protocols) {
        super(address, protocols);
        made.push(address);
      }
    }
    const client = new Client(url, { WebSocket, since: { epoch: "e", offset: 1 } });
    await settled();
    client.close();
    assert.deepEqual(made, [expected]);
  }
});

test("what cannot be used is refused at once", () => {
  const WebSocket = ScriptedSocket;
  for (const url of ["ftp://h/", "/relative/without/a/page", "", undefined]) {
    assert.throws(() => new Client(url, { WebSocket }), TypeError, `${url}`);
  }
  for (const options of [
    { since: "e1:4" },
    { since: { epoch: "", offset: 1 } },
    { since: { epoch: "e", offset: -1 } },
    { since: { epoch: "e", offset: 2 ** 53 } },
    { getToken: "token" },
    { random: 4 },
    { WebSocket: {} },
  ]) {
    assert.throws(() => new Client("ws://h/", { WebSocket, ...options }), TypeError, JSON.stringify(options));
  }
  for (const options of [{ ackEvery: 0 }, { maxRefusals: 0 }, { backoffMs: -1 }, { stableMs: NaN }, { outageMs: "9" }]) {
    assert.throws(() => new Client("ws://h/", { WebSocket, ...options }), RangeError, JSON.stringify(options));
  }
});

test("without a WebSocket anywhere the client cannot be made", () => {
  const own = Object.getOwnPropertyDescriptor(globalThis, "WebSocket");
  delete globalThis.WebSocket;
  try {
    assert.throws(() => new Client("ws://h/"), /pass one as an option/);
  } finally {
    if (own) Object.defineProperty(globalThis, "WebSocket", own);
  }
});

test("states follow one another as the connection does", async (t) => {
  const script = scripted(t);
  assert.equal(script.client.state, "connecting");
  await script.open();
  assert.equal(script.client.hello.conn, "c1");
  script.socket.end(1006);
  assert.equal(script.client.hello, null);
  await script.retry();
  await script.open({ recovered: true });
  script.client.close();
  assert.deepEqual(script.states, ["connecting", "open", "waiting", "connecting", "open", "stopped"]);
  assert.equal(script.log.state[1].recovered, false);
  assert.equal(script.log.state[4].recovered, true);
  assert.deepEqual(script.log.stopped, [{ type: "stopped", reason: "closed", code: 1000, message: "" }]);
});

test("five refusals in a row stop a client that was never in", async (t) => {
  const script = scripted(t);
  await settled();
  for (let refusal = 1; refusal < 5; refusal += 1) {
    script.socket.end(1006);
    await script.retry();
  }
  script.socket.end(1006);
  assert.equal(script.client.state, "stopped");
  assert.equal(script.log.stopped[0].reason, "refused");
  assert.equal(script.sockets.length, 5);
  await script.clock.advance(3_600_000);
  assert.equal(script.sockets.length, 5);
});

test("an error of a handshake is its end, though no close follows, and is counted once", async (t) => {
  const script = scripted(t, { maxRefusals: 2 });
  await settled();
  const [first] = script.sockets;
  first.onerror({});
  assert.equal(script.client.state, "waiting");
  first.end(1006);
  await script.retry();
  assert.equal(script.client.state, "connecting");
  script.socket.onerror({});
  script.socket.end(1006);
  assert.deepEqual(script.log.stopped, [{ type: "stopped", reason: "refused", code: 1006, message: "" }]);
});

test("maxRefusals says how many", async (t) => {
  const script = scripted(t, { maxRefusals: 1 });
  await settled();
  script.socket.end(1006);
  assert.equal(script.log.stopped[0].reason, "refused");
});

test("a hello ends the row of refusals", async (t) => {
  const script = scripted(t, { maxRefusals: 2, outageMs: 0 });
  await settled();
  for (let round = 0; round < 4; round += 1) {
    script.socket.end(1006);
    await script.retry();
    await script.open({ recovered: true });
    script.socket.end(1006);
    await script.retry();
  }
  assert.equal(script.client.state, "connecting");
  script.socket.end(1006);
  await script.retry();
  script.socket.end(1006);
  assert.equal(script.log.stopped[0].reason, "refused");
});

test("a server without a limit for messages, and with the shortest heartbeat, is one", async (t) => {
  const script = scripted(t);
  await script.open({ max_message: 2 ** 64, heartbeat_ms: 1 });
  assert.equal(script.client.state, "open");
  assert.equal(script.client.send("say", "x".repeat(100_000)), true);
  // It asks, and gives the server time to answer.
  await script.clock.advance(2_000);
  assert.deepEqual(script.socket.sent.map(({ type }) => type), ["say", "ping"]);
  await script.clock.advance(900);
  script.socket.receive({ type: "pong" });
  await script.clock.advance(500);
  assert.equal(script.client.state, "open");
});

test("a client that was in before outlasts a restart of the server, but not for ever", async (t) => {
  const script = scripted(t, { outageMs: 60_000 });
  await script.open({ heartbeat_ms: 0 });
  await script.clock.advance(600_000);
  script.socket.end(1006);
  const lost = script.clock.now();
  let refusals = 0;
  for (;;) {
    await script.retry();
    script.socket.end(1006);
    refusals += 1;
    if (script.client.state === "stopped") break;
    assert.ok(refusals < 50);
  }
  assert.ok(refusals > 5, `${refusals} refusals`);
  assert.ok(script.clock.now() - lost >= 60_000);
  assert.equal(script.log.stopped[0].reason, "refused");
});

test("connect() after refusals begins with none, and with short waits", async (t) => {
  const script = scripted(t, { maxRefusals: 3 });
  for (let round = 0; round < 2; round += 1) {
    await settled();
    for (const retryMs of [500, 1_000]) {
      script.socket.end(1006);
      assert.equal(script.log.state.at(-1).retryMs, retryMs);
      await script.retry();
    }
    script.socket.end(1006);
    assert.equal(script.client.state, "stopped");
    script.client.connect();
  }
});

test("connect() while it waits does not wait, and in other states does nothing", async (t) => {
  const script = scripted(t);
  script.client.connect();
  await script.open();
  script.client.connect();
  await settled();
  assert.equal(script.sockets.length, 1);
  script.socket.end(4429);
  script.client.connect();
  script.client.connect();
  await settled();
  assert.equal(script.sockets.length, 2);
  assert.deepEqual(script.clock.pending, [10_000], "only the timer of the handshake is left");
});

test("after a stop connect() goes on from the same position", async (t) => {
  const script = scripted(t, { maxRefusals: 2 });
  await script.open();
  script.socket.receive(event(1));
  script.client.close();
  script.client.connect();
  assert.equal(script.client.state, "connecting");
  await settled();
  assert.equal(script.socket.since, "e1:1");
  script.socket.end(1006);
  assert.equal(script.client.state, "waiting");
  await script.retry();
  await script.open({ offset: 1, recovered: true });
  script.socket.receive(event(2));
  assert.deepEqual(script.offsets, [1, 2]);
});

test("a socket that is accepted without our protocol is refused", async (t) => {
  for (const protocol of ["", "websocket-core.v2", "jwt.secret"]) {
    const script = scripted(t);
    await settled();
    const { socket } = script;
    socket.accept(protocol);
    assert.equal(socket.closed.code, 4002);
    assert.equal(script.client.state, "waiting");
    socket.receive(hello());
    assert.equal(script.client.state, "waiting");
  }
});

test("a first frame that is no hello of version 1 is a refusal", async (t) => {
  const frames = [
    "",
    "no json",
    "null",
    "[]",
    '"hello"',
    event(1),
    hello({ v: 2 }),
    hello({ type: "Hello" }),
    hello({ epoch: "" }),
    hello({ epoch: 7 }),
    hello({ offset: "0" }),
    hello({ offset: -1 }),
    hello({ offset: 0.5 }),
    hello({ offset: 2 ** 53 }),
    hello({ recovered: 1 }),
    hello({ heartbeat_ms: null }),
    hello({ max_message: "64K" }),
    hello({ max_message: -1 }),
  ];
  for (const frame of frames) {
    const script = scripted(t, { maxRefusals: 1 });
    await settled();
    script.socket.accept();
    script.socket.receive(frame);
    assert.equal(script.socket.closed?.code, 4002, JSON.stringify(frame));
    assert.equal(script.log.stopped[0].reason, "refused");
    assert.equal(script.client.position, null);
    assert.deepEqual(script.log.event, []);
  }
});

test("a handshake and a hello that never come are given up", async (t) => {
  for (const accepted of [false, true]) {
    const script = scripted(t, { openTimeoutMs: 3_000 });
    await settled();
    const { socket } = script;
    if (accepted) socket.accept();
    await script.clock.advance(2_999);
    assert.equal(script.client.state, "connecting");
    await script.clock.advance(1);
    assert.equal(script.client.state, "waiting");
    assert.ok(socket.left);
    await script.retry();
    await script.open();
  }
});

test("a getToken() that rejects, throws or gives nonsense is tried again and told", async (t) => {
  const secret = "se cret=";
  const cases = [
    [() => Promise.reject(new Error("offline")), "offline"],
    [() => { throw new Error("thrown"); }, "thrown"],
    [() => 42, undefined],
    [() => secret, undefined],
  ];
  for (const [bad, cause] of cases) {
    let calls = 0;
    const script = scripted(t, { getToken: () => (++calls === 1 ? bad() : "good") });
    await settled();
    assert.equal(script.client.state, "waiting");
    assert.equal(script.log.error[0].code, "token_failed");
    assert.equal(script.log.error[0].cause?.message, cause);
    assert.ok(!JSON.stringify([script.log.error, script.log.state]).includes(secret));
    await script.retry();
    assert.deepEqual(script.socket.protocols, [PROTOCOL, "jwt.good"]);
  }
});

test("a getToken() that never answers is given up, and not heard when it answers late", async (t) => {
  const answers = [];
  const script = scripted(t, { tokenTimeoutMs: 2_000, getToken: () => new Promise((answer) => answers.push(answer)) });
  await settled();
  await script.clock.advance(2_000);
  assert.equal(script.client.state, "waiting");
  assert.equal(script.log.error[0].code, "token_failed");
  answers[0]("late");
  await settled();
  assert.equal(script.sockets.length, 0);
  await script.clock.advance(script.log.state.at(-1).retryMs);
  answers[1]("soon");
  await settled();
  assert.deepEqual(script.socket.protocols, [PROTOCOL, "jwt.soon"]);
  assert.deepEqual(script.clock.pending, [10_000], "only the timer of the handshake is left");
});

test("a getToken() that rejects when it was given up does not end the attempt after it", async (t) => {
  const failures = [];
  const script = scripted(t, { tokenTimeoutMs: 2_000, getToken: () => new Promise((_, fail) => failures.push(fail)) });
  await settled();
  await script.clock.advance(2_000 + 500);
  assert.equal(script.client.state, "connecting");
  failures[0](new Error("late"));
  await settled();
  assert.equal(script.client.state, "connecting");
  assert.equal(script.log.error.length, 1);
});

test("a listener that closes the client at an error is obeyed", async (t) => {
  const script = scripted(t, { getToken: () => Promise.reject(new Error("no")) });
  script.client.on("error", () => script.client.close());
  await settled();
  assert.equal(script.client.state, "stopped");
  assert.deepEqual(script.states, ["connecting", "stopped"]);
});

test("a constructor that throws counts as a refusal", async (t) => {
  class Throwing {
    constructor() {
      throw new DOMException("insecure", "SecurityError");
    }
  }
  const script = scripted(t, { WebSocket: Throwing, maxRefusals: 2 });
  await settled();
  assert.equal(script.client.state, "waiting");
  assert.equal(script.log.error[0].code, "connect_failed");
  assert.equal(script.log.error[0].cause.name, "SecurityError");
  await script.clock.advance(60_000);
  assert.equal(script.log.stopped[0].reason, "refused");
});

test("close() is obeyed at each step of connecting", async (t) => {
  const steps = {
    "at once": async () => {},
    "while the token is fetched": async () => settled(),
    "while the socket opens": async (script, give) => {
      await settled();
      give("t");
      await settled();
    },
    "before the hello": async (script, give) => {
      await settled();
      give("t");
      await settled();
      script.socket.accept();
    },
    "while it waits": async (script, give) => {
      await settled();
      give("t");
      await settled();
      script.socket.end(1006);
    },
  };
  for (const [name, reach] of Object.entries(steps)) {
    let give;
    const script = scripted(t, { getToken: () => new Promise((resolve) => (give = resolve)) });
    await reach(script, (token) => give(token));
    script.client.close();
    script.client.close();
    const made = script.sockets.length;
    give?.("late");
    await settled();
    // Whatever the browser had queued already.
    script.socket?.accept();
    script.socket?.receive(hello(), event(1));
    script.socket?.end(1006);
    await script.clock.advance(600_000);
    assert.equal(script.client.state, "stopped", name);
    assert.equal(script.sockets.length, made, name);
    assert.deepEqual(script.clock.pending, [], name);
    assert.deepEqual(script.log.event, [], name);
    assert.equal(script.log.stopped.length, 1, name);
  }
});

test("a listener that closes the client in a change of state is obeyed", async (t) => {
  for (const when of ["connecting", "open", "waiting"]) {
    const script = scripted(t);
    script.client.on("state", ({ state }) => state === when && script.client.close());
    await settled();
    if (when !== "connecting") {
      script.socket.accept();
      script.socket.receive(hello({ offset: 3 }));
      if (when === "waiting") script.socket.end(1006);
    }
    await script.clock.advance(600_000);
    assert.equal(script.client.state, "stopped");
    assert.equal(script.states.at(-1), "stopped");
    assert.ok(script.sockets.length <= 1);
    if (when === "open") assert.deepEqual(script.log.reset, []);
  }
});
