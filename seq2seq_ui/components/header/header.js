import { link, speak } from "../address/address.js";
import { copyText, make, tr } from "../base.js";

export function mount({ element, languages, spoken }) {
  const copy = element.querySelector("[data-do=copy]");

  copy.addEventListener("click", async () => {
    if (await copyText(link())) {
      copy.textContent = tr("link copied");
      setTimeout(() => (copy.textContent = tr("copy link")), 2000);
      return;
    }
    // not allowed, as in some frames: there to be copied by hand
    const shown = make("input", { readOnly: true, value: link(), ariaLabel: tr("Link to this view") });
    copy.replaceWith(shown);
    shown.select();
    shown.addEventListener("blur", () => shown.replaceWith(copy));
  });
  const language = element.querySelector("[data-do=language]");
  language.append(...Object.entries(languages).map(([code, name]) => make("option", { value: code, title: name, selected: code === spoken }, code.toUpperCase())));
  language.addEventListener("change", () => speak(language.value));
  element.querySelector("[data-do=theme]").addEventListener("click", () => document.body.classList.toggle("dark"));
}
