/** Chromium for the test of the example's page, and a witness of what its sockets receive. */

import { execFileSync } from "node:child_process";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { delimiter, join } from "node:path";
import { accessSync, constants } from "node:fs";

/** The last major version for Node 20. */
const DRIVER = "puppeteer-core@24.43.1";

/** For what must happen: a busy machine is slow, and a test that fails must not hang. */
export const SOON = 30_000;

/** The browser's path, or `null` where there is none. */
export function findChromium() {
  if (process.env.CHROMIUM) return process.env.CHROMIUM;
  const folders = (process.env.PATH ?? "").split(delimiter);
  const names = ["chromium", "chromium-browser", "google-chrome"];
  const paths = folders.flatMap((folder) => names.map((name) => join(folder, name)));
  return paths.find(isExecutable) ?? null;
}

function isExecutable(path) {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/** Installs the driver below `target` unless it is there, and starts the browser. */
export async function launch(chromium, target) {
  const folder = join(target, "chat-test");
  const done = join(folder, "done");
  if (read(done) !== DRIVER) {
    console.log(`chat: installing ${DRIVER} into target/chat-test`);
    mkdirSync(folder, { recursive: true });
    // Without a package.json of its own, npm would look for one further up.
    writeFileSync(join(folder, "package.json"), '{ "private": true }\n');
    const flags = ["--no-audit", "--no-fund", "--no-save", "--silent"];
    execFileSync("npm", ["install", "--prefix", folder, ...flags, DRIVER], { stdio: "inherit" });
    writeFileSync(done, DRIVER);
  }
  const puppeteer = createRequire(join(folder, "package.json"))("puppeteer-core");
  return puppeteer.launch({
    executablePath: chromium,
    // As root there is no sandbox; and a tab that is not in front must not be slowed down.
    args: [
      "--no-sandbox",
      "--disable-dev-shm-usage",
      "--disable-background-timer-throttling",
      "--disable-backgrounding-occluded-windows",
      "--disable-renderer-backgrounding",
    ],
    protocolTimeout: 4 * SOON,
  });
}

function read(path) {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return null;
  }
}

/**
 * A tab of a user. `sockets` holds what each of its sockets received, as the browser's network saw
 * it: what the page says is compared with that.
 */
export class Tab {
  sockets = new Map();
  complaints = [];

  static async open(browser, url) {
    const tab = new Tab();
    tab.page = await browser.newPage();
    await tab.page.setViewport({ width: 1180, height: 940 });
    tab.page.setDefaultTimeout(SOON);
    tab.#watch();
    const network = await tab.page.createCDPSession();
    await network.send("Network.enable");
    network.on("Network.webSocketCreated", ({ requestId }) => tab.sockets.set(requestId, []));
    network.on("Network.webSocketFrameReceived", ({ requestId, response }) => {
      if (response.opcode === 1) tab.sockets.get(requestId)?.push(JSON.parse(response.payloadData));
    });
    await tab.page.goto(url);
    await tab.until(() => document.querySelector("#state").dataset.state === "open");
    return tab;
  }

  #watch() {
    this.page.on("console", (message) => {
      if (["error", "warn"].includes(message.type())) this.complaints.push(message.text());
    });
    this.page.on("pageerror", (error) => this.complaints.push(String(error)));
    this.page.on("requestfailed", (request) => this.complaints.push(`${request.url()} failed`));
  }

  /** Waits until something holds in the page. */
  until(holds, ...given) {
    return this.page.waitForFunction(holds, { polling: 50, timeout: 2 * SOON }, ...given);
  }

  /** All frames, in order of their arrival. */
  get frames() {
    return [...this.sockets.values()].flat();
  }

  get offsets() {
    return this.frames.flatMap(({ offset, type }) => (offset !== undefined && type !== "hello" ? [offset] : []));
  }

  text(selector) {
    return this.page.$eval(selector, (found) => found.textContent);
  }

  /** The numbers of the panel. */
  ledger() {
    return this.page.$$eval("#ledger [data-count]", (found) =>
      Object.fromEntries(found.map((it) => [it.dataset.count, Number(it.textContent.replaceAll(",", ""))])),
    );
  }

  /** Starts a run by a press on a button, and gives its selector. */
  async start(button) {
    const before = await this.page.$$eval(".run", (found) => found.map((it) => it.dataset.run));
    await this.page.bringToFront();
    await this.page.click(button);
    const made = await this.until((known) => {
      const runs = [...document.querySelectorAll(".run")];
      return runs.map((it) => it.dataset.run).find((id) => !known.includes(id));
    }, before);
    return `.run[data-run="${await made.jsonValue()}"]`;
  }

  /** Waits until a run has ended, and says how. */
  async ended(run) {
    await this.until((selector) => document.querySelector(selector).dataset.status !== "running", run);
    return this.page.$eval(run, (found) => found.dataset.status);
  }

  untilSteps(run, count) {
    return this.until((selector, least) => document.querySelectorAll(`${selector} .step`).length >= least, run, count);
  }
}
