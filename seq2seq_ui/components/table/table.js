// A table of texts, some of them links.
import { follow, make } from "../base.js";

const content = (cell) => (typeof cell === "string" ? cell : make("a", { href: cell.link, title: cell.title }, cell.text));
const row = (tag, cells) => make("tr", {}, ...cells.map((cell) => make(tag, tag === "th" ? { scope: "col" } : {}, content(cell))));

export function mount({ element, props, watch }) {
  const $ = (selector) => element.querySelector(selector);
  follow({ props, watch }, (value) => {
    element.hidden = !value;
    if (!value) return;
    $("figcaption").textContent = value.title;
    $("thead").replaceChildren(row("th", value.columns));
    $("tbody").replaceChildren(...value.rows.map((cells) => row("td", cells)));
    $(".lab-help").textContent = value.help;
  });
}
