import { link } from "../address/address.js";
import { copyText, make } from "../base.js";

export function mount({ element }) {
  const copy = element.querySelector("[data-do=copy]");

  copy.addEventListener("click", async () => {
    if (await copyText(link())) {
      copy.textContent = "link copied";
      setTimeout(() => (copy.textContent = "copy link"), 2000);
      return;
    }
    // not allowed, as in some frames: there to be copied by hand
    const shown = make("input", { readOnly: true, value: link(), ariaLabel: "Link to this view" });
    copy.replaceWith(shown);
    shown.select();
    shown.addEventListener("blur", () => shown.replaceWith(copy));
  });
  element.querySelector("[data-do=theme]").addEventListener("click", () => document.body.classList.toggle("dark"));
}
