#!/usr/bin/env node
/**
 * The example as people see it, in headless Chromium.
 *
 *   node runtime/tests/chat/run.mjs [PATH OF THE EXAMPLE]
 *
 * Its screenshots lie in target/screenshots afterwards. Its last line is `N passed, M failed`.
 */

import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";

import { SOON, Tab, findChromium, launch } from "./browser.mjs";
import { faintTexts } from "./contrast.mjs";

const root = fileURLToPath(new URL("../../..", import.meta.url));
const target = process.env.CARGO_TARGET_DIR ?? join(root, "target");
const example = process.argv[2] ?? join(target, "debug/examples/chat");
const screenshots = join(target, "screenshots");
/** As many as `SOURCES` of the example has; the page is told by the first thought of the surveyor. */
const FILES = /^(\d+) files/;

const chromium = findChromium();
if (!chromium) {
  const isNeeded = process.env.CI === "true";
  console.log(isNeeded ? "FAILED: there is no chromium" : "skipped: the example's page, for there is no chromium");
  if (isNeeded) console.log("0 passed, 1 failed");
  process.exit(isNeeded ? 1 : 0);
}

let passed = 0;
let failed = 0;

async function check(law, holds) {
  try {
    await holds();
    passed += 1;
  } catch (error) {
    failed += 1;
    console.log(`FAILED: ${law}\n${error.stack}`);
  }
}

/** The example at a port of its own, or at one that it had before. */
async function serve(address = "127.0.0.1:0") {
  const server = spawn(example, [address], { stdio: ["ignore", "pipe", "inherit"] });
  const said = [];
  const lines = createInterface({ input: server.stdout });
  const exited = once(server, "exit");
  const origin = await new Promise((resolve, reject) => {
    lines.on("line", (line) => {
      said.push(line);
      const url = /http:\/\/[^/]+/.exec(line);
      if (url) resolve(url[0]);
    });
    exited.then(([code]) => reject(new Error(`the example ended with ${code}`)), reject);
  });
  return { server, origin, said, exited };
}

let { server, origin, said, exited } = await serve();
const browser = await launch(chromium, target);
mkdirSync(screenshots, { recursive: true });

const ada = await Tab.open(browser, `${origin}/?user=ada`);
const bob = await Tab.open(browser, `${origin}/?user=bob`);

const seen = (tab) => tab.frames.filter(({ run_id, payload }) => (run_id ?? payload?.run_id) !== undefined);
const get = (path, token) => fetch(origin + path, { headers: token ? { authorization: `Bearer ${token}` } : {} });
const tokenOf = async (user) => (await (await get(`/token?user=${user}`)).json()).token;

/** What the page looks like, for people to see. */
async function picture(scheme) {
  const { page } = ada;
  await page.emulateMediaFeatures([{ name: "prefers-color-scheme", value: scheme }]);
  await ada.until((wanted) => document.documentElement.dataset.theme === wanted, scheme);
  await page.evaluate(() => scrollTo(0, 0));
  await page.screenshot({ path: join(screenshots, `chat-${scheme}.png`) });
}

/** The panel says that nothing is lost, and the network's own record agrees. */
async function assertNothingLost(tab) {
  await tab.until(() => document.querySelector("#verdict").dataset.verdict === "good");
  const ledger = await tab.ledger();
  const delivered = [...new Set(tab.offsets)].sort((a, b) => a - b);
  const top = delivered.at(-1);
  assert.deepEqual(delivered, Array.from({ length: top - delivered[0] + 1 }, (_, index) => delivered[0] + index));
  assert.equal(ledger.received, delivered.length);
  assert.equal(ledger.recovered, ledger.missed);
  assert.equal(ledger.duplicates, 0);
  assert.equal(ledger.gaps, 0);
  return ledger;
}

