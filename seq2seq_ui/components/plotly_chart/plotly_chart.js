// One Plotly chart. Its value: {data, layout, frames, reads, step, title, help, file}; or several of these by name, of which
// the group's pictures choose one.
import { CURSOR, PICK, fedBy, feed, follow, listen, make, send, soon, tr } from "../base.js";
import { presenting } from "../lesson/lesson.js";
import words from "../words.js";

// Plotly's own words in the language of the page
const WORDS = {
  "Download plot as a PNG": tr("Download plot as a PNG"),
  "Preparing image - this may take a few seconds": tr("Preparing image - this may take a few seconds"),
  "Image download succeeded": tr("Image download succeeded"),
  "Sorry, there was a problem downloading your image!": tr("Sorry, there was a problem downloading your image!"),
  "Zoom": tr("Zoom"),
  "Pan": tr("Pan"),
  "Reset axes": tr("Reset axes"),
  "Double-click to zoom back out": tr("Double-click to zoom back out"),
};
const CONFIG = {
  locale: "page",
  locales: { page: { dictionary: WORDS } },
  displaylogo: false,
  responsive: false,
  // named one by one: the default set has a button that sends the data to a cloud service
  modeBarButtons: [["toImage", "zoom2d", "pan2d", "resetScale2d"]],
};

// How much larger than at a desk a chart is: before a class its letters are, and it has the height that there is.
const letters = () => (presenting() ? 1.2 * taller() : 1);
const taller = () => (presenting() ? Math.max(1, innerHeight / 720) : 1);
const LEAST = 200; // pixels of its height, where the screen has less room below it
const MOST = 2; // times the height that it has at a desk
const ONE_ROW = 900; // pixels: on a screen so wide, all charts of a lesson stand side by side

// A chart's height; on a projector's screen it ends where that ends.
function heightOf(plot, height) {
  if (!presenting()) return height;
  const room = innerHeight - plot.getBoundingClientRect().top - scrollY - 14;
  return Math.max(LEAST, Math.min(height * taller() * (innerWidth < ONE_ROW ? 1 : MOST), room));
}

const sized = (pixels) => Math.round(pixels * letters());

// The layout in the page's colours and type.
function themed(layout, plot) {
  const text = getComputedStyle(document.body).getPropertyValue("--body-text-color").trim() || "#888";
  const grid = document.body.classList.contains("dark") ? "rgba(255,255,255,0.14)" : "rgba(0,0,0,0.12)";
  const axis = { gridcolor: grid, zerolinecolor: grid, automargin: true };
  const merge = (own) => ({ ...axis, ...own, tickfont: { ...own?.tickfont, size: sized(own?.tickfont?.size || 14) } });
  const title = layout.title && { ...layout.title, font: { size: sized(16) }, x: 0, xanchor: "left", y: 0.985, yanchor: "top" };
  return {
    ...layout,
    ...(title && { title }),
    ...(words.decimalSign !== "." && { separators: words.decimalSign + words.groupSign }),
    paper_bgcolor: "rgba(0,0,0,0)",
    plot_bgcolor: "rgba(0,0,0,0)",
    font: { family: getComputedStyle(plot).fontFamily, size: sized(15), color: text },
    hoverlabel: { font: { size: sized(15) } },
    modebar: { bgcolor: "rgba(0,0,0,0)", color: text, activecolor: text }, // on a phone it is always there
    dragmode: false,
    autosize: true,
    xaxis: merge(layout.xaxis),
    yaxis: merge(layout.yaxis),
  };
}

// The layout with a frame's changes. These have dotted keys ("yaxis.ticktext"), as Plotly.update takes them; a first
// drawing needs them nested.
export function nested(layout, changes) {
  const result = structuredClone(layout);
  for (const [path, value] of Object.entries(changes || {})) {
    const keys = path.split(".");
    const last = keys.pop();
    let place = result;
    for (const key of keys) place = place[key] = { ...place[key] };
    place[last] = value;
  }
  return result;
}

// What is drawn, for a picture of its own: under its title, on the page's ground, which suits the colour of its text.
export function pictured({ data, layout }, title, ground) {
  const said = layout.title?.text;
  return {
    data,
    layout: {
      ...layout,
      paper_bgcolor: ground,
      title: { ...layout.title, text: said ? `<b>${title}</b><br>${said}` : `<b>${title}</b>`, x: 0.01, xanchor: "left", y: 0.985, yanchor: "top" },
      margin: { ...layout.margin, t: (layout.margin?.t || 0) + TITLE },
    },
  };
}

const TITLE = 32; // pixels
const LETTER = 0.62; // of a font's size: how wide one is, where all are the same
const WIDE = 0.56; // … in the page's font, in the mean
const LINE = 1.2; // … and how high
const SIGN = 70; // pixels that a legend's sign takes, and the room around it
const SMALLEST = 9; // pixels of a font

