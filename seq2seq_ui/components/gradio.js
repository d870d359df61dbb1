// What Gradio says in English on every page: the names that screen readers speak, and its own notices. Loaded with a page
// in another language.
import { tr } from "./base.js";

const WORDS = {
  "Click to upload or drop files": tr("Click to upload or drop files"),
  "Close": tr("Close"),
  "Connection to the server was lost. Attempting reconnection...": tr("The connection to the server is lost: what is shown is how it was. Trying to find it again …"),
  "Copied": tr("Copied"),
  "Copy": tr("Copy"),
  "Copy table data": tr("Copy table data"),
  "Download": tr("Download"),
  "Error": tr("Error"),
  "File upload": tr("File upload"),
  "Fullscreen": tr("Fullscreen"),
  "More tabs": tr("More tabs"),
  "Open cell menu": tr("Open cell menu"),
  "Reset to default value": tr("Reset to default value"),
  "Table actions": tr("Table actions"),
};
const SENTENCES = [
  [/^number input for (.+)$/, (_, label) => tr("number input for {label}", { label })],
  [/^range slider for (.+)$/, (_, label) => tr("range slider for {label}", { label })],
  [/^Invalid file types?: (.+)\. Only (.+) allowed\.$/, (_, name, kinds) => tr("{name}: a file of {kinds} was expected.", { name, kinds })],
];
const NAMES = ["aria-label", "title"];

// The same in the language of the page; anything else as it is.
export function said(text) {
  const sentence = SENTENCES.find(([pattern]) => pattern.test(text));
  return WORDS[text] ?? (sentence ? text.replace(...sentence) : text);
}

function rename(element, name) {
  const given = element.getAttribute(name);
  if (given && said(given) !== given) element.setAttribute(name, said(given));
}

function read(element) {
  for (const each of [element, ...element.querySelectorAll("[aria-label], [title]")]) for (const name of NAMES) rename(each, name);
  for (const notice of element.querySelectorAll(".toast-body *")) {
    const text = notice.children.length ? "" : notice.textContent.trim();
    if (said(text) !== text) notice.textContent = said(text);
  }
}

read(document.documentElement); // it may have been faster
new MutationObserver((changes) => {
  for (const { target, attributeName, addedNodes } of changes) {
    if (attributeName) rename(target, attributeName);
    for (const node of addedNodes) if (node instanceof HTMLElement) read(node); // a chart's are thousands, of SVG
  }
}).observe(document.documentElement, { subtree: true, childList: true, attributeFilter: NAMES });