/** Every file that the surveyor named was measured, and each call ended in the page. */
async function assertWholeSurvey(tab, run) {
  const steps = await tab.page.$$eval(`${run} .step`, (found) =>
    found.map((step) => ({ kind: step.dataset.kind, text: step.querySelector(".what").textContent })),
  );
  const files = Number(FILES.exec(steps.find(({ kind }) => kind === "thinking").text)[1]);
  const measured = steps.filter(({ kind, text }) => kind === "completed" && text.startsWith("measure"));
  assert.equal(measured.length, files);
  assert.equal(steps.filter(({ kind }) => kind === "executing").length, 0);
}

await check("the five events of a run are seen live, in order, and the result grows", async () => {
  await ada.page.evaluate(() => {
    globalThis.lengths = [];
    globalThis.kinds = [];
    new MutationObserver(() => {
      const growing = document.querySelector(".run .result.growing");
      if (growing) lengths.push(growing.textContent.length);
      const last = document.querySelector(".run .step:last-child");
      if (last && kinds.at(-1) !== last.dataset.kind) kinds.push(last.dataset.kind);
    }).observe(document.querySelector("#threads"), { subtree: true, childList: true, attributes: true });
  });
  const run = await ada.start("#ask .primary");
  assert.equal(await ada.ended(run), "ok");
  const tool = ["thinking", "executing", "completed"];
  assert.deepEqual(await ada.page.evaluate(() => kinds), ["started", ...tool, ...tool, ...tool]);
  const lengths = await ada.page.evaluate(() => lengths);
  const distinct = [...new Set(lengths)];
  assert.ok(distinct.length > 3, `the result had the lengths ${distinct}`);
  assert.deepEqual(distinct, distinct.toSorted((a, b) => a - b));
  const took = await ada.page.$$eval(`${run} .step`, (found) => found.map((it) => it.querySelector(".took").textContent));
  assert.equal(took.filter((text) => /^[\d.]+ m?s$/.test(text)).length, 3);
  assert.match(await ada.text(`${run} .status`), /^completed · [\d.]+ s$/);
  assert.match(await ada.text(`${run} .source`), /^src\/\S+\.rs:\d+$/);
  const types = new Set(seen(ada).map(({ type }) => type));
  const five = ["agent_started", "agent_thinking", "tool_executing", "tool_completed", "agent_completed"];
  for (const type of [...five, "partial_result", "asked"]) assert.ok(types.has(type), type);
});

await check("what happens is announced to screen readers", async () => {
  await ada.until(() => document.querySelector("#announcer").textContent.includes("librarian completed"));
  assert.equal(await ada.page.$eval("#announcer", (found) => found.getAttribute("aria-live")), "polite");
});

await check("runs are grouped by thread", async () => {
  await ada.page.select("#thread", "review");
  const run = await ada.start("#ask .primary");
  const thread = await ada.page.$eval(run, (found) => found.closest(".thread").querySelector("h2").textContent);
  assert.equal(thread, "review");
  assert.equal((await ada.page.$$('.thread[data-thread="docs"] .run')).length, 1);
  await ada.ended(run);
  await ada.page.select("#thread", "docs");
});

await check("a stranger sees nothing of it, and has a stream of their own", async () => {
  assert.deepEqual(seen(bob), []);
  assert.equal((await bob.page.$$(".run")).length, 0);
  const before = seen(ada).length;
  await bob.page.bringToFront();
  const run = await bob.start("#ask .primary");
  assert.equal(await bob.ended(run), "ok");
  assert.equal(Math.min(...bob.offsets), 1);
  assert.equal(seen(ada).length, before);
  assert.equal(await ada.page.$(run), null);
});

await check("a connection that is dropped in the middle of a run loses nothing", async () => {
  const run = await ada.start("#survey");
  await ada.untilSteps(run, 6);
  const sockets = ada.sockets.size;
  await ada.page.click("#drop");
  await ada.until(() => document.querySelector("#state").dataset.state !== "open");
  await ada.until(() => document.querySelector("#state").dataset.state === "open");
  assert.equal(ada.sockets.size, sockets + 1);
  assert.equal(ada.frames.findLast(({ type }) => type === "hello").recovered, true);
  assert.equal(await ada.page.$eval(run, (found) => found.dataset.status), "running");
  assert.equal(await ada.ended(run), "ok");
  await assertWholeSurvey(ada, run);
  await assertNothingLost(ada);
});

