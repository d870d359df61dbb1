// The network drawn from its claims: what reads, how that reaches what writes, and what is read again. The step at the
// cursor is lit, with what flows there now.
import { CURSOR, decimal, fedBy, follow, listen, percent, tr } from "../base.js";
import { placesBefore } from "../stepper/stepper.js";

const LEAST = 5; // pixels of a step: more of them than fit are left out
const NEAR = 2; // steps to either side of the lit one that are written out
const LOOKED = 3; // tokens that are named of those it looks at, and of those it could have written
const NARROW = 520; // pixels: below it the decoder stands under the encoder
const SVG = "http://www.w3.org/2000/svg";

// The tokens that a step looks at most: [{name, shown, step, weight}].
export function lookedAt({ reads, attention }, step) {
  const weights = (attention && attention[step]) || [];
  const read = reads.filter((item) => item.step !== null).map(({ name, shown, step: place }) => ({ name, shown, step: place, weight: weights[place] }));
  return weights.length ? read.toSorted((a, b) => b.weight - a.weight).slice(0, LOOKED) : [];
}

const size = (value) => decimal(value, value >= 100 ? 0 : 1);

// The lengths of the states at a place of the cursor: ["‖h‖ 5.2", "‖c‖ 44.0"].
export function norms({ claims, h, c }, place) {
  const found = [`‖${claims.recurrent ? "h" : "a"}‖ ${size(h[place])}`];
  if (c) found.push(`‖c‖ ${size(c[place])}`);
  return found;
}

// What happens at the cursor, in one sentence.
export function words(diagram, strips, step) {
  const { claims, fed } = diagram;
  const before = placesBefore(strips);
  const read = strips.reads.find((item) => item.step === before + step);
  const lengths = norms(diagram, before + step).join(", ");
  if (step < 0) {
    const said = { token: read.name, norms: lengths };
    if (!claims.recurrent) return tr("The encoder sees {token} among its neighbours: {norms}.", said);
    if (claims.both_ways) return tr("The encoder reads {token}, from both ends of the text: {norms}.", said);
    return tr("The encoder reads {token}: {norms}.", said);
  }
  const { name, forced, probability } = strips.writes[step];
  const written = { token: name, probability: percent(probability) };
  const writes = forced ? tr("is made to write {token}, {probability}", written) : tr("writes {token}, {probability}", written);
  if (claims.in_step) return tr("The stack reads {token} and {writes}; {norms}.", { token: read.name, writes, norms: lengths });
  const reads = whatIsRead(claims, fed, step, strips.writes);
  const [one, other] = lookedAt(strips, step).map((token) => `${token.name} ${percent(token.weight)}`);
  if (!one) return tr("The decoder {reads}, and {writes}.", { reads, writes });
  const looks = other ? tr("looks at {one} and {other}", { one, other }) : tr("looks at {token}", { token: one });
  return tr("The decoder {reads}, {looks}, and {writes}.", { reads, looks, writes });
}

function whatIsRead(claims, fed, step, writes) {
  if (!claims.feeds_back) return tr("reads the encoder’s last state, as at every step");
  if (!step) return claims.hands_over ? tr("starts from the encoder’s last state, reads the start") : tr("reads the start");
  if (fed === "softmax") return tr("reads the softmax that it has just made");
  return tr("reads {token}, which it has just written", { token: writes[step - 1].name });
}

// Where the steps of one side stand between two places, the lit one large: [{step, x, width, near}]; those that have no
// room are left out. The encoder's end at its right, the decoder's begin at its left.
export function places(count, lit, from, to, [large, middle], rightwards) {
  const distance = (step) => Math.abs(step - lit);
  const all = Array.from({ length: count }, (_, step) => step);
  const far = all.filter((step) => distance(step) > NEAR).toSorted((a, b) => distance(a) - distance(b));
  const room = to - from - large - middle * (count - far.length - 1);
  const small = far.length ? Math.max(LEAST, Math.min(middle * 0.75, room / far.length)) : 0;
  const left = new Set(far.slice(Math.max(0, Math.floor(room / (small || 1)))));
  const shown = all.filter((step) => !left.has(step)).map((step) => {
    const near = distance(step) <= NEAR;
    return { step, near, width: step === lit ? large : near ? middle : small };
  });
  let x = rightwards ? to - shown.reduce((sum, { width }) => sum + width, 0) : from;
  for (const place of shown) {
    place.x = x + place.width / 2;
    x += place.width;
  }
  return shown;
}

