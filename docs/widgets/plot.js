/*
 * What every widget is made of: frames with axes, points that can be dragged, controls, a read-out,
 * and a state that a link can carry. An element extends Widget, says its fields, and draws its
 * state; secant-tangent.js shows how. One unit of a drawing is one pixel, so words keep their size.
 */

const make = (space) => (tag, given = {}, ...inside) => {
  const element = document.createElementNS(space, tag);
  for (const [key, value] of Object.entries(given)) element.setAttribute(key, value);
  element.append(...inside);
  return element;
};
export const html = make("http://www.w3.org/1999/xhtml");
export const svg = make("http://www.w3.org/2000/svg");

/** Colour 0 … 5 of the figures, or one of the page's by its name. */
const hue = (colour) => `--hue: var(--${typeof colour === "number" ? "fig-" : ""}${colour})`;

/* Numbers as the page prints them */

/** So many decimals, a minus that is one, and never "−0.00". */
export function number(value, decimals = 2) {
  const text = value.toFixed(decimals);
  return Number(text) ? text.replace("-", "−") : text.replace("-", "");
}

/** 2.5×10⁻⁷ */
export function scientific(value, decimals = 1) {
  const [digits, exponent] = value.toExponential(decimals).split("e");
  return `${digits.replace("-", "−")}×10${raised(Number(exponent))}`;
}

const raised = (n) => String(n).replace(/./g, (c) => (c === "-" ? "⁻" : "⁰¹²³⁴⁵⁶⁷⁸⁹"[c]));
const decimals = (step) => Math.max(0, Math.ceil(-Math.log10(step) - 1e-9));

/* A frame: scales, axes, and what is drawn between them */

/** From values to pixels; `back` returns. */
function scale([low, high], [start, end], log) {
  const [into, out] = log ? [Math.log10, (t) => 10 ** t] : [(v) => v, (t) => t];
  const [from, size] = [into(low), into(high) - into(low)];
  const place = (value) => start + ((into(value) - from) / size) * (end - start);
  place.back = (pixel) => out(from + ((pixel - start) / (end - start)) * size);
  return place;
}

/** Round values in a range, at most `most`, with their labels. */
function ticks([low, high], most, log) {
  if (log) [low, high] = [Math.log10(low), Math.log10(high)];
  const rough = (high - low) / most;
  const ten = 10 ** Math.floor(Math.log10(rough));
  const round = ten * [1, 2, 5, 10].find((factor) => factor * ten >= rough);
  const step = log ? Math.ceil(round) : round;
  const first = Math.ceil(low / step - 1e-9);
  return Array.from({ length: Math.floor(high / step + 1e-9) - first + 1 }, (_, i) => {
    const value = (first + i) * step;
    return log ? [10 ** value, `10${raised(value)}`] : [value, number(value, decimals(step))];
  });
}

const widened = ([low, high], size) => [(low + high - size) / 2, (low + high + size) / 2];

class Frame {
  /** `box` is the frame's part of the view: left, top, width and height, from 0 to 1. */
  constructor(widget, { x, y, names = [], log = "", equal = false, box = [0, 0, 1, 1] }) {
    const [left, top, width, height] = box.map((part, i) => part * [widget.width, widget.height][i % 2]);
    const [l, r, t, b] = [left + 44, left + width - 8, top + 26, top + height - (names[0] ? 40 : 24)];
    if (equal) {
      const unit = Math.min((r - l) / (x[1] - x[0]), (b - t) / (y[1] - y[0]));
      [x, y] = [widened(x, (r - l) / unit), widened(y, (b - t) / unit)];
    }
    Object.assign(this, { widget, left: l, right: r, top: t, bottom: b });
    this.x = scale(x, [l, r], log.includes("x"));
    this.y = scale(y, [b, t], log.includes("y"));
    const inside = { x: l, y: t, width: r - l, height: b - t };
    this.axes = widget.marks.appendChild(svg("g"));
    this.clip = widget.marks.appendChild(svg("svg", { ...inside, viewBox: Object.values(inside).join(" ") }));
    this.drawAxes(x, y, names, log);
  }

