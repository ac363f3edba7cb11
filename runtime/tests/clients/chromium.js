/** Runs script.js in a page of Chromium: `node chromium.js PLAN`. Prints the report of the page. */

import { createRequire } from "node:module";

const plan = JSON.parse(process.argv[2]);
const puppeteer = createRequire(plan.packages)("puppeteer-core");

const browser = await puppeteer.launch({
  executablePath: plan.chromium,
  // Containers run as root, where Chromium has no sandbox.
  args: process.getuid() === 0 ? ["--no-sandbox"] : [],
  // A run may take long; run.py has the deadline.
  protocolTimeout: 0,
});
try {
  const page = await browser.newPage();
  page.on("pageerror", (error) => console.error(`page: ${error}`));
  await page.goto(plan.page);
  await page.waitForFunction(() => globalThis.ready);
  const report = await page.evaluate((plan) => globalThis.run(plan), plan);
  process.stdout.write(JSON.stringify(report));
} finally {
  await browser.close();
}