// The tick labels that fit an axis of so many pixels, without overlapping: smaller ones first, then every second, …
export function fitted(axis, pixels, upright) {
  const { tickvals, ticktext, range } = axis || {};
  if (!tickvals?.length || !ticktext || !range || !(pixels > 0)) return axis;
  const each = pixels / Math.abs(range[1] - range[0]);
  const lines = ticktext.flatMap((text) => text.split("<br>")).map((line) => line.replace(/<[^>]*>/g, "").replace(/&\w+;/g, "x").length);
  const room = (size) => size * (upright ? LINE : LETTER * (Math.max(...lines) + 0.5));
  const size = Math.max(10, Math.min(axis.tickfont?.size || 14, Math.floor(each / room(1))));
  const every = Math.max(1, Math.ceil(room(size) / each));
  const shown = (_, place) => place % every === 0;
  const tickfont = { ...axis.tickfont, size, family: "monospace" };
  return { ...axis, tickvals: tickvals.filter(shown), ticktext: ticktext.filter(shown), tickfont, tickangle: 0 };
}

// The size of the font with which a text has room in so many pixels: this one, or a smaller one.
export function sizeFor(text, size, pixels) {
  const longest = Math.max(1, ...text.split("<br>").map((line) => line.length));
  return Math.max(SMALLEST, Math.min(size, Math.floor(pixels / (WIDE * longest))));
}

// The font's size, this one or a smaller one, of tokens that stand in columns of so many pixels, beside one another.
export function tokenSize(tokens, size, pixels) {
  const longest = Math.max(1, ...tokens.map((token) => token.replace(/<[^>]*>/g, "").replace(/&\w+;/g, "x").length));
  return Math.max(SMALLEST, Math.min(size, Math.floor(pixels / (LETTER * longest))));
}

// An axis whose title is no longer than itself. Plotly's is a fifth larger than all other letters.
function entitled(axis, size, pixels) {
  if (!axis.title?.text) return axis;
  return { ...axis, title: { ...axis.title, font: { ...axis.title.font, size: sizeFor(axis.title.text, 1.2 * size, pixels) } } };
}

const GAPPED = 9; // pixels: a cell that is lower has no gap
const span = (axis) => Math.abs((axis?.range || [0, 1])[1] - (axis?.range || [0, 1])[0]);

// The figure as it fits into a plot of this size: no label over another, no box or gap too large for its cell.
function fit(data, layout, { offsetWidth: width, offsetHeight: height }) {
  const { l = 0, r = 0, t = 0, b = 0 } = layout.margin || {};
  const across = width - l - r - (data.some(({ colorbar }) => colorbar) ? 80 : 0);
  const each = (height - t - b) / span(layout.yaxis);
  const cell = Math.min(across / span(layout.xaxis), each);
  const fitting = data.map((trace) => {
    if (trace.textfont) {
      const size = trace.textfont.size * letters();
      const room = trace.meta?.kind === "path" ? tokenSize(trace.text, size, across / span(layout.xaxis)) : size;
      return { ...trace, textfont: { ...trace.textfont, size: room } };
    }
    if (trace.type === "heatmap" && each < GAPPED) return { ...trace, ygap: 0 };
    if (trace.marker?.symbol !== "square-open") return trace;
    return { ...trace, marker: { ...trace.marker, size: Math.max(4, Math.min(trace.marker.size, cell)) } };
  });
  const { size } = layout.font;
  const xaxis = entitled(fitted(layout.xaxis, across, false), size, across);
  const yaxis = entitled(fitted(layout.yaxis, height - t - b, true), size, height - t - b);
  const names = data.filter(({ showlegend }) => showlegend !== false).map(({ name }) => name || "");
  const legend = { ...layout.legend, font: { size: Math.min(...names.map((name) => sizeFor(name, size, width - SIGN)), size) } };
  return [fitting, { ...layout, xaxis, yaxis, legend }];
}

// Which frame a step has: those of what is read come first. Past either end, the last one there.
export function frameOf({ reads, frames }, step) {
  return Math.max(0, Math.min((step || 0) + reads, frames.length - 1));
}

