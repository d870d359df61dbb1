// A run as the server tells of it, in server-sent events, a few a second.
import { COMMAND, RUN, bringIntoView, decimal, duration, feed, follow, listen, make, percent, tr } from "../base.js";
import { merged } from "../probe/probe.js";
import { again, ask, become, save } from "../stream.js";
import words from "../words.js";

const ROOM = 400; // pixels that a run's numbers and examples will take
const LOST = tr("The connection to the server is lost: what is shown is how it was. Trying to find it again …");

// One line on where the run stands; `figures` are those of the last report.
export function stateLine(state, message, figures) {
  const at = figures ? tr("epoch {epoch} of {epochs}, batch {batch} of {batches}", figures) : "";
  const right = figures ? figures.exact_at_the_end : null;
  const score = right === null ? "" : ` ${tr("It gets {share} of the held-out examples entirely right.", { share: percent(right, 1) })}`;
  return {
    none: tr("Press Start to watch it learn: its curves, held-out examples decoded as it goes, and an input of your own, followed through the whole training."),
    queued: message,
    starting: message,
    running: tr("Training: {at}", { at }),
    paused: tr("Paused: {at}. Resume, or train one batch or one epoch at a time.", { at }),
    stopping: tr("Stopping …"),
    finished: tr("Done: the best epoch’s weights are kept.") + score,
    stopped: tr("Stopped: the model is kept as it is now.") + score,
    left: message || tr("You have left the queue."),
    gone: tr("Ended: the server was started anew, or had not heard of this page for over a minute. What was learnt is lost; Start begins another training."),
    failed: message,
  }[state];
}

// What a run that waits or starts says.
export function waitingLine(message) {
  if (message.state === "starting") return message.warm ? tr("Starting: preparing the examples …") : tr("Starting: loading TensorFlow, which takes a few seconds …");
  const { place, waiting, wait } = message;
  return wait > 0
    ? tr("In the queue: place {place} of {waiting}, your turn in about {time}, if those ahead of you train to the end. The rest of the page works meanwhile.", { place, waiting, time: duration(wait) })
    : tr("In the queue: place {place} of {waiting}, your turn any moment now. The rest of the page works meanwhile.", { place, waiting });
}

const number = (value) => (value === null ? "–" : decimal(value, 3));
const whole = (value) => Math.round(value).toLocaleString("en").replaceAll(",", words.groupSign);

// The numbers on screen: name, value, explanation.
export function numbersOf(figures, state) {
  const speed = figures.examples_per_second;
  return [
    [tr("training loss"), number(figures.loss), tr("nats per token, mean of the last ten training batches")],
    [tr("held-out loss"), number(figures.val_loss), tr("nats per token on held-out pairs, after the last epoch")],
    [tr("token accuracy"), percent(figures.accuracy, 1), tr("of the training tokens, mean of the last ten batches")],
    [tr("exact answers"), percent(figures.exact_at_the_end ?? figures.exact, 1), tr("held-out examples that are right from the first to the last token")],
    [tr("examples per second"), speed === null ? "–" : whole(speed), tr("training examples, with the pauses to look at the network")],
    [tr("time left"), ["running", "paused"].includes(state) ? duration(figures.seconds_left) : "–", tr("at the present speed")],
    [tr("gradient norm"), number(figures.gradient_norm), tr("Euclidean, over all weights, before clipping")],
    [tr("learning rate now"), figures.learning_rate.toPrecision(3).replace(".", words.decimalSign), tr("of the next batch")],
  ];
}

// Which of the buttons a state has.
export function buttonsOf(state) {
  const trains = state === "paused" || state === "running";
  return { pause: state === "running", resume: state === "paused", step: trains, stop: trains, leave: state === "queued" || state === "starting" };
}

// A chart with the lines that other runs have in it, behind its own.
export function together(figure, others) {
  return figure && others.length ? { ...figure, data: [...others, ...figure.data] } : figure;
}

// Which two are ticked when another run is done: the last ones that have a model.
export function lastTwo(runs) {
  return runs.filter(({ model }) => model).slice(-2).map((run) => run.number);
}

