// A run as the server tells of it. props.value: JSON of {visitor}. Reports come as server-sent events, a few a second.
const $ = (selector) => element.querySelector(selector);
const stateLine = $(".lab-run-state");
const bar = $(".lab-progress");
const controls = $(".lab-run-controls");
const remark = $(".lab-run-remark");
const numbers = $(".lab-numbers");
const samples = $(".lab-samples");
const rate = $("input");
let visitor = null;
let source = null;
let state = "none";
let figures = null;
let begun = 0;
let run = 0;

const percent = (share) => (share === null || share === undefined ? "–" : `${(share * 100).toFixed(1)} %`);
const number = (value, digits = 3) => (value === null || value === undefined ? "–" : value.toFixed(digits));
const duration = (seconds) => {
  if (seconds === null || seconds === undefined) return "–";
  if (seconds < 90) return `${Math.max(0, Math.round(seconds))} s`;
  return `${Math.round(seconds / 60)} min`;
};

function sentence(message) {
  const done = figures && figures.exact_at_the_end !== null ? `${percent(figures.exact_at_the_end)} of whole held-out answers are right.` : "";
  const at = figures ? `epoch ${figures.epoch} of ${figures.epochs}, batch ${figures.batch} of ${figures.batches}` : "";
  return {
    none: "Press Start and watch it learn: its curves, held-out examples decoded again and again, and a sentence of your own, followed through the whole training.",
    queued: message,
    starting: message,
    running: `Training: ${at}`,
    paused: `Paused: ${at}. Nothing moves until you go on or step.`,
    stopping: "Stopping …",
    finished: `Done: the best epoch’s weights are kept. ${done}`,
    stopped: `Stopped: what was learnt is kept. ${done}`,
    left: "You left; your place is free for others.",
    failed: message,
  }[state];
}

function enter(next, message = "") {
  state = next;
  element.dataset.state = state;
  stateLine.textContent = sentence(message);
  const shown = {
    pause: state === "running",
    resume: state === "paused",
    step: state === "paused" || state === "running",
    stop: state === "paused" || state === "running",
    leave: state === "queued" || state === "starting",
  };
  for (const button of controls.querySelectorAll("button")) button.hidden = !shown[button.dataset.do];
  rate.parentElement.hidden = !shown.stop;
  controls.hidden = !Object.values(shown).some(Boolean);
}

function fill(list) {
  numbers.replaceChildren(...list.map(([name, value, title]) => {
    const both = document.createElement("div");
    const term = document.createElement("dt");
    const text = document.createElement("dd");
    term.textContent = name;
    text.textContent = value;
    both.title = title;
    both.append(term, text);
    return both;
  }));
}

function showFigures() {
  const share = figures.batches_done / figures.batches_all;
  bar.hidden = numbers.hidden = false;
  bar.setAttribute("aria-valuenow", Math.round(share * 100));
  bar.firstElementChild.style.width = `${share * 100}%`;
  const speed = figures.examples_per_second;
  fill([
    ["loss", number(figures.loss), "nats a token, mean of the last ten training batches"],
    ["held out", number(figures.val_loss), "nats a token on held-out pairs, after the last epoch"],
    ["tokens right", percent(figures.accuracy), "of training tokens, mean of the last ten batches"],
    ["whole answers right", percent(figures.exact_at_the_end ?? figures.exact), "held-out examples that are right from the first to the last character"],
    ["examples a second", speed === null ? "–" : Math.round(speed).toLocaleString("en"), "training examples, looking at the network included"],
    ["time left", ["running", "paused"].includes(state) ? duration(figures.seconds_left) : "–", "at this speed"],
    ["gradient norm", number(figures.gradient_norm), "Euclidean, over all weights, before clipping"],
    ["learning rate now", figures.learning_rate.toPrecision(3), "of the last batch"],
  ]);
  if (document.activeElement !== rate) rate.value = Number(figures.learning_rate.toPrecision(2));
}