  drawAxes(x, y, names, log) {
    const { left: l, right: r, top: t, bottom: b } = this;
    const line = (d, kind) => this.axes.append(svg("path", { d, class: kind }));
    for (const [value, label] of ticks(x, Math.min((r - l) / 56, 8), log.includes("x"))) {
      line(`M${this.x(value)} ${t}V${b}`, "grid");
      this.word(this.x(value), b + 17, label, "middle");
    }
    for (const [value, label] of ticks(y, Math.min((b - t) / 30, 8), log.includes("y"))) {
      line(`M${l} ${this.y(value)}H${r}`, "grid");
      this.word(l - 8, this.y(value) + 4, label, "end");
    }
    line(`M${l} ${t}V${b}H${r}`, "axis");
    if (names[0]) this.word((l + r) / 2, b + 34, names[0], "middle");
    if (names[1]) this.word(l, t - 11, names[1], "start");
  }

  word(x, y, words, anchor) {
    this.axes.append(svg("text", { x, y, "text-anchor": anchor }, words));
  }

  /** The graph of a function of x, or nothing where it has no value. */
  curve(f, colour, kind) {
    const steps = Math.ceil((this.right - this.left) / 1.5);
    const points = Array.from({ length: steps + 1 }, (_, i) => {
      const x = this.x.back(this.left + ((this.right - this.left) * i) / steps);
      return [x, f(x)];
    });
    this.line(points, colour, kind);
  }

  /** A line through points; `kind`, here and below, is a class of style: "dashed", "thin". */
  line(points, colour, kind = "") {
    this.draw("path", colour, { d: this.path(points), class: `line ${kind}` });
  }

  area(points, colour, kind = "") {
    this.draw("path", colour, { d: `${this.path(points)}Z`, class: `area ${kind}` });
  }

  dot([x, y], colour, kind = "") {
    this.draw("circle", colour, { cx: this.x(x), cy: this.y(y), r: 5, class: `dot ${kind}` });
  }

  /** Words beside a point, so many pixels away from it. */
  text([x, y], words, colour, [right, down] = [0, 0], anchor = "start") {
    const place = { x: this.x(x) + right, y: this.y(y) + down, "text-anchor": anchor };
    this.draw("text", colour, { ...place, class: "said" }, words);
  }

  draw(tag, colour, given, ...inside) {
    this.clip.append(svg(tag, { ...given, style: hue(colour) }, ...inside));
  }

  path(points) {
    let pen = "M";
    return points.reduce((d, [x, y]) => {
      const [across, up] = [this.x(x), Math.min(Math.max(this.y(y), -1e4), 1e4)];
      if (!isFinite(across + up)) return (pen = "M"), d;
      d += `${pen}${across.toFixed(1)} ${up.toFixed(1)}`;
      return (pen = "L"), d;
    }, "");
  }

  /** A point to be dragged, which sets the field that `moves` names for x, for y, or for both. */
  point([x, y], label, moves, colour) {
    const { points, state } = this.widget;
    const point = (points[label] ??= this.widget.grip(label, moves));
    Object.assign(point, { frame: this, place: [this.x(x), this.y(y)] });
    point.setAttribute("transform", `translate(${point.place})`);
    point.setAttribute("style", hue(colour));
    const names = Object.values(moves);
    [point.ariaValueMin, point.ariaValueMax] = this.widget.fields[names[0]].range;
    point.ariaValueNow = state[names[0]];
    point.ariaValueText = names.map((name) => `${name} = ${this.widget.shown(name)}`).join(", ");
  }
}

/* The element */

const ARROWS = { ArrowRight: ["x", 1], ArrowLeft: ["x", -1], ArrowUp: ["y", 1], ArrowDown: ["y", -1] };
const reduced = matchMedia("(prefers-reduced-motion: reduce)");

/**
 * An element says
 *   static reserved   the height of its controls and read-out in rem, wide and narrow
 *   static fields     its state, which begins as its attributes say, and its controls, by name:
 *     { label, options: { value: "what is shown" } }          a choice
 *     { label, range: [low, high, step], skip, show, point }  a number: a slider, or moved by a point
 *     { label, check: true }                                  yes or no
 *     { label, press: (widget) => … }                         a button
 *   static lines      the colour of the line that a reading belongs to, by the reading's name
 *   fields            its own instead, if its page decides on them, before begin()
 *   draw(state)       draws the state in frames and returns the readings: name → number or words
 */
