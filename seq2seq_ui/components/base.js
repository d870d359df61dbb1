// What the components share. Each component's file exports mount(), which base.py calls with what Gradio gives a gr.HTML
// (its root element, its props, and how to trigger an event and to watch a property) and with the component's settings.

import words from "./words.js";

const filled = (text, values) => text.replace(/\{(\w+)\}/g, (whole, name) => values[name] ?? whole);

// The text in the language of the page, with the values for its {names}.
export const tr = (text, values = {}) => filled(words.texts[text] ?? text, values);

// The text for this count, with {count} and the values.
export function trN(one, many, count, values = {}) {
  const forms = words.forms[one];
  return filled(forms ? forms[words.formOf(count)] : count === 1 ? one : many, { count, ...values });
}

// Events on the document, by which components speak to each other without the server, and what each carries.
export const CURSOR = "seq2seq:cursor"; // a stepper moved: {group, step, from}; step 0 is the first one written
export const PICK = "seq2seq:pick"; // a point of a chart was clicked: {group, kind, data, step}
export const FEED = "seq2seq:feed"; // a value for the components of a channel: {channel, value}; null empties them
export const SHOW = "seq2seq:show"; // what was asked for has come: {group}; it comes into view
export const FRONT = "seq2seq:front"; // a tab came to the front: {tab}
export const LEARNT = "seq2seq:learnt"; // a lesson is done
export const RUN = "seq2seq:run"; // what the server says of the visitor's run, or {kind: "lost"}, "found" or "nobody"
export const COMMAND = "seq2seq:train"; // a command for the run that is watched, as the server takes it

export function send(name, detail) {
  document.dispatchEvent(new CustomEvent(name, { detail }));
}

// Calls handle(event) for as long as the element is in the page; the first event after that ends it.
export function listen(element, name, handle, target = document, capture = false) {
  const heard = (event) => {
    if (element.isConnected) handle(event);
    else target.removeEventListener(name, heard, capture);
  };
  target.addEventListener(name, heard, capture);
}

// What a visitor last chose of what a link holds, for when they come without one; where that is not allowed, nothing.
export function remember(group, chosen) {
  try { localStorage.setItem(`seq2seq:${group}`, JSON.stringify(chosen)); } catch { /* forgotten */ }
}

const linked = location.hash !== ""; // when the page came; by now it holds what is on screen

export function recall(group) {
  try { return (!linked && JSON.parse(localStorage.getItem(`seq2seq:${group}`))) || {}; } catch { return {}; }
}

const fed = new Map(); // the latest value of each channel

// For the components of a channel, those that come later included.
export function feed(channel, value) {
  fed.set(channel, value);
  send(FEED, { channel, value });
}

// Calls take(value) with the latest value of a channel, and with every other one.
export function fedBy(element, channel, take) {
  if (fed.has(channel)) take(fed.get(channel));
  listen(element, FEED, ({ detail }) => detail.channel === channel && take(detail.value));
}

const tasks = new Map(); // what is to be drawn, by whose it is: the latest of each, in the order in which they first asked
let drawing = false;

// Draws when there is time: one thing a frame, and after it a pause as long as it took. However slow the machine is, and
// however often something new comes, half of the time is left for clicks and keys.
export function soon(whose, draw) {
  tasks.set(whose, draw);
  if (!drawing) requestAnimationFrame(next);
  drawing = true;
}

function next() {
  const [whose, draw] = tasks.entries().next().value;
  tasks.delete(whose);
  const started = performance.now();
  setTimeout(() => {
    drawing = tasks.size > 0;
    if (drawing) requestAnimationFrame(next);
  }, took(draw, started));
}

function took(draw, started) {
  try {
    draw();
  } catch (error) {
    reportError(error); // the others are drawn all the same
  }
  return performance.now() - started;
}

// What base.py packed: JSON as it is, or "z" and its deflated bytes in base64.
async function unpacked(text) {
  const bytes = Uint8Array.from(atob(text.slice(1)), (char) => char.charCodeAt(0));
  return new Response(new Blob([bytes]).stream().pipeThrough(new DecompressionStream("deflate"))).json();
}

// Calls take(value) now and whenever the server sends another one; null stands for none.
export function follow({ props, watch }, take) {
  let turn = 0;
  const read = async () => {
    const mine = ++turn;
    const text = props.value || "null";
    const value = text.startsWith("z") ? await unpacked(text) : JSON.parse(text);
    if (mine === turn) take(value); // another one may have come while this was unpacked
  };
  watch("value", read);
  read();
}

// An element with its properties and children. Strings become text, whatever is in them.
export function make(tag, properties = {}, ...children) {
  const made = Object.assign(document.createElement(tag), properties);
  made.append(...children);
  return made;
}

// Scrolls to an element that is not all in sight; `height`: what it will have soon, in pixels.
export function bringIntoView(element, height = 0) {
  const { top, bottom } = element.getBoundingClientRect();
  if (top >= 0 && Math.max(bottom, top + height) <= innerHeight) return;
  const still = matchMedia("(prefers-reduced-motion: reduce)").matches;
  element.scrollIntoView({ block: "start", behavior: still ? "auto" : "smooth" });
}

// Puts a text into the clipboard; false where nothing could. Over plain http, browsers have the old way alone.
export async function copyText(text) {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    const field = document.body.appendChild(make("textarea", { value: text, style: "position: fixed; opacity: 0" }));
    const focused = document.activeElement;
    field.select();
    const done = document.execCommand("copy");
    field.remove();
    focused?.focus();
    return done;
  }
}

const NBSP = "\u00a0"; // a number and its unit stay on one line

// As seq2seq_core/shares.py writes shares; – for none.
export function percent(share, digits = share === 0 || share === 1 || (share >= 0.0995 && share <= 0.99) ? 0 : 1) {
  if (share === null || share === undefined) return "–";
  const least = 10 ** -digits;
  if (share > 0 && share < least / 100) return `<${NBSP}${decimal(least, digits)}${NBSP}%`;
  if (share < 1 && share > 1 - least / 100) return `>${NBSP}${decimal(100 - least, digits)}${NBSP}%`;
  return `${decimal(share * 100, digits)}${NBSP}%`;
}

// As seq2seq_core/decimals.py writes numbers: with a true minus, and what rounds to nothing has no sign.
export function decimal(value, digits) {
  const text = Math.abs(value).toFixed(digits);
  const sign = value < 0 && Number(text) !== 0 ? "−" : "";
  return sign + text.replace(".", words.decimalSign);
}

// 45 s, 3 min; – for none.
export function duration(seconds) {
  if (seconds === null || seconds === undefined) return "–";
  return seconds < 90 ? `${Math.max(0, Math.round(seconds))}${NBSP}s` : `${Math.round(seconds / 60)}${NBSP}min`;
}

// Cividis, the charts' scale, at nine stops.
export const SCALE = ["#00224e", "#123570", "#3b496c", "#575d6d", "#707173", "#8a8678", "#a59c74", "#c3b369", "#fee838"];

// The style of a cell for a share of 0 … 1: the darker half takes light text.
export function shade(share) {
  const stop = Math.min(SCALE.length - 1, Math.floor(share * SCALE.length));
  return { background: SCALE[stop], color: stop > 4 ? "#000" : "#fff" };
}
