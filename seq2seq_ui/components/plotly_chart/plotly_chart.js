// One Plotly chart. props.value: JSON of {data, layout, frames, reads, step, title, help}; props.group: whose cursor it follows.
const plot = element.querySelector(".lab-plot");
// named one by one: the default set has a button that sends the data to a cloud service
const config = { displaylogo: false, responsive: false, modeBarButtons: [["toImage", "zoom2d", "pan2d", "resetScale2d"]] };
let figure = null;
let index = 0;

function themed(layout) {
  const css = getComputedStyle(document.body);
  const text = css.getPropertyValue("--body-text-color").trim() || "#888";
  const grid = document.body.classList.contains("dark") ? "rgba(255,255,255,0.14)" : "rgba(0,0,0,0.12)";
  const axis = { gridcolor: grid, zerolinecolor: grid, automargin: true, tickfont: { size: 14 } };
  const merge = (own) => ({ ...axis, ...own, tickfont: { ...axis.tickfont, ...(own || {}).tickfont } });
  return {
    ...layout,
    paper_bgcolor: "rgba(0,0,0,0)",
    plot_bgcolor: "rgba(0,0,0,0)",
    font: { family: getComputedStyle(plot).fontFamily, size: 15, color: text },
    hoverlabel: { font: { size: 15 } },
    dragmode: false,
    autosize: true,
    xaxis: merge(layout.xaxis),
    yaxis: merge(layout.yaxis),
  };
}

// frames use dotted keys ("yaxis.ticktext"), as Plotly.update does; a first drawing needs them nested
function nested(layout, changes) {
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

function draw() {
  const started = performance.now();
  const frame = figure.frames[index] || {};
  const layout = themed(nested(figure.layout, frame.layout));
  if (layout.title) layout.title = { ...layout.title, font: { size: 16 }, x: 0, xanchor: "left", y: 0.985, yanchor: "top" };
  const done = Plotly.react(plot, frame.data || figure.data, layout, config);
  plot.dataset.took = performance.now() - started; // ms; it draws before it returns
  done.then(() => {
    plot.dataset.cursor = index;
    plot.dataset.drawn = Number(plot.dataset.drawn || 0) + 1;
  });
}

// steps are counted from the hand-off: 0 is the first one written, -1 the last one read
const frameOf = (step) => Math.max(0, Math.min((step || 0) + figure.reads, figure.frames.length - 1));

function move(step) {
  if (!figure || !figure.frames.length || plot.hidden) return;
  const to = frameOf(step);
  index = to;
  const frame = figure.frames[to];
  if (frame.data) draw();
  else Plotly.relayout(plot, frame.layout).then(() => (plot.dataset.cursor = index));
}

function load() {
  take(JSON.parse(props.value || "null"));
}

function take(next) {
  element.hidden = !next;
  if (!next) return;
  figure = next;
  element.querySelector("figcaption").textContent = figure.title;
  element.querySelector(".lab-help").textContent = figure.help;
  plot.setAttribute("aria-label", `${figure.title}. ${figure.help}`);
  index = frameOf(figure.step);
  plot.hidden = !figure.data.length; // nothing to draw: the help says why
  if (figure.height) plot.style.height = `${figure.height}px`;
  if (plot.hidden) return;
  const first = !plot._fullLayout;
  draw();
  if (first)
    plot.on("plotly_click", (event) => {
      const { customdata: data, x, data: trace } = event.points[0];
      if (data !== undefined)
        document.dispatchEvent(new CustomEvent("seq2seq:pick", { detail: { group: props.group, kind: trace.type, data, step: trace.type === "heatmap" ? x : x - figure.reads } }));
    });
}

const onCursor = (event) => {
  if (!element.isConnected) return document.removeEventListener("seq2seq:cursor", onCursor);
  if (event.detail.group === props.group) move(event.detail.step);
};
document.addEventListener("seq2seq:cursor", onCursor);

// figures that arrive while a network trains (props.channel); out of sight, only the latest is kept
let inSight = false;
let waiting;
const onFeed = (event) => {
  if (!element.isConnected) return document.removeEventListener("seq2seq:feed", onFeed);
  const { channel, value } = event.detail;
  if (channel !== props.channel) return;
  // the cursor stays where it is, and so does the zoom
  if (value) Object.assign(value, { step: figure ? index - figure.reads : 0, layout: { ...value.layout, uirevision: channel } });
  const first = Boolean(value) && !figure;
  if (inSight || first || !value) take(value);
  else waiting = value;
  if (!value) figure = null;
};
if (props.channel) {
  document.addEventListener("seq2seq:feed", onFeed);
  new IntersectionObserver((entries) => {
    inSight = entries[entries.length - 1].isIntersecting;
    if (inSight && waiting) take(waiting);
    waiting = undefined;
  }, { rootMargin: "100px" }).observe(plot);
}
new MutationObserver(() => figure && !plot.hidden && draw()).observe(document.body, { attributeFilter: ["class"] });
new ResizeObserver(() => plot._fullLayout && plot.offsetWidth && Plotly.Plots.resize(plot)).observe(plot);
watch("value", load);
load();
