// A run as the server tells of it, in server-sent events, a few a second.
import { COMMAND, FEED, MOMENTS, bringIntoView, duration, follow, listen, make, percent, send } from "../base.js";

const ROOM = 400; // pixels that a run's numbers and examples will take

// One line on where the run stands; `figures` are those of the last report.
export function stateLine(state, message, figures) {
  const at = figures ? `epoch ${figures.epoch} of ${figures.epochs}, batch ${figures.batch} of ${figures.batches}` : "";
  const right = figures ? figures.exact_at_the_end : null;
  const score = right === null ? "" : ` It gets ${percent(right, 1)} of the held-out examples entirely right.`;
  return {
    none: "Press Start to watch it learn: its curves, held-out examples decoded as it goes, and an input of your own, followed through the whole training.",
    queued: message,
    starting: message,
    running: `Training: ${at}`,
    paused: `Paused: ${at}. Resume, or train one batch or one epoch at a time.`,
    stopping: "Stopping …",
    finished: `Done: the best epoch’s weights are kept.${score}`,
    stopped: `Stopped: the model is kept as it is now.${score}`,
    left: "You have left the queue.",
    failed: message,
  }[state];
}

// What a run that waits or starts says.
export function waitingLine(message) {
  if (message.state === "starting") return message.warm ? "Starting: preparing the examples …" : "Starting: loading TensorFlow, which takes a few seconds …";
  const turn = message.wait > 0 ? `in about ${duration(message.wait)}, if those ahead of you train to the end` : "any moment now";
  return `In the queue: place ${message.place} of ${message.waiting}, your turn ${turn}. The rest of the page works meanwhile.`;
}

const number = (value) => (value === null ? "–" : value.toFixed(3));

// The numbers on screen: name, value, explanation.
export function numbersOf(figures, state) {
  const speed = figures.examples_per_second;
  return [
    ["training loss", number(figures.loss), "nats per token, mean of the last ten training batches"],
    ["held-out loss", number(figures.val_loss), "nats per token on held-out pairs, after the last epoch"],
    ["token accuracy", percent(figures.accuracy, 1), "of the training tokens, mean of the last ten batches"],
    ["exact answers", percent(figures.exact_at_the_end ?? figures.exact, 1), "held-out examples that are right from the first to the last token"],
    ["examples per second", speed === null ? "–" : Math.round(speed).toLocaleString("en"), "training examples, with the pauses to look at the network"],
    ["time left", ["running", "paused"].includes(state) ? duration(figures.seconds_left) : "–", "at the present speed"],
    ["gradient norm", number(figures.gradient_norm), "Euclidean, over all weights, before clipping"],
    ["learning rate now", figures.learning_rate.toPrecision(3), "of the next batch"],
  ];
}

// Which of the buttons a state has.
export function buttonsOf(state) {
  const trains = state === "paused" || state === "running";
  return { pause: state === "running", resume: state === "paused", step: trains, stop: trains, leave: state === "queued" || state === "starting" };
}

export function mount({ element, props, trigger, watch }) {
  const $ = (selector) => element.querySelector(selector);
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
  let run = 0;
  const drawn = new Set(); // names of charts

  function enter(next, message = "") {
    state = element.dataset.state = next;
    $(".lab-run-state").textContent = stateLine(state, message, figures);
    const shown = buttonsOf(state);
    for (const button of controls.querySelectorAll("button")) button.hidden = !shown[button.dataset.do];
    rate.parentElement.hidden = !shown.stop;
    controls.hidden = !Object.values(shown).some(Boolean);
  }

  function showFigures() {
    const share = figures.batches_done / figures.batches_all;
    bar.hidden = numbers.hidden = false;
    bar.setAttribute("aria-valuenow", Math.floor(share * 100));
    bar.firstElementChild.style.width = `${share * 100}%`;
    numbers.replaceChildren(...numbersOf(figures, state).map(([name, value, title]) =>
      make("div", { title }, make("dt", {}, name), make("dd", {}, value))));
    if (document.activeElement !== rate) rate.value = Number(figures.learning_rate.toPrecision(2));
  }

  function showSamples(list) {
    samples.hidden = false;
    samples.tBodies[0].replaceChildren(...list.map((sample) => make("tr", {},
      make("td", {}, sample.source),
      make("td", {}, ...sample.written.map(([text, right]) => make(right ? "b" : "s", {}, text))),
      make("td", { title: sample.right ? "correct" : "wrong" }, sample.right ? "✓" : "✗"),
      make("td", {}, sample.reference))));
  }

  function draw(name, value) {
    drawn.add(name);
    send(FEED, { channel: `train-${name}`, value });
  }

  function report(message) {
    const first = !figures;
    figures = message.figures;
    enter(state === "stopping" && ["running", "paused"].includes(message.state) ? "stopping" : message.state);
    showFigures();
    const { look, moments, probe } = message;
    if (look) showSamples(look.samples);
    for (const [name, value] of Object.entries({ ...message.charts, ...(look && look.charts) })) draw(name, value);
    send(MOMENTS, { now: look && look.now, moments, probe });
    if (first) bringIntoView(element, ROOM); // before, the page may have been too short for it
    element.dataset.reports = Number(element.dataset.reports || 0) + 1;
  }

  function changed(message) {
    if (message.run !== run) {
      run = message.run;
      figures = null;
      numbers.hidden = samples.hidden = bar.hidden = true;
      drawn.forEach((name) => draw(name, null)); // the last run's
      send(MOMENTS, { reset: true });
      bringIntoView(element, ROOM);
    }
    remark.hidden = true;
    if (message.state === "kept") trigger("kept", { run });
    else if (["queued", "starting"].includes(message.state)) enter(message.state, waitingLine(message));
    else if (["stopping", "left", "failed"].includes(message.state)) enter(message.state, message.message);
  }

  function say(text) {
    remark.textContent = text;
    remark.hidden = !text;
  }

  function hear() {
    if (source) source.close();
    source = new EventSource(`_lab/train/events?visitor=${visitor}`);
    source.addEventListener("message", ({ data }) => {
      if (!element.isConnected) return source.close();
      const message = JSON.parse(data);
      if (message.kind === "report") report(message);
      else if (message.kind === "state") changed(message);
      else if (message.kind === "history") send(MOMENTS, { ...message, anew: true });
      else if (message.kind === "remark") say(message.message);
    });
  }

  async function tell(command) {
    const answer = await fetch(`_lab/train/command?visitor=${visitor}`, { method: "POST", body: JSON.stringify(command) });
    say(await answer.text());
  }

  for (const button of controls.querySelectorAll("button"))
    button.addEventListener("click", () => tell({ ...button.dataset }));
  rate.addEventListener("change", () => { tell({ do: "rate", value: Number(rate.value) }); rate.blur(); });
  listen(element, COMMAND, ({ detail }) => ["running", "paused", "finished", "stopped"].includes(state) && tell(detail));

  enter("none");
  follow({ props, watch }, (value) => {
    if (!value) return;
    $(".lab-run-files").hidden = !value.files;
    for (const link of element.querySelectorAll("[data-file]")) if (value.files) link.href = value.files[link.dataset.file];
    if (value.visitor === visitor) return;
    visitor = value.visitor;
    hear();
  });
}
