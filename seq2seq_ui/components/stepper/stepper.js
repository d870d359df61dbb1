// The strips, the cursor and "what if". props.value: JSON made by stepper.py's strips(); props.group: its charts.
const $ = (selector) => element.querySelector(selector);
const sides = { reads: $('[data-side="reads"]'), writes: $('[data-side="writes"]') };
const slider = $("input");
const playButton = $('[data-go="play"]');
let value = null;
let readSteps = 0;
let cursor = 0;
let timer = null;

// Cividis, the charts' scale, at nine stops; dark cells take light text
const SCALE = ["#00224e", "#123570", "#3b496c", "#575d6d", "#707173", "#8a8678", "#a59c74", "#c3b369", "#fee838"];
const shade = (p) => SCALE[Math.min(8, Math.floor(p * 9))];
const percent = (p) => (p >= 0.0995 ? `${Math.round(p * 100)} %` : p >= 0.001 ? `${(p * 100).toFixed(1)} %` : "< 0.1 %");

function cell(item, index, side) {
  const button = document.createElement("button");
  button.type = "button";
  button.tabIndex = -1; // the arrow keys move through the strip; sixty tab stops would not help anyone
  button.className = "lab-cell";
  button.textContent = item.shown;
  if (item.unknown) button.classList.add("lab-unknown");
  if (index === null) {
    button.disabled = true;
    button.title = `${item.name}: never seen in training, left out`;
    return button;
  }
  button.dataset.index = index;
  button.dataset.name = button.title = side === "reads" ? `read ${item.unknown ? "“unknown word” for " : ""}${item.name}` : `${item.forced ? "forced" : "wrote"} ${item.name}, probability ${item.probability.toFixed(4)}`;
  if (side === "writes") {
    button.style.background = shade(item.probability);
    button.style.color = item.probability > 0.5 ? "#000" : "#fff";
    button.classList.toggle("lab-doubt", item.probability < 0.5);
    button.classList.toggle("lab-forced", item.forced);
  }
  button.addEventListener("click", () => { stop(); go(index); });
  return button;
}

function load() {
  take(JSON.parse(props.value || "null"));
}

function take(next) {
  element.hidden = !next;
  if (!next) return;
  stop();
  value = next;
  const known = value.reads.filter((item) => item.step !== null);
  readSteps = known.length;
  sides.reads.replaceChildren(...value.reads.map((item) => cell(item, item.step, "reads")));
  sides.writes.replaceChildren(...value.writes.map((item, i) => cell(item, readSteps + i, "writes")));
  slider.max = readSteps + value.writes.length - 1;
  const list = $(".lab-hypotheses");
  list.hidden = !value.hypotheses.length;
  list.replaceChildren(...value.hypotheses.map(({ text, score }) => {
    const item = document.createElement("li");
    const number = document.createElement("span");
    item.textContent = text || "(nothing)";
    number.textContent = `${score.toFixed(3)} nats a ${value.token}`;
    item.append(number);
    return item;
  }));
  $(".lab-links").hidden = !value.query;
  for (const link of element.querySelectorAll("[data-file]")) link.href = `lab/trace.${link.dataset.file}?${value.query}`;
  show(value.step + readSteps);
  // the first value is the default view: the address may hold a link that is still to be opened
  if (element.dataset.loaded) writeLink();
  element.dataset.loaded = Number(element.dataset.loaded || 0) + 1;
}

// moves the strips' cursor; go() also tells the charts
function show(to) {
  cursor = Math.max(0, Math.min(to, Number(slider.max)));
  slider.value = cursor;
  element.dataset.cursor = cursor;
  for (const button of element.querySelectorAll(".lab-cell[data-index]")) {
    const index = Number(button.dataset.index);
    button.classList.toggle("lab-current", index === cursor);
    button.classList.toggle("lab-future", timer !== null && index > cursor);
    if (index === cursor) button.setAttribute("aria-current", "step");
    else button.removeAttribute("aria-current");
  }
  const step = cursor - readSteps;
  shadeReads(step);
  $(".lab-where").textContent = step < 0 ? reading() : writing(step);
  showCandidates(step);
}

// while it writes, each source cell by the weight it is looked at with
function shadeReads(step) {
  const weights = (value.attention && value.attention[step]) || null;
  for (const button of sides.reads.querySelectorAll(".lab-cell[data-index]")) {
    const weight = weights ? weights[Number(button.dataset.index)] : null;
    button.style.background = weights ? shade(weight) : "";
    button.style.color = weights ? (weight > 0.5 ? "#000" : "#fff") : "";
    button.title = button.dataset.name + (weights ? `, looked at with weight ${weight.toFixed(3)} at this step` : "");
  }
}

// in the hash, not the query: Plotly's clip paths name the page's address up to the hash, and would be lost
function writeLink() {
  if (value.query && element.offsetParent) history.replaceState(null, "", `#${value.query}&step=${cursor - readSteps}`);
}

