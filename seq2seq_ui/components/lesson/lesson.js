// A lesson's words, the way through the course, and presenter mode: one thing at a time, for the back row.
import { changed } from "../address/address.js";
import { FRONT, LEARNT, follow, listen, make, tr } from "../base.js";

const SENTENCES = ["first", "second", "third"];
// What presenter mode shows, one after the other: these, each of so many things to try beside the view, and what question.js
// has.
export const beatsOf = (tries) => [...SENTENCES, ...Array(tries).fill("view"), "question", "answer"];
const DONE = "seq2seq-lab.lessons"; // in the browser's storage: names of the lessons whose answer was looked at
const TYPING = 'input:not([type="radio"]):not([type="checkbox"]):not([type="range"]), textarea, select, [contenteditable]';
const PRESSED = "button, a, summary, input, [role=tab]"; // the space bar is theirs

export const presenting = () => document.body.classList.contains("lab-presenting");

// The lessons that are done. A browser may refuse its storage, as in some frames.
export function done() {
  try {
    return JSON.parse(localStorage.getItem(DONE)) || [];
  } catch {
    return [];
  }
}

export function learn(name) {
  try {
    localStorage.setItem(DONE, JSON.stringify([...new Set([...done(), name])]));
  } catch {
    // not remembered, then
  }
}

// Text with `code` in it, as nodes. A number and its % stay on one line, as do a French word and its mark.
export function worded(text) {
  return text.replace(/ (?=[%!?])/g, "\u00a0").split("`").map((part, place) => (place % 2 ? make("code", {}, part) : part));
}

// A lesson's link; who presents goes on presenting.
const linkTo = ({ query }) => `#${changed(query, { present: presenting() ? 1 : null })}`;

// 65 s as 1:05.
export function clock(seconds) {
  return `${Math.floor(seconds / 60)}:${String(Math.floor(seconds % 60)).padStart(2, "0")}`;
}

// The keys of presenter mode, and two without it. Where strips are on screen, the arrow keys are theirs.
export function actionOf(key, isPresenting, arrowsTaken) {
  if (!isPresenting) return { f: "present", n: "next", b: "previous" }[key];
  if (arrowsTaken && key.startsWith("Arrow")) return undefined;
  const keys = { PageDown: "on", " ": "on", ArrowRight: "on", PageUp: "back", ArrowLeft: "back" };
  return { ...keys, p: "notes", f: "leave", Escape: "leave", n: "next", b: "previous" }[key];
}

