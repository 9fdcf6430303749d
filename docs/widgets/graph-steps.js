/* A computational graph, forward and backward one edge at a time. */

import { Widget, number, scientific, svg } from "./plot.js";

/* Arithmetic, as on the page */

/** How a node is made: its value, and its slope in each node that enters, from the values of all. */
const times = (u, v) => made(`${u} · ${v}`, (n) => n[u] * n[v], [u, (n) => n[v]], [v, (n) => n[u]]);
const plus = (...all) => made(all.join(" + "), (n) => all.reduce((sum, u) => sum + n[u], 0), ...all.map((u) => [u, () => 1]));
const minus = (u, v) => made(`${u} − ${v}`, (n) => n[u] - n[v], [u, () => 1], [v, () => -1]);
const square = (u) => made(`${u}²`, (n) => n[u] * n[u], [u, (n) => 2 * n[u]]);
const sigmoid = (u, a) => made(`σ(${u})`, (n) => 1 / (1 + Math.exp(-n[u])), [u, (n) => n[a] * (1 - n[a])]);
const made = (words, value, ...inputs) => ({ words, value, inputs });

export const graphs = {
  squared_error: { z: times("w", "x"), a: plus("z", "b"), r: minus("a", "y"), L: square("r") },
  neuron: {
    z1: times("w1", "x1"),
    z2: times("w2", "x2"),
    s: plus("z1", "z2", "b"),
    a: sigmoid("s", "a"),
    r: minus("a", "y"),
    L: square("r"),
  },
  diamond: { p: times("a", "a"), L: plus("p", "a") },
};

/** Every edge, from a node to one made of it, in the order of the forward pass. */
export function edges_of(graph) {
  return Object.entries(graph).flatMap(([to, { inputs }]) => inputs.map(([from, slope]) => ({ from, to, slope })));
}

/** The value of each node, from those before it. */
export function forward(graph, inputs) {
  const node = { ...inputs };
  for (const [name, { value }] of Object.entries(graph)) node[name] = value(node);
  return node;
}

/** What has come back to each node along the last `many` edges: the slope behind times its own. */
export function backward(graph, node, many) {
  const back = { L: [1] };
  for (const { from, to, slope } of edges_of(graph).reverse().slice(0, many)) {
    (back[from] ??= []).push(sum(back[to]) * slope(node));
  }
  return back;
}

const sum = (parts) => parts.reduce((total, part) => total + part, 0);

/* The element */

const places = {
  squared_error: { w: [0, 2], x: [0, 0], b: [1, -1], y: [2, -2], z: [1, 1], a: [2, 0], r: [3, -1], L: [4, -2] },
  neuron: {
    w1: [0, 3], x1: [0, 2], w2: [0, 1], x2: [0, 0], b: [1.2, 1.5], y: [3.3, 0.7],
    z1: [1, 2.5], z2: [1, 0.5], s: [2.3, 1.5], a: [3.3, 2.3], r: [4.3, 1.5], L: [5.3, 2.6],
  },
  diamond: { a: [0, 0], p: [2, 0], L: [4, 0] },
};
const bends = { diamond: [0.5, -0.5, 0, 0.5] };
const hues = { "": "var(--fig-5)", value: "var(--fig-0)", back: "var(--fig-1)", slope: "var(--fig-2)" };
const FAINT = "var(--fig-grid)";

class GraphSteps extends Widget {
  static reserved = [9.2, 18.2];

  /** The controls are those of the graph that the page asks for. */
  begin() {
    const key = this.getAttribute("graph");
    const graph = graphs[key];
    const edges = edges_of(graph).map((edge, i) => ({ ...edge, bend: bends[key]?.[i] ?? 0 }));
    const end = 2 * edges.length + 1;
    Object.assign(this, { graph, edges, end, places: places[key] });
    const move = (to) => () => this.set({ step: to(this.state.step) });
    this.fields = {
      graph: { options: { [key]: key }, point: true },
      reset: { label: "Reset", press: move(() => 0) },
      back: { label: "Back", press: move((step) => step - 1) },
      next: { label: "Step", press: move((step) => (step % end) + 1) },
      run: { label: "Run", press: () => this.run() },
      step: { label: "step", range: [0, end, 1] },
    };
    const inputs = Object.keys(this.places).filter((name) => !graph[name]);
    // With sums up to 21, 1 − a keeps the digits that are shown.
    const wide = graph.s ? 3 : 4;
    for (const name of inputs) this.fields[name] = { label: name, range: name === "y" ? [-8, 8, 0.1] : [-wide, wide, 0.1] };
    super.begin();
  }

  draw({ graph: _, step, ...inputs }) {
    const { graph, edges, end } = this;
    const many = edges.length;
    const node = forward(graph, inputs);
    const came = step > many ? backward(graph, node, step - many) : {};
    const phase = step < 1 || step === end ? "" : step <= many ? "value" : "back";
    const now = phase && edges[step <= many ? step - 1 : end - 1 - step];
    const known = (name) => edges.findLastIndex(({ to }) => to === name) < step;
    this.radius = this.width < 480 ? 14 : 18;
    edges.forEach((edge, i) => this.edge(edge, i < step && this.text(edge.slope(node)), edge === now && phase));
    for (const name in this.places) this.node(name, known(name) && this.text(node[name]), came[name] && this.text(sum(came[name])));
    return this.words(now, phase, node, came, known);
  }

