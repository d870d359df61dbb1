// A table of growing sentences.
import { follow, make } from "../base.js";

const row = (tag, cells) => make("tr", {}, ...cells.map((content) => make(tag, {}, content)));

export function mount({ element, props, watch }) {
  follow({ props, watch }, (value) => {
    element.hidden = !value;
    if (!value) return;
    element.querySelector("thead").replaceChildren(row("th", ["The sentence so far", ...value.models]));
    element.querySelector("tbody").replaceChildren(...value.rows.map(({ text, translations, link }) =>
      row("td", [make("a", { href: link, title: "Step through it in Compare" }, text), ...translations])));
  });
}
