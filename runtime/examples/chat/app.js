/**
 * The page of the example: what the client delivers, drawn as threads, runs and steps.
 *
 * Data goes one way: events change the ledger and the runs, and those are drawn. The page counts
 * offsets by itself, so its numbers are no echo of the client's own.
 */

import { Client } from "/websocket-core.js";

const AWAY_MS = 8_000;
const STATS_MS = 2_000;
/** Events of the ribbon. */
const CELLS = 60;
/** Runs that stay in the page. */
const RUNS = 30;
/** A run with more steps than this is folded when it ends. */
const FOLDED = 12;
/** Announcements of one moment are joined, and the oldest of many left out. */
const ANNOUNCE_MS = 800;
const ANNOUNCED = 4;

const USERS = ["ada", "bob"];
const asked = new URLSearchParams(location.search).get("user");
const user = USERS.includes(asked) ? asked : USERS[0];

const $ = (id) => document.getElementById(id);
const number = new Intl.NumberFormat("en").format;
const seconds = (ms) => (ms < 1_000 ? `${ms} ms` : `${(ms / 1_000).toFixed(1)} s`);

function stamp(id) {
  return $(id).content.firstElementChild.cloneNode(true);
}

// The line: the page's network, which can be cut under the client's feet.

const line = { isDown: false, socket: null };

class Line extends WebSocket {
  constructor(url, protocols) {
    if (line.isDown) throw new Error("the page is away");
    super(url, protocols);
    line.socket = this;
  }
}

/** What arrives from now on is lost, as with a broken network: the browser hands it to nobody. */
function cut() {
  line.socket?.close(4000, "dropped by the page");
}

// The ledger: which offsets came, and which were missed before they came.

const ledger = {
  received: 0,
  missed: 0,
  recovered: 0,
  duplicates: 0,
  gaps: 0,
  /** The newest offset that came. */
  last: 0,
  /** Offsets up to this one were published while the page was away. */
  missedUpTo: 0,
  /** Why the stream does not go on where it was. */
  lost: null,

  /** A new stream, or one that goes on further up. */
  restart(offset) {
    this.last = this.missedUpTo = offset;
  },

  /** Back after a loss, when `top` was the newest offset. */
  resume(top) {
    // A second loss before all came counts nothing twice.
    const known = Math.max(this.last, this.missedUpTo);
    this.missed += Math.max(0, top - known);
    this.missedUpTo = Math.max(known, top);
  },

  /** Says how an offset came: `live`, `recovered`, `gap` or `duplicate`. */
  enter(offset) {
    if (offset <= this.last) {
      this.duplicates += 1;
      return "duplicate";
    }
    const missing = offset - this.last - 1;
    this.gaps += missing;
    this.received += 1;
    this.last = offset;
    if (missing > 0) return "gap";
    if (offset > this.missedUpTo) return "live";
    this.recovered += 1;
    return "recovered";
  },

  get verdict() {
    if (this.gaps > 0 || this.duplicates > 0) return ["bad", "The stream is broken"];
    if (this.lost) return ["bad", this.lost];
    if (this.recovered < this.missed) return ["pending", `${number(this.missed - this.recovered)} still to come`];
    if (this.missed > 0) return ["good", "Nothing lost"];
    return this.received > 0 ? ["good", "Every offset arrived"] : ["none", "Waiting for events"];
  },
};

function drawLedger() {
  for (const place of $("ledger").querySelectorAll("[data-count]")) {
    const count = ledger[place.dataset.count];
    place.textContent = number(count);
    place.toggleAttribute("data-some", count > 0);
  }
  const [verdict, text] = ledger.verdict;
  $("verdict").dataset.verdict = verdict;
  $("verdict").textContent = text;
}

function drawCell(offset, came) {
  const ribbon = $("ribbon");
  // The oldest becomes the newest.
  const cell = ribbon.firstElementChild;
  cell.dataset.came = came;
  cell.title = `${offset}: ${came}`;
  ribbon.append(cell);
  ribbon.setAttribute("aria-label", `Events up to offset ${ledger.last}, ${ledger.recovered} of them recovered`);
}

$("ribbon").append(...Array.from({ length: CELLS }, () => document.createElement("span")));

// Runs, by thread.

const threads = new Map();
const runs = new Map();

