/**
 * The client of websocket-core: one connection that comes back, and one stream without holes.
 *
 * Data goes one way: a `Connection` is one socket and ends once; `Client` keeps the position, decides
 * when to connect again, and hands events to listeners. It needs no package, and works in browsers
 * and in Node (see README.md). Types: websocket-core.d.ts.
 *
 * @module websocket-core
 */

/** The subprotocol of wire format V1. The token travels beside it, as `jwt.<token>`. */
export const PROTOCOL = "websocket-core.v1";

/** Close codes that mean something to this client; on any other it connects again. */
export const CloseCode = Object.freeze({
  /** Closed by {@link Client#close}. */
  NORMAL: 1000,
  /** The server goes away: connect again. */
  GOING_AWAY: 1001,
  /** A rule of the server forbids it: stop. */
  POLICY: 1008,
  /** A message of ours was larger than the server takes: stop. */
  TOO_LARGE: 1009,
  /** The server restarts: connect again. */
  RESTART: 1012,
  /** The server has no room now: connect again later. */
  TRY_AGAIN: 1013,
  /** Sent by this client: there was a hole, or silence, and it connects again. */
  RECONNECT: 4000,
  /** Sent by this client: what answered does not speak the protocol. */
  NOT_UNDERSTOOD: 4002,
  /** We read too slowly: connect again and catch up. */
  SLOW_CONSUMER: 4008,
  /** The history no longer reaches back to us: connect again, and be told `recovered: false`. */
  POSITION_LOST: 4009,
  /** The token has expired: ask for another. */
  EXPIRED: 4401,
  /** Too many connections or messages: connect again later. */
  LIMITED: 4429,
});

/** Defaults of the options that are numbers, each with its smallest value. */
const NUMBERS = {
  ackEvery: [256, 1],
  ackDelayMs: [1_000, 0],
  backoffMs: [500, 0],
  backoffCapMs: [30_000, 0],
  stableMs: [10_000, 0],
  limitedMs: [10_000, 0],
  maxRefusals: [5, 1],
  outageMs: [120_000, 0],
  openTimeoutMs: [10_000, 1],
  tokenTimeoutMs: [10_000, 1],
  maxBufferedBytes: [1024 * 1024, 0],
};

/** Timers take a signed 32-bit number of milliseconds, and fire at once beyond it. */
const LONGEST_TIMER_MS = 2 ** 31 - 1;

/** Acknowledgements are cumulative, and servers limit messages: ten a second are enough. */
const BETWEEN_ACKS_MS = 100;

/** How long a page that was woken waits for an answer: people look at it. */
const WAKE_ANSWER_MS = 5_000;

/** So many recoveries from one position without an event: the history itself has the hole. */
const RECOVERIES_WITHOUT_PROGRESS = 3;

/** No heartbeat counts as shorter. */
const SHORTEST_HEARTBEAT_MS = 1_000;

/** Events that an iterator keeps for a loop that is behind. */
const ITERATOR_LIMIT = 4_096;

/** Frames of the protocol, which an application can neither send nor receive as its own. */
const SENT_BY_US = new Set(["ack", "ping", "authenticate"]);

/** The code of the error frame that asks for another token, before the server closes with 4401. */
const CREDENTIAL_EXPIRED = "credential_expired";

/** What this client itself dispatches: a frame of such a type reaches only `event`. */
const DISPATCHED_BY_US = new Set(["event", "state", "reset", "goaway", "error", "stopped"]);

/** What a subprotocol may consist of: `token` of RFC 9110. */
const TOKEN_CHARACTERS = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/;

/** The server said that it is about now, not about us: such an end before the hello is no refusal. */
const TEMPORARY = new Set([CloseCode.GOING_AWAY, CloseCode.RESTART, CloseCode.TRY_AGAIN, CloseCode.LIMITED]);

const SYSTEM_CLOCK = {
  now: () => performance.now(),
  setTimeout: (then, ms) => setTimeout(then, ms),
  clearTimeout: (timer) => clearTimeout(timer),
};

