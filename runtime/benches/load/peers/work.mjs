// What is asked on standard input, and which events that makes: see `src/work.rs`.

import { createInterface } from "node:readline";

const TEXT = "x".repeat(200);

/** The event of a user. */
export const event = (seq) => ({ type: "note", payload: { seq, text: TEXT } });

/** The user of `/ws?user=N`. */
export const userOf = (url) => Number(new URL(url, "http://localhost").searchParams.get("user"));

/**
 * Says where the server listens, and does what is asked.
 * @param {import("node:http").Server} server
 * @param {() => number} users how many there are at the first work
 * @param {(user: number, seq: number) => void} send
 */
export function serve(server, users, send) {
  server.listen(0, "127.0.0.1", () => {
    const { address, port } = server.address();
    console.log(`listening ${address}:${port}`);
  });
  let seqs = null;
  const lines = createInterface({ input: process.stdin });
  lines.on("line", (line) => {
    seqs ??= new Array(users()).fill(0);
    for (const user of usersOf(line, seqs.length)) {
      seqs[user] += 1;
      send(user, seqs[user]);
    }
  });
  lines.on("close", () => process.exit(0));
}

function* usersOf(line, all) {
  const [kind, ...rest] = line.split(" ");
  switch (kind) {
    case "all":
      for (let event = 0; event < Number(rest[0]); event += 1) {
        for (let user = 0; user < all; user += 1) yield user;
      }
      return;
    case "these":
      for (const user of rest) yield Number(user);
      return;
    default:
      throw new Error(`${line} asks for nothing`);
  }
}