export function mount({ element, props, watch, group, height, channel, chosen }) {
  const plot = element.querySelector(".lab-plot");
  let figure = null;
  let index = 0;
  let begun = false; // whether Plotly has drawn here
  let drawnFor = ""; // in pixels, that it was drawn for

  const room = () => `${plot.offsetWidth} × ${plot.offsetHeight}`;

  function draw() {
    const started = performance.now();
    if (!chosen) plot.style.height = `${heightOf(plot, figure.height || height)}px`;
    drawnFor = room();
    const frame = figure.frames[index] || {};
    const [data, layout] = fit(frame.data || figure.data, themed(nested(figure.layout, frame.layout), plot), plot);
    const done = Plotly.react(plot, data, layout, CONFIG);
    plot.dataset.took = performance.now() - started; // ms; it draws before it returns
    done.then(() => {
      plot.dataset.cursor = index;
      plot.dataset.drawn = Number(plot.dataset.drawn || 0) + 1;
    });
  }

  function move(step) {
    if (!figure || !figure.frames.length || plot.hidden || element.hidden) return;
    index = frameOf(figure, step);
    const frame = figure.frames[index];
    if (frame.data) draw();
    else Plotly.relayout(plot, frame.layout).then(() => (plot.dataset.cursor = index));
  }

  // All of it but the picture: its words, and the place that it will take.
  function announce(next) {
    element.hidden = !next;
    if (!next) return;
    element.querySelector("figcaption").textContent = next.title;
    element.querySelector(".lab-help").textContent = next.help;
    plot.setAttribute("aria-label", `${next.title}. ${next.help}`);
    plot.hidden = !next.data.length; // nothing to draw: the help says why
    if (!chosen) plot.style.height = `${heightOf(plot, next.height || height)}px`; // else its place's
    element.querySelector(".lab-links").hidden = plot.hidden || !next.file;
    element.querySelector(".lab-links a").href = next.file || "";
  }

  function take(next) {
    announce(next);
    if (!next) return;
    figure = next;
    index = frameOf(figure, figure.step);
    if (plot.hidden) return;
    draw();
    if (!begun) plot.on("plotly_click", ({ points: [point] }) => pick(point));
    begun = true;
  }

  async function save(format) {
    const ground = getComputedStyle(document.body).backgroundColor;
    const size = { width: plot.offsetWidth, height: plot.offsetHeight + TITLE, scale: format === "png" ? 2 : 1 };
    const picture = await Plotly.toImage(pictured(plot, element.querySelector("figcaption").innerHTML, ground), { format, ...size });
    const name = figure.title.normalize("NFD").replace(/\p{Mn}/gu, "").replace(/\W+/g, "-"); // without accents
    make("a", { href: picture, download: `${name}.${format}` }).click();
  }

  for (const button of element.querySelectorAll("[data-format]")) button.addEventListener("click", () => save(button.dataset.format));

  function pick({ customdata: data, x, data: trace }) {
    if (data === undefined) return;
    send(PICK, { group, kind: trace.meta?.kind || trace.type, data, step: trace.type === "heatmap" ? x : x - figure.reads });
  }

  listen(element, CURSOR, ({ detail }) => detail.group === group && move(detail.step));
  if (!chosen) follow({ props, watch }, take);

  // figures that arrive while a network trains, more of them than can be drawn: the latest, when it is in sight
  if (channel) {
    let inSight = false;
    let waiting = null;
    const draws = () => {
      if (inSight) drawWaiting();
    };
    const drawWaiting = () => {
      if (!waiting || !element.isConnected || !element.offsetParent) return;
      // the cursor stays where it is by then, and so does the zoom
      Object.assign(waiting, { step: figure ? index - figure.reads : 0, layout: { ...waiting.layout, uirevision: channel } });
      take(waiting);
      waiting = null;
    };
    fedBy(element, channel, (value) => {
      waiting = value;
      announce(value);
      if (value) soon(element, draws);
      else figure = null;
    });
    listen(element, "beforeprint", drawWaiting, window); // paper has all of them in sight
    new IntersectionObserver((entries) => {
      inSight = entries.at(-1).isIntersecting;
      if (inSight && waiting) soon(element, draws);
    }, { rootMargin: "100px" }).observe(element);
  }
  const theme = new MutationObserver(() => {
    if (!element.isConnected) theme.disconnect();
    else if (figure && !plot.hidden && !element.hidden) draw();
  });
  theme.observe(document.body, { attributeFilter: ["class"] });
  new ResizeObserver(() => {
    if (!begun || !plot.offsetWidth || !plot.offsetHeight || room() === drawnFor) return;
    Plotly.Plots.resize(plot).then(() => figure && !plot.hidden && draw()); // other labels may fit now
  }).observe(plot);
  // one that is presented fills the screen, whose size changes when the browser's bars go, and what is above it, too
  const refill = () => {
    if (!begun || !plot.offsetWidth || !presenting()) return;
    if (Math.abs(heightOf(plot, figure.height || height) - plot.offsetHeight) > 1) soon(plot, draw);
  };
  listen(element, "resize", refill, window);
  const page = new ResizeObserver(() => (element.isConnected ? refill() : page.disconnect()));
  page.observe(document.body);
  if (!chosen) return;

  let figures = null;
  let name = "";
  let cursor = 0;
  const show = () => take(figures?.[name]?.data ? { ...figures[name], step: cursor } : null);
  listen(element, CURSOR, ({ detail }) => {
    if (detail.group === group) cursor = detail.step;
  });
  fedBy(element, `${group} chart`, (next) => {
    if (next === name) return;
    name = next;
    show();
  });
  follow({ props, watch }, (next) => {
    ({ figures, step: cursor } = next);
    feed(`${group} figures`, next);
    show();
  });
}