function showSamples(list) {
  samples.hidden = false;
  samples.tBodies[0].replaceChildren(...list.map((sample) => {
    const row = document.createElement("tr");
    const cells = [0, 1, 2, 3].map(() => row.insertCell());
    cells[0].textContent = sample.source;
    for (const [text, right] of sample.written) {
      const piece = document.createElement(right ? "b" : "s");
      piece.textContent = text;
      cells[1].append(piece);
    }
    cells[2].textContent = sample.right ? "✓" : "✗";
    cells[2].title = sample.right ? "right" : "wrong";
    cells[3].textContent = sample.reference;
    return row;
  }));
}

const feed = (channel, value) => document.dispatchEvent(new CustomEvent("seq2seq:feed", { detail: { channel, value } }));

function report(message) {
  figures = message.figures;
  enter(state === "stopping" && ["running", "paused"].includes(message.state) ? "stopping" : message.state);
  showFigures();
  for (const [name, figure] of Object.entries(message.charts)) feed(`train-${name}`, figure);
  if (message.look) {
    showSamples(message.look.samples);
    feed("train-gates", message.look.gates);
  }
  const { look, moments, probe } = message;
  document.dispatchEvent(new CustomEvent("seq2seq:moments", { detail: { now: look && look.now, moments, probe } }));
  element.dataset.reports = Number(element.dataset.reports || 0) + 1;
}

function changed(message) {
  if (message.run !== run) {
    run = message.run;
    figures = null;
    numbers.hidden = samples.hidden = bar.hidden = true;
    document.dispatchEvent(new CustomEvent("seq2seq:moments", { detail: { reset: true } }));
  }
  begun = begun || performance.now();
  remark.hidden = true;
  if (message.state === "queued") {
    const wait = message.wait > 0 ? `about ${duration(message.wait)}` : "any moment now";
    return enter("queued", `In the queue: place ${message.place} of ${message.waiting}, your turn in ${wait} (if those before you train to the end). Everything else on this page works meanwhile.`);
  }
  if (message.state === "starting") return enter("starting", message.warm ? "Starting: making the examples …" : "Starting: loading TensorFlow, a few seconds …");
  if (message.state === "kept") return trigger("kept", { run });
  if (["stopping", "left", "failed"].includes(message.state)) enter(message.state, message.message);
}

function listen() {
  if (source) source.close();
  source = new EventSource(`lab/train/events?visitor=${visitor}`);
  source.onmessage = ({ data }) => {
    if (!element.isConnected) return source.close();
    const message = JSON.parse(data);
    if (message.kind === "report") report(message);
    else if (message.kind === "state") changed(message);
    else if (message.kind === "history") document.dispatchEvent(new CustomEvent("seq2seq:moments", { detail: { ...message, anew: true } }));
    else if (message.kind === "remark") say(message.message);
  };
}

function say(text) {
  remark.textContent = text;
  remark.hidden = !text;
}

async function send(command) {
  const answer = await fetch(`lab/train/command?visitor=${visitor}`, { method: "POST", body: JSON.stringify(command) });
  say(answer.ok ? "" : await answer.text());
}

for (const button of controls.querySelectorAll("button")) {
  button.addEventListener("click", () => {
    const command = { do: button.dataset.do };
    if (button.dataset.until) command.until = button.dataset.until;
    send(command);
  });
}
rate.addEventListener("change", () => { send({ do: "rate", value: Number(rate.value) }); rate.blur(); });
const onCommand = (event) => {
  if (!element.isConnected) return document.removeEventListener("seq2seq:train", onCommand);
  if (["running", "paused"].includes(state)) send(event.detail);
};
document.addEventListener("seq2seq:train", onCommand);

function load() {
  const next = JSON.parse(props.value || "null");
  if (!next) return;
  $(".lab-run-files").hidden = !next.files;
  for (const link of element.querySelectorAll("[data-file]")) if (next.files) link.href = next.files[link.dataset.file];
  if (next.visitor === visitor) return;
  visitor = next.visitor;
  listen();
}
enter("none");
watch("value", load);
load();
