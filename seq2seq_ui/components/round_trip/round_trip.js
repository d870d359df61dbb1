// What was typed and what came back, in columns of words that belong together.
import { follow, make, tr } from "../base.js";

const column = (...cells) => make("div", {}, ...cells);
const label = (text) => make("span", { className: "lab-round-trip-label" }, text);

export function mount({ element, props, watch }) {
  const $ = (selector) => element.querySelector(selector);
  follow({ props, watch }, (value) => {
    $(".lab-round-trip").hidden = !value;
    if (!value) return;
    const words = (text, same) => make(same ? "span" : "mark", { lang: value.language }, text);
    $(".lab-round-trip-words").replaceChildren(
      column(label(tr("typed")), label(tr("came back"))),
      ...value.pieces.map(({ same, typed, back }) => column(words(typed, same), words(back, same))),
    );
    $(".lab-help").textContent = value.help;
  });
}
