/** A client on a clock that stands still, with sockets whose every word is written in the test. */

import assert from "node:assert/strict";
import { Client } from "../../websocket-core.js";

/** A clock that moves only when told to. */
export class ManualClock {
  #now = 0;
  #timers = new Map();
  #ids = 0;

  now() {
    return this.#now;
  }

  /** Like the real ones, a timer that is too long for 32 bits fires at once. */
  setTimeout(then, ms) {
    this.#timers.set(++this.#ids, { at: this.#now + (ms < 2 ** 31 ? ms : 1), then });
    return this.#ids;
  }

  clearTimeout(id) {
    this.#timers.delete(id);
  }

  /** How long until each timer that runs, soonest first. */
  get pending() {
    return [...this.#timers.values()].map(({ at }) => at - this.#now).sort((a, b) => a - b);
  }

  /** Moves on, and runs what falls due, each in its own turn. */
  async advance(ms) {
    const end = this.#now + ms;
    for (;;) {
      const due = [...this.#timers].filter(([, { at }]) => at <= end).sort(([a, x], [b, y]) => x.at - y.at || a - b)[0];
      if (!due) break;
      const [id, { at, then }] = due;
      this.#timers.delete(id);
      this.#now = Math.max(this.#now, at);
      then();
      await settled();
    }
    this.#now = end;
  }
}

/** All microtasks have run. */
export function settled() {
  return new Promise((resolve) => setImmediate(resolve));
}

/** As much of a WebSocket as the client sees, and what it did to it. */
export class ScriptedSocket {
  readyState = 0;
  protocol = "";
  bufferedAmount = 0;
  onopen = null;
  onmessage = null;
  onclose = null;
  onerror = null;
  /** Frames that the client sent, parsed. */
  sent = [];
  /** `{code, reason}` of the client's close. */
  closed = null;
  terminated = false;

  constructor(url, protocols) {
    this.url = url;
    this.protocols = protocols;
  }

  send(text) {
    assert.equal(this.readyState, 1, "nothing is sent on a socket that is not open");
    this.sent.push(JSON.parse(text));
  }

  close(code, reason) {
    assert.ok(code === undefined || code === 1000 || (code >= 3000 && code < 5000), `a page may not close with ${code}`);
    this.closed ??= { code, reason };
    this.readyState = 2;
  }

  get since() {
    return new URL(this.url).searchParams.get("since");
  }

  /** Ours left it, in whatever way. */
  get left() {
    return this.closed !== null || this.terminated;
  }

  accept(protocol = this.protocols[0]) {
    this.readyState = 1;
    this.protocol = protocol;
    this.onopen?.({});
  }

  receive(...frames) {
    for (const frame of frames) this.onmessage?.({ data: typeof frame === "string" ? frame : JSON.stringify(frame) });
  }

  /** The other side ends it. */
  end(code = 1006, reason = "") {
    this.readyState = 3;
    if (code === 1006) this.onerror?.({});
    this.onclose?.({ code, reason });
  }
}

/** A socket that can be dropped without a close frame, as npm's `ws` has it. */
export class TerminableSocket extends ScriptedSocket {
  terminate() {
    this.terminated = true;
    this.readyState = 3;
  }
}

export function hello(changes = {}) {
  return {
    type: "hello",
    v: 1,
    conn: "c1",
    epoch: "e1",
    offset: 0,
    recovered: false,
    heartbeat_ms: 25_000,
    max_message: 65_536,
    ...changes,
  };
}

export function event(offset, changes = {}) {
  return {
    type: "agent_thinking",
    epoch: "e1",
    offset,
    timestamp: 1_763_800_000.5,
    run_id: "run-1",
    agent_name: "triage",
    payload: { thought: `thought ${offset}`, step_number: offset },
    ...changes,
  };
}

/**
 * A client and all that it did. When the test ends it is closed, and nothing may be left of it.
 *
 * @param t the test
 * @param options of the client; `random` is 1 unless given, so waits are their longest
 * @param Socket which class its sockets are of
 */
export function scripted(t, options = {}, Socket = ScriptedSocket) {
  const clock = new ManualClock();
  const sockets = [];
  const listenerErrors = [];
  class WebSocket extends Socket {
    constructor(url, protocols) {
      super(url, protocols);
      sockets.push(this);
    }
  }
  const client = new Client("ws://localhost/ws", {
    WebSocket,
    clock,
    random: () => 1,
    onListenerError: (error) => listenerErrors.push(error),
    ...options,
  });
  const log = { event: [], state: [], reset: [], goaway: [], error: [], stopped: [] };
  for (const [type, seen] of Object.entries(log)) client.on(type, (detail) => seen.push(detail));

  const script = {
    client,
    clock,
    sockets,
    log,
    listenerErrors,
    /** The newest socket. */
    get socket() {
      return sockets.at(-1);
    },
    /** Offsets of the durable events that were delivered. */
    get offsets() {
      return log.event.map(({ offset }) => offset).filter((offset) => offset !== undefined);
    },
    get states() {
      return log.state.map(({ state }) => state);
    },
    /** The newest socket is accepted and gets its hello. */
    async open(changes) {
      await settled();
      script.socket.accept();
      script.socket.receive(hello(changes));
      await settled();
      assert.equal(client.state, "open");
      return script.socket;
    },
    /** It waits, and the wait passes: there is one more socket, which is returned. */
    async retry() {
      assert.equal(client.state, "waiting");
      const before = sockets.length;
      await clock.advance(log.state.at(-1).retryMs);
      assert.equal(sockets.length, before + 1, "an attempt follows the wait");
      return script.socket;
    },
  };
  t.after(async () => {
    client.close();
    await settled();
    assert.equal(client.state, "stopped");
    assert.deepEqual(clock.pending, [], "timers after close()");
    for (const socket of sockets) assert.ok(socket.left || socket.readyState === 3, "a socket is left open");
  });
  return script;
}