  /** What happens at this step. */
  words({ from, to, slope }, phase, node, came, known) {
    const whole = (name) => [...new Set([came[name].map((part) => this.text(part)).join(" + "), this.text(sum(came[name]))])].join(" = ");
    const gradient = (name) => `∂L/∂${name} = ${whole(name)}`.replaceAll("+ −", "− ");
    if (phase === "value") {
      const made = known(to) ? `${to} = ${this.graph[to].words} = ${this.text(node[to])}` : `${to} waits`;
      return { now: `forward, ${from} → ${to}`, "along the edge": `${from} = ${this.text(node[from])}`, "at the node": made };
    }
    if (phase) {
      const sent = [sum(came[to]), slope(node)].map((factor) => this.text(factor)).join(" · ");
      return { now: `backward, ${to} → ${from}`, "along the edge": `${sent} = ${this.text(came[from].at(-1))}`, "at the node": gradient(from) };
    }
    const [first] = Object.keys(this.places);
    const done = this.state.step ? ["done", gradient(first)] : ["at the start", "nothing"];
    return { now: done[0], "along the edge": "nothing", "at the node": done[1] };
  }

  /** A number as short as it can be: 2, −0.25, 4.5×10⁻⁵. */
  text(value) {
    const decimals = this.width < 480 ? 2 : 3;
    if (value && Math.abs(value) < 10 ** -decimals) return scientific(value);
    return number(value, decimals).replace(/\.?0+$/, "");
  }

  /* Drawing, in pixels */

  place(name) {
    const all = Object.values(this.places);
    return [this.width, this.height].map((size, axis) => {
      const along = all.map((place) => place[axis]);
      const [low, high, rim] = [Math.min(...along), Math.max(...along), this.radius + (axis ? 24 : 8)];
      if (low === high) return 0.4 * size;
      const part = (this.places[name][axis] - low) / (high - low);
      return rim + (axis ? 1 - part : part) * (size - 2 * rim);
    });
  }

  edge({ from, to, bend }, slope, phase) {
    const [[x, y], [u, v]] = [this.place(from), this.place(to)];
    const turn = [(x + u) / 2 - bend * (v - y), (y + v) / 2 + bend * (u - x)];
    const toward = ([a, b], size) => {
      const part = size / Math.hypot(turn[0] - a, turn[1] - b);
      return [a + (turn[0] - a) * part, b + (turn[1] - b) * part];
    };
    const ends = [[x, y], [u, v]].map((end) => toward(end, this.radius + 3));
    const [a, b] = ends[phase === "back" ? 0 : 1];
    const [c, d] = toward([a, b], phase ? 12 : 9);
    const [e, f] = [(d - b) * 0.4, (a - c) * 0.4];
    const style = `stroke: ${slope ? hues[phase || ""] : FAINT}; fill: ${slope ? hues[phase || ""] : FAINT}`;
    this.marks.append(svg("path", { d: `M${ends[0]}Q${turn} ${ends[1]}`, style: `${style}; fill: none; stroke-width: ${phase ? 3 : 1.5}` }));
    this.marks.append(svg("path", { d: `M${a} ${b}L${c + e} ${d + f}L${c - e} ${d - f}Z`, style }));
    const middle = turn.map((value, axis) => (ends[0][axis] + 2 * value + ends[1][axis]) / 4);
    if (slope) this.word(middle, slope, hues.slope, `slope of ${to} in ${from}`);
  }

  node(name, value, gradient) {
    const [cx, cy] = this.place(name);
    const style = `fill: var(--ground); stroke: ${value ? "var(--fig-ink)" : FAINT}; stroke-width: 1.5`;
    this.marks.append(svg("circle", { cx, cy, r: this.radius, style }));
    this.word([cx, cy], name, "var(--ink); font-weight: 400");
    if (value) this.word([cx, cy - this.radius - 10], value, hues.value, name);
    if (gradient) this.word([cx, cy + this.radius + 11], gradient, hues.back, `∂L/∂${name}`);
  }

  word([x, y], words, hue, name) {
    const style = `--hue: ${hue}; text-anchor: middle; font-size: ${this.width < 480 ? 13 : 15}px`;
    const read = name ? { "data-reads": name } : {};
    this.marks.append(svg("text", { x, y: y + 5, class: "said halo", style, ...read }, words));
  }

  /** Step after step to the end; from there, begin anew. */
  run() {
    const from = this.state.step % this.end;
    this.play((t) => this.update({ step: from + Math.round(t * (this.end - from)) }), 500 * (this.end - from));
  }
}

customElements.define("graph-steps", GraphSteps);
