// A program that uses all of the client, as its types say. It must type-check; it is not run.

import { Client, CloseCode, PROTOCOL } from "websocket-core";
import type { AgentEvent, ClientMessage, Hello, Position, Reset, ServerEvent, StopReason } from "websocket-core";
import type { ToolCompleted } from "websocket-core/events";

const plain = new Client("/ws");
const kept: Position | null = JSON.parse("null");
const options = {
  getToken: async ({ expired }: { expired: boolean }) => (expired ? "fresh" : null),
  WebSocket,
  since: kept,
  autoAck: false,
  ackEvery: 1,
  maxRefusals: Infinity,
  clock: { now: () => 0, setTimeout: (then: () => void, ms: number) => setTimeout(then, ms), clearTimeout },
};
type Tickets = { ticket_moved: { id: string; column: number } };
type Messages = { say: { text: string }; refresh: undefined; vote: 1 | -1 };
const client = new Client<Tickets, Messages>(new URL("wss://chat.example/ws"), options);

const off: () => void = plain.on("agent_started", ({ payload }) => payload.agent_type.toUpperCase());
off();
plain.on("tool_completed", (event: ToolCompleted) => {
  if (event.payload.outcome === "ok") return event.payload.result;
  const why: string = event.payload.error;
  return why;
});
plain.on("partial_result", ({ payload }) => payload.content.length, { thread: "t1", once: true });
client.on("ticket_moved", ({ payload, offset }) => payload.column + (offset ?? 0));
client.on("reset", ({ previous }: Reset) => previous?.offset);
client.on("goaway", ({ retry_after_ms }) => retry_after_ms.toFixed());
client.on("error", (error) => (error.source === "server" ? error.field?.length : error.cause));
client.on("stopped", ({ reason }) => {
  const why: StopReason = reason;
  return why === "refused" && client.connect();
});
client.on("state", (change) => {
  if (change.state === "waiting") return change.retryMs;
  if (change.state === "open") return change.hello.heartbeat_ms;
  return change.state === client.state;
});
client.on("event", async (event) => {
  switch (event.type) {
    case "agent_thinking":
      return event.payload.total_steps?.toFixed();
    case "tool_executing":
      return client.ack(event);
    case "ticket_moved":
      return event.payload.id;
    case "partial_result":
      return event.payload.is_complete;
    default: {
      const rest: Exclude<AgentEvent["type"], "agent_thinking" | "tool_executing"> = event.type;
      return rest;
    }
  }
});
client.addEventListener("agent_started", (event) => (event as CustomEvent).detail);

async function loop(): Promise<void> {
  for await (const event of client.events({ thread: "t1", signal: AbortSignal.timeout(1), limit: 10 })) {
    if (event.type === "reset") continue;
    const one: ServerEvent<Tickets> = event;
    console.log(one.type);
  }
}
void loop();

const taken: boolean = client.send("say", { text: "hi" });
client.send("refresh");
client.send("vote", -1);
plain.send("anything", [1, 2, 3]);
plain.send("anything");
const hello: Hello | null = client.hello;
const message: ClientMessage = { type: "ack", offset: client.position?.offset ?? 0 };
const code: 4009 = CloseCode.POSITION_LOST;
const protocol: "websocket-core.v1" = PROTOCOL;
client.close();
console.log(taken, hello, message, code, protocol);