await check("what an agent does while the page is away comes after all", async () => {
  const before = await ada.ledger();
  const run = await ada.start("#survey");
  await ada.untilSteps(run, 4);
  await ada.page.click("#away");
  await ada.until(() => document.querySelector("#state").dataset.state === "away");
  await ada.until(() => document.querySelector("[data-stat=own]").textContent === "0");
  const last = Math.max(...ada.offsets);
  await ada.until(() => document.querySelector("#state").dataset.state === "open");
  const hello = ada.frames.findLast(({ type }) => type === "hello");
  assert.equal(hello.recovered, true);
  await ada.until(() => document.querySelector("#verdict").dataset.verdict === "good");
  // One more, so that the picture has what came before, meanwhile and afterwards.
  await ada.until(() => document.querySelector("#ribbon").lastElementChild.dataset.came === "live");
  await picture("light");
  await picture("dark");
  assert.equal(await ada.ended(run), "ok");
  await assertWholeSurvey(ada, run);
  const ledger = await assertNothingLost(ada);
  assert.ok(hello.offset > last, "nothing happened meanwhile");
  // Some frames may have reached the browser after the page had cut its line.
  assert.ok(ledger.missed - before.missed >= hello.offset - last);
  assert.equal(await ada.text("#verdict"), "Nothing lost");
  assert.ok((await ada.page.$$('#ribbon [data-came="recovered"]')).length > 0);
  assert.ok((await ada.page.$$(`${run} .step[data-came="recovered"]`)).length > 0);
});

await check("a tab that is loaded again draws its runs from the history", async () => {
  const draw = () =>
    ada.page.$$eval(".run", (found) =>
      found.map((run) => [run.dataset.run, run.dataset.status, run.querySelectorAll(".step").length]),
    );
  const before = await draw();
  await ada.page.reload();
  await ada.until((count) => document.querySelectorAll('.run:not([data-status="running"])').length === count, before.length);
  assert.deepEqual(await draw(), before);
  await assertNothingLost(ada);
});

await check("a run that is stopped ends as abandoned, and its open call too", async () => {
  const run = await ada.start("#survey");
  await ada.page.waitForSelector(`${run} .step[data-kind="executing"]`);
  await ada.page.click(`${run} .stop`);
  assert.equal(await ada.ended(run), "abandoned");
  assert.equal((await ada.page.$$(`${run} .step[data-kind="executing"]`)).length, 0);
});

await check("a question without an answer fails, and says why", async () => {
  await ada.page.$eval("#question", (found) => (found.value = "xylophone"));
  const run = await ada.start("#ask .primary");
  assert.equal(await ada.ended(run), "error");
  assert.equal(await ada.text(`${run} .result`), "The documentation does not speak of that.");
  await ada.page.$eval("#question", (found) => (found.value = "  "));
  await ada.page.click("#ask .primary");
  await ada.until(() => !document.querySelector("#refusal").hidden);
  assert.equal(await ada.text("#refusal"), "the librarian needs a question");
});

await check("the panel says what the server says", async () => {
  await ada.page.bringToFront();
  const top = Math.max(...ada.offsets);
  await ada.until((offset) => document.querySelector("[data-stat=acked]").textContent === `up to ${offset}`, top);
  const stats = await (await get("/stats", await tokenOf("ada"))).json();
  const panel = await ada.page.$$eval("#stats [data-stat]", (found) =>
    Object.fromEntries(found.map((it) => [it.dataset.stat, it.textContent])),
  );
  assert.equal(panel.health, "ok");
  assert.equal(panel.users, String(stats.server.users));
  assert.equal(panel.connections, String(stats.server.connections));
  assert.equal(stats.server.users, 2);
  assert.equal(stats.server.connections, 2);
  assert.equal(panel.own, "1");
  assert.equal(stats.user.connections.length, 1);
  assert.equal(panel.queued, "0");
  assert.equal(panel.retained, "0");
});

