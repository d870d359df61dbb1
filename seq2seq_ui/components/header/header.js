import { listen } from "../base.js";

export function mount({ element }) {
  element.querySelector("button").addEventListener("click", () => document.body.classList.toggle("dark"));
  // a link pasted into an open page changes only the hash, which loads nothing by itself
  listen(element, "hashchange", () => location.reload(), window);
}
