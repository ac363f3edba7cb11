/** What the application gets: each durable event once, in order, or a stated loss. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { event, hello, scripted, settled } from "./support/scripted.js";

const partial = (content) => ({ type: "partial_result", payload: { content, is_complete: false } });

test("the first join is a reset without a previous position, and what follows starts behind its offset", async (t) => {
  const script = scripted(t);
  await script.open({ epoch: "k3", offset: 40 });
  assert.deepEqual(script.log.reset, [{ type: "reset", epoch: "k3", offset: 40, previous: null }]);
  assert.deepEqual(script.client.position, { epoch: "k3", offset: 40 });
  script.socket.receive(event(41, { epoch: "k3" }), event(42, { epoch: "k3" }));
  assert.deepEqual(script.offsets, [41, 42]);
});

test("an event reaches the listeners of all and of its type, whole, at its own position", async (t) => {
  const script = scripted(t);
  await script.open();
  const typed = [];
  script.client.on("agent_thinking", (got) => typed.push([got, script.client.position]));
  script.client.on("agent_started", () => assert.fail("another type"));
  const sent = event(1, { thread_id: "t1" });
  script.socket.receive(sent);
  assert.deepEqual(typed, [[sent, { epoch: "e1", offset: 1 }]]);
  assert.deepEqual(script.log.event, [sent]);
});

test("events at or before the last one are not delivered again", async (t) => {
  const script = scripted(t);
  await script.open({ offset: 5 });
  script.socket.receive(event(5), event(0), event(6), event(6), event(7), event(6), event(7), event(8));
  assert.deepEqual(script.offsets, [6, 7, 8]);
  assert.equal(script.sockets.length, 1);
});

test("a hole leads to a new connection from the last event, and nothing after it is delivered before", async (t) => {
  const script = scripted(t);
  const first = await script.open();
  first.receive(event(1), event(3), event(4));
  assert.deepEqual(script.offsets, [1]);
  assert.equal(first.closed.code, 4000);
  assert.equal(script.log.state.at(-1).reason, "a hole in the stream");
  const second = await script.retry();
  assert.equal(second.since, "e1:1");
  await script.open({ offset: 4, recovered: true });
  second.receive(event(2), event(3), event(4), event(5));
  assert.deepEqual(script.offsets, [1, 2, 3, 4, 5]);
  assert.equal(script.log.reset.length, 1);
});

test("a position that cannot be one counts as a hole", async (t) => {
  const bad = [
    { offset: "2" },
    { offset: 1.5 },
    { offset: -2 },
    { offset: 2 ** 53 },
    { offset: {} },
    { offset: true },
    { epoch: "other" },
    { epoch: undefined },
    { epoch: 1 },
  ];
  for (const changes of bad) {
    const script = scripted(t);
    const first = await script.open();
    first.receive(event(1), event(2, changes));
    assert.equal(script.client.state, "waiting", JSON.stringify(changes));
    first.receive(event(3));
    assert.deepEqual(script.offsets, [1]);
    assert.equal((await script.retry()).since, "e1:1");
  }
});

test("recovered: false is a reset, and the server's position is ours from then on", async (t) => {
  const script = scripted(t);
  const first = await script.open();
  first.receive(event(1), event(2));
  first.end(4009);
  await script.retry();
  const second = await script.open({ epoch: "e2", offset: 9, recovered: false });
  assert.deepEqual(script.log.reset[1], { type: "reset", epoch: "e2", offset: 9, previous: { epoch: "e1", offset: 2 } });
  second.receive(event(10, { epoch: "e2" }));
  assert.deepEqual(script.client.position, { epoch: "e2", offset: 10 });
  // Also in the same epoch, where the history is too short.
  second.end(1006);
  await script.retry();
  const third = await script.open({ epoch: "e2", offset: 50, recovered: false });
  third.receive(event(11, { epoch: "e2" }), event(51, { epoch: "e2" }));
  assert.deepEqual(script.offsets, [1, 2, 10, 51]);
  assert.equal(script.log.reset.length, 3);
});

test("a recovery that cannot be true is a reset", async (t) => {
  for (const lie of [{ epoch: "e2", offset: 9 }, { epoch: "e1", offset: 1 }]) {
    const script = scripted(t);
    const first = await script.open();
    first.receive(event(1), event(2));
    first.end(1006);
    await script.retry();
    await script.open({ ...lie, recovered: true });
    assert.deepEqual(script.client.position, lie);
    assert.equal(script.log.reset.length, 2);
    assert.equal(script.log.state.at(-1).recovered, false);
  }
});

test("a history that itself has the hole is left behind with a reset", async (t) => {
  const script = scripted(t, { stableMs: 0 });
  await script.open();
  script.socket.receive(event(1), event(3));
  const asked = [];
  while (script.log.reset.length < 2) {
    assert.ok(asked.length < 10, "it ends");
    const socket = await script.retry();
    asked.push(socket.since);
    await script.open({ offset: 3, recovered: true });
    if (socket.since !== null) socket.receive(event(3));
  }
  assert.deepEqual(asked, ["e1:1", "e1:1", "e1:1", null]);
  assert.deepEqual(script.log.reset[1], { type: "reset", epoch: "e1", offset: 3, previous: { epoch: "e1", offset: 1 } });
  // Later holes are recovered from as ever.
  script.socket.receive(event(5));
  assert.equal((await script.retry()).since, "e1:3");
  await script.open({ offset: 5, recovered: true });
  script.socket.receive(event(4), event(5));
  assert.deepEqual(script.offsets, [1, 4, 5]);
});

test("frames without an offset come as they are, and move no position", async (t) => {
  const script = scripted(t);
  await script.open({ offset: 3 });
  const replies = [];
  script.client.on("reply", (got) => replies.push(got));
  const frames = [partial("a"), { type: "reply", payload: 1 }, { type: "reply", offset: null }, partial("a")];
  script.socket.receive(...frames);
  assert.deepEqual(script.log.event, frames);
  assert.deepEqual(replies, [frames[1], frames[2]]);
  assert.deepEqual(script.client.position, { epoch: "e1", offset: 3 });
});

test("an application's durable event may have any name, those of this client too", async (t) => {
  const script = scripted(t);
  await script.open();
  const names = ["state", "reset", "stopped", "error", "goaway", "hello", "pong", "event", "__proto__", "", "ack"];
  const before = { ...script.log, state: [...script.log.state], reset: [...script.log.reset] };
  script.socket.receive(...names.map((type, index) => event(index + 1, { type })));
  assert.deepEqual(script.log.event.map(({ type }) => type), names);
  assert.deepEqual(script.log.state, before.state);
  assert.deepEqual(script.log.reset, before.reset);
  assert.deepEqual([script.log.error, script.log.goaway, script.log.stopped], [[], [], []]);
  assert.equal(script.client.state, "open");
});

test("a frame that is not understood is told and changes nothing", async (t) => {
  const script = scripted(t);
  await script.open();
  const bad = ["", "{", "NaN", '{"type":"x","payload":NaN}', "null", "3", "[]", '"x"', "{}", '{"type":7,"offset":1}'];
  script.socket.receive(...bad);
  script.socket.onmessage({ data: new ArrayBuffer(4) });
  script.socket.receive({ type: "hello" });
  assert.equal(script.log.error.length, bad.length + 2);
  for (const { source, code } of script.log.error) assert.deepEqual([source, code], ["client", "bad_frame"]);
  script.socket.receive(event(1));
  assert.deepEqual(script.offsets, [1]);
});

test("a second hello is no event and moves no position", async (t) => {
  const script = scripted(t);
  await script.open({ offset: 4 });
  script.socket.receive(hello({ offset: 4 }), hello({ offset: 4, recovered: true }), event(5));
  assert.deepEqual(script.offsets, [5]);
  script.socket.receive(hello({ offset: 100 }));
  assert.equal((await script.retry()).since, "e1:5");
});

test("an error of the server is an event", async (t) => {
  const script = scripted(t);
  await script.open();
  script.socket.receive({ type: "error", code: "invalid", field: "payload.text", message: "is missing" });
  assert.deepEqual(script.log.error, [
    { source: "server", code: "invalid", field: "payload.text", message: "is missing" },
  ]);
  assert.equal(script.client.state, "open");
});

test("a listener that throws or rejects breaks nothing", async (t) => {
  const script = scripted(t);
  await script.open();
  const order = [];
  script.client.on("agent_thinking", () => order.push("before"));
  script.client.on("agent_thinking", () => { throw new Error("thrown"); });
  script.client.on("agent_thinking", async () => { throw new Error("rejected"); });
  script.client.on("agent_thinking", () => order.push("after"));
  script.socket.receive(event(1), event(2));
  await settled();
  assert.deepEqual(order, ["before", "after", "before", "after"]);
  assert.deepEqual(script.listenerErrors.map(({ message }) => message).sort(), ["rejected", "rejected", "thrown", "thrown"]);
  assert.deepEqual(script.offsets, [1, 2]);
  assert.equal(script.client.state, "open");
});

test("listeners are taken off by what on() returns, by a signal, and after once", async (t) => {
  const script = scripted(t);
  await script.open();
  const heard = { off: 0, signal: 0, once: 0, aborted: 0 };
  const off = script.client.on("event", () => (heard.off += 1));
  const controller = new AbortController();
  script.client.on("event", () => (heard.signal += 1), { signal: controller.signal });
  script.client.on("event", () => (heard.once += 1), { once: true });
  script.client.on("event", () => (heard.aborted += 1), { signal: AbortSignal.abort() });
  script.socket.receive(event(1));
  off();
  controller.abort();
  script.socket.receive(event(2));
  assert.deepEqual(heard, { off: 1, signal: 1, once: 1, aborted: 0 });
  assert.throws(() => script.client.on("event", "no function"), TypeError);
});

test("a listener of a thread hears that thread alone, and once is its first", async (t) => {
  const script = scripted(t);
  await script.open();
  const heard = [];
  const first = [];
  script.client.on("agent_thinking", ({ offset }) => heard.push(offset), { thread: "t1" });
  script.client.on("event", ({ offset }) => first.push(offset), { thread: "t1", once: true });
  const threads = ["t2", "t1", undefined, "t1"];
  script.socket.receive(...threads.map((thread_id, index) => event(index + 1, { thread_id })));
  assert.deepEqual(heard, [2, 4]);
  assert.deepEqual(first, [2]);
});

test("addEventListener gets the same as the detail of an event", async (t) => {
  const script = scripted(t);
  const heard = [];
  script.client.addEventListener("agent_thinking", ({ detail }) => heard.push(detail.offset));
  await script.open();
  script.socket.receive(event(1));
  assert.ok(script.client instanceof EventTarget);
  assert.deepEqual(heard, [1]);
});

test("a listener that closes the client gets no more events of it", async (t) => {
  const script = scripted(t);
  await script.open();
  script.client.on("agent_thinking", () => script.client.close());
  script.socket.receive(event(1), event(2));
  assert.deepEqual(script.offsets, [1]);
  assert.equal(script.client.state, "stopped");
});

test("the position that is read is a copy", async (t) => {
  const script = scripted(t);
  await script.open({ offset: 4 });
  script.client.position.offset = 100;
  script.client.hello.max_message = 0;
  assert.equal(script.client.position.offset, 4);
  assert.equal(script.client.hello.max_message, 65_536);
});

test("an iterator gives every event from its making on, across reconnects", async (t) => {
  const script = scripted(t);
  const events = script.client.events();
  const first = await script.open();
  first.receive(event(1), partial("p"), event(2));
  first.end(1006);
  await script.retry();
  const second = await script.open({ offset: 3, recovered: true });
  second.receive(event(2), event(3));
  const seen = [];
  for await (const { type, offset } of events) {
    seen.push([type, offset]);
    if (offset === 3) break;
  }
  assert.deepEqual(seen, [["reset", 0], ["agent_thinking", 1], ["partial_result", undefined], ["agent_thinking", 2], ["agent_thinking", 3]]);
  assert.deepEqual(await events.next(), { value: undefined, done: true });
});

test("an iterator that waits is given an event as it comes, and ends with the client", async (t) => {
  const script = scripted(t);
  await script.open();
  const seen = [];
  const loop = (async () => {
    for await (const { offset } of script.client.events()) seen.push(offset);
  })();
  for (const offset of [1, 2]) {
    script.socket.receive(event(offset));
    await settled();
    assert.equal(seen.at(-1), offset);
  }
  script.socket.receive(event(3));
  script.client.close();
  await loop;
  assert.deepEqual(seen, [1, 2, 3]);
  for await (const late of script.client.events()) assert.fail(`${late} of a client that has stopped`);
});

test("a reset stands in its place among the events of an iterator, of a thread as well", async (t) => {
  const script = scripted(t);
  await script.open();
  const events = script.client.events({ thread: "t1" });
  script.socket.receive(event(1, { thread_id: "t1" }), event(2, { thread_id: "t2" }));
  script.socket.end(4009);
  await script.retry();
  await script.open({ offset: 9, recovered: false });
  script.socket.receive(event(10, { thread_id: "t1" }));
  script.client.close();
  const seen = [];
  for await (const { type, offset } of events) seen.push([type, offset]);
  assert.deepEqual(seen, [["agent_thinking", 1], ["reset", 9], ["agent_thinking", 10]]);
});

test("an iterator that falls behind says so after what it kept", async (t) => {
  const script = scripted(t);
  await script.open();
  const events = script.client.events({ limit: 3 });
  script.socket.receive(...[1, 2, 3, 4, 5].map((offset) => event(offset)));
  const seen = [];
  await assert.rejects(async () => {
    for await (const { offset } of events) seen.push(offset);
  }, { name: "RangeError", message: /3 events behind/ });
  assert.deepEqual(seen, [1, 2, 3]);
  assert.deepEqual(script.offsets, [1, 2, 3, 4, 5]);
  assert.deepEqual(await events.next(), { value: undefined, done: true });
  for (const limit of [0, 1.5, "3", Infinity]) assert.throws(() => script.client.events({ limit }), RangeError);
});

test("an iterator that is left keeps nothing, not even that it fell behind", async (t) => {
  const script = scripted(t);
  await script.open();
  const events = script.client.events({ limit: 1 });
  const left = script.client.events();
  script.socket.receive(event(1), event(2));
  for (const iterator of [events, left]) {
    assert.deepEqual(await iterator.return("x"), { value: "x", done: true });
    script.socket.receive(event(3));
    assert.deepEqual(await iterator.next(), { value: undefined, done: true });
  }
});

test("an iterator whose loop is now ahead and now behind loses nothing", async (t) => {
  const script = scripted(t);
  await script.open();
  const events = script.client.events({ limit: 2 });
  let offset = 0;
  for (let round = 0; round < 5; round += 1) {
    script.socket.receive(event(offset + 1), event(offset + 2));
    assert.equal((await events.next()).value.offset, offset + 1);
    assert.equal((await events.next()).value.offset, offset + 2);
    const ahead = events.next();
    script.socket.receive(event(offset + 3));
    assert.equal((await ahead).value.offset, offset + 3);
    offset += 3;
  }
});

test("an iterator that is always a little behind loses nothing", async (t) => {
  const script = scripted(t);
  await script.open();
  const events = script.client.events({ limit: 4 });
  script.socket.receive(event(1), event(2));
  for (let offset = 3; offset <= 100; offset += 1) {
    script.socket.receive(event(offset));
    assert.equal((await events.next()).value.offset, offset - 2);
  }
});

test("an iterator is ended by its signal", async (t) => {
  const script = scripted(t);
  await script.open();
  const controller = new AbortController();
  const events = script.client.events({ signal: controller.signal });
  const waiting = [events.next(), events.next()];
  script.socket.receive(event(1));
  controller.abort();
  assert.equal((await waiting[0]).value.offset, 1);
  assert.equal((await waiting[1]).done, true);
  script.socket.receive(event(2));
  assert.equal((await events.next()).done, true);
  assert.equal((await script.client.events({ signal: AbortSignal.abort() }).next()).done, true);
});
