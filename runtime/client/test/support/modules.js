/** Packages that the tests use: run.sh installs them into the workspace's target/, outside this tree. */

import { createRequire } from "node:module";
import { resolve } from "node:path";
import { fileURLToPath } from "node:url";

const workspace = fileURLToPath(new URL("../../../..", import.meta.url));

/** Where run.sh installs. */
export const installed = resolve(process.env.CARGO_TARGET_DIR ?? resolve(workspace, "target"), "client-test");

/** @returns the module of that name */
export function packageOf(name) {
  return createRequire(resolve(installed, "package.json"))(name);
}
