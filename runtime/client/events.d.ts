/**
 * Wire format V1 of websocket-core: the JSON text frames between a server and its clients.
 *
 * Made from the Rust types by their tests; what is optional here is left out on the wire, never `null`.
 */

/** What JSON can carry. */
export type JsonValue = null | boolean | number | string | JsonValue[] | { [name: string]: JsonValue };

/** A durable event of a run: `epoch` and `offset` are its position in the user's stream. */
export interface Envelope<Type extends string, Payload> {
  type: Type;
  /** Which stream: another one after the server lost its history. */
  epoch: string;
  /** Place in the stream: 1, 2, 3, … without a hole. */
  offset: number;
  /** Seconds since 1970, with milliseconds. */
  timestamp: number;
  /** The thread, where the run belongs to one. */
  thread_id?: string;
  /** Which run. */
  run_id: string;
  /** Of which agent. */
  agent_name: string;
  payload: Payload;
}

/** How a run or a tool call ended: in JSON `outcome`, with `result` or `error` beside it. */
export type Ending =
  | { outcome: "ok"; result: JsonValue }
  | { outcome: "error"; error: string }
  | { outcome: "abandoned"; error: string };

/** How a call of a tool or a run ended. */
export type Outcome = Ending["outcome"];

/** A run of an agent begins. */
export interface AgentStartedPayload {
  /** Which agent; the run's id where nothing else is said. */
  agent_id: string;
  /** Of which type; the agent's name where nothing else is said. */
  agent_type: string;
  /** `started`. */
  status: string;
}

/** An agent says what it is about. */
export interface AgentThinkingPayload {
  /** For people. */
  thought: string;
  /** Which step of the run, from 1. */
  step_number: number;
  /** Of how many, where that is known. */
  total_steps?: number;
}

/** A run begins to use a tool. */
export interface ToolExecutingPayload {
  /** Which tool. */
  tool_name: string;
  /** Which call: its end names it too. */
  call_id: string;
  /** With what. */
  args: JsonValue;
}

/** A call of a tool ends. */
export type ToolCompletedPayload = {
  /** Which tool. */
  tool_name: string;
  /** Which call. */
  call_id: string;
  /** Milliseconds since it began. */
  duration_ms: number;
} & Ending;

/** What a run cost. */
export interface RunMetrics {
  /** How many steps it told of. */
  steps: number;
  /** How many calls of tools it began. */
  tool_calls: number;
  /** How many of them did not end with a result. */
  tool_errors: number;
}

/** A run of an agent ends. */
export type AgentCompletedPayload = {
  /** Milliseconds since it began. */
  duration_ms: number;
  /** What it cost. */
  metrics: RunMetrics;
} & Ending;

export type AgentStarted = Envelope<"agent_started", AgentStartedPayload>;
export type AgentThinking = Envelope<"agent_thinking", AgentThinkingPayload>;
export type ToolExecuting = Envelope<"tool_executing", ToolExecutingPayload>;
export type ToolCompleted = Envelope<"tool_completed", ToolCompletedPayload>;
export type AgentCompleted = Envelope<"agent_completed", AgentCompletedPayload>;

/** The five events of a run. In wire format V1 each has `run_id`, `agent_name`, `timestamp` and `payload` beside its `type`. */
export type AgentEvent = AgentStarted | AgentThinking | ToolExecuting | ToolCompleted | AgentCompleted;

/** The result of a run so far, while it grows. */
export interface PartialResultPayload {
  /** All of it so far: a later one makes an earlier one needless. */
  content: string;
  /** Whether nothing more comes. */
  is_complete: boolean;
}

/** A part of a result. Volatile: it has no position, and a slow reader may get only the newest. */
export interface PartialResult {
  type: "partial_result";
  /** Seconds since 1970, with milliseconds. */
  timestamp: number;
  /** The thread, where the run belongs to one. */
  thread_id?: string;
  /** Which run. */
  run_id: string;
  /** Of which agent. */
  agent_name: string;
  payload: PartialResultPayload;
}

/** The first frame of a connection. */
export interface Hello {
  type: "hello";
  /** The version of the wire format. */
  v: number;
  /** The name of this connection, for logs. */
  conn: string;
  /** The life of the user's stream. */
  epoch: string;
  /** The newest offset of the stream. Where nothing is recovered, what follows begins after it. */
  offset: number;
  /** Whether everything after the client's `since` follows. Where it is false, what the client has may be out of date, and it fetches anew. */
  recovered: boolean;
  /** Milliseconds between the pings of the server. */
  heartbeat_ms: number;
  /** The longest message that the server takes, in bytes. */
  max_message: number;
}

/** The connection will be closed: come back after a while. */
export interface Goaway {
  type: "goaway";
  /** Milliseconds to wait before the next attempt. */
  retry_after_ms: number;
  /** For people who debug. */
  reason: string;
}

/** Something that the client sent, or a credential, is not accepted; the connection goes on. */
export interface ErrorFrame {
  type: "error";
  /** What is wrong, for programs: `invalid_json`, `invalid_message`, `invalid_ack`, `unhandled`, `credential_expired`, `credential_refused`, `internal`. */
  code: string;
  /** The field at fault, as a path: `payload.items[2].name`. */
  field?: string;
  /** What is wrong, for people. */
  message: string;
}

/** The answer to a client's `ping`. */
export interface Pong {
  type: "pong";
}

/** Everything up to this offset has arrived. */
export interface Ack {
  type: "ack";
  /** Of the newest of them. */
  offset: number;
}

/** Asks for a `pong`: pages do not see the pings of the server. */
export interface Ping {
  type: "ping";
}

/** A new credential for the same user. */
export interface Authenticate {
  type: "authenticate";
  /** As the first one was. */
  token: string;
}

/** A message of the application. */
export interface ApplicationMessage<Type extends string = string, Payload = JsonValue> {
  type: Type;
  payload?: Payload;
}

/** All that a client sends. */
export type ClientMessage = Ack | Ping | Authenticate | ApplicationMessage;