/**
 * A user's stream of events, over one connection that is made again whenever it ends.
 *
 * It connects by itself, soon after it is made; listeners that are added at once miss nothing.
 * Durable events arrive once each, in order; where the server cannot fill a gap, `reset` says so.
 * Options, events and types are described in websocket-core.d.ts.
 *
 * @example
 * const client = new Client("/ws", { getToken: () => session.token() });
 * client.on("reset", () => refetch());
 * client.on("agent_completed", (event) => show(event.payload));
 */
export class Client extends EventTarget {
  #url;
  #settings;
  #clock;
  #random;
  #WebSocket;
  #getToken;
  #autoAck;
  #reportListenerError;

  #state = "stopped";
  /** The attempt that counts: what an older one says is not heard. */
  #attempt = 0;
  #connection = null;
  #hello = null;

  /** Position of the last event that was delivered, or where the server put us. */
  #position = null;
  /** Recoveries since the last event that was delivered. */
  #recoveries = 0;

  #acked = 0;
  #sentAck = 0;
  #sentAckAt = -Infinity;
  #ackTimer;

  /** One timer, for the state allows one wait: for a token, for the next attempt, or after goaway. */
  #timer;
  /** Attempts since the connection was last stable: the exponent of the backoff. */
  #attempts = 0;
  #attemptedAt = -Infinity;
  /** Before it no attempt is made, whatever wakes us: the server said so. */
  #notBefore = -Infinity;
  #refusals = 0;
  #refusedSince = 0;
  #wasOpen = false;
  #openedAt = 0;
  #expired = false;
  /** Takes the listeners off the page. */
  #page = null;

