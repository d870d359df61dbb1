// A sentence, set as text: whatever it quotes is shown, never interpreted.
import { follow } from "../base.js";

export function mount({ element, props, watch }) {
  const line = element.querySelector(".lab-notice");
  follow({ props, watch }, (sentence) => {
    line.textContent = sentence;
    line.hidden = !sentence;
  });
}