function element(name, attributes = {}, ...children) {
  const made = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(attributes)) if (value !== null) made.setAttribute(key, value);
  made.append(...children);
  return made;
}

const text = (x, y, said, kind = "", anchor = "middle") => element("text", { x, y, class: `lab-network-text ${kind}`, "text-anchor": anchor }, said);
const arrow = (d, kind = "") => element("path", { d, class: `lab-flow ${kind}`, "marker-end": `url(#lab-arrow${kind.includes("lab-lit") ? "-lit" : ""})` });

function arrowHead(id) {
  return element("marker", { id, class: id, viewBox: "0 0 8 8", refX: 7, refY: 4, markerWidth: 7, markerHeight: 7, markerUnits: "userSpaceOnUse", orient: "auto" },
    element("path", { d: "M0,0 L8,4 L0,8 z" }));
}

const boxOf = (x, y, w, h) => ({ x, y, w, h, middle: y + h * 0.42 });
const at = (shown, wanted) => shown.find((place) => place.step === wanted);

// The drawing, in pixels.
export function draw({ diagram, strips, candidates }, step, width, height) {
  const { claims } = diagram;
  const scale = Math.max(0.85, Math.min(1.5, Math.min(width / 680, height / 290)));
  const px = (value) => value * scale;
  const stacked = width < NARROW && !claims.in_step;
  const reads = strips.reads.filter((item) => item.step !== null);
  const before = placesBefore(strips);
  const writing = step >= 0;
  const looked = writing ? lookedAt(strips, step) : [];
  const svg = element("svg", { width, height, viewBox: `0 0 ${width} ${height}`, role: "img", "aria-label": words(diagram, strips, step), style: `font-size: ${px(14)}px` });
  svg.append(element("defs", {}, arrowHead("lab-arrow"), arrowHead("lab-arrow-lit")));

  // where the two sides stand
  const half = height / 2;
  const gap = Math.max(px(64), width * 0.1);
  const top = px(86); // room for the softmax
  const tall = Math.min(height - top - 1, px(230));
  let encoder = boxOf(1, top, (width - gap) / 2 - 1, tall);
  let decoder = boxOf((width + gap) / 2, top, (width - gap) / 2 - 1, tall);
  if (stacked) {
    encoder = boxOf(1, 1, width - 2, half - px(50));
    decoder = boxOf(1, half + px(46), width - 2, half - px(47));
  }
  if (claims.in_step) [encoder, decoder] = [null, boxOf(1, top, width - 2, tall)];
  // a short text's steps are larger
  function steps(box, count, lit, rightwards) {
    const [large, middle] = [px(64), px(27)];
    const wider = Math.max(1, Math.min(1.8, (box.w - px(16)) / (large + middle * (count - 1))));
    return places(count, lit, box.x + px(8), box.x + box.w - px(8), [large * Math.min(1.3, wider), middle * wider], rightwards);
  }
  const encoderLit = writing ? (looked[0]?.step ?? reads.length - 1) : before + step;
  const read = encoder ? steps(encoder, reads.length, encoderLit, !stacked) : [];
  const written = steps(decoder, strips.writes.length, Math.max(0, step), false);
  const litRead = encoder && at(read, encoderLit);
  const litWritten = at(written, Math.max(0, step));

  function side(box, shown, title, isRead) {
    const count = (isRead ? reads : strips.writes).length;
    svg.append(element("rect", { x: box.x, y: box.y, width: box.w, height: box.h, rx: 10, class: "lab-network-side" }));
    svg.append(text(box.x + px(10), box.y + box.h - px(10), title, "lab-network-title", "start"));
    const [first, last] = [shown[0], shown.at(-1)];
    if (first.step > 0) svg.append(text(box.x + px(5), box.middle + 4, "…", "", "start"));
    if (last.step < count - 1) svg.append(text(box.x + box.w - px(5), box.middle + 4, "…", "", "end"));
    const [from, to] = [first.x - first.width / 2 - px(4), last.x + last.width / 2 + px(4)];
    if (!claims.recurrent) return;
    // the states flow through the steps
    const both = isRead && claims.both_ways;
    svg.append(arrow(`M${from},${box.middle - (both ? px(8) : 0)} H${to}`));
    if (both) svg.append(arrow(`M${to},${box.middle + px(8)} H${from}`));
  }

  function cell(box, place, item, isRead) {
    const now = isRead === !writing || claims.in_step;
    const lit = place === (isRead ? litRead : litWritten);
    const past = isRead ? writing || place.step <= encoderLit : writing && place.step <= step;
    const [w, h] = [place.width - px(place.near ? 5 : 2), px(lit ? 52 : place.near ? 34 : 24)];
    const kinds = ["lab-node", past && "lab-past", lit && now && "lab-lit", lit && isRead && writing && looked.length && "lab-looked"];
    const node = element("g", { class: kinds.filter(Boolean).join(" "), "data-side": isRead ? "reads" : "writes", "data-step": place.step });
    if (lit) {
      for (let layer = Math.min(diagram.layers, 4) - 1; layer > 0; layer -= 1) {
        node.append(element("rect", { x: place.x - w / 2 + px(3) * layer, y: box.middle - h / 2 - px(3) * layer, width: w, height: h, rx: 6 }));
      }
    }
    node.append(element("rect", { x: place.x - w / 2, y: box.middle - h / 2, width: w, height: h, rx: Math.min(6, w / 3) }));
    const did = isRead ? tr("read {token}", { token: item.name }) : tr("wrote {token}, {probability}", { token: item.name, probability: percent(item.probability) });
    node.append(element("title", {}, did));
    if (lit && past) {
      const lines = isRead && looked.length ? [tr("weight"), percent(looked[0].weight)] : norms(diagram, isRead ? place.step : before + place.step);
      lines.forEach((line, row) => node.append(text(place.x, box.middle + px(5) + px(16) * (row - (lines.length - 1) / 2), line, "lab-network-number")));
    }
    if (place.near) letters(node, box, place, item, isRead, lit, h);
    svg.append(node);
  }

  // below a step what goes in, above it what comes out
  function letters(node, box, place, item, isRead, lit, h) {
    const below = box.middle + px(26) + px(22);
    const kind = `lab-network-token ${lit ? "lab-large" : ""}`;
    const goes = isRead ? item.shown : claims.in_step ? reads[place.step].shown : claims.feeds_back && (writing && place.step <= step) ? inputOf(place.step) : "";
    if (goes) {
      node.append(text(place.x, below, goes, kind));
      if (lit) node.append(arrow(`M${place.x},${below - px(17)} V${box.middle + h / 2 + px(1)}`, (isRead === !writing) || claims.in_step || !isRead ? "lab-lit" : ""));
    }
    if (!isRead && !lit && writing && place.step < step) node.append(text(place.x, box.middle - h / 2 - px(7), item.shown, kind));
  }

  const inputOf = (place) => (place ? strips.writes[place - 1].shown : "⇥");

  // how what was read reaches what is written
  function between() {
    const last = read.at(-1);
    const starts = writing && step === 0;
    if (claims.hands_over) {
      const [x1, x2] = [encoder.x + encoder.w, decoder.x];
      const lit = starts ? "lab-lit lab-wide" : "lab-wide";
      if (stacked) svg.append(arrow(`M${last.x},${encoder.y + encoder.h} C${last.x},${half} ${decoder.x + px(20)},${half} ${decoder.x + px(20)},${decoder.y}`, lit));
      else svg.append(arrow(`M${x1},${encoder.middle} H${x2 - 1}`, lit));
      const [x, y] = stacked ? [width / 2, half + px(4)] : [(x1 + x2) / 2, encoder.middle];
      const said = norms(diagram, before - 1);
      if (!stacked) {
        said.forEach((line, row) => svg.append(text(x, y - px(10) - px(16) * (said.length - 1 - row), line, `lab-network-number ${starts ? "lab-now" : ""}`)));
        svg.append(text(x, y + px(20), tr("hand-over"), starts ? "lab-now" : ""));
      } else if (!looked.length) svg.append(text(x, y, tr("hand-over: {norms}", { norms: said.join(", ") }), starts ? "lab-now" : ""));
    }
    if (looked.length) {
      const target = { x: litWritten.x - px(18), y: decoder.middle - px(27) };
      const hub = stacked ? { x: width / 2, y: half - px(10) } : { x: width / 2, y: top - px(24) };
      const weights = strips.attention[step];
      for (const place of read) {
        const weight = weights[place.step];
        if (weight < 0.01) continue;
        const y = stacked ? encoder.y + encoder.h : encoder.middle - px(place === litRead ? 27 : place.near ? 18 : 13);
        svg.append(element("path", { class: "lab-network-look", d: `M${place.x},${y} Q${place.x},${hub.y} ${hub.x},${hub.y}`, style: `stroke-width: ${px(1 + 5 * weight)}; opacity: ${0.15 + 0.85 * weight}` }));
      }
      svg.append(arrow(`M${hub.x},${hub.y} Q${target.x},${hub.y} ${target.x},${target.y}`, "lab-lit"));
      const said = looked.filter(({ weight }) => weight >= 0.01).map(({ shown, weight }) => `${shown} ${percent(weight)}`).join("\u2003");
      if (stacked) svg.append(text(hub.x, hub.y + px(22), tr("looks at {token}", { token: said }), "lab-now"));
      else {
        svg.append(text(px(4), px(16), tr("looks at"), "", "start"));
        svg.append(text(px(4), px(38), said, "lab-now lab-network-token", "start"));
      }
    }
    if (!claims.feeds_back && !claims.in_step && !claims.hands_over) {
      // the same vector goes into every step
      const y = decoder.middle + px(46);
      const from = stacked ? `M${last.x},${encoder.y + encoder.h} V${half} H${decoder.x + px(6)} V${y}` : `M${encoder.x + encoder.w},${encoder.middle} H${(encoder.x + encoder.w + decoder.x) / 2} V${y}`;
      svg.append(element("path", { class: `lab-flow ${writing ? "lab-lit" : ""}`, d: `${from} H${written.at(-1).x}` }));
      for (const place of written) if (place.near) svg.append(arrow(`M${place.x},${y} V${decoder.middle + px(place === litWritten ? 28 : 19)}`, writing && place === litWritten ? "lab-lit" : ""));
      svg.append(text(decoder.x + px(10), y + px(20), tr("the same vector at every step, {norm}", { norm: norms(diagram, before - 1)[0] }), writing ? "lab-now" : "", "start"));
    }
  }

  // what was written goes in at the next step
  function again() {
    const previous = at(written, step - 1);
    if (!claims.feeds_back || !previous) return;
    const x = (previous.x + previous.width / 2 + litWritten.x - litWritten.width / 2) / 2;
    const [y1, y2] = [decoder.middle - px(34), decoder.middle + px(43)];
    svg.append(arrow(`M${previous.x + px(7)},${y1} Q${x},${y1} ${x},${decoder.middle} T${litWritten.x - px(12)},${y2}`, "lab-lit lab-again"));
  }

  // without states, a step is made from those around it
  function neighbours(box, shown, lit, isRead) {
    for (const place of shown) {
      if (!place.near || place === lit || (!isRead && place.step > lit.step)) continue;
      svg.append(element("path", { class: "lab-flow lab-lit", d: `M${place.x},${box.middle + px(34)} Q${place.x},${box.middle + px(24)} ${lit.x},${box.middle + px(26)}` }));
    }
  }

  function softmax() {
    const rows = candidates?.steps[step];
    if (!rows) return;
    const shown = rows.tokens.map((token, row) => ({ token: candidates.tokens[token], share: (rows.left || rows.probabilities)[row], row }));
    const best = shown.filter(({ row }) => row === rows.written || row < LOOKED).slice(-LOOKED);
    const [w, line] = [px(190), px(19)];
    const low = stacked ? half + px(34) - line * 3 + px(4) : px(4);
    const y = stacked ? decoder.y - line * best.length - px(14) : low;
    const x = Math.max(decoder.x + (looked.length && !stacked ? px(30) : 0), Math.min(decoder.x + decoder.w - w, litWritten.x - w / 2));
    if (stacked) return; // the table of candidates is right below
    svg.append(arrow(`M${litWritten.x},${decoder.middle - px(27)} V${y + line * best.length + px(3)}`, "lab-lit"));
    best.forEach(({ token, share, row }, place) => {
      const middle = y + line * (place + 0.5);
      const kind = row === rows.written ? "lab-now" : "";
      svg.append(text(x + px(12), middle + px(5), token.shown, `lab-network-token ${kind}`));
      svg.append(element("rect", { class: `lab-network-share ${kind}`, x: x + px(26), y: middle - px(6), width: Math.max(1, (w - px(92)) * share), height: px(12), rx: 2 }));
      svg.append(text(x + px(31) + Math.max(1, (w - px(92)) * share), middle + px(5), percent(share), kind, "start"));
    });
  }

  const cells = `${diagram.layers > 1 ? `${diagram.layers} × ` : ""}${diagram.cell}`;
  const { units } = diagram;
  if (encoder) side(encoder, read, tr("encoder: {cells}, {units} units", { cells, units: diagram.encoder_units }), true);
  side(decoder, written, encoder ? tr("decoder: {cells}, {units} units", { cells, units }) : tr("one stack: {cells}, {units} units", { cells, units }), false);
  if (encoder) between();
  if (!claims.recurrent) neighbours(writing ? decoder : encoder, writing ? written : read, writing ? litWritten : litRead, !writing);
  for (const place of read) cell(encoder, place, reads[place.step], true);
  for (const place of written) cell(decoder, place, strips.writes[place.step], false);
  if (writing) {
    again();
    softmax();
  }
  return svg;
}