await check("stats need a token, and tokens are for those who are known", async () => {
  assert.equal((await get("/stats")).status, 401);
  assert.equal((await get("/stats", "guess")).status, 401);
  assert.equal((await get("/token?user=eve")).status, 404);
  assert.notEqual(await tokenOf("ada"), await tokenOf("bob"));
});

await check("health and metrics have their endpoints", async () => {
  const health = await get("/healthz");
  assert.equal(health.status, 200);
  assert.equal(await health.text(), "ok");
  const metrics = await (await get("/metrics")).text();
  const value = (name) => Number(metrics.split("\n").find((line) => line.startsWith(`${name} `))?.split(" ")[1]);
  assert.equal(value('websocket_core_connections{transport="tcp"}'), 2);
  assert.equal(value('websocket_core_resumes_total{outcome="recovered"}'), 3);
  assert.ok(value('websocket_core_events_published_total{kind="durable"}') >= Math.max(...ada.offsets));
  assert.doesNotMatch(metrics, /ada|bob/);
});

await check("everything can be done by keyboard, and the focus is seen", async () => {
  const { page } = ada;
  await page.bringToFront();
  await page.reload();
  await ada.until(() => document.querySelector("#state").dataset.state === "open");
  const focus = () =>
    page.evaluate(() => {
      const { outlineStyle, outlineWidth } = getComputedStyle(document.activeElement);
      const { id, className } = document.activeElement;
      return { name: id || className, isSeen: outlineStyle !== "none" && parseFloat(outlineWidth) >= 2 };
    });
  /** Tabs on until the focus is there, and gives all names on the way. */
  const tabTo = async (name) => {
    const way = [];
    while (way.at(-1) !== name) {
      assert.ok(way.length < 60, `${name} cannot be reached: ${way}`);
      await page.keyboard.press("Tab");
      const now = await focus();
      assert.ok(now.isSeen || now.name === "", `the focus on ${now.name} is not seen`);
      way.push(now.name);
    }
    return way;
  };
  await tabTo("skip");
  await tabTo("theme");
  const theme = () => page.evaluate(() => document.documentElement.dataset.theme);
  const before = await theme();
  await page.keyboard.press("Enter");
  assert.notEqual(await theme(), before);
  await page.keyboard.press("Space");
  assert.equal(await theme(), before);

  await page.focus("body");
  await page.evaluate(() => document.activeElement.blur());
  await page.reload();
  await ada.until(() => document.querySelector("#state").dataset.state === "open");
  await tabTo("skip");
  await page.keyboard.press("Enter");
  assert.equal((await focus()).name, "question");
  const runs = (await page.$$(".run")).length;
  await page.keyboard.press("End");
  await page.keyboard.type(" drain?");
  await page.keyboard.press("Enter");
  await ada.until((count) => document.querySelectorAll(".run").length > count, runs);

  await tabTo("survey");
  await tabTo("stop");
  await tabTo("drop");
  const sockets = ada.sockets.size;
  await page.keyboard.press("Enter");
  await ada.until(() => document.querySelector("#state").dataset.state !== "open");
  await ada.until(() => document.querySelector("#state").dataset.state === "open");
  assert.equal(ada.sockets.size, sockets + 1);
  assert.equal((await focus()).name, "drop");
  await tabTo("away");
  await ada.until(() => !document.querySelector('.run[data-status="running"]'));
});

