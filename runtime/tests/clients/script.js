/**
 * The recovery script for everything that has a `WebSocket` as in browsers: a page, Node, npm's `ws`.
 * script.py is the same for Python.
 *
 * A plan is what run.py says: `{url, token, events, ackEvery, seed, between, awayMs}`. The report is what came
 * of it; run.py judges it.
 */

const PROTOCOL = "websocket-core.v1";

/** So many faults are enough to tell; some come again at each connection. */
const FAULTS = 20;

/** Events that were delivered and those whose loss was told, in the order in which that happened. */
class Story {
  /** Runs of consecutive numbers: `[what, first, last]`. */
  runs = [];

  add(what, first, last) {
    if (first > last) return;
    const run = this.runs.at(-1);
    if (run?.[0] === what && run[2] + 1 === first) run[2] = last;
    else this.runs.push([what, first, last]);
  }
}

class Report {
  story = new Story();
  /** How often each thing happened. */
  counts = {};
  faults = [];

  count(what) {
    this.counts[what] = (this.counts[what] ?? 0) + 1;
  }

  fault(what) {
    if (this.faults.length < FAULTS) this.faults.push(what);
  }

  /** The number an event carries says which one it is; its offset only says where it stands. */
  delivered(user, { type, offset, payload }) {
    if (type !== "numbered") this.fault(`an event of type ${type}`);
    if (payload.user !== user) this.fault(`an event of ${payload.user} reached ${user}`);
    if (payload.number !== offset) this.fault(`event ${payload.number} has offset ${offset}`);
    this.story.add("got", payload.number, payload.number);
  }

  get result() {
    return { runs: this.story.runs, counts: this.counts, faults: this.faults };
  }
}

/** Mulberry32: the same seed, the same moments. */
function seeded(seed) {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

function after(ms) {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

/** With the bare `WebSocket`: what the protocol asks of a client, and no more. */
export async function byHand(plan, { WebSocket }) {
  const report = new Report();
  const random = seeded(plan.seed);
  let position = null;
  while (position?.offset !== plan.events && report.faults.length < FAULTS) {
    position = await connection(plan, WebSocket, position, random, report);
    await after(random() * plan.awayMs);
  }
  return report.result;
}

/** One connection, until it ends in whatever way. Returns the position reached. */
function connection(plan, WebSocket, since, random, report) {
  const url = since === null ? plan.url : `${plan.url}?since=${since.epoch}:${since.offset}`;
  const socket = new WebSocket(url, [PROTOCOL, `jwt.${plan.token}`]);
  let position = since;
  /** Where the stream was at the hello: up to there it is the history that is read. */
  let top = null;
  let left = Math.floor(random() * 2 * plan.between);
  let isOver = false;

  return new Promise((resolve) => {
    function leave(how) {
      if (isOver) return;
      isOver = true;
      report.count(how);
      if (top !== null && position.offset < top) report.count("in the middle of a replay");
      // Only npm's `ws` has a way to end without a close frame.
      if (how === "abort") socket.terminate();
      else socket.close(1000);
      if (random() < 0.5) resolve(position);
    }

    function ack() {
      socket.send(JSON.stringify({ type: "ack", offset: position.offset }));
    }

    function hello(frame) {
      if (frame.type !== "hello") return report.fault(`${frame.type} before hello`);
      if (socket.protocol !== PROTOCOL) report.fault(`the subprotocol is ${socket.protocol}`);
      top = frame.offset;
      if (frame.recovered) {
        report.count("recovered");
        if (position === null || frame.epoch !== position.epoch) report.fault("recovered from nowhere");
        if (frame.offset < position.offset) report.fault("recovered, and behind us");
      } else {
        report.count("not recovered");
        report.story.add("lost", (position?.offset ?? 0) + 1, frame.offset);
        position = { epoch: frame.epoch, offset: frame.offset };
      }
      if (position.offset > 0) ack();
    }

    function event(frame) {
      if (frame.offset === undefined) {
        report.count(frame.type);
        if (frame.type !== "progress") report.fault(JSON.stringify(frame));
        return;
      }
      if (frame.epoch !== position.epoch) report.fault(`an event of epoch ${frame.epoch}`);
      if (frame.offset <= position.offset) return report.count("duplicate");
      if (frame.offset !== position.offset + 1) {
        report.fault(`a hole between ${position.offset} and ${frame.offset}`);
        return leave("hole");
      }
      position = { epoch: frame.epoch, offset: frame.offset };
      report.delivered(plan.user, frame);
      if (frame.offset % plan.ackEvery === 0) ack();
    }

    socket.onmessage = ({ data }) => {
      if (isOver) return;
      const frame = JSON.parse(data);
      if (top === null) hello(frame);
      else event(frame);
      if (position?.offset === plan.events) leave("end");
      // Who has no position yet has nothing to come back to.
      else if (left-- <= 0 && position) leave(socket.terminate && random() < 0.5 ? "abort" : "close");
    };
    function ended(how) {
      if (!isOver) report.count(how);
      isOver = true;
      resolve(position);
    }

    // A close follows it, but for a handshake that fails in Node's own WebSocket.
    socket.onerror = () => socket.readyState === 0 && ended("no handshake");
    socket.onclose = ({ code }) => ended(code);
  });
}

/** With the client of this repository, which does by itself what the script does by hand. */
export function byClient(plan, { Client, CloseCode, WebSocket }) {
  const report = new Report();
  const random = seeded(plan.seed);
  let left = 2 * plan.between;
  let top = 0;
  return new Promise((resolve) => {
    const client = new Client(plan.url, {
      WebSocket,
      getToken: () => plan.token,
      ackEvery: plan.ackEvery,
      backoffMs: plan.awayMs,
      backoffCapMs: plan.awayMs,
    });

    function reached(offset) {
      if (offset < plan.events) return;
      client.close();
      resolve(report.result);
    }

    client.on("state", ({ state, code, reason, hello, recovered }) => {
      if (state === "waiting") report.count(code);
      // The client's own: a hole, or silence.
      if (code === CloseCode.RECONNECT) report.fault(`the client came back by itself: ${reason}`);
      if (state !== "open") return;
      report.count(recovered ? "recovered" : "not recovered");
      top = hello.offset;
    });
    client.on("reset", ({ offset, previous }) => {
      report.story.add("lost", (previous?.offset ?? 0) + 1, offset);
      reached(offset);
    });
    client.on("event", (event) => {
      if (event.offset === undefined) return report.count(event.type);
      report.delivered(plan.user, event);
      if (left-- <= 0 && event.offset < plan.events) {
        left = Math.floor(random() * 2 * plan.between);
        report.count("close");
        if (event.offset < top) report.count("in the middle of a replay");
        client.close();
        client.connect();
      }
      reached(event.offset);
    });
    client.on("error", ({ source, code, message }) => report.fault(`error of the ${source}: ${code}, ${message}`));
    client.on("stopped", ({ reason }) => {
      if (reason === "closed") return;
      report.fault(`stopped: ${reason}`);
      resolve(report.result);
    });
  });
}