function go(to) {
  show(to);
  writeLink();
  document.dispatchEvent(new CustomEvent("seq2seq:cursor", { detail: { group: props.group, step: cursor - readSteps, from: element } }));
}

function reading() {
  const item = value.reads.find(({ step }) => step === cursor);
  return `reading ${cursor + 1} of ${readSteps}: ${item.name}`;
}

function writing(step) {
  const item = value.writes[step];
  const after = step ? value.writes[step - 1].name : "the start";
  return `step ${step + 1} of ${value.writes.length} · ${item.forced ? "forced" : "wrote"} ${item.name} after ${after}, ${percent(item.probability)}`;
}

function showCandidates(step) {
  const forced = value.writes.some((item) => item.forced);
  $(".lab-unforce").hidden = !forced;
  $(".lab-whatif-name").textContent = step < 0 ? `what if? Step on to the written ${value.token}s.` : `what if, instead of ${value.writes[step].name}:`;
  $(".lab-whatif").hidden = !value.writes.some((item) => item.others.length);
  $(".lab-candidates").replaceChildren(...(step < 0 ? [] : value.writes[step].others.map((other) => {
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = other.shown;
    button.title = `${other.name}, ${percent(other.probability)}: write it here and go on from there`;
    button.setAttribute("aria-label", `what if ${other.name}, ${percent(other.probability)}`);
    button.addEventListener("click", () => force(step, other.token));
    return button;
  })));
}

function force(step, token) {
  if (step < 0 || token === value.writes[step].token) return;
  const before = value.writes.slice(0, step).map((item) => item.token).join("");
  trigger("force", { prefix: before + token, step });
}

function stop() {
  clearInterval(timer);
  timer = null;
  playButton.textContent = "▶";
  playButton.setAttribute("aria-label", "Play");
  element.querySelectorAll(".lab-future").forEach((button) => button.classList.remove("lab-future"));
}

function play() {
  if (timer !== null) return stop();
  playButton.textContent = "❚❚";
  playButton.setAttribute("aria-label", "Pause");
  const from = cursor >= Number(slider.max) ? 0 : cursor;
  timer = setInterval(() => (cursor >= Number(slider.max) ? stop() : go(cursor + 1)), 350);
  go(from);
}

const actions = {
  back: () => { stop(); go(cursor - 1); },
  on: () => { stop(); go(cursor + 1); },
  play,
};
for (const button of element.querySelectorAll("[data-go]")) button.addEventListener("click", actions[button.dataset.go]);
slider.addEventListener("input", () => { stop(); go(Number(slider.value)); });
$(".lab-unforce").addEventListener("click", () => trigger("unforce", { step: cursor - readSteps }));
$(".lab-copy").addEventListener("click", async (event) => {
  const button = event.currentTarget;
  try {
    await navigator.clipboard.writeText(location.href);
    button.textContent = "link copied";
  } catch {
    button.textContent = "the address bar holds the link";
  }
  setTimeout(() => (button.textContent = "copy link to this view"), 2000);
});

const EDITING = 'input, textarea, select, [contenteditable], [role="tab"], [role="listbox"], [role="radio"], [role="slider"]';
const onKey = (event) => {
  if (!element.isConnected) return document.removeEventListener("keydown", onKey);
  if (!value || !element.offsetParent || event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.target.closest(EDITING)) return;
  const action = { ArrowLeft: actions.back, ArrowRight: actions.on, p: play }[event.key];
  if (!action) return;
  event.preventDefault();
  action();
};
document.addEventListener("keydown", onKey);

// a click in a chart: on a column, the cursor goes there; on a candidate's bar, it is forced
const onPick = (event) => {
  if (!element.isConnected) return document.removeEventListener("seq2seq:pick", onPick);
  const { group, kind, data, step } = event.detail;
  if (group !== props.group || !value) return;
  if (kind === "bar") force(cursor - readSteps, data[0]);
  else { stop(); go(readSteps + step); }
};
document.addEventListener("seq2seq:pick", onPick);

// a link pasted into this very tab changes only the hash, which loads nothing by itself
window.addEventListener("hashchange", () => location.reload());
// another stepper of the group moved: side by side, they stay at the same step
const onCursor = (event) => {
  if (!element.isConnected) return document.removeEventListener("seq2seq:cursor", onCursor);
  const { group, step, from } = event.detail;
  if (group === props.group && from !== element && value) show(readSteps + step);
};
document.addEventListener("seq2seq:cursor", onCursor);

// strips that arrive while a network trains (props.channel): the cursor stays where it is
const onFeed = (event) => {
  if (!element.isConnected) return document.removeEventListener("seq2seq:feed", onFeed);
  const { channel, value: next } = event.detail;
  if (channel !== props.channel) return;
  take(next && { ...next, step: value ? cursor - readSteps : 0 });
  if (!next) value = null;
};
if (props.channel) document.addEventListener("seq2seq:feed", onFeed);

watch("value", load);
load();
