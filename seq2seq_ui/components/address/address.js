// The address holds what is on screen, tab, cursor and theme included; nobody else writes it. What a tab shows is known
// from the server, where the cursor stands and what is in front from the browser. It is in the hash, not the query:
// Plotly's clip paths name the page's address up to the hash, and would be lost.
import { CURSOR, FRONT, fedBy, follow, listen, recall } from "../base.js";
import { become, before } from "../stream.js";

const PASSING = 1000; // ms: a view that was left sooner is no place to come back to, as while one types or turns a dial

const views = {}; // each tab's query, as its link has it
let front = null; // the tab on screen

const prefersDark = () => matchMedia("(prefers-color-scheme: dark)").matches;
const isDark = () => document.body.classList.contains("dark");

// A query with these values instead; null takes one away.
export function changed(query, values) {
  const result = new URLSearchParams(query);
  for (const [key, value] of Object.entries(values)) {
    if (value === null) result.delete(key);
    else result.set(key, value);
  }
  return result.toString();
}

// What of an address's "?…" is a link of ours, and the rest of it.
export function divided(search, keys) {
  const [link, rest] = [new URLSearchParams(), new URLSearchParams()];
  for (const [key, value] of new URLSearchParams(search)) (keys.includes(key) ? link : rest).append(key, value);
  return [link.toString(), rest.toString()];
}

// what the browser alone knows: the colours, and whether a lesson is presented
const fragment = () => changed(views[front], {
  theme: isDark() === prefersDark() ? null : isDark() ? "dark" : "light",
  present: document.body.classList.contains("lab-presenting") ? 1 : null,
});

const language = () => new URLSearchParams(location.search).get("lang");

// The address of what is on screen. Of its "?…" the language alone: within a Space that may hold a pass of the visitor's.
export const link = () => `${location.origin}${location.pathname}${language() ? `?lang=${language()}` : ""}#${fragment()}`;

// Loads what is on screen anew, in another language.
export function speak(code) {
  location.search = changed(location.search, { lang: code });
}

export function mount({ element, props, trigger, watch, tabs }) {
  let opened = 0; // links so far
  let opening = false; // one of them: until the server has answered, the address is the link's
  const shown = new Set(); // tabs that the server has filled
  let entered = 0; // when the present entry of the history was made

  Object.assign(views, ...Object.entries(tabs).map(([tab, { query }]) => ({ [tab]: query })));
  // what the page was built with knows nothing of the visitor
  const recalled = Object.fromEntries(Object.keys(tabs).map((tab) => [tab, recall(tab)]));
  front = Object.keys(tabs)[0];

  // a place to come back to is left behind, unless it was only passed through
  function write(leaves) {
    if (opening || fragment() === changed(location.hash.slice(1), {})) return;
    const passed = performance.now() - entered < PASSING;
    if (leaves) entered = performance.now();
    history[leaves && !passed ? "pushState" : "replaceState"](null, "", `#${fragment()}`);
  }

  function open(given) {
    const asked = new URLSearchParams(given);
    const theme = asked.get("theme");
    if (theme && isDark() !== (theme === "dark")) document.body.classList.toggle("dark");
    document.body.classList.toggle("lab-presenting", asked.has("present"));
    opening = true;
    opened += 1;
    const visitor = opened === 1 && before ? before.visitor : "";
    trigger("open", { fragment: given, opened, visitor });
  }

  listen(element, CURSOR, ({ detail: { group, step } }) => {
    if (!tabs[group] || !tabs[group].keys.includes("step")) return;
    views[group] = changed(views[group], { step: step || null });
    write(false);
  });
  listen(element, FRONT, ({ detail: { tab } }) => {
    front = tab;
    write(true);
    if (!opening && !shown.has(tab)) trigger("open", { fragment: views[tab], opened: 0, visitor: "" });
  });
  listen(element, "hashchange", () => open(location.hash.slice(1)), window);
  new MutationObserver(() => write(false)).observe(document.body, { attributeFilter: ["class"] });

  // a link may also come as "?text=…"; nothing has been drawn yet
  const [asked, rest] = divided(location.search, ["tab", "theme", "present", ...Object.values(tabs).flatMap(({ keys }) => keys)]);
  const both = changed(asked, Object.fromEntries(new URLSearchParams(location.hash.slice(1))));
  if (asked) history.replaceState(null, "", `${location.pathname}${rest && `?${rest}`}#${both}`);
  // Gradio's <base> has no "?…": with one in the address, every "#…" would load the page anew, and in another language
  const base = document.querySelector("base");
  if (base) base.href = `${location.pathname}${location.search}`;
  if (location.hash || before) open(location.hash.slice(1));
  for (const tab of Object.keys(tabs)) {
    fedBy(element, `${tab} link`, (values) => {
      views[tab] = changed(views[tab], values);
      write(false);
    });
  }
  follow({ props, watch }, (value) => {
    if (!value) return;
    if (value.visitor) become(value.visitor);
    if (value.changes) {
      // something beside what was asked for, which stands where it was, cursor and all
      views[value.tab] = changed(views[value.tab], value.changes);
      write(true);
      return;
    }
    const answers = opening && value.opened === opened;
    if (answers) opening = false;
    element.dataset.shown = [...shown.add(value.tab)].join(" ");
    views[value.tab] = changed(value.query, recalled[value.tab] || {});
    delete recalled[value.tab];
    if (answers) front = value.tab;
    write(!answers);
  });
}
