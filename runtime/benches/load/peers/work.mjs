// What is asked on standard input, and which events that makes: see `src/work.rs`.

import { createInterface } from "node:readline";

const TEXT = "x".repeat(200);

/** The event with a number, whose key is `seq` or `all`. */
export const event = (key, number) => ({ type: "note", payload: { [key]: number, text: TEXT } });

/** The user of `/ws?user=N`. */
export const userOf = (url) => Number(new URL(url, "http://localhost").searchParams.get("user"));

/**
 * Says where the server listens, and does what is asked.
 * @param {import("node:http").Server} server
 * @param {() => number} users how many there are at the first work
 * @param {(user: number, seq: number) => void} send
 * @param {(number: number) => void} broadcast
 */
export function serve(server, users, send, broadcast) {
  server.listen(0, "127.0.0.1", () => {
    const { address, port } = server.address();
    console.log(`listening ${address}:${port}`);
  });
  let seqs = null;
  let broadcasts = 0;
  const next = (user) => send(user, (seqs[user] += 1));
  const does = {
    all(count) {
      for (let event = 0; event < count; event += 1) broadcast((broadcasts += 1));
    },
    each(count) {
      for (let event = 0; event < count; event += 1) seqs.forEach((_, user) => next(user));
    },
    these(...users) {
      users.forEach(next);
    },
  };
  const lines = createInterface({ input: process.stdin });
  lines.on("line", (line) => {
    seqs ??= new Array(users()).fill(0);
    const [kind, ...numbers] = line.split(" ");
    does[kind](...numbers.map(Number));
  });
  lines.on("close", () => process.exit(0));
}
