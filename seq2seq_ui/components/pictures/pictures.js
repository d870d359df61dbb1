// A row of small pictures, each a chart of the group in little; the one that is pressed is drawn large.
import { CURSOR, SCALE, fedBy, feed, follow, listen, make, recall, remember } from "../base.js";

const [WIDTH, HEIGHT] = [88, 60]; // pixels, of a picture of lines

// What is shown of these charts: the one that was chosen, else the first there is.
export const shownOf = (chosen, names) => (names.includes(chosen) ? chosen : names[0]);

// A value of a heatmap as a colour.
function colorOf(value, { zmin, zmax, colorscale }) {
  const share = (value - zmin) / (zmax - zmin);
  if (typeof colorscale === "string") return [SCALE[Math.min(SCALE.length - 1, Math.floor(share * SCALE.length))], 1];
  return [colorscale[share < 0.5 ? 0 : colorscale.length - 1][1], Math.abs(2 * share - 1)]; // to both sides of nothing
}

// A figure's heatmap or lines, without axes and words; one that is yet to be made is a question.
export function paint(canvas, { data, diagram }) {
  const pen = canvas.getContext("2d");
  Object.assign(canvas, { width: WIDTH, height: HEIGHT });
  if (diagram) {
    // boxes that hand on to boxes
    Object.assign(pen, { strokeStyle: getComputedStyle(canvas).color, lineWidth: 4 });
    pen.strokeRect(8, 20, 20, 20);
    pen.strokeRect(60, 20, 20, 20);
    for (const [x1, y1, x2, y2] of [[28, 30, 60, 30], [18, 40, 18, 56], [70, 20, 70, 4]]) {
      pen.beginPath();
      pen.moveTo(x1, y1);
      pen.lineTo(x2, y2);
      pen.stroke();
    }
    return;
  }
  if (!data) {
    Object.assign(pen, { fillStyle: getComputedStyle(canvas).color, font: `bold ${HEIGHT * 0.7}px sans-serif`, textAlign: "center" });
    return pen.fillText("?", WIDTH / 2, HEIGHT * 0.75);
  }
  const cells = data.find(({ type }) => type === "heatmap");
  const lines = data.filter(({ type, mode }) => type === "scatter" && mode?.includes("lines"));
  if (cells) {
    Object.assign(canvas, { width: cells.z[0].length, height: cells.z.length });
    cells.z.forEach((row, y) => row.forEach((value, x) => {
      [pen.fillStyle, pen.globalAlpha] = colorOf(value, cells);
      pen.fillRect(x, y, 1, 1);
    }));
    return;
  }
  const most = Math.max(...lines.flatMap(({ y }) => y));
  for (const { y, line } of lines) {
    Object.assign(pen, { strokeStyle: line.color, lineWidth: 3 });
    pen.beginPath();
    y.forEach((value, x) => pen.lineTo((x / Math.max(1, y.length - 1)) * WIDTH, HEIGHT - 3 - (value / most) * (HEIGHT - 6)));
    pen.stroke();
  }
}

export function mount({ element, props, watch, trigger, group, charts, layered, fallback }) {
  const row = element.querySelector(".lab-pictures");
  const buttons = new Map(charts.map((name) => [name, button(name, layered.includes(name))]));
  let chosen = fallback;
  let wanted = false; // it was chosen here, so that nobody has asked for its figure
  let figures = null;
  let step = 0;
  row.append(...buttons.values());

  function button(name, byLayer) {
    const made = make("button", { type: "button", className: "lab-picture", hidden: true }, make("canvas", { ariaHidden: true }), make("span"));
    made.dataset.chart = name;
    made.toggleAttribute("data-layers", byLayer);
    // a click leaves the arrow keys to the cursor, which they move
    made.addEventListener("pointerdown", (event) => event.preventDefault());
    made.addEventListener("click", () => choose(name));
    return made;
  }

  const offered = () => charts.filter((name) => figures && name in figures);

  function show() {
    const names = offered();
    const shown = shownOf(chosen, names);
    for (const [name, made] of buttons) {
      made.hidden = !names.includes(name);
      made.ariaPressed = String(name === shown);
      made.tabIndex = name === shown ? 0 : -1;
    }
    element.dataset.chart = shown;
    if (shown) feed(`${group} chart`, shown);
    if (!shown || !wanted) return;
    if (!figures[shown].data && !figures[shown].diagram) trigger("ask", { step });
    wanted = false;
  }

  function choose(name) {
    chosen = name;
    wanted = true;
    props.value = JSON.stringify(name);
    show();
    feed(`${group} link`, { chart: name === fallback ? null : name });
    remember(group, { chart: name });
  }

  row.addEventListener("keydown", (event) => {
    const names = offered();
    const at = names.indexOf(element.dataset.chart);
    const to = { ArrowRight: at + 1, ArrowDown: at + 1, ArrowLeft: at - 1, ArrowUp: at - 1, Home: 0, End: names.length - 1 }[event.key];
    if (to === undefined) return;
    event.preventDefault();
    choose(names[(to + names.length) % names.length]);
    buttons.get(element.dataset.chart).focus();
  });
  listen(element, CURSOR, ({ detail }) => {
    if (detail.group === group) step = detail.step;
  });
  fedBy(element, `${group} figures`, (next) => {
    ({ figures, step } = next);
    for (const [name, figure] of Object.entries(figures)) {
      const [canvas, title] = buttons.get(name).children;
      title.textContent = figure.title.split(",")[0];
      buttons.get(name).ariaLabel = buttons.get(name).title = figure.title;
      paint(canvas, figure);
    }
    show();
  });
  follow({ props, watch }, (name) => {
    chosen = name || fallback;
    if (figures) show();
  });
  const { chart } = recall(group);
  if (charts.includes(chart) && chart !== fallback) choose(chart);
}