await check("light and dark follow the system until somebody chooses, and all text can be read", async () => {
  const { page } = ada;
  await page.evaluate(() => localStorage.clear());
  for (const scheme of ["light", "dark"]) {
    await page.emulateMediaFeatures([{ name: "prefers-color-scheme", value: scheme }]);
    await ada.until((wanted) => document.documentElement.dataset.theme === wanted, scheme);
    assert.deepEqual(await page.evaluate(faintTexts), []);
  }
  await page.click("#theme");
  await ada.until(() => document.documentElement.dataset.theme === "light");
  await page.evaluate(() => localStorage.clear());
  await bob.page.bringToFront();
  await bob.page.emulateMediaFeatures([{ name: "prefers-color-scheme", value: "dark" }]);
  await bob.until(() => document.documentElement.dataset.theme === "dark");
  assert.deepEqual(await bob.page.evaluate(faintTexts), []);
});

await check("a narrow screen needs no scrolling sideways", async () => {
  const { page } = bob;
  await page.setViewport({ width: 340, height: 740 });
  const [wide, width] = await page.evaluate(() => [document.documentElement.scrollWidth, innerWidth]);
  assert.ok(wide <= width, `${wide} pixels in a window of ${width}`);
  const outside = await page.$$eval(".card *", (found) =>
    found
      .filter((it) => it.getBoundingClientRect().right > it.closest(".card").getBoundingClientRect().right)
      .map((it) => it.outerHTML),
  );
  assert.deepEqual(outside, []);
  await page.screenshot({ path: join(screenshots, "chat-narrow.png") });
});

await check("nothing moves for those who asked for that", async () => {
  const { page } = bob;
  await page.emulateMediaFeatures([{ name: "prefers-reduced-motion", value: "reduce" }]);
  const run = await bob.start("#survey");
  await page.waitForSelector(`${run} .step[data-kind="executing"]`);
  assert.equal(await page.evaluate(() => document.getAnimations().length), 0);
  await page.emulateMediaFeatures([]);
  await page.waitForSelector(`${run} .step[data-kind="executing"]`);
  assert.ok((await page.evaluate(() => document.getAnimations().length)) > 0, "what is running does not turn");
  await page.click(`${run} .stop`);
  await bob.ended(run);
});

await check("no console says a word", () => {
  assert.deepEqual([...ada.complaints, ...bob.complaints], []);
});

await check("a signal to end tells everybody, abandons what runs, and reports", async () => {
  const run = await ada.start("#survey");
  await ada.untilSteps(run, 4);
  server.kill("SIGTERM");
  const overdue = setTimeout(() => server.kill("SIGKILL"), SOON);
  const [code] = await exited;
  clearTimeout(overdue);
  assert.equal(code, 0);
  assert.equal(await ada.ended(run), "abandoned");
  const types = ada.frames.map(({ type }) => type);
  assert.ok(types.lastIndexOf("agent_completed") < types.lastIndexOf("goaway"), `it ended with ${types.slice(-4)}`);
  assert.ok(bob.frames.some(({ type }) => type === "goaway"));
  assert.ok(said.includes("Runs abandoned: 1"), said.join("\n"));
  assert.ok(said.includes("Connections: 2, aborted: 0"), said.join("\n"));
  assert.ok(said.includes("Not flushed: 0 frames, 0 bytes"), said.join("\n"));
});

await check("after a restart the page comes back by itself, and is told that the stream is a new one", async () => {
  const { epoch } = ada.frames.find(({ type }) => type === "hello");
  ({ server } = await serve(new URL(origin).host));
  await ada.until(() => document.querySelector("#state").dataset.state === "open");
  const hello = ada.frames.findLast(({ type }) => type === "hello");
  assert.notEqual(hello.epoch, epoch);
  assert.equal(hello.recovered, false);
  await ada.until(() => document.querySelector("#verdict").dataset.verdict === "bad");
  assert.equal(await ada.text("#verdict"), "The server began a new stream");
  assert.equal(await ada.ended(await ada.start("#ask .primary")), "ok");
});

await browser.close();
server.kill("SIGKILL");
console.log(`${passed} passed, ${failed} failed`);
process.exitCode = failed === 0 ? 0 : 1;
