/** What the client sends: messages of the application, and acknowledgements. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { event, scripted } from "./support/scripted.js";

const acks = (socket) => socket.sent.filter(({ type }) => type === "ack").map(({ offset }) => offset);
const upTo = (last, first = 1) => Array.from({ length: last - first + 1 }, (_, index) => event(first + index));

test("a message is sent as type and payload while the client is open, and only then", async (t) => {
  const script = scripted(t);
  assert.equal(script.client.send("say", 1), false);
  await script.open();
  assert.equal(script.client.send("say", { text: "hi" }), true);
  assert.equal(script.client.send("refresh"), true);
  assert.deepEqual(script.socket.sent, [{ type: "say", payload: { text: "hi" } }, { type: "refresh" }]);
  script.socket.readyState = 2;
  assert.equal(script.client.send("say", 2), false, "the socket closes");
  script.socket.end(1006);
  assert.equal(script.client.send("say", 3), false);
  await script.retry();
  assert.equal(script.client.send("say", 4), false);
  await script.open({ recovered: true });
  assert.deepEqual(script.socket.sent, [], "nothing was kept for later");
  script.client.close();
  assert.equal(script.client.send("say", 5), false);
});

test("a message larger than the server takes fails the call and not the connection", async (t) => {
  const script = scripted(t);
  await script.open({ max_message: 60 });
  const frame = JSON.stringify({ type: "say", payload: "" });
  const room = 60 - frame.length;
  assert.equal(script.client.send("say", "x".repeat(room)), true);
  assert.throws(() => script.client.send("say", "x".repeat(room + 1)), RangeError);
  // Bytes count, not characters: ü has two, € three, 😀 four.
  for (const [text, bytes] of [["ü", 2], ["€", 3], ["😀", 4]]) {
    const most = Math.floor(room / bytes);
    assert.equal(script.client.send("say", text.repeat(most)), true);
    assert.throws(() => script.client.send("say", text.repeat(most + 1)), RangeError);
  }
  assert.equal(script.client.state, "open");
  assert.equal(script.socket.sent.length, 4);
});

test("a message that cannot be one fails the call", async (t) => {
  const script = scripted(t);
  await script.open();
  const circle = {};
  circle.circle = circle;
  for (const [type, payload] of [["", 1], [7, 1], [undefined, 1], ["ack", 1], ["ping", 1], ["authenticate", "t"], ["say", circle], ["say", 1n]]) {
    assert.throws(() => script.client.send(type, payload), TypeError);
  }
  assert.deepEqual(script.socket.sent, []);
});

test("a socket that has too much waiting takes no more", async (t) => {
  const script = scripted(t, { maxBufferedBytes: 100 });
  await script.open();
  script.socket.bufferedAmount = 101;
  assert.equal(script.client.send("say", 1), false);
  script.socket.bufferedAmount = 100;
  assert.equal(script.client.send("say", 2), true);
});

test("events are acknowledged together, after a while", async (t) => {
  const script = scripted(t, { ackDelayMs: 700 });
  const socket = await script.open();
  assert.deepEqual(script.clock.pending.length, 1, "no timer while there is nothing to acknowledge");
  socket.receive(...upTo(3));
  await script.clock.advance(699);
  socket.receive(event(4));
  assert.deepEqual(acks(socket), []);
  await script.clock.advance(1);
  assert.deepEqual(acks(socket), [4]);
  await script.clock.advance(60_000);
  assert.deepEqual(acks(socket), [4]);
  socket.receive({ type: "partial_result" }, event(4));
  await script.clock.advance(700);
  assert.deepEqual(acks(socket), [4], "neither volatile ones nor duplicates");
});

test("many events are acknowledged without waiting, but ten times a second at most", async (t) => {
  const script = scripted(t, { ackEvery: 10 });
  const socket = await script.open();
  socket.receive(...upTo(9));
  assert.deepEqual(acks(socket), []);
  socket.receive(event(10));
  assert.deepEqual(acks(socket), [10]);
  for (let offset = 11; offset <= 1_010; offset += 10) {
    await script.clock.advance(1);
    socket.receive(...upTo(offset + 9, offset));
  }
  await script.clock.advance(100);
  assert.deepEqual(acks(socket), [10, 1_000, 1_010]);
});

test("close() acknowledges what was delivered", async (t) => {
  const script = scripted(t);
  const socket = await script.open();
  socket.receive(...upTo(3));
  script.client.close();
  assert.deepEqual(acks(socket), [3]);
  assert.equal(socket.closed.code, 1000);
});

test("an event is acknowledged after its listeners have returned", async (t) => {
  const script = scripted(t, { ackEvery: 1 });
  const socket = await script.open();
  script.client.on("event", () => assert.deepEqual(acks(socket), []));
  socket.receive(event(1));
  assert.deepEqual(acks(socket), [1]);
  assert.deepEqual(script.listenerErrors, []);
});

test("an acknowledgement that may be lost is repeated on the next connection of the same stream", async (t) => {
  const script = scripted(t);
  const first = await script.open();
  first.receive(...upTo(2));
  first.end(1006);
  await script.retry();
  const second = await script.open({ offset: 2, recovered: true });
  await script.clock.advance(1_000);
  second.end(1006);
  await script.retry();
  const third = await script.open({ offset: 2, recovered: true });
  await script.clock.advance(1_000);
  assert.deepEqual([acks(first), acks(second), acks(third)], [[], [2], [2]]);
});

test("nothing of another stream is acknowledged", async (t) => {
  const script = scripted(t);
  const first = await script.open();
  first.receive(...upTo(9));
  first.end(1006);
  await script.retry();
  const second = await script.open({ epoch: "e2", offset: 4 });
  await script.clock.advance(60_000);
  assert.deepEqual(acks(second), [], "neither that of the old one nor what was before us");
  second.receive(event(5, { epoch: "e2" }));
  await script.clock.advance(1_000);
  assert.deepEqual(acks(second), [5]);
});

test("without autoAck the application acknowledges, by offset or by event", async (t) => {
  const script = scripted(t, { autoAck: false });
  const socket = await script.open();
  socket.receive(...upTo(6));
  await script.clock.advance(60_000);
  assert.deepEqual(acks(socket), []);
  assert.equal(script.client.ack(script.log.event[1]), true);
  assert.equal(script.client.ack(3), true);
  assert.equal(script.client.ack(3), false);
  assert.equal(script.client.ack(1), false);
  await script.clock.advance(1_000);
  assert.deepEqual(acks(socket), [3]);
  assert.throws(() => script.client.ack(7), RangeError);
  for (const bad of ["3", 1.5, -1, NaN, undefined, null, {}, { epoch: "e1" }]) {
    assert.throws(() => script.client.ack(bad), TypeError);
  }
  script.client.ack(6);
  script.client.close();
  assert.deepEqual(acks(socket), [3, 6]);
});

test("an acknowledgement without a connection is sent by the next one, unless the stream is another", async (t) => {
  const script = scripted(t, { autoAck: false });
  assert.throws(() => script.client.ack(1), RangeError);
  const first = await script.open();
  first.receive(...upTo(3));
  const [, , third] = script.log.event;
  first.end(1006);
  assert.equal(script.client.ack(2), true);
  await script.retry();
  const second = await script.open({ offset: 3, recovered: true });
  await script.clock.advance(1_000);
  assert.deepEqual(acks(second), [2]);
  second.end(1006);
  await script.retry();
  const last = await script.open({ epoch: "e2", offset: 8 });
  assert.equal(script.client.ack(third), false);
  await script.clock.advance(1_000);
  assert.deepEqual(acks(last), []);
});
