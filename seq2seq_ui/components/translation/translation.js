// The translation as text. Copied as it is, spoken where the browser has a voice of its language.
import { SHOW, bringIntoView, copyText, follow, listen, make, tr } from "../base.js";

// The voice that reads a language: one of this machine before one from the internet; none: undefined.
export function voiceOf(voices, language) {
  const fitting = language ? voices.filter(({ lang }) => lang.toLowerCase().split(/[-_]/)[0] === language) : [];
  return fitting.find((voice) => voice.localService) || fitting[0];
}

export function mount({ element, props, watch, group }) {
  const $ = (selector) => element.querySelector(selector);
  const text = $(".lab-translation-text");
  const copy = $('[data-do="copy"]');
  const speak = $('[data-do="speak"]');
  const synthesis = window.speechSynthesis;
  let value = null;

  const voice = () => synthesis && value && voiceOf(synthesis.getVoices(), value.language);
  const offerVoice = () => (speak.hidden = !value?.text || !voice());

  copy.addEventListener("click", async () => {
    copy.textContent = (await copyText(value.text)) ? tr("copied") : tr("select it and copy");
    setTimeout(() => (copy.textContent = tr("copy")), 2000);
  });
  speak.addEventListener("click", () => {
    synthesis.cancel(); // a second click begins again
    synthesis.speak(Object.assign(new SpeechSynthesisUtterance(value.text), { voice: voice(), lang: value.language }));
  });
  // browsers load their voices late
  if (synthesis?.addEventListener) listen(element, "voiceschanged", offerVoice, synthesis);
  listen(element, SHOW, ({ detail }) => detail.group === group && value && bringIntoView($(".lab-translation")));
  follow({ props, watch }, (next) => {
    value = next;
    $(".lab-translation").hidden = !value;
    if (!value) return;
    text.textContent = value.text;
    text.lang = value.language;
    $(".lab-translation-notes").replaceChildren(...value.notes.map((note) => make("span", {}, note)));
    const sure = $(".lab-translation-sure");
    sure.hidden = !value.confidence;
    sure.textContent = value.confidence?.sentence ?? "";
    sure.dataset.level = value.confidence?.level ?? "";
    offerVoice();
  });
}
