// The strips, the cursor and "what if". The cursor runs first along what was read, then along what was written; where the
// network writes each token as it reads one (in_step), along both at once. A step is counted from the first one written.
import { CURSOR, PICK, SCALE, SHOW, decimal, fedBy, feed, follow, listen, make, percent, send, shade, tr } from "../base.js";

const EDITING = 'input, textarea, select, [contenteditable], [role="tab"], [role="listbox"], [role="radio"], [role="slider"]';
const PLAY_EVERY = 350; // ms, at the speed of 1

// How many of the cursor's places come before the first one written.
export function placesBefore({ reads, in_step: inStep }) {
  return inStep ? 0 : reads.filter(({ step }) => step !== null).length;
}

// Where the cursor stands, in words.
export function whereLine(value, step) {
  const { reads, writes } = value;
  const before = placesBefore(value);
  const read = reads.find((item) => item.step === before + step);
  if (step < 0) return tr("reading {place} of {count}: {token}", { place: before + step + 1, count: before, token: read.name });
  const { name, forced, probability } = writes[step];
  const said = { step: step + 1, steps: writes.length, token: name, probability: percent(probability) };
  if (value.in_step) {
    said.read = read.name;
    if (forced) return tr("step {step} of {steps} · read {read}, forced {token}, {probability}", said);
    return tr("step {step} of {steps} · read {read}, wrote {token}, {probability}", said);
  }
  said.before = step ? writes[step - 1].name : tr("the start");
  if (forced) return tr("step {step} of {steps} · forced {token} after {before}, {probability}", said);
  return tr("step {step} of {steps} · wrote {token} after {before}, {probability}", said);
}

// What the candidates beside it answer; "" where there never are any.
export function whatIf({ writes, token }, step) {
  if (!writes.some(({ others }) => others.length)) return "";
  if (step >= 0) return tr("What if, instead of {token}, it had written:", { token: writes[step].name });
  return tr("What if? Step forward to a {token} that it wrote.", { token });
}

// Where a text stands in what was read: [first cell, last cell], or nothing.
export function standing(reads, text) {
  for (let first = 0; first < reads.length; first += 1) {
    for (let last = first; last < reads.length; last += 1) {
      const found = reads.slice(first, last + 1).map((item) => item.token).join("");
      // a word has the space before it in its token, which nobody types
      if (found === text || (reads[first].token.length > 1 && found.trimStart() === text)) return [first, last];
    }
  }
  return [];
}

// What a cell says of itself when pointed at.
export function cellTitle(item, side) {
  const said = { token: item.name };
  if (side === "writes") {
    said.probability = decimal(item.probability, 4);
    return item.forced ? tr("forced {token}, probability {probability}", said) : tr("wrote {token}, probability {probability}", said);
  }
  if (item.step === null) return tr("{token}: never seen in training, skipped", said);
  return item.unknown ? tr("{token}: never seen in training, read as “unknown word”", said) : tr("read {token}", said);
}

