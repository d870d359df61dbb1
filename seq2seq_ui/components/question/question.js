// A lesson's question. Whoever looks at its answer has done the lesson.
import { LEARNT, follow, make, send, tr } from "../base.js";
import { learn, presenting, worded } from "../lesson/lesson.js";

export function mount({ element, props, watch }) {
  const $ = (selector) => element.querySelector(selector);
  const details = $("details");
  let value = null;

  details.addEventListener("toggle", () => {
    if (!details.open || !value) return;
    learn(value.name);
    send(LEARNT);
  });
  // on the screen of a presentation it is never closed
  new MutationObserver(() => {
    if (presenting()) details.open = document.body.dataset.beat === "answer";
  }).observe(document.body, { attributeFilter: ["data-beat"] });
  follow({ props, watch }, (next) => {
    element.hidden = !next;
    if (!next) return;
    if (value?.name !== next.name) details.open = false;
    value = next;
    $(".lab-question-asked").replaceChildren(...worded(value.question));
    $(".lab-question-answer").replaceChildren(...worded(value.answer));
    $('[data-do="previous"]').disabled = value.first;
    $('[data-do="next"]').disabled = value.last;
    const measured = value.measured ? ` ${tr("Measured: {measured}", { measured: value.measured })}` : "";
    $(".lab-help").replaceChildren(make("span", {}, tr("Source: {source}", { source: value.source })), ...worded(measured));
  });
}
