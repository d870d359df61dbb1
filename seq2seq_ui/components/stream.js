// The page's connection to the server: who its visitor is, what is said of their run, and whether anybody is there to
// say it. Loaded with the page, before its components: a page that is loaded anew is missed for a moment only.
import { RUN, send, tr } from "./base.js";

const LOST_AFTER = 4000; // ms of silence; the server says something every second
const LOOK_EVERY = 500; // ms
const AGAIN_AFTER = 1500; // ms between attempts
const KEY = "seq2seq-visitor";
const UNDER_WAY = new Set(["queued", "starting", "running", "paused", "stopping"]);

let visitor = null; // the token that its requests show
let state = "none"; // of the run, as last heard
let saved = false; // the model that it left was downloaded
let ended = false; // it was under way when it was last heard of, and is known no more
let lost = false;
let source = null;
let heard = 0; // when
let tried = 0; // when
let reloading = false;
let held = []; // what came before there was a component to hear it; then none is held

const underWay = () => UNDER_WAY.has(state);

// Who this was before the page was loaded anew. It is not in the storage while the page is there: a tab that is
// duplicated has a copy of the storage, and is another visitor's.
export const before = taken();

function taken() {
  try {
    const kept = JSON.parse(sessionStorage.getItem(KEY));
    sessionStorage.removeItem(KEY);
    return kept;
  } catch {
    return null; // a frame may have no storage
  }
}

function put() {
  try {
    if (visitor) sessionStorage.setItem(KEY, JSON.stringify({ visitor, state, saved }));
  } catch {
    // then the page that comes is another visitor's
  }
}

function alive() {
  heard = performance.now();
  if (lost) say({ kind: "found" });
  lost = false;
}

// To the components; until there are some, the page keeps it for them: to ask for it again costs a worker that trains a
// second of its time.
function say(message) {
  if (held) held.push(message);
  else send(RUN, message);
}

function hear() {
  source?.close();
  tried = performance.now();
  source = new EventSource(`_lab/train/events?visitor=${visitor}`);
  source.addEventListener("ping", alive);
  source.addEventListener("message", ({ data }) => {
    alive();
    const message = JSON.parse(data);
    if (message.state) state = message.state;
    if (message.state === "queued" || message.state === "starting") saved = false;
    if (message.kind === "nobody") return forget();
    say(message);
  });
  source.addEventListener("error", () => source.close()); // `look` tries again
}

function forget() {
  source.close();
  ended = underWay();
  visitor = null;
  state = "none";
  say({ kind: "nobody", ended });
}

function look() {
  if (!visitor) return;
  const now = performance.now();
  const silent = now - heard > LOST_AFTER;
  if (silent && !lost) say({ kind: "lost" });
  lost ||= silent;
  if ((silent || source.readyState === EventSource.CLOSED) && now - tried > AGAIN_AFTER) hear();
}

// Hears from now on what is said of this visitor's run.
function listenAs(token) {
  visitor = token;
  heard = performance.now();
  ended = lost = false;
  hear();
}

// The page is this visitor's.
export function become(token) {
  if (token === visitor) return;
  state = "none";
  saved = false;
  listenAs(token);
}

// For a component that was not there before: how the run stands, once more.
export function again() {
  const missed = held;
  held = null;
  if (missed) missed.forEach(say);
  else if (visitor) hear();
  else if (ended) say({ kind: "nobody", ended });
}

// A command for the run. Gives the sentence that answers it, or "".
export async function ask(command) {
  try {
    const answer = await fetch(`_lab/train/command?visitor=${visitor}`, { method: "POST", body: JSON.stringify(command) });
    return await answer.text();
  } catch {
    return tr("The server does not answer: try again in a moment.");
  }
}

// The model of the run was downloaded: without it nothing is lost.
export function save() {
  saved = true;
}

if (before) {
  ({ state, saved } = before);
  listenAs(before.visitor);
}
setInterval(look, LOOK_EVERY);
addEventListener("pagehide", put);
addEventListener("pageshow", ({ persisted }) => persisted && taken()); // Back: the page was only put aside

// Whoever leaves is asked first, where something would be lost; by a reload nothing is. What is a reload can be told
// of the keys and of the page's own, not of the browser's button.
addEventListener("keydown", ({ key, ctrlKey, metaKey }) => {
  reloading = key === "F5" || ((ctrlKey || metaKey) && key.toLowerCase() === "r");
}, true);
addEventListener("pointerdown", () => (reloading = false), true);
globalThis.navigation?.addEventListener("navigate", ({ navigationType }) => (reloading = navigationType === "reload"));
addEventListener("beforeunload", (event) => {
  if (visitor && !reloading && (underWay() || (state === "kept" && !saved))) event.preventDefault();
});
