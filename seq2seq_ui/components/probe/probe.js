// The probe's decodings, one a moment. They are all here, so the slider asks nothing of the server.
const panel = element.querySelector("section");
const text = element.querySelector("[type=text]");
const slider = element.querySelector("[type=range]");
const where = element.querySelector("output");
let moments = []; // oldest first
let now = null;
let live = true;

const feed = (channel, value) => document.dispatchEvent(new CustomEvent("seq2seq:feed", { detail: { channel, value } }));

function show() {
  const last = moments.length;
  slider.max = last;
  if (live) slider.value = last;
  const moment = live ? now || moments[last - 1] : moments[Number(slider.value)];
  if (!moment) return;
  const name = moment.batch ? `after batch ${moment.batch}, epoch ${moment.epoch}` : "before the first batch";
  where.textContent = live ? `now, ${name}` : `${name}: wrote “${moment.text ?? ""}”`;
  element.dataset.batch = moment.batch;
  if (moment.text === null) return;
  feed("train-strips", moment.strips);
  feed("train-softmax_heatmap", moment.softmax_heatmap);
  feed("train-state_norms", moment.state_norms);
}

const onMoments = (event) => {
  if (!element.isConnected) return document.removeEventListener("seq2seq:moments", onMoments);
  const { reset, anew, probe, now: latest, moments: more } = event.detail;
  if (reset) {
    moments = [];
    now = null;
    live = true;
    panel.hidden = true;
    for (const channel of ["strips", "softmax_heatmap", "state_norms"]) feed(`train-${channel}`, null);
    return;
  }
  if (anew) moments = [];
  for (const moment of more || []) moments = [...moments.filter(({ batch }) => batch !== moment.batch), moment];
  moments.sort((a, b) => a.batch - b.batch);
  if (latest) now = latest;
  if (probe !== undefined && document.activeElement !== text) text.value = probe;
  panel.hidden = !moments.length;
  element.dataset.moments = moments.length;
  if (live || anew) show();
  else slider.max = moments.length;
};
document.addEventListener("seq2seq:moments", onMoments);
slider.addEventListener("input", () => {
  live = Number(slider.value) >= moments.length;
  show();
});
text.addEventListener("keydown", (event) => {
  if (event.key !== "Enter") return;
  document.dispatchEvent(new CustomEvent("seq2seq:train", { detail: { do: "probe", text: text.value } }));
  text.blur();
});