function threadOf(name) {
  let thread = threads.get(name);
  if (!thread) {
    thread = stamp("thread-template");
    thread.dataset.thread = name;
    thread.querySelector("h2").textContent = name;
    threads.set(name, thread);
  }
  // Where something begins is where people look.
  if ($("threads").firstElementChild !== thread) $("threads").prepend(thread);
  return thread;
}

/** The run of an event, made when it is first heard of. Ids of two epochs are not the same runs. */
function runOf(event, runId, agent) {
  const key = `${client.position?.epoch}/${runId}`;
  const known = runs.get(key);
  if (known) return known;
  const card = stamp("run-template");
  const part = (name) => card.querySelector(`.${name}`);
  const run = {
    key,
    card,
    part,
    calls: new Map(),
    status: "running",
  };
  card.dataset.run = runId;
  card.setAttribute("aria-label", `${agent}, ${runId}`);
  part("agent").textContent = agent;
  part("id").textContent = runId;
  part("stop").setAttribute("aria-label", `Stop ${runId}`);
  part("stop").addEventListener("click", () => client.send("stop", { run_id: runId }));
  threadOf(event.thread_id ?? "no thread").querySelector(".runs").prepend(card);
  $("empty").hidden = true;
  runs.set(key, run);
  forgetOldRuns();
  return run;
}

function forgetOldRuns() {
  for (const [key, run] of runs) {
    if (runs.size <= RUNS) return;
    if (run.status === "running") continue;
    const thread = run.card.closest(".thread");
    run.card.remove();
    runs.delete(key);
    if (!thread.querySelector(".run")) {
      thread.remove();
      threads.delete(thread.dataset.thread);
    }
  }
}

function addStep(run, event, came, kind, what) {
  const step = stamp("step-template");
  step.dataset.kind = kind;
  step.dataset.came = came;
  step.querySelector(".offset").textContent = event.offset;
  step.querySelector(".what").append(...what);
  run.part("steps").append(step);
  return step;
}

function element(name, className, text) {
  const made = document.createElement(name);
  made.className = className;
  made.textContent = text;
  return made;
}

/** `{file: "hub.rs", line: 4}` as `file: hub.rs · line: 4`. */
function plain(value) {
  const text = (it) => (Array.isArray(it) ? it.join(", ") : typeof it === "object" ? JSON.stringify(it) : String(it));
  return Object.entries(value ?? {})
    .map(([name, it]) => `${name}: ${text(it)}`)
    .join(" · ");
}

function endRun(run, status, text) {
  run.status = run.card.dataset.status = status;
  run.part("status").textContent = text;
  run.part("stop").hidden = true;
  run.part("result").classList.remove("growing");
  const steps = run.part("steps").childElementCount;
  run.card.querySelector("summary").textContent = `${steps} steps`;
  run.card.querySelector("details").open = steps <= FOLDED;
}

function showResult(run, text) {
  const result = run.part("result");
  result.hidden = text === "";
  result.textContent = text;
}