export class Widget extends HTMLElement {
  static lines = {};

  connectedCallback() {
    if (!this.state) this.begin();
    this.gone = new AbortController();
    this.sizes = new ResizeObserver(([{ contentRect }]) => {
      [this.width, this.height] = [contentRect.width, contentRect.height];
      this.redraw();
    });
    this.sizes.observe(this.view);
    const { signal } = this.gone;
    const follow = (event) => {
      const link = event.target.closest?.("a");
      const here = link?.pathname === location.pathname && !event.ctrlKey && !event.metaKey;
      if (!here || !this.restore(link.hash)) return;
      // Material would bring the page anew.
      event.stopPropagation();
      event.preventDefault();
      history.pushState(null, "", link.hash);
    };
    document.addEventListener("click", follow, { signal, capture: true });
    addEventListener("hashchange", () => this.restore(location.hash), { signal });
    this.restore(location.hash);
  }

  disconnectedCallback() {
    this.stop();
    this.gone.abort();
    this.sizes.disconnect();
  }

  begin() {
    const figure = this.querySelector("figure");
    const { fields = this.constructor.fields } = this;
    Object.assign(this, { fields, state: {}, points: {} });
    [this.marks, this.grips] = [svg("g", { "aria-hidden": true }), svg("g")];
    for (const name in fields)
      if (!fields[name].press) this.state[name] = this.accepted(name, this.getAttribute(name));
    this.first = { ...this.state };
    const group = { role: "group", "aria-labelledby": figure.querySelector("figcaption").id };
    this.view = html("div", { class: "widget-view" }, svg("svg", group, this.marks, this.grips));
    this.controls = html("div", { class: "widget-controls" });
    this.readout = html("dl", { class: "widget-reads" });
    this.link = html("a", { class: "widget-link" }, "This state");
    this.spoken = html("output", { class: "widget-spoken" });
    const tools = html("div", { class: "widget-tools" }, this.controls, this.readout, this.link, this.spoken);
    figure.querySelector("svg").after(this.view, tools);
    for (const name in fields) if (!fields[name].point) this.control(name, fields[name]);
    this.classList.add("live");
  }

  /* State */

  /** Change what a reader changes: an animation ends. */
  set(changes) {
    this.stop();
    this.update(changes);
  }

  update(changes) {
    for (const name in this.state)
      this.state[name] = this.accepted(name, changes[name]) ?? this.state[name];
    this.redraw();
  }

  /** A value as the field can have it; undefined if it cannot. */
  accepted(name, value) {
    const { options, range, skip, check } = this.fields[name];
    if (options) return Object.hasOwn(options, value) ? value : undefined;
    if (check) return [true, false].find((answer) => String(answer) === String(value));
    if (value === "" || isNaN(value)) return undefined;
    const [low, high, step] = range;
    const near = Math.round(Math.min(Math.max(value, low), high) / step) * step;
    const snapped = Number(near.toFixed(decimals(step)));
    return snapped === skip ? skip + (this.state[name] > skip ? -step : step) : snapped + 0;
  }

  /** Take the state of a link such as #secant-tangent?a=0, if it is this one's; the rest as at first. */
  restore(hash) {
    const [id, query] = hash.slice(1).split("?");
    if (id !== this.id || !query) return false;
    this.state = { ...this.first };
    this.set(Object.fromEntries(new URLSearchParams(query)));
    this.scrollIntoView({ block: "nearest" });
    return true;
  }

  /** A field's number as it is displayed. */
  shown(name) {
    const { range, show = (value) => number(value, decimals(range[2])) } = this.fields[name];
    return show(this.state[name]);
  }

  redraw() {
    if (!this.width) return;
    this.marks.replaceChildren();
    const reads = this.draw(this.state);
    this.sync();
    this.read(reads);
    this.link.href = `#${this.id}?${new URLSearchParams(this.state)}`;
  }

  frame(given) {
    return new Frame(this, given);
  }

  /* Controls */

