// A table of growing sentences, every text set as text. props.value: JSON of lengthened.py's value.
const row = (cells, kind) => {
  const line = document.createElement("tr");
  line.append(...cells.map((content) => {
    const cell = document.createElement(kind);
    cell.append(content);
    return cell;
  }));
  return line;
};

function show() {
  const value = JSON.parse(props.value || "null");
  element.hidden = !value;
  if (!value) return;
  element.querySelector("thead").replaceChildren(row(["The sentence so far", ...value.models], "th"));
  element.querySelector("tbody").replaceChildren(...value.rows.map(({ text, translations, link }) => {
    const anchor = document.createElement("a");
    anchor.href = link;
    anchor.textContent = text;
    anchor.title = "Step through it in Compare";
    return row([anchor, ...translations], "td");
  }));
}
watch("value", show);
show();