/** What each event changes; `came` is how it arrived. */
const changes = {
  asked(run, { payload }) {
    run.part("question").textContent = payload.question;
    run.part("question").hidden = payload.question === "";
  },

  agent_started(run, event, came) {
    addStep(run, event, came, "started", ["Started"]);
    announce(`${event.agent_name} started`);
  },

  agent_thinking(run, event, came) {
    const { thought } = event.payload;
    addStep(run, event, came, "thinking", [thought]);
    announce(thought);
  },

  tool_executing(run, event, came) {
    const { tool_name, call_id, args } = event.payload;
    const what = [element("b", "tool", tool_name), " ", element("span", "args", plain(args))];
    run.calls.set(call_id, addStep(run, event, came, "executing", what));
    announce(`${tool_name} is executing`);
  },

  tool_completed(run, event, came) {
    const { tool_name, call_id, result, error, duration_ms, outcome } = event.payload;
    const what = [element("b", "tool", tool_name)];
    const step = run.calls.get(call_id) ?? addStep(run, event, came, "executing", what);
    run.calls.delete(call_id);
    step.dataset.kind = outcome === "ok" ? "completed" : "failed";
    if (came === "recovered") step.dataset.came = came;
    const began = step.querySelector(".offset").textContent;
    // 12–13: both events of the call.
    if (began !== String(event.offset)) step.querySelector(".offset").textContent = `${began}–${event.offset}`;
    step.querySelector(".what").append(" ", element("span", "outcome", outcome === "ok" ? plain(result) : error));
    step.querySelector(".took").textContent = seconds(duration_ms);
    announce(`${tool_name} ${outcome === "ok" ? "completed" : outcome}`);
  },

  agent_completed(run, event, came) {
    const { result, error, duration_ms, outcome, metrics } = event.payload;
    const steps = `${metrics.steps} thoughts, ${metrics.tool_calls} tools`;
    addStep(run, event, came, outcome === "ok" ? "completed" : "failed", [`Completed: ${outcome}, ${steps}`]);
    endRun(run, outcome, `${outcome === "ok" ? "completed" : outcome} · ${seconds(duration_ms)}`);
    showResult(run, outcome === "ok" ? (result?.answer ?? "") : error);
    run.part("source").textContent = result?.source ?? "";
    run.part("source").hidden = !result?.source;
    announce(`${event.agent_name} completed: ${outcome === "ok" ? (result?.answer ?? outcome) : error}`);
  },

  partial_result(run, { payload }) {
    if (run.status !== "running") return;
    showResult(run, payload.content);
    run.part("result").classList.toggle("growing", !payload.is_complete);
  },
};

function receive(event) {
  const came = event.offset === undefined ? "volatile" : ledger.enter(event.offset);
  if (came !== "volatile") {
    drawCell(event.offset, came);
    drawLedger();
  }
  const change = Object.hasOwn(changes, event.type) ? changes[event.type] : null;
  // A duplicate is counted, and changes nothing.
  if (!change || came === "duplicate") return;
  isAnnounced = came !== "recovered";
  const run = runOf(event, event.run_id ?? event.payload.run_id, event.agent_name ?? event.payload.agent_name);
  change(run, event, came);
}

// What a screen reader is told: the events of the moment, and of a recovery only how many they were.

let isAnnounced = true;
let announcements = [];

function announce(text) {
  if (!isAnnounced) return;
  if (announcements.push(text) > 1) return;
  setTimeout(() => {
    $("announcer").textContent = announcements.slice(-ANNOUNCED).join(". ");
    announcements = [];
  }, ANNOUNCE_MS);
}

// The connection.

let token = null;

async function getToken() {
  const response = await fetch(`/token?user=${user}`);
  if (!response.ok) throw new Error(`no token: ${response.status}`);
  ({ token } = await response.json());
  return token;
}

/**
 * Where this tab began to listen. A tab that is loaded again goes on from there, and the server's
 * history draws its runs once more.
 */
const beginning = {
  key: `beginning of ${user}`,
  get position() {
    return JSON.parse(sessionStorage.getItem(this.key) ?? "null");
  },
  set position({ epoch, offset }) {
    sessionStorage.setItem(this.key, JSON.stringify({ epoch, offset }));
  },
};

const client = new Client("/ws", { getToken, WebSocket: Line, since: beginning.position });
/** Whether it was open before, so that what it finds now was missed. */
let wasOpen = false;

function drawState(state, text) {
  $("state").dataset.state = state;
  $("state-text").textContent = text;
  for (const id of ["drop", "away"]) {
    // `disabled` would take the focus away from who has just pressed it.
    $(id).setAttribute("aria-disabled", String(state !== "open"));
    $(id).hidden = state === "stopped";
  }
  $("connect").hidden = state !== "stopped";
}

client.on("state", ({ state, hello, recovered, reason }) => {
  isAnnounced = true;
  if (state === "open") {
    if (recovered && wasOpen) {
      const before = ledger.missed;
      ledger.resume(hello.offset);
      announce(`Back, ${number(ledger.missed - before)} events were missed and are recovered`);
    } else if (recovered) {
      ledger.restart(beginning.position.offset);
    }
    wasOpen = true;
    drawState("open", "Live");
    drawLedger();
  } else if (state === "stopped") {
    drawState("stopped", `Stopped: ${reason.replace("_", " ")}`);
    announce("The connection has stopped");
  } else if (!line.isDown) {
    drawState("waiting", wasOpen ? "Reconnecting" : "Connecting");
    if (state === "waiting") announce("The connection is lost");
  }
});