  control(name, { label, options, range, check, press }) {
    const id = `${this.id}-${name}`;
    if (press) {
      this.controls.append(html("button", { type: "button", id }, label));
      this.controls.lastChild.addEventListener("click", () => press(this));
      return;
    }
    const choices = Object.entries(options ?? {}).map(([value, words]) => html("option", { value }, words));
    const [min, max, step] = range ?? [];
    const input = options
      ? html("select", { id }, ...choices)
      : html("input", range ? { id, type: "range", min, max, step } : { id, type: "checkbox" });
    input.addEventListener("input", () => this.set({ [name]: check ? input.checked : input.value }));
    if (range) input.addEventListener("keydown", (event) => event.shiftKey && this.step(event, { x: name }));
    const value = range ? [html("b", { "data-reads": name })] : [];
    const kind = options ? "choice" : range ? "range" : "check";
    this.controls.append(html("div", { class: `widget-${kind}` }, html("label", { for: id }, label), input, ...value));
  }

  /** Bring the controls to the state. */
  sync() {
    for (const [name, value] of Object.entries(this.state)) {
      const input = this.controls.querySelector(`#${this.id}-${name}`);
      if (!input) continue;
      if (this.fields[name].check) input.checked = value;
      else input.value = value;
      if (this.fields[name].range) input.nextSibling.textContent = input.ariaValueText = this.shown(name);
    }
  }

  /** What a point is held by: 44 pixels to touch, arrows, and Shift for ten steps at once. */
  grip(label, moves) {
    const given = { class: "point", role: "slider", tabindex: 0, "aria-label": label };
    const circles = [["hit", 22], ["ring", 13], ["core", 7]].map(([kind, r]) => svg("circle", { class: kind, r }));
    const grip = this.grips.appendChild(svg("g", given, ...circles));
    let from;
    grip.addEventListener("pointerdown", ({ pointerId, clientX, clientY }) => {
      grip.setPointerCapture(pointerId);
      from = [clientX - grip.place[0], clientY - grip.place[1]];
    });
    grip.addEventListener("pointermove", ({ pointerId, clientX, clientY }) => {
      if (!grip.hasPointerCapture(pointerId)) return;
      const [x, y] = [grip.frame.x.back(clientX - from[0]), grip.frame.y.back(clientY - from[1])];
      this.set(Object.fromEntries(Object.entries(moves).map(([axis, name]) => [name, { x, y }[axis]])));
    });
    grip.addEventListener("keydown", (event) => this.step(event, moves));
    return grip;
  }

  step(event, moves) {
    const [axis, sign] = ARROWS[event.key] ?? [];
    if (!axis) return;
    event.preventDefault();
    const name = moves[axis] ?? Object.values(moves)[0];
    const step = this.fields[name].range[2] * (event.shiftKey ? 10 : 1);
    this.set({ [name]: this.state[name] + sign * step });
  }

  /* Readings */

  read(reads) {
    const { lines } = this.constructor;
    const entries = Object.entries(reads).map(([name, value]) => {
      const sample = name in lines ? [html("i", { style: hue(lines[name]) })] : [];
      return html("div", {}, html("dt", {}, ...sample, name), html("dd", { "data-reads": name }, value));
    });
    this.readout.replaceChildren(...entries);
    this.speak(entries.map((entry) => [...entry.children].map((part) => part.textContent).join(" ")).join(", "));
  }

  /** Say the readings half a second after the last change, and not at first. */
  speak(words) {
    clearTimeout(this.speaking);
    this.said ??= words;
    this.speaking = setTimeout(() => {
      if (words !== this.said) this.spoken.textContent = this.said = words;
    }, 500);
  }

  /* Motion */

  /** Call `at` with 0 … 1 while time passes; with 1 alone where motion is not wanted. */
  play(at, milliseconds = 1500) {
    this.stop();
    const start = performance.now();
    const next = (now) => {
      const t = reduced.matches ? 1 : Math.min((now - start) / milliseconds, 1);
      this.playing = t < 1 && requestAnimationFrame(next);
      at(Math.max(t, 0));
    };
    next(start);
  }

  stop() {
    cancelAnimationFrame(this.playing);
    this.playing = false;
  }
}
