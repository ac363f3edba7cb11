/**
 * Wire format V1 of websocket-core: the JSON text frames between a server and its clients.
 *
 * What is optional here is left out on the wire, never `null`.
 */

/** What JSON can carry. */
export type JsonValue = null | boolean | number | string | JsonValue[] | { [name: string]: JsonValue };

/** A durable event: `epoch` and `offset` are its position in the user's stream. */
export interface Envelope<Type extends string, Payload> {
  type: Type;
  /** Which stream: another one after the server lost its history. */
  epoch: string;
  /** Place in the stream: 1, 2, 3, … without a hole. */
  offset: number;
  /** Seconds since 1970. */
  timestamp: number;
  thread_id?: string;
  run_id: string;
  agent_name: string;
  payload: Payload;
}

/** How a tool call or a run ended; `abandoned` is one that was dropped before its end. */
export type Outcome = "ok" | "error" | "abandoned";

export interface AgentStartedPayload {
  /** Default: the run's id. */
  agent_id: string;
  /** Default: the agent's name. */
  agent_type: string;
  status: string;
}

export interface AgentThinkingPayload {
  thought: string;
  /** Counts from 1 in each run. */
  step_number: number;
  total_steps?: number;
}

export interface ToolExecutingPayload {
  tool_name: string;
  /** Joins it with its `tool_completed`. */
  call_id: string;
  args: JsonValue;
}

export type ToolCompletedPayload = {
  tool_name: string;
  call_id: string;
  duration_ms: number;
} & Ending;

export type AgentCompletedPayload = {
  duration_ms: number;
  metrics: { [name: string]: JsonValue };
} & Ending;

/** A result, or why there is none. */
export type Ending =
  | { outcome: "ok"; result: JsonValue; error?: undefined }
  | { outcome: "error" | "abandoned"; error: string; result?: undefined };

export type AgentStarted = Envelope<"agent_started", AgentStartedPayload>;
export type AgentThinking = Envelope<"agent_thinking", AgentThinkingPayload>;
export type ToolExecuting = Envelope<"tool_executing", ToolExecutingPayload>;
export type ToolCompleted = Envelope<"tool_completed", ToolCompletedPayload>;
export type AgentCompleted = Envelope<"agent_completed", AgentCompletedPayload>;

/** The five events of a run. */
export type AgentEvent = AgentStarted | AgentThinking | ToolExecuting | ToolCompleted | AgentCompleted;

/** A part of a result. Volatile: it has no position, and a slow reader may not get it. */
export interface PartialResult {
  type: "partial_result";
  timestamp: number;
  thread_id?: string;
  run_id: string;
  agent_name: string;
  payload: { content: string; is_complete: boolean };
}

/** The first frame of each connection. */
export interface Hello {
  type: "hello";
  /** Version of the wire format. */
  v: 1;
  /** Names the connection in the server's logs. */
  conn: string;
  epoch: string;
  /** Top of the stream when the connection joined it. */
  offset: number;
  /** Whether all that followed the `since` of the request will be sent. */
  recovered: boolean;
  /** Between pings of the server, in milliseconds; 0: it sends none. */
  heartbeat_ms: number;
  /** The longest message from a client, in bytes. */
  max_message: number;
}

/** The server will close this connection: connect again after so many milliseconds. */
export interface Goaway {
  type: "goaway";
  retry_after_ms: number;
  reason: string;
}

/** What was wrong with a message of this client. */
export interface ErrorFrame {
  type: "error";
  code: string;
  /** Which field of the message. */
  field?: string;
  message: string;
}

/** Answers `ping`. */
export interface Pong {
  type: "pong";
}

/** Everything up to this offset arrived. */
export interface Ack {
  type: "ack";
  offset: number;
}

/** Asks for a `pong`: a page cannot see the pings of the protocol below. */
export interface Ping {
  type: "ping";
}

/** A message of the application. */
export interface ApplicationMessage<Type extends string = string, Payload = JsonValue> {
  type: Type;
  payload?: Payload;
}

/** All that a client sends. */
export type ClientMessage = Ack | Ping | ApplicationMessage;
