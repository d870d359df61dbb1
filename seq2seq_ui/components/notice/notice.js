// A sentence, set as text: whatever it quotes is shown, never interpreted.
import { follow } from "../base.js";

export function mount({ element, props, watch }) {
  const line = element.querySelector(".lab-notice");
  follow({ props, watch }, (value) => {
    line.textContent = value?.stale || value;
    line.hidden = !value;
    line.toggleAttribute("data-stale", Boolean(value?.stale));
  });
}