export function mount({ element: root, props, watch, group }) {
  const $ = (selector) => root.querySelector(selector);
  const figure = $(".lab-network");
  const drawing = $(".lab-network-drawing");
  const parts = {};
  let chart = "";
  let step = 0;
  let due = false;
  let given = false; // whether it has a value

  // once a frame, however many of its parts are new
  function soon() {
    if (due) return;
    due = true;
    requestAnimationFrame(() => {
      due = false;
      show();
    });
  }

  function show() {
    const { figures, strips, candidates } = parts;
    const network = figures?.figures.network;
    figure.hidden = chart !== "network" || !network || !strips;
    if (figure.hidden) return;
    const { diagram, help } = network;
    const all = placesBefore(strips) + strips.writes.length;
    if (diagram.h.length !== all || !drawing.clientWidth) return; // the others are on their way
    $("figcaption").textContent = words(diagram, strips, step);
    $(".lab-help").textContent = help;
    drawing.replaceChildren(draw({ diagram, strips, candidates }, step, drawing.clientWidth, drawing.clientHeight));
    Object.assign(drawing.dataset, { step, drawn: Number(drawing.dataset.drawn || 0) + 1 });
  }

  listen(root, CURSOR, ({ detail }) => {
    if (detail.group !== group) return;
    step = detail.step;
    if (!figure.hidden) soon();
  });
  fedBy(root, `${group} chart`, (next) => {
    chart = next;
    show();
  });
  for (const name of ["figures", "strips", "candidates"]) {
    fedBy(root, `${group} ${name}`, (next) => {
      parts[name] = next;
      if (next) step = next.step;
      soon();
    });
  }
  follow({ props, watch }, (value) => {
    if (!value && !given) return; // pictures choose
    given = Boolean(value);
    chart = given ? "network" : "";
    if (value) Object.assign(parts, { figures: { figures: { network: value.network } }, candidates: value.candidates });
    show();
  });
  new ResizeObserver(soon).observe(drawing);
}