  /**
   * @param {string | URL} url where the server listens: `ws:`, `wss:`, `http:` or `https:`; in a
   *   browser it may be relative to the page
   * @param {import("./websocket-core.js").ClientOptions} [options]
   * @throws {TypeError} if the URL, the position or a function of the options cannot be used, or
   *   there is no WebSocket
   * @throws {RangeError} if a number of the options is out of its range
   */
  constructor(url, options = {}) {
    super();
    this.#url = socketUrl(url);
    this.#settings = numbers(options);
    this.#WebSocket = callable(options, "WebSocket", globalThis.WebSocket);
    if (!this.#WebSocket) throw new TypeError("there is no global WebSocket here: pass one as an option");
    this.#getToken = callable(options, "getToken", null);
    this.#random = callable(options, "random", Math.random);
    this.#reportListenerError = callable(options, "onListenerError", reportError);
    this.#clock = options.clock ?? SYSTEM_CLOCK;
    this.#timer = new Timer(this.#clock);
    this.#ackTimer = new Timer(this.#clock);
    this.#autoAck = options.autoAck ?? true;
    if (options.since != null) this.#position = validPosition(options.since);
    this.connect();
  }

  /** `connecting`, `open`, `waiting` for the next attempt, or `stopped`. */
  get state() {
    return this.#state;
  }

  /**
   * Position of the last durable event that was delivered, `null` before the first connection.
   * Within a listener it is the position of that event: keep it with what you made of the event,
   * and pass it as the option `since` next time.
   */
  get position() {
    return this.#position && { ...this.#position };
  }

  /** What the server said when it took the connection; `null` while it is not open. */
  get hello() {
    return this.#hello && { ...this.#hello };
  }

  /**
   * Connects now: after `stopped` from the position where it stopped, while `waiting` without
   * waiting any longer. In other states it does nothing.
   */
  connect() {
    if (this.#state === "stopped") {
      this.#attempts = this.#refusals = 0;
      this.#notBefore = -Infinity;
      this.#watchPage();
    } else if (this.#state !== "waiting") {
      return;
    }
    this.#timer.stop();
    this.#state = "connecting";
    const attempt = ++this.#attempt;
    // Whoever made the client adds its listeners first.
    queueMicrotask(() => attempt === this.#attempt && this.#begin());
  }

  /**
   * Ends the connection, every timer and every iterator. What was delivered is acknowledged first.
   * The position stays, so `connect()` goes on from it.
   */
  close() {
    if (this.#state === "stopped") return;
    this.#flushAck();
    this.#stop("closed", CloseCode.NORMAL, "");
  }

  /**
   * Sends a message of the application: `{type, payload}`.
   *
   * @param {string} type any but `ack`, `ping` and `authenticate`, which are the protocol's
   * @param {unknown} [payload] anything that JSON can carry
   * @returns {boolean} `true` if the socket took it; `false` if the client is not open, or the socket
   *   has `maxBufferedBytes` waiting. Nothing is kept to be sent later.
   * @throws {TypeError} if the type is not usable, or JSON cannot carry the payload
   * @throws {RangeError} if the message is larger than the server takes (`max_message` of its hello)
   */
  send(type, payload) {
    if (typeof type !== "string" || type === "") throw new TypeError("the type of a message is a string");
    if (SENT_BY_US.has(type)) throw new TypeError(`messages of type "${type}" belong to the protocol`);
    const text = JSON.stringify({ type, payload });
    if (this.#state !== "open") return false;
    const limit = this.#hello.max_message;
    if (longerThan(limit, text)) throw new RangeError(`the message is larger than the server takes: ${limit} bytes`);
    return this.#connection.send(text, this.#settings.maxBufferedBytes);
  }

  /**
   * Acknowledges all durable events up to this one: for `autoAck: false`, after they were processed.
   * Acknowledgements are sent together, at most `ackDelayMs` later, and again after a reconnect.
   *
   * @param {number | {epoch: string, offset: number}} position an offset of the present epoch, or an
   *   event, which also says of which epoch it is
   * @returns {boolean} `false` if it changes nothing: acknowledged before, or of another epoch
   * @throws {RangeError} if the offset was not delivered yet
   * @throws {TypeError} if it is no offset
   */
  ack(position) {
    const offset = typeof position === "number" ? position : position?.offset;
    if (!isOffset(offset)) throw new TypeError("an acknowledgement needs an offset");
    if (typeof position === "object" && position.epoch !== this.#position?.epoch) return false;
    if (offset > (this.#position?.offset ?? 0)) throw new RangeError(`offset ${offset} was not delivered yet`);
    if (offset <= this.#acked) return false;
    this.#acked = offset;
    this.#scheduleAck();
    return true;
  }

  /**
   * Calls `listener` with each event of a type. What it throws, and a promise of it that rejects, goes
   * to `onListenerError`; the others are called all the same.
   *
   * @param {string} type `event` for all, the type of an event, or one of `state`, `reset`,
   *   `goaway`, `error`, `stopped`
   * @param {(event: any) => unknown} listener
   * @param {{thread?: string, once?: boolean, signal?: AbortSignal}} [options] `thread`: only events
   *   of that thread
   * @returns {() => void} takes the listener off again
   */
  on(type, listener, { thread, once = false, signal } = {}) {
    if (typeof listener !== "function") throw new TypeError("a listener is a function");
    const handle = ({ detail }) => {
      if (thread !== undefined && detail.thread_id !== thread) return;
      if (once) off();
      try {
        const result = listener(detail);
        if (typeof result?.then === "function") result.then(undefined, (error) => this.#reportListenerError(error));
      } catch (error) {
        this.#reportListenerError(error);
      }
    };
    const off = () => this.removeEventListener(type, handle);
    this.addEventListener(type, handle, signal ? { signal } : {});
    return off;
  }

  /**
   * All events as an async iterator, from this call on, and each `reset` in its place among them.
   * It ends when the client stops. It keeps `limit` events for a loop that is behind; one more, and
   * it throws a `RangeError` after those it has kept, for none is left out in silence.
   *
   * @param {{thread?: string, signal?: AbortSignal, limit?: number}} [options] `signal` ends it;
   *   default of `limit`: 4,096
   * @returns {AsyncIterableIterator<any>}
   */
  events({ thread, signal, limit = ITERATOR_LIMIT } = {}) {
    const queue = new EventQueue(limit);
    if (this.#state === "stopped" || signal?.aborted) {
      queue.end();
      return queue;
    }
    const add = (event) => queue.add(event);
    const end = () => queue.end();
    const offs = [this.on("event", add, { thread }), this.on("reset", add), this.on("stopped", end)];
    signal?.addEventListener("abort", end);
    queue.onEnd(() => {
      for (const off of offs) off();
      signal?.removeEventListener("abort", end);
    });
    return queue;
  }

  // Connecting.

  #begin() {
    const attempt = ++this.#attempt;
    const current = () => attempt === this.#attempt;
    this.#attemptedAt = this.#clock.now();
    this.#setState("connecting", {});
    // A listener may have closed the client.
    if (!current()) return;
    if (!this.#getToken) return this.#open(null);

    const fail = ({ message, cause }) => current() && this.#failAttempt("token_failed", message, cause);
    this.#timer.start(this.#settings.tokenTimeoutMs, () => fail({ message: "getToken() did not answer in time" }));
    this.#token(this.#expired).then((token) => {
      if (!current()) return;
      this.#timer.stop();
      this.#open(token);
    }, fail);
  }

  /** A token that can be sent, or `null` where there is none. No message quotes it. */
  async #token(expired) {
    let token;
    try {
      token = await this.#getToken({ expired });
    } catch (cause) {
      throw new Error("getToken() failed", { cause });
    }
    if (token == null || token === "") return null;
    // The complaint of a WebSocket's constructor would quote it.
    if (typeof token === "string" && TOKEN_CHARACTERS.test(token)) return token;
    throw new Error("getToken() gave something that a subprotocol cannot carry");
  }

  /** The connection may go on with another token. Without one the server closes it, and all begins anew. */
  #renew() {
    const attempt = this.#attempt;
    this.#token(true).then(
      (token) => {
        if (attempt !== this.#attempt || token === null) return;
        this.#connection.send(JSON.stringify({ type: "authenticate", token }));
      },
      ({ message, cause }) => attempt === this.#attempt && this.#report("token_failed", message, cause),
    );
  }

  #open(token) {
    const protocols = token === null ? [PROTOCOL] : [PROTOCOL, `jwt.${token}`];
    let socket;
    try {
      socket = new this.#WebSocket(this.#address(), protocols);
    } catch (cause) {
      return this.#failAttempt("connect_failed", "the WebSocket could not be made", cause);
    }
    this.#connection = new Connection(socket, this.#clock, this.#settings.openTimeoutMs, {
      hello: (frame) => this.#joined(frame),
      frame: (frame) => this.#received(frame),
      problem: (message) => this.#report("bad_frame", message),
      end: (outcome) => this.#ended(outcome),
    });
  }

  /** The URL with our position. A colon needs no escape in a query, and is easier to read in a log. */
  #address() {
    if (!this.#position || this.#recoveries > RECOVERIES_WITHOUT_PROGRESS) return this.#url;
    const { epoch, offset } = this.#position;
    return `${this.#url}${this.#url.includes("?") ? "&" : "?"}since=${encodeURIComponent(epoch)}:${offset}`;
  }

  #joined(hello) {
    const connection = this.#connection;
    const previous = this.#position;
    // `recovered` of another epoch, or behind us, would lose events in silence.
    const recovered =
      previous !== null &&
      this.#recoveries <= RECOVERIES_WITHOUT_PROGRESS &&
      hello.recovered &&
      hello.epoch === previous.epoch &&
      hello.offset >= previous.offset;
    if (!recovered) {
      this.#position = { epoch: hello.epoch, offset: hello.offset };
      this.#recoveries = 0;
      this.#acked = 0;
    }
    this.#hello = hello;
    this.#wasOpen = true;
    this.#openedAt = this.#clock.now();
    this.#refusals = 0;
    this.#expired = false;
    this.#sentAck = 0;
    this.#setState("open", { hello: { ...hello }, recovered });
    if (connection !== this.#connection) return;
    if (!recovered) this.#dispatch("reset", { type: "reset", epoch: hello.epoch, offset: hello.offset, previous });
    // The last acknowledgement may have been lost with the old connection.
    if (connection === this.#connection) this.#scheduleAck();
  }

  // Receiving.

  #received(frame) {
    // The application's own events may have any name; only a frame without a position is ours. So a
    // second hello, which no server sends, is a duplicate or a hole.
    if (frame.offset != null) return this.#deliverNext(frame);
    switch (frame.type) {
      case "pong":
        return;
      case "hello":
        return this.#report("bad_frame", "a second hello");
      case "goaway":
        return this.#leaveAfter(frame);
      case "error": {
        const { code, field, message } = frame;
        if (code === CREDENTIAL_EXPIRED && this.#getToken) this.#renew();
        return this.#dispatch("error", { source: "server", code, field, message });
      }
      default:
        this.#deliver(frame);
    }
  }

  #deliverNext(frame) {
    const { epoch, offset } = frame;
    const last = this.#position;
    if (!isOffset(offset) || epoch !== last.epoch) return this.#recover("an event without a usable position");
    if (offset <= last.offset) return;
    if (offset !== last.offset + 1) return this.#recover("a hole in the stream");
    this.#position = { epoch, offset };
    this.#recoveries = 0;
    this.#deliver(frame);
    // If a listener closed the client, the next connection says it.
    if (this.#autoAck) this.ack(offset);
  }

  #deliver(frame) {
    this.#dispatch("event", frame);
    if (!DISPATCHED_BY_US.has(frame.type)) this.#dispatch(frame.type, frame);
  }

  /** The server's history has what is missing here. */
  #recover(reason) {
    this.#recoveries += 1;
    this.#connection.abandon(CloseCode.RECONNECT, reason);
    this.#ended({ code: CloseCode.RECONNECT, reason, joined: true });
  }

  /** Events may follow a goaway until the server closes, so the connection stays until its time is up. */
  #leaveAfter({ retry_after_ms, reason }) {
    const wait = Number.isFinite(retry_after_ms) && retry_after_ms > 0 ? retry_after_ms : 0;
    const connection = this.#connection;
    this.#notBefore = this.#clock.now() + wait;
    this.#flushAck();
    this.#timer.start(wait, () => {
      this.#flushAck();
      connection.abandon(CloseCode.RECONNECT, "goaway");
      this.#ended({ code: CloseCode.GOING_AWAY, reason: "goaway", joined: true });
    });
    this.#dispatch("goaway", { type: "goaway", retry_after_ms: wait, reason });
  }

  // Acknowledging.

  #scheduleAck() {
    if (this.#state !== "open" || this.#acked <= this.#sentAck) return;
    const { ackEvery, ackDelayMs } = this.#settings;
    if (this.#acked - this.#sentAck < ackEvery) {
      if (!this.#ackTimer.running) this.#ackTimer.start(ackDelayMs, () => this.#flushAck());
      return;
    }
    const pause = this.#sentAckAt + BETWEEN_ACKS_MS - this.#clock.now();
    if (pause <= 0) return this.#flushAck();
    // It may be running for longer than that.
    this.#ackTimer.start(Math.min(pause, ackDelayMs), () => this.#flushAck());
  }

  #flushAck() {
    this.#ackTimer.stop();
    if (this.#state !== "open" || this.#acked <= this.#sentAck) return;
    if (!this.#connection.send(JSON.stringify({ type: "ack", offset: this.#acked }))) return;
    this.#sentAck = this.#acked;
    this.#sentAckAt = this.#clock.now();
  }

  // Ending, and beginning again.

  #failAttempt(code, message, cause) {
    const attempt = this.#attempt;
    this.#report(code, message, cause);
    // A listener may have closed the client.
    if (attempt === this.#attempt) this.#ended({ code: 0, reason: code, joined: false });
  }

  #ended({ code, reason, joined }) {
    const now = this.#clock.now();
    this.#disconnect();
    if (code === CloseCode.POLICY) return this.#stop("policy", code, reason);
    if (code === CloseCode.TOO_LARGE) return this.#stop("too_large", code, reason);
    if (joined && now - this.#openedAt >= this.#settings.stableMs) this.#attempts = 0;
    if (!joined && !TEMPORARY.has(code) && this.#refused(now)) return this.#stop("refused", code, reason);
    this.#expired ||= code === CloseCode.EXPIRED;
    this.#wait(now, code, reason);
  }

  /**
   * Counts an attempt that ended before its hello, and says whether it was one too many.
   *
   * A page sees no difference between 401, a restart and a broken network. Who never got in is soon
   * told; who was in before is given the time of an outage.
   */
  #refused(now) {
    if (globalThis.navigator?.onLine === false) return false;
    if (this.#refusals === 0) this.#refusedSince = now;
    this.#refusals += 1;
    if (this.#refusals < this.#settings.maxRefusals) return false;
    return !this.#wasOpen || now - this.#refusedSince >= this.#settings.outageMs;
  }

  /** Full jitter above what the server asked for: many clients must not come back in step. */
  #wait(now, code, reason) {
    const { backoffMs, backoffCapMs, limitedMs } = this.#settings;
    if (code === CloseCode.LIMITED || code === CloseCode.TRY_AGAIN) {
      this.#notBefore = Math.max(this.#notBefore, now + limitedMs);
    }
    const jitter = this.#random() * Math.min(backoffCapMs, backoffMs * 2 ** this.#attempts);
    const retryMs = Math.max(0, this.#notBefore - now) + jitter;
    this.#attempts += 1;
    this.#timer.start(retryMs, () => this.#begin());
    this.#setState("waiting", { retryMs, code, reason });
  }

  #stop(reason, code, text) {
    this.#connection?.abandon(CloseCode.NORMAL, "");
    this.#disconnect();
    this.#page?.abort();
    this.#page = null;
    this.#setState("stopped", { reason, code });
    this.#dispatch("stopped", { type: "stopped", reason, code, message: text });
  }

  /** After it nothing of the present attempt is heard, and no timer runs. */
  #disconnect() {
    this.#attempt += 1;
    this.#connection = null;
    this.#hello = null;
    this.#timer.stop();
    this.#ackTimer.stop();
  }

  // The page.

  #watchPage() {
    const { document } = globalThis;
    if (typeof globalThis.addEventListener !== "function") return;
    this.#page = new AbortController();
    const { signal } = this.#page;
    globalThis.addEventListener("online", () => this.#wake(), { signal });
    globalThis.addEventListener("pagehide", () => this.#flushAck(), { signal });
    document?.addEventListener(
      "visibilitychange",
      () => (document.visibilityState === "hidden" ? this.#flushAck() : this.#wake()),
      { signal },
    );
  }

  /** Somebody looks, or the network is back: try now, or ask whether the connection still lives. */
  #wake() {
    if (this.#state === "open") return this.#connection.probe(WAKE_ANSWER_MS);
    const now = this.#clock.now();
    // Who flips through tabs must not use up the refusals.
    const next = Math.max(this.#notBefore, this.#attemptedAt + this.#settings.backoffMs);
    if (this.#state === "waiting" && now >= next) this.connect();
  }

  // Telling.

  #setState(state, detail) {
    this.#state = state;
    this.#dispatch("state", { type: "state", state, ...detail });
  }

  #report(code, message, cause) {
    this.#dispatch("error", { source: "client", code, message, cause });
  }

  #dispatch(type, detail) {
    this.dispatchEvent(new CustomEvent(type, { detail }));
  }
}

/**
 * One socket, from its making to its one end. After that it says nothing, whatever still arrives.
 *
 * A browser shows no pings to a page, and a connection that is dead without a close looks idle. So
 * after twice `heartbeat_ms` without a frame it sends `{"type":"ping"}`, which the server answers
 * with `{"type":"pong"}`; any frame counts as the answer, and without one in another `heartbeat_ms`
 * the connection is over. A heartbeat of less than a second counts as one: no answer is that quick
 * everywhere.
 */
class Connection {
  #socket;
  #clock;
  #tell;
  /** Until the hello: the time it has. Afterwards: the next look at the silence, or the answer. */
  #timer;
  #joined = false;
  #over = false;
  #heartbeatMs = 0;
  #heardAt = 0;
  /** A ping was sent, and nothing came since. */
  #asked = false;

  /** @param tell `{hello, frame, problem, end}`: what each of them is called with is all we know */
  constructor(socket, clock, openTimeoutMs, tell) {
    this.#socket = socket;
    this.#clock = clock;
    this.#tell = tell;
    this.#timer = new Timer(clock);
    this.#timer.start(openTimeoutMs, () => this.#die(CloseCode.RECONNECT, "no hello in time"));
    socket.onopen = () => this.#opened();
    socket.onmessage = ({ data }) => this.#heard(data);
    // A close follows it, and that says more. Only Node's own WebSocket forgets the close where a
    // handshake fails; unlike all others it is still connecting then.
    socket.onerror = () => socket.readyState === 0 && this.#end(1006, "");
    socket.onclose = ({ code, reason }) => this.#end(code, reason);
  }

  /** Says whether the socket took it: not while it closes, nor with so many bytes before it. */
  send(text, maxBuffered = Infinity) {
    if (this.#over || this.#socket.readyState !== 1 || this.#socket.bufferedAmount > maxBuffered) return false;
    this.#socket.send(text);
    return true;
  }

  /** Closes the socket without another word to the owner. */
  abandon(code, reason) {
    if (this.#over) return;
    this.#over = true;
    this.#timer.stop();
    const socket = this.#socket;
    try {
      // Perhaps nobody is there to answer a close, for which npm's `ws` would wait half a minute.
      const unanswered = this.#asked || !this.#joined;
      if (unanswered && typeof socket.terminate === "function") socket.terminate();
      else socket.close(code, reason);
    } catch {
      // It is closed already, or was never open: that is what was wanted.
    }
  }

  /** Asks for a sign of life, to be given within so many milliseconds. */
  probe(answerMs) {
    if (this.#over || this.#asked || this.#heartbeatMs === 0) return;
    this.#asked = true;
    this.send(JSON.stringify({ type: "ping" }));
    this.#timer.start(Math.min(answerMs, this.#heartbeatMs), () => {
      if (this.#asked) this.#die(CloseCode.RECONNECT, "no sign of the server");
      else this.#watch();
    });
  }

  #opened() {
    if (this.#over) return;
    if (this.#socket.protocol !== PROTOCOL) this.#die(CloseCode.NOT_UNDERSTOOD, "the server chose no subprotocol of ours");
  }

  #heard(data) {
    if (this.#over) return;
    this.#asked = false;
    this.#heardAt = this.#clock.now();
    const frame = parsed(data);
    if (this.#joined) {
      if (frame) this.#tell.frame(frame);
      else this.#tell.problem("a frame that is no JSON object with a type");
      return;
    }
    if (!isHello(frame)) return this.#die(CloseCode.NOT_UNDERSTOOD, "the first frame is no hello of version 1");
    this.#joined = true;
    this.#heartbeatMs = frame.heartbeat_ms && Math.max(frame.heartbeat_ms, SHORTEST_HEARTBEAT_MS);
    this.#watch();
    this.#tell.hello(frame);
  }

  /** Looks again when the silence could have become too long; a frame costs no timer. */
  #watch() {
    this.#timer.stop();
    if (this.#heartbeatMs === 0) return;
    const left = this.#heardAt + 2 * this.#heartbeatMs - this.#clock.now();
    if (left > 0) this.#timer.start(left, () => this.#watch());
    else this.probe(this.#heartbeatMs);
  }

  #die(code, reason) {
    this.abandon(code, reason);
    this.#tell.end({ code, reason, joined: this.#joined });
  }

  #end(code, reason) {
    if (this.#over) return;
    this.#over = true;
    this.#timer.stop();
    this.#tell.end({ code, reason, joined: this.#joined });
  }
}

/** A timer that runs once at a time. */
class Timer {
  #clock;
  #id = null;

  constructor(clock) {
    this.#clock = clock;
  }

  get running() {
    return this.#id !== null;
  }

  /** Calls `then` after so many milliseconds, instead of what it was to do before. */
  start(ms, then) {
    this.stop();
    this.#id = this.#clock.setTimeout(
      () => {
        this.#id = null;
        then();
      },
      Math.min(ms, LONGEST_TIMER_MS),
    );
  }

  stop() {
    if (this.#id !== null) this.#clock.clearTimeout(this.#id);
    this.#id = null;
  }
}

/** What an async iterator has not taken yet: bounded, for a loop may be slower than the stream. */
class EventQueue {
  #limit;
  /** Who asked for an event that is not there yet. */
  #waiting = [];
  /** What nobody asked for yet, as a list: shifting a long array for each event would be slow. */
  #first = null;
  #last = null;
  #count = 0;
  #over = false;
  #failure = null;
  #onEnd = () => {};

  constructor(limit) {
    if (!Number.isSafeInteger(limit) || limit < 1) throw new RangeError("limit is a whole number from 1 on");
    this.#limit = limit;
  }

  onEnd(then) {
    this.#onEnd = then;
  }

  add(event) {
    const give = this.#waiting.shift();
    if (give) return give({ value: event, done: false });
    if (this.#count === this.#limit) {
      this.#failure = new RangeError(`the loop over events fell ${this.#limit} events behind`);
      return this.end();
    }
    const entry = { event, next: null };
    if (this.#last) this.#last.next = entry;
    else this.#first = entry;
    this.#last = entry;
    this.#count += 1;
  }

  /** What was kept is still given out. */
  end() {
    if (this.#over) return;
    this.#over = true;
    this.#onEnd();
    for (const give of this.#waiting.splice(0)) give({ value: undefined, done: true });
  }

  next() {
    if (this.#first) {
      const { event, next } = this.#first;
      this.#first = next;
      if (!next) this.#last = null;
      this.#count -= 1;
      return Promise.resolve({ value: event, done: false });
    }
    if (this.#failure) {
      const failure = this.#failure;
      this.#failure = null;
      return Promise.reject(failure);
    }
    if (this.#over) return Promise.resolve({ value: undefined, done: true });
    return new Promise((give) => this.#waiting.push(give));
  }

  /** Called by a loop that ends early. */
  return(value) {
    this.#first = this.#last = this.#failure = null;
    this.#count = 0;
    this.end();
    return Promise.resolve({ value, done: true });
  }

  [Symbol.asyncIterator]() {
    return this;
  }
}

function parsed(data) {
  if (typeof data !== "string") return null;
  try {
    const frame = JSON.parse(data);
    return typeof frame?.type === "string" ? frame : null;
  } catch {
    return null;
  }
}

function isHello(frame) {
  return (
    frame?.type === "hello" &&
    frame.v === 1 &&
    isEpoch(frame.epoch) &&
    isOffset(frame.offset) &&
    typeof frame.recovered === "boolean" &&
    isOffset(frame.heartbeat_ms) &&
    typeof frame.max_message === "number" &&
    frame.max_message >= 0
  );
}

function isOffset(value) {
  return Number.isSafeInteger(value) && value >= 0;
}

function isEpoch(value) {
  return typeof value === "string" && value !== "";
}

/** In bytes of UTF-8, of which a UTF-16 unit becomes three at most: most messages need no encoding. */
function longerThan(limit, text) {
  return text.length * 3 > limit && new TextEncoder().encode(text).length > limit;
}

function validPosition({ epoch, offset }) {
  if (!isEpoch(epoch) || !isOffset(offset)) throw new TypeError("since is a position: {epoch, offset}");
  return { epoch, offset };
}

/** Our own `since` is the only one, and a fragment is not allowed. */
function socketUrl(url) {
  const absolute = new URL(url, globalThis.location?.href);
  if (absolute.protocol === "http:") absolute.protocol = "ws:";
  if (absolute.protocol === "https:") absolute.protocol = "wss:";
  if (absolute.protocol !== "ws:" && absolute.protocol !== "wss:") throw new TypeError(`no WebSocket at ${absolute.protocol}`);
  absolute.hash = "";
  if (absolute.searchParams.has("since")) absolute.searchParams.delete("since");
  return absolute.href;
}

function numbers(options) {
  const settings = {};
  for (const [name, [standard, least]] of Object.entries(NUMBERS)) {
    const value = options[name] ?? standard;
    if (typeof value !== "number" || !(value >= least)) throw new RangeError(`${name} is a number from ${least} on`);
    settings[name] = value;
  }
  return settings;
}

function callable(options, name, standard) {
  const value = options[name] ?? standard;
  if (value != null && typeof value !== "function") throw new TypeError(`${name} is a function`);
  return value;
}

/** As for any listener: to the page's own handler of errors. Node has none that does not end it. */
function reportError(error) {
  if (typeof globalThis.reportError === "function") globalThis.reportError(error);
  else console.error(error);
}