export function mount({ element, props, trigger, watch, group, channel }) {
  const $ = (selector) => element.querySelector(selector);
  const strips = { reads: $('[data-side="reads"]'), writes: $('[data-side="writes"]') };
  const slider = $("input");
  const speed = $(".lab-speed");
  const playButton = $('[data-go="play"]');
  let value = null;
  let before = 0; // the cursor's places before the first one written
  let cursor = 0; // its place, from 0
  let timer = null;
  let fresh = false; // nobody has moved the cursor from where a new sentence has it

  const step = () => cursor - before;

  function cell(item, place, side) {
    const title = cellTitle(item, side);
    // the arrow keys move through the strip; sixty tab stops would not help anyone
    const button = make("button", { type: "button", tabIndex: -1, className: "lab-cell", title }, item.shown);
    button.classList.toggle("lab-unknown", Boolean(item.unknown));
    button.disabled = place === null;
    if (place === null) return button;
    button.dataset.index = place;
    button.dataset.name = title;
    if (side === "writes") {
      Object.assign(button.style, shade(item.probability));
      button.classList.toggle("lab-doubt", item.probability < 0.5);
      button.classList.toggle("lab-forced", item.forced);
    }
    button.addEventListener("click", () => { stop(); go(place); });
    return button;
  }

  function take(next) {
    value = next;
    element.hidden = !next;
    stop();
    if (!next) return;
    fresh = value.step === 0;
    before = placesBefore(value);
    strips.reads.replaceChildren(...value.reads.map((item) => cell(item, item.step, "reads")));
    strips.reads.classList.toggle("lab-marks", typeof value.marks === "string");
    if (value.marks) mark(...standing(value.reads, value.marks));
    strips.writes.replaceChildren(...value.writes.map((item, i) => cell(item, before + i, "writes")));
    slider.max = before + value.writes.length - 1;
    $(".lab-hypotheses").hidden = !value.hypotheses.length;
    $(".lab-hypotheses").replaceChildren(...value.hypotheses.map(({ text, score }) =>
      make("li", {}, text || tr("(nothing)"), make("span", {}, tr("{score} nats per {token}", { score: decimal(score, 3), token: value.token })))));
    $(".lab-legend span").textContent = value.attention ? tr("writes: probability, reads: attention weight,") : tr("writes: probability,");
    $(".lab-signs").replaceChildren(...Object.entries(value.signs).map(([sign, name]) => make("span", {}, `${sign} ${name}`)));
    $(".lab-links").hidden = !value.query;
    for (const link of element.querySelectorAll("[data-file]")) link.href = `_lab/trace.${link.dataset.file}?${value.query}`;
    show(before + value.step);
    feed(`${group} strips`, value);
    element.dataset.loaded = Number(element.dataset.loaded || 0) + 1;
  }

  // moves the strips' cursor; go() also tells the charts
  function show(to) {
    cursor = Math.max(0, Math.min(to, Number(slider.max)));
    slider.value = cursor;
    element.dataset.cursor = cursor;
    for (const button of element.querySelectorAll(".lab-cell[data-index]")) {
      const place = Number(button.dataset.index);
      button.classList.toggle("lab-current", place === cursor);
      button.classList.toggle("lab-future", timer !== null && place > cursor);
      if (place === cursor) button.setAttribute("aria-current", "step");
      else button.removeAttribute("aria-current");
    }
    shadeReads();
    $(".lab-where").textContent = whereLine(value, step());
    showCandidates();
  }

  // while it writes, each source cell by the weight of the attention
  function shadeReads() {
    const weights = (value.attention && value.attention[step()]) || null;
    for (const button of strips.reads.querySelectorAll(".lab-cell[data-index]")) {
      const weight = weights ? weights[Number(button.dataset.index)] : null;
      Object.assign(button.style, weights ? shade(weight) : { background: "", color: "" });
      const said = button.dataset.name;
      button.title = weights ? tr("{cell}, attention weight {weight} at this step", { cell: said, weight: decimal(weight, 3) }) : said;
    }
  }

  function go(to) {
    fresh = false;
    show(to);
    send(CURSOR, { group, step: step(), from: element });
  }

  function showCandidates() {
    const question = whatIf(value, step());
    $(".lab-unforce").hidden = !value.way_back;
    $(".lab-whatif").hidden = !question;
    $(".lab-whatif-name").textContent = question;
    $(".lab-others").replaceChildren(...(step() < 0 ? [] : value.writes[step()].others.map((other) => {
      const said = { token: other.name, probability: percent(other.probability) };
      const title = tr("{token}, {probability}: force it here and decode the rest again", said);
      const button = make("button", { type: "button", title, ariaLabel: tr("what if {token}, {probability}", said) }, other.shown);
      button.addEventListener("click", () => force(other.token));
      return button;
    })));
  }

  // marks the cells from one to another, of what was read
  function mark(from = -1, to = -1) {
    [...strips.reads.children].forEach((button, place) => button.classList.toggle("lab-marked", place >= Math.min(from, to) && place <= Math.max(from, to)));
  }

  // with the mouse or a finger over some cells of what was read, or with a click and a second one with Shift: these are
  // asked about
  let marking = null; // the first and the last of them
  const placeAt = ({ clientX, clientY }) => [...strips.reads.children].indexOf(document.elementFromPoint(clientX, clientY));
  strips.reads.addEventListener("pointerdown", (event) => {
    const place = placeAt(event);
    if (typeof value?.marks !== "string" || event.button || place < 0) return;
    const current = value.reads.findIndex((item) => item.step === cursor && step() < 0);
    marking = event.shiftKey && current >= 0 ? [current, place] : [place, place];
    if (marking[0] !== marking[1]) mark(...marking);
  });
  listen(element, "pointermove", (event) => {
    const place = marking ? placeAt(event) : -1;
    if (place < 0 || place === marking[1]) return;
    marking[1] = place;
    mark(...marking);
  });
  listen(element, "pointerup", () => {
    if (!marking) return;
    const [first, last] = marking.toSorted((a, b) => a - b);
    marking = null;
    if (first < last) trigger("mark", { text: value.reads.slice(first, last + 1).map((item) => item.token).join(""), step: step() });
  });
  listen(element, "pointercancel", () => { marking = null; });

  // asks for the decoding with this token at the cursor; not where the network would not read it
  function force(token) {
    if (step() < 0 || !value.feeds_back || token === value.writes[step()].token) return;
    const prefix = value.writes.slice(0, step()).map((item) => item.token).join("") + token;
    trigger("force", { prefix, step: step() });
  }

  function stop() {
    clearInterval(timer);
    timer = null;
    playButton.textContent = "▶";
    playButton.ariaLabel = tr("Play");
    element.querySelectorAll(".lab-future").forEach((button) => button.classList.remove("lab-future"));
  }

  function play() {
    if (timer !== null) return stop();
    playButton.textContent = "❚❚";
    playButton.ariaLabel = tr("Pause");
    run();
    go(fresh || cursor >= Number(slider.max) ? 0 : cursor); // from the first one read
  }

  function run() {
    timer = setInterval(() => (cursor >= Number(slider.max) ? stop() : go(cursor + 1)), PLAY_EVERY / Number(speed.value));
  }

  const actions = {
    back: () => { stop(); go(cursor - 1); },
    on: () => { stop(); go(cursor + 1); },
    play,
  };
  for (const button of element.querySelectorAll("[data-go]")) button.addEventListener("click", actions[button.dataset.go]);
  slider.addEventListener("input", () => { stop(); go(Number(slider.value)); });
  speed.addEventListener("change", () => {
    if (timer === null) return;
    clearInterval(timer);
    run();
  });
  $(".lab-legend i").style.background = `linear-gradient(to right, ${SCALE})`;
  $(".lab-unforce").addEventListener("click", () => trigger("unforce", { step: step() }));

  // after Enter in a text field, the arrow keys are the cursor's; not once it is typed on there
  let typing = false;
  listen(element, SHOW, ({ detail }) => {
    if (detail.group === group && value && !typing) $(".lab-stepper").focus({ preventScroll: true });
  });
  listen(element, "keydown", (event) => {
    typing = Boolean(event.target.closest(EDITING)) && event.key !== "Enter";
    // side by side, the first one moves the others
    if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey) return;
    if (!value || !element.offsetParent || event.target.closest(EDITING)) return;
    const action = { ArrowLeft: actions.back, ArrowRight: actions.on, p: play }[event.key];
    if (!action) return;
    event.preventDefault();
    action();
  });
  // a click in a chart: on a column, the cursor goes there; on a candidate, or the end of a path, it is forced
  listen(element, PICK, ({ detail }) => {
    if (detail.group !== group || !value) return;
    if (detail.kind === "path") return value.feeds_back && trigger("force", { prefix: detail.data, step: detail.step });
    if (detail.kind === "token") return force(detail.data[0]);
    if (detail.kind === "bar") return whatIf(value, 0) ? force(detail.data[0]) : undefined;
    stop();
    go(before + detail.step);
  });
  // another stepper of the group moved: side by side, they stay at the same step
  listen(element, CURSOR, ({ detail }) => {
    if (detail.group === group && detail.from !== element && value) show(before + detail.step);
  });
  follow({ props, watch }, take);
  // strips that arrive while a network trains: the cursor stays where it is
  if (channel) fedBy(element, channel, (next) => take(next && { ...next, step: value ? step() : 0 }));
}
