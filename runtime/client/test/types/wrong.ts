// Each line below a `// wrong: CODE` must be refused by the compiler with that code, and no other line.

import { Client } from "websocket-core";
import type { AgentEvent, ClientMessage } from "websocket-core";

const plain = new Client("/ws");
const client = new Client<{ ticket_moved: { id: string } }, { say: { text: string }; refresh: undefined }>("/ws");

// wrong: 2339
plain.on("agent_started", ({ payload }) => payload.tool_name);
// wrong: 2339
plain.on("tool_completed", ({ payload }) => payload.hits);
// wrong: 2345
plain.on("agent_begun", () => {});
// wrong: 2345
plain.on("ticket_moved", () => {});
// wrong: 2322
client.on("ticket_moved", ({ payload }) => { const id: number = payload.id; return id; });
// wrong: 2353
client.send("say", { words: "hi" });
// wrong: 2554
client.send("say");
// wrong: 2345
client.send("shout", { text: "hi" });
// wrong: 2345
client.ack("3");
// wrong: 2540
client.position = { epoch: "e", offset: 1 };
// wrong: 18047
client.hello.max_message;
// wrong: 2322
new Client("/ws", { since: "e1:4" });
// wrong: 2322
new Client("/ws", { getToken: () => 42 });
// wrong: 2353
new Client("/ws", { attempts: 3 });
// wrong: 2322
const ack: ClientMessage = { type: "ack", offset: "3" };
// wrong: 2322
const started: AgentEvent = { type: "agent_started", epoch: "e", offset: 1, timestamp: 0, run_id: "r", agent_name: "a", payload: { thought: "?" } };
console.log(ack, started);
