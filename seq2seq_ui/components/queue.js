// Where a visitor stands when very many ask at once: said as soon as an answer is late. Loaded with the page, before
// Gradio's own script.
import { duration, make, tr } from "./base.js";

const LATE = 1000; // ms
const AGAIN_AFTER = 1000; // ms
const line = make("p", { className: "lab-queue", role: "status", hidden: true });
const send = globalThis.fetch;
let late = 0; // answers

export const sentence = ({ place, waiting, seconds }) =>
  tr("Many are asking at once: you are number {place} of {waiting}, about {time}.", { place, waiting, time: duration(Math.max(1, seconds)) });

async function look(page) {
  const answer = await send(`_lab/place?page=${encodeURIComponent(page)}`);
  const found = await answer.json();
  if (!late) return;
  if (!line.isConnected) document.querySelector(".gradio-container")?.append(line);
  line.hidden = !found; // it is being answered
  if (found) line.textContent = sentence(found);
}

async function stayWith(answer, page) {
  let timer = setTimeout(wait, LATE);
  let counted = false;
  function wait() {
    late += !counted;
    counted = true;
    look(page).catch(() => {}); // what the answer itself says of a lost server is enough
    timer = setTimeout(wait, AGAIN_AFTER);
  }
  await answer.catch(() => {});
  clearTimeout(timer);
  late -= counted;
  line.hidden ||= !late;
}

// Gradio sends an event that asks for an answer (lab.py) as one request, which is open until the answer comes.
globalThis.fetch = (address, options) => {
  const answer = send(address, options);
  if (options?.method === "POST" && /\/gradio_api\/run\//.test(address)) stayWith(answer, JSON.parse(options.body).session_hash);
  return answer;
};
