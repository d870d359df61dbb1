// The candidates at the cursor: logit → probability → what temperature and cuts left of it → the one that was written.
import { CURSOR, PICK, decimal, feed, follow, listen, make, percent, send, tr } from "../base.js";

// What a row is called: everything that stands in it, in words.
export function rowName(value, step, row) {
  const { tokens, logits, probabilities, left, written } = value.steps[step];
  const { cuts } = value;
  const parts = [
    value.tokens[tokens[row]].name,
    tr("logit {logit}", { logit: decimal(logits[row], 2) }),
    tr("probability {probability}", { probability: percent(probabilities[row]) }),
  ];
  if (left) parts.push(left[row] ? tr("{share} at {cuts}", { share: percent(left[row]), cuts }) : tr("cut off by {cuts}", { cuts }));
  if (row === written) parts.push(whatBefell(value, step));
  return parts.join(", ");
}

// What became of the token that was written.
export const whatBefell = ({ forced, choice }, step) => (step < forced ? tr("forced") : choice);

function bar(share) {
  const made = make("span", { className: "lab-candidates-bar" }, make("i"), make("b", {}, share ? percent(share) : "–"));
  made.style.setProperty("--share", share);
  return made;
}

const line = (text, score) => make("li", { title: text }, make("b", {}, text || tr("(nothing)")), make("span", {}, score));

export function mount({ element, props, watch, group }) {
  const $ = (selector) => element.querySelector(selector);
  const rows = $(".lab-candidates-rows");
  let value = null;
  let step = 0;

  function row(place) {
    const { tokens, logits, probabilities, left, written } = value.steps[step];
    const token = value.tokens[tokens[place]];
    const name = rowName(value, step, place);
    const made = make("button", { type: "button", className: "lab-candidates-row", title: name, ariaLabel: name },
      make("span", { className: "lab-candidates-token" }, token.shown),
      make("span", { className: "lab-candidates-logit" }, decimal(logits[place], 1)),
      bar(probabilities[place]), ...(left ? [bar(left[place])] : []),
      make("span", { className: "lab-candidates-choice" }, place !== written ? "" : step < value.forced ? tr("forced") : "◂"));
    made.classList.toggle("lab-written", place === written);
    made.disabled = !value.feeds_back;
    made.addEventListener("click", () => send(PICK, { group, kind: "token", data: [token.token] }));
    return make("li", {}, made);
  }

  function show() {
    const now = value.steps[step];
    $(".lab-candidates-odds").textContent = now ? now.odds : tr("Still reading: nothing is predicted yet");
    rows.replaceChildren(...(now ? now.tokens.map((_, place) => row(place)) : []));
    element.dataset.step = step;
  }

  listen(element, CURSOR, ({ detail }) => {
    if (detail.group !== group || !value) return;
    step = detail.step;
    show();
  });
  follow({ props, watch }, (next) => {
    value = next;
    element.hidden = !value;
    if (!value) return;
    step = value.step;
    $("figcaption").textContent = value.title;
    $(".lab-help").textContent = value.help;
    $(".lab-candidates").classList.toggle("lab-drawn", Boolean(value.cuts));
    $(".lab-candidates-cuts").textContent = value.cuts;
    $(".lab-candidates-end").textContent = value.choice;
    $(".lab-hypotheses").hidden = !value.hypotheses.length;
    $(".lab-hypotheses").replaceChildren(line(tr("What the beam arrived at"), value.unit),
      ...value.hypotheses.map(({ text, score }) => line(text, decimal(score, 3))));
    show();
    feed(`${group} candidates`, value);
    element.dataset.loaded = Number(element.dataset.loaded || 0) + 1;
  });
}
