/** Runs script.js in Node: `node node.js PLAN`, with the packages of `plan.packages`. Prints the report. */

import { createRequire } from "node:module";
import { byClient, byHand } from "./script.js";
import { Client, CloseCode } from "../../client/websocket-core.js";

const plan = JSON.parse(process.argv[2]);
const WebSocket = plan.socket === "ws" ? createRequire(plan.packages)("ws") : globalThis.WebSocket;
const report = await { byClient, byHand }[plan.script](plan, { Client, CloseCode, WebSocket });
// Sockets that were closed last may wait for their close, and nobody waits for them.
process.stdout.write(JSON.stringify(report), () => process.exit());