export function mount({ element, props, trigger, watch }) {
  const $ = (selector) => element.querySelector(selector);
  const bar = $(".lab-progress");
  const controls = $(".lab-run-controls");
  const remark = $(".lab-run-remark");
  const numbers = $(".lab-numbers");
  const samples = $(".lab-samples");
  const rate = $("input");
  let state = "none";
  let figures = null;
  let run = 0;
  let kept = 0; // the run whose model is there
  let told = null; // of the probe
  const drawn = new Map(); // the last figure of each chart, by name
  let runs = []; // the visitor's, this one included

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
      make("td", { title: sample.right ? tr("correct") : tr("wrong") }, sample.right ? "✓" : "✗"),
      make("td", {}, sample.reference))));
  }

  function draw(name, value) {
    drawn.set(name, value);
    feed(`train-${name}`, together(value, runs.flatMap(({ lines }) => lines[name] || [])));
  }

  // the visitor's runs: a legend of the lines in the charts, and two of them to be compared
  function listRuns(message) {
    const [before, panel] = [lastTwo(runs), $(".lab-runs")];
    runs = message.runs;
    const ticked = lastTwo(runs).join() === before.join() ? chosen() : lastTwo(runs);
    panel.hidden = runs.length < 2;
    panel.querySelector("ul").replaceChildren(...runs.map((each) => make("li", {}, make("label", {},
      make("input", { type: "checkbox", value: each.number, disabled: !each.model, checked: ticked.includes(each.number) }),
      make("i", { style: each.color && `border-color: ${each.color}` }),
      make("span", {}, `${tr("run {number}: {differs}", { number: each.number, differs: each.differs || tr("the same again") })} `, make("small", {}, `· ${each.says}`))))));
    panel.querySelector("button").hidden = lastTwo(runs).length < 2;
    choose();
    for (const [name, value] of drawn) if (value) draw(name, value);
  }

  const chosen = () => [...element.querySelectorAll(".lab-runs :checked")].map(({ value }) => Number(value));
  const choose = () => ($(".lab-runs button").disabled = chosen().length !== 2);

  function tellProbe({ moments = [], now, probe, anew = false }) {
    const earlier = anew || !told ? { moments: [], now: null, probe } : told;
    told = { moments: merged(earlier.moments, moments), now: now || earlier.now, probe: probe ?? earlier.probe, anew };
    feed("train-moments", told);
  }

  function report(message) {
    const first = !figures;
    figures = message.figures;
    enter(state === "stopping" && ["running", "paused"].includes(message.state) ? "stopping" : message.state);
    showFigures();
    const { look, moments, probe } = message;
    if (look) showSamples(look.samples);
    for (const [name, value] of Object.entries({ ...message.charts, ...(look && look.charts) })) draw(name, value);
    tellProbe({ now: look?.now, moments, probe });
    if (first) bringIntoView(element, ROOM); // before, the page may have been too short for it
    element.dataset.reports = Number(element.dataset.reports || 0) + 1;
  }

  function changed(message) {
    if (message.run !== run) {
      run = message.run;
      figures = null;
      numbers.hidden = samples.hidden = bar.hidden = true;
      for (const name of drawn.keys()) draw(name, null); // the last run's
      feed("train-moments", (told = null));
      bringIntoView(element, ROOM);
    }
    remark.hidden = true;
    if (message.state === "kept") keep();
    else if (["queued", "starting"].includes(message.state)) enter(message.state, waitingLine(message));
    else if (["stopping", "left", "failed"].includes(message.state)) enter(message.state, message.message);
  }

  function keep() {
    if (kept === run) return; // told again
    kept = run;
    trigger("kept", { run });
  }

  function say(text) {
    remark.textContent = text;
    remark.hidden = !text;
  }

  // the server knows nothing of this page any more
  function gone({ ended }) {
    if (ended) enter("gone");
    run = kept = 0;
    $(".lab-run-files").hidden = true;
    listRuns({ runs: [] });
    say("");
    trigger("gone");
  }

  const heard = {
    report,
    state: changed,
    runs: listRuns,
    history: (message) => tellProbe({ ...message, anew: true }),
    remark: ({ message }) => say(message),
    lost: () => say(LOST),
    found: () => say(""),
    nobody: gone,
  };

  // what the worker remarks may come before the answer, which is empty then
  async function tell(command) {
    say("");
    const answer = await ask(command);
    if (answer) say(answer);
  }

  for (const button of controls.querySelectorAll("button"))
    button.addEventListener("click", () => tell({ ...button.dataset }));
  rate.addEventListener("change", () => { tell({ do: "rate", value: Number(rate.value) }); rate.blur(); });
  listen(element, COMMAND, ({ detail }) => ["running", "paused", "finished", "stopped"].includes(state) && tell(detail));

  $(".lab-runs ul").addEventListener("change", choose);
  $(".lab-runs button").addEventListener("click", () => {
    const [first, second] = chosen();
    trigger("compare", { first, second });
  });
  $("[data-file=zip]").addEventListener("click", save);

  enter("none");
  listen(element, RUN, ({ detail }) => heard[detail.kind](detail));
  again(); // a page that was loaded anew has heard before this was here
  follow({ props, watch }, (value) => {
    if (!value) return;
    $(".lab-run-files").hidden = !value.files;
    for (const link of element.querySelectorAll("[data-file]")) if (value.files) link.href = value.files[link.dataset.file];
    become(value.visitor);
  });
}
