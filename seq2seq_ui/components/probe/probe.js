// The probe's decodings, one a moment of the run. They are all here, so the slider asks nothing of the server. They come
// as {moments, now, probe, anew}: oldest first, the one of now, of which text, and whether it is another one.
import { COMMAND, fedBy, feed, send, tr } from "../base.js";

// Where the one on screen stands among them.
export function whereLine(moment, live, moments) {
  const when = nameOf(moment);
  if (!live) return tr("{when}: wrote “{text}”", { when, text: moment.text ?? "" });
  // given after the end of the run, with which the weights of its earlier moments went
  return moments.length > 1 || !moment.batch ? tr("now, {when}", { when }) : tr("as kept, {when} (looking back ended with the run)", { when });
}

export function nameOf({ batch, epoch }) {
  return batch ? tr("after batch {batch}, epoch {epoch}", { batch, epoch }) : tr("before the first batch");
}

// The moments with more of them, oldest first; a later decoding of the same batch takes the earlier one's place.
export function merged(moments, more) {
  const byBatch = new Map([...moments, ...more].map((moment) => [moment.batch, moment]));
  return [...byBatch.values()].toSorted((a, b) => a.batch - b.batch);
}

// Shows a moment's parts, each by the components of its channel, or empties those.
function hand({ strips, charts }, empty = false) {
  for (const [part, value] of Object.entries({ strips, ...charts })) feed(`train-${part}`, empty ? null : value);
}

export function mount({ element }) {
  const panel = element.querySelector("section");
  const text = element.querySelector("[type=text]");
  const slider = element.querySelector("[type=range]");
  const where = element.querySelector("output");
  let moments = []; // oldest first
  let now = null;
  let probe = ""; // whose decodings they are
  let live = true;
  let shown = null; // the moment on screen

  function show() {
    slider.max = moments.length; // its value is within it from now on
    live ||= Number(slider.value) >= moments.length; // of a new probe there may be fewer than of the one before
    if (live) slider.value = moments.length;
    const moment = live ? now || moments.at(-1) : moments[Number(slider.value)];
    if (!moment) return;
    where.textContent = whereLine(moment, live, moments);
    slider.parentElement.hidden = moments.length < 2;
    element.dataset.batch = moment.batch;
    if (moment.text === null || moment === shown) return; // most reports bring no new decoding
    hand(moment);
    shown = moment;
  }

  function reset() {
    moments = [];
    now = null;
    live = true;
    panel.hidden = true;
    if (shown) hand(shown, true);
    shown = null;
  }

  fedBy(element, "train-moments", (told) => {
    if (!told) return reset();
    ({ moments, now } = told);
    if (told.probe !== probe && document.activeElement !== text) text.value = probe = told.probe;
    panel.hidden = !moments.length;
    element.dataset.moments = moments.length;
    if (live || told.anew) show();
    else slider.max = moments.length;
  });
  slider.addEventListener("input", () => {
    live = Number(slider.value) >= moments.length;
    show();
  });
  text.addEventListener("keydown", (event) => {
    if (event.key !== "Enter") return;
    send(COMMAND, { do: "probe", text: text.value });
    text.blur();
  });
}