client.on("reset", (position) => {
  if (wasOpen && position.previous) {
    const isNew = position.previous.epoch !== position.epoch;
    ledger.lost = isNew ? "The server began a new stream" : "Lost: the history was too short";
  }
  ledger.restart(position.offset);
  beginning.position = position;
  // What became of these, nobody will tell any more.
  for (const run of runs.values()) {
    if (run.status === "running") endRun(run, "unknown", "out of sight");
  }
  drawLedger();
});

client.on("goaway", ({ reason }) => announce(`The server goes away: ${reason}`));
client.on("event", receive);

client.on("refused", ({ payload }) => refuse(payload.reason));
client.on("error", ({ source, field, message }) => {
  if (source === "server") refuse(field ? `${field}: ${message}` : message);
});

function refuse(text) {
  $("refusal").textContent = text;
  $("refusal").hidden = text === "";
}

// What people do.

function ask(agent, question) {
  refuse("");
  const thread = $("thread").value;
  if (!client.send("ask", { thread, agent, question })) refuse("not connected: try again in a moment");
}

$("ask").addEventListener("submit", (event) => {
  event.preventDefault();
  ask("librarian", $("question").value);
});
$("survey").addEventListener("click", () => ask("surveyor", ""));
$("connect").addEventListener("click", () => client.connect());

/** For buttons that say themselves that they are of no use now. */
function onPress(id, act) {
  $(id).addEventListener("click", () => $(id).getAttribute("aria-disabled") !== "true" && act());
}

onPress("drop", cut);
onPress("away", () => {
  line.isDown = true;
  cut();
  const back = performance.now() + AWAY_MS;
  const draw = () => drawState("away", `Away, back in ${Math.ceil((back - performance.now()) / 1_000)} s`);
  draw();
  announce("Away for eight seconds");
  const ticking = setInterval(draw, 250);
  setTimeout(() => {
    clearInterval(ticking);
    line.isDown = false;
    drawState("waiting", "Reconnecting");
    client.connect();
  }, AWAY_MS);
});

// The server's own view, also while this page is away.

async function drawStats() {
  const isReachable = client.state === "open" || line.isDown;
  if (!token || !isReachable || document.hidden) return;
  try {
    const response = await fetch("/stats", { headers: { authorization: `Bearer ${token}` } });
    if (!response.ok) return;
    const { server, user: mine } = await response.json();
    const queued = mine.connections.reduce((sum, connection) => sum + connection.queued_frames, 0);
    const shown = {
      health: server.health === "ok" ? mine.health : server.health,
      users: number(server.users),
      connections: number(server.connections),
      own: number(mine.connections.length),
      queued: number(queued),
      acked: mine.acked === 0 ? "none" : `up to ${number(mine.acked)}`,
      retained: number(server.retained_streams),
    };
    for (const [name, text] of Object.entries(shown)) {
      $("stats").querySelector(`[data-stat=${name}]`).textContent = text;
    }
    $("stats").dataset.health = shown.health;
  } catch {
    // It is away; the connection says so.
  }
}

setInterval(drawStats, STATS_MS);
client.on("state", ({ state }) => state === "open" && drawStats());

// Who this is, and in which colours.

document.documentElement.dataset.user = user;
document.title = `${user} · websocket-core`;
$("me").textContent = user;
const other = USERS.find((name) => name !== user);
$("other").href = `/?user=${other}`;
$("other").textContent = `${other}’s tab`;
document.querySelector(`.users [data-user=${user}]`).setAttribute("aria-current", "page");

const prefersDark = matchMedia("(prefers-color-scheme: dark)");

function drawTheme() {
  const chosen = localStorage.getItem("theme");
  const isDark = chosen ? chosen === "dark" : prefersDark.matches;
  document.documentElement.dataset.theme = isDark ? "dark" : "light";
  $("theme").setAttribute("aria-pressed", String(isDark));
}

$("theme").addEventListener("click", () => {
  const { theme } = document.documentElement.dataset;
  localStorage.setItem("theme", theme === "dark" ? "light" : "dark");
  drawTheme();
});
prefersDark.addEventListener("change", drawTheme);
// Another tab may have chosen.
addEventListener("storage", drawTheme);
drawTheme();
