/** Types of websocket-core.js. The events themselves: events.d.ts. */

import type { AgentEvent, ErrorFrame, Goaway, Hello, PartialResult } from "./events.d.ts";

export type * from "./events.d.ts";

/** The subprotocol of wire format V1. */
export declare const PROTOCOL: "websocket-core.v1";

/** Close codes that mean something to this client; on any other it connects again. */
export declare const CloseCode: {
  readonly NORMAL: 1000;
  readonly GOING_AWAY: 1001;
  readonly POLICY: 1008;
  readonly TOO_LARGE: 1009;
  readonly RESTART: 1012;
  readonly TRY_AGAIN: 1013;
  readonly RECONNECT: 4000;
  readonly NOT_UNDERSTOOD: 4002;
  readonly SLOW_CONSUMER: 4008;
  readonly POSITION_LOST: 4009;
  readonly EXPIRED: 4401;
  readonly LIMITED: 4429;
};

/** A place in a user's stream. */
export interface Position {
  epoch: string;
  offset: number;
}

/** As much of a WebSocket as the client uses: the browser's, Node's, or that of npm's `ws`. */
export interface WebSocketLike {
  readonly protocol: string;
  readonly readyState: number;
  readonly bufferedAmount: number;
  send(data: string): void;
  close(code?: number, reason?: string): void;
}

/** Time, for tests. */
export interface Clock {
  /** Milliseconds that never go back. */
  now(): number;
  setTimeout(then: () => void, ms: number): unknown;
  clearTimeout(timer: any): void;
}

export interface ClientOptions {
  /**
   * Gives the token, before each attempt, and when the server says that the last one has expired:
   * `expired` is true then, for one from a cache will not do. Nothing: no token is sent, as with a cookie. Default: none.
   */
  getToken?: (ask: { expired: boolean }) => string | null | undefined | Promise<string | null | undefined>;
  /** Default: the global one, which Node has from version 22 on. */
  WebSocket?: new (url: string, protocols?: string[]) => WebSocketLike;
  /** A position from an earlier client, to go on from it. Default: none, so `reset` comes first. */
  since?: Position | null;
  /** Acknowledge each durable event when its listeners have returned. Default: true. */
  autoAck?: boolean;
  /** So many unacknowledged events are acknowledged without delay, ten times a second at most. Default: 256. */
  ackEvery?: number;
  /** Fewer wait so long, in milliseconds. Default: 1,000. */
  ackDelayMs?: number;
  /**
   * The first attempt after a loss waits a random time up to this, and each further one up to twice
   * as long. In milliseconds. Default: 500.
   */
  backoffMs?: number;
  /** The limit of that doubling, in milliseconds. Default: 30,000. */
  backoffCapMs?: number;
  /** A connection that was open so long starts the doubling anew, in milliseconds. Default: 10,000. */
  stableMs?: number;
  /** Added to the wait after 4429 and 1013, in milliseconds. Default: 10,000. */
  limitedMs?: number;
  /** The client stops after so many attempts in a row without a `hello`. Default: 5. */
  maxRefusals?: number;
  /**
   * A client that was open before stops only if these attempts also took so long, for a restart of
   * the server looks like a refusal. In milliseconds. Default: 120,000.
   */
  outageMs?: number;
  /** From the making of the socket to its `hello`, in milliseconds. Default: 10,000. */
  openTimeoutMs?: number;
  /** For `getToken()`, in milliseconds. Default: 10,000. */
  tokenTimeoutMs?: number;
  /** `send()` returns false while the socket has more bytes than this waiting. Default: 1 MiB. */
  maxBufferedBytes?: number;
  /** Told what a listener throws. Default: the page's `reportError`, or else the console. */
  onListenerError?: (error: unknown) => void;
  /** Default: the system's. */
  clock?: Clock;
  /** From 0 up to 1. Default: `Math.random`. */
  random?: () => number;
}

/** An event that the application defines; with a position if it is durable. */
export interface CustomEventFrame<Type extends string, Payload> {
  type: Type;
  epoch?: string;
  offset?: number;
  timestamp?: number;
  thread_id?: string;
  run_id?: string;
  agent_name?: string;
  payload: Payload;
}

/** The client became this. */
export type StateChange =
  | { type: "state"; state: "connecting" }
  /** `recovered`: goes on from our position; otherwise `reset` follows. */
  | { type: "state"; state: "open"; hello: Hello; recovered: boolean }
  /** The next attempt comes in `retryMs`. `code` is 0 where no socket was made. */
  | { type: "state"; state: "waiting"; retryMs: number; code: number; reason: string }
  | { type: "state"; state: "stopped"; reason: StopReason; code: number };