export function mount({ element, props, watch }) {
  const $ = (selector) => element.querySelector(selector);
  const body = document.body;
  let value = null;
  let beat = 0;
  let began = null; // when the presentation did
  let notes = false; // whether the teacher's are on screen

  const inSight = () => value && $(".lab-lesson").offsetParent;
  const beats = () => beatsOf(value.tries.length);

  function go(by) {
    const there = value.course[value.number - 1 + by];
    if (!there) return;
    location.hash = linkTo(there);
    scrollTo(0, 0); // its title, wherever the last one was left
  }

  const actions = {
    next: () => go(1),
    previous: () => go(-1),
    on: () => (beat < beats().length - 1 ? turn(beat + 1) : go(1)),
    back: () => (beat ? turn(beat - 1) : go(-1)),
    present: () => body.classList.add("lab-presenting"),
    leave: () => body.classList.remove("lab-presenting"),
    notes: () => { notes = !notes; show(); },
    questions: () => print("questions"),
    answers: () => print("answers"),
  };

  function print(what) {
    body.dataset.print = what;
    window.print();
  }

  function turn(to) {
    beat = to;
    show();
    scrollTo(0, 0);
  }

  // what presenter mode changes
  function show() {
    if (!value) return;
    body.dataset.beat = presenting() ? beats()[beat] : "";
    for (const [place, item] of [...$(".lab-lesson-try ol").children].entries()) item.hidden = presenting() && place !== beat - SENTENCES.length;
    if (presenting()) began ??= performance.now();
    else began = null;
    const place = { number: value.number, lessons: value.course.length, beat: beat + 1, beats: beats().length };
    $(".lab-lesson-place").textContent = presenting() ? tr("Lesson {number} of {lessons} · {beat} of {beats} · space: on, page up: back, p: notes, f: leave", place) : "";
    $(".lab-lesson-notes").hidden = !presenting() || !notes;
    const talk = value.minutes
      ? tr("{time} of the talk · minute {from} to {to}", { from: value.from, to: value.from + value.minutes })
      : tr("{time} of the talk · beyond the 45 minutes");
    const [before, after] = talk.split("{time}"); // tick() fills it
    $(".lab-lesson-notes").replaceChildren(
      make("p", {}, before, make("output", {}), after),
      make("ul", {}, ...value.notes.map((note) => make("li", {}, ...worded(note)))),
    );
    tick();
  }

  function tick() {
    const output = $(".lab-lesson-notes output");
    if (output && began !== null) output.textContent = clock((performance.now() - began) / 1000);
  }

  function showCourse() {
    const found = done();
    const items = value.course.map((lesson, place) => {
      const { name, title } = lesson;
      const link = make("a", { href: linkTo(lesson), title: `${place + 1}. ${title}` }, `${place + 1}`);
      link.classList.toggle("lab-done", found.includes(name));
      const told = { number: place + 1, title };
      link.ariaLabel = found.includes(name) ? tr("Lesson {number}: {title}, done", told) : tr("Lesson {number}: {title}", told);
      if (name === value.name) link.setAttribute("aria-current", "page");
      return make("li", {}, link);
    });
    $(".lab-course ol").replaceChildren(...items);
    const count = value.course.filter(({ name }) => found.includes(name)).length;
    $(".lab-course p").textContent = tr("{count} of {lessons} done", { count, lessons: value.course.length });
  }

  function take(next) {
    element.hidden = !next;
    if (!next) return;
    if (value?.name !== next.name) beat = 0;
    value = next;
    $("h2").textContent = `${value.number} · ${value.title}`;
    for (const [place, name] of SENTENCES.entries()) $(`[data-beat="${name}"]`).replaceChildren(...worded(value.sentences[place]));
    $(".lab-lesson-try ol").replaceChildren(...value.tries.map((text, place) => make("li", { value: place + 1 }, ...worded(text))));
    $(".lab-links").replaceChildren(...value.opens.map(({ label, query }) => make("a", { href: `#${query}` }, label)));
    $(".lab-links").hidden = !value.opens.length;
    showCourse();
    show();
  }

  // the buttons stand at the end of the lesson, with its question
  listen(element, "click", ({ target }) => actions[target.closest("#question [data-do]")?.dataset.do]?.());
  // before the stepper, whose p plays
  listen(element, "keydown", (event) => {
    if (!inSight() || event.ctrlKey || event.metaKey || event.altKey || event.target.closest(TYPING)) return;
    if ((event.key === " " || event.key.startsWith("Arrow")) && event.target.closest(PRESSED)) return;
    const strips = document.querySelector("#lesson-view .lab-stepper");
    const action = actionOf(event.key, presenting(), Boolean(strips?.offsetParent));
    if (!action) return;
    event.preventDefault();
    event.stopPropagation();
    actions[action]();
  }, window, true);
  listen(element, LEARNT, showCourse);
  listen(element, FRONT, ({ detail }) => {
    if (detail.tab !== "learn") actions.leave();
  });
  listen(element, "afterprint", () => delete body.dataset.print, window);
  // the address enters and leaves it, too
  let was = presenting();
  new MutationObserver(() => {
    if (was === presenting()) return;
    was = presenting();
    beat = 0;
    show();
    if (value) showCourse();
  }).observe(body, { attributeFilter: ["class"] });
  setInterval(tick, 1000);
  follow({ props, watch }, take);
}