/**
 * - `closed`: by `close()`
 * - `refused`: too many attempts without a `hello`
 * - `policy`: closed with 1008
 * - `too_large`: closed with 1009
 */
export type StopReason = "closed" | "refused" | "policy" | "too_large";

/** The client has stopped; `connect()` starts it again. */
export interface Stopped {
  type: "stopped";
  reason: StopReason;
  code: number;
  message: string;
}

/**
 * The stream goes on behind this position, and what lies between it and `previous` will not come:
 * fetch the present state. `previous` is `null` on the first connection, where it is the moment to
 * fetch the state that the events will change.
 */
export interface Reset {
  type: "reset";
  epoch: string;
  offset: number;
  previous: Position | null;
}

/** An `error` frame of the server, or a fault that this client met; neither ends anything by itself. */
export type ClientError =
  | ({ source: "server" } & Omit<ErrorFrame, "type">)
  | {
      source: "client";
      code: "bad_frame" | "token_failed" | "connect_failed";
      message: string;
      cause?: unknown;
    };

/** All events of the server, with those that the application declares as `Custom`. */
export type ServerEvent<Custom = {}> = AgentEvent | PartialResult | CustomFrames<Custom>;

type CustomFrames<Custom> = {
  [Type in keyof Custom & string]: CustomEventFrame<Type, Custom[Type]>;
}[keyof Custom & string];

/** What each type of event gives to its listeners. */
export type ClientEvents<Custom = {}> = {
  [Type in ServerEvent<Custom>["type"]]: Extract<ServerEvent<Custom>, { type: Type }>;
} & {
  /** Every event of the server. */
  event: ServerEvent<Custom>;
  state: StateChange;
  reset: Reset;
  goaway: Goaway;
  error: ClientError;
  stopped: Stopped;
};

export interface ListenerOptions {
  /** Only events of this thread. */
  thread?: string;
  once?: boolean;
  signal?: AbortSignal;
}

export interface IteratorOptions {
  /** Only events of this thread; `reset` comes all the same. */
  thread?: string;
  /** Ends the iterator. */
  signal?: AbortSignal;
  /** Events that are kept for a loop that is behind. Default: 4,096. */
  limit?: number;
}

/**
 * A user's stream of events, over one connection that is made again whenever it ends.
 *
 * `Custom` maps types of the application's own events to their payloads, `Messages` those of the
 * messages that it sends.
 */
export declare class Client<Custom = {}, Messages = Record<string, unknown>> extends EventTarget {
  /**
   * Connects by itself, soon after it is made.
   *
   * @throws TypeError if the URL, the position or a function of the options cannot be used, or there
   *   is no WebSocket
   * @throws RangeError if a number of the options is out of its range
   */
  constructor(url: string | URL, options?: ClientOptions);

  readonly state: StateChange["state"];

  /** Position of the last durable event that was delivered; in a listener, that of its event. */
  readonly position: Position | null;

  /** What the server said when it took the connection; `null` while it is not open. */
  readonly hello: Hello | null;

  /** Connects now, from the position where it stopped, or without waiting any longer. */
  connect(): void;

  /** Acknowledges what was delivered, and ends the connection, every timer and every iterator. */
  close(): void;

  /**
   * Sends `{type, payload}`.
   *
   * @returns whether the socket took it; `false` while the client is not open. Nothing is kept.
   * @throws TypeError if the type is the protocol's, or JSON cannot carry the payload
   * @throws RangeError if the message is larger than the server takes
   */
  send<Type extends keyof Messages & string>(
    type: Type,
    ...payload: undefined extends Messages[Type] ? [payload?: Messages[Type]] : [payload: Messages[Type]]
  ): boolean;

  /**
   * Acknowledges all durable events up to this one, for `autoAck: false`.
   *
   * @param position an offset of the present epoch, or an event
   * @returns `false` if it changes nothing: acknowledged before, or of another epoch
   * @throws RangeError if the offset was not delivered yet
   */
  ack(position: number | Position): boolean;

  /**
   * Calls `listener` with each event of a type. What it throws goes to `onListenerError`.
   *
   * @returns takes the listener off again
   */
  on<Type extends keyof ClientEvents<Custom>>(
    type: Type,
    listener: (event: ClientEvents<Custom>[Type]) => unknown,
    options?: ListenerOptions,
  ): () => void;

  /** All events from this call on, and each `reset` in its place among them, until the client stops. */
  events(options?: IteratorOptions): AsyncIterableIterator<ServerEvent<Custom> | Reset>;
}
