/* How long a gradient is after each layer on its way back, by activation, weights and cures. */

import { Widget, number, scientific } from "./plot.js";

/* Arithmetic, as on the page, and with the very draws of the page */

export const [DEPTH, N] = [50, 100];

const sigmoid = (z) => 1 / (1 + Math.exp(-z));
export const activations = {
  sigmoid: [sigmoid, (z) => sigmoid(z) * (1 - sigmoid(z))],
  tanh: [Math.tanh, (z) => 1 - Math.tanh(z) ** 2],
  ReLU: [(z) => Math.max(z, 0), (z) => Number(z > 0)],
};

/**
 * NumPy's default_rng(0).normal: PCG64, whose 128 bits are kept in eight digits of 16, and the
 * ziggurat of Marsaglia and Tsang with 256 layers.
 *
 * M. E. O'Neill, PCG: A Family of Simple Fast Space-Efficient Statistically Good Algorithms (2014);
 * G. Marsaglia and W. W. Tsang, The Ziggurat Method for Generating Random Variables (2000).
 */
export function default_rng() {
  const digits = (hex) => Float64Array.from(hex.match(/..../g).reverse(), (four) => parseInt(four, 16));
  const multiplier = digits("2360ed051fc65da44385df649fccf645");
  const increment = digits("418ddadb3af71a82588133bc447873a9");
  const [state, random] = [digits("1aa1b5345996452d09585eb7a69561e3"), new Float64Array(4)];

  /** The next 64 random bits, as four digits. */
  const draw = () => {
    for (let i = 7; i >= 0; i--) {
      let digit = increment[i]; // the highest first: the lower ones are still old
      for (let j = 0; j <= i; j++) digit += state[j] * multiplier[i - j];
      state[i] = digit;
    }
    for (let i = 0, carry = 0; i < 8; i++) {
      const digit = state[i] + carry;
      carry = Math.floor(digit / 65536);
      state[i] = digit - carry * 65536;
    }
    const turn = state[7] >> 10;
    const half = (i) => state[i & 3] ^ state[(i & 3) + 4];
    for (let i = 0; i < 4; i++) {
      const both = half(i + (turn >> 4)) + half(i + (turn >> 4) + 1) * 65536;
      random[i] = (both >>> (turn & 15)) & 65535;
    }
  };
  const bits = (d) => (random[0] >> d) + random[1] * 2 ** (16 - d) + random[2] * 2 ** (32 - d);
  const uniform = () => {
    draw();
    return (bits(11) + random[3] * 2 ** 37) / 2 ** 53;
  };

  const bell = (x) => Math.exp(-0.5 * x * x);
  const [edge, area] = [3.654152885361009, 0.00492867323397465];
  const x = [area / bell(edge)];
  x[255] = edge;
  for (let i = 254; i > 0; i--) x[i] = Math.sqrt(-2 * Math.log(area / x[i + 1] + bell(x[i + 1])));
  x[256] = 0;

  /** A normal number. */
  return function normal() {
    for (;;) {
      draw();
      const layer = random[0] & 255;
      const sign = random[0] & 256 ? -1 : 1;
      const part = (bits(9) + (random[3] & 8191) * 2 ** 39) / 2 ** 52;
      const inner = layer === 0 ? edge : layer === 1 ? 0 : x[layer - 1];
      if (part * x[layer] < inner) return sign * part * x[layer];
      const side = random[1] & 2;
      if (layer === 0) {
        for (;;) {
          const [beyond, test] = [-Math.log1p(-uniform()) / edge, -Math.log1p(-uniform())];
          if (2 * test > beyond ** 2) return (side ? -1 : 1) * (edge + beyond);
        }
      }
      const here = bell(x[layer]);
      const above = layer === 1 ? 1 : bell(x[layer - 1]);
      if ((above - here) * uniform() + here < bell(part * x[layer])) return sign * part * x[layer];
    }
  };
}

/** What goes in, the weights of each layer, and what comes back, in the order in which the page draws them. */
export function drawn() {
  const normal = default_rng();
  const numbers = (many) => Float64Array.from({ length: many }, normal);
  return { a: numbers(N), weights: Array.from({ length: DEPTH }, () => numbers(N * N)), u: numbers(N) };
}

const mean = (g, z) => g.reduce((sum, value, i) => sum + value * z[i], 0) / N;

/** The length of a gradient after each layer on its way back, in parts of its first. */
export function lengths([f, df], variance, draws, residual, normalise) {
  const [alpha, path] = residual ? [1 / DEPTH, 1] : [1, 0];
  const scale = Math.sqrt(variance / N);
  let { a, u } = draws;
  const layers = draws.weights.map((W) => {
    const sums = a.map((_, i) => scale * a.reduce((sum, value, j) => sum + W[i * N + j] * value, 0));
    const r = normalise ? Math.sqrt(mean(sums, sums)) : 1;
    const z = sums.map((value) => value / r);
    a = z.map((value, i) => alpha * f(value) + path * a[i]);
    return { W, z, r };
  });
  const found = [Math.hypot(...u)];
  for (const { W, z, r } of layers.reverse()) {
    let g = z.map((value, i) => alpha * df(value) * u[i]);
    if (normalise) {
      const along = mean(g, z);
      g = g.map((value, i) => (value - z[i] * along) / r);
    }
    // the layer's Jacobian, transposed, times u
    u = u.map((value, j) => path * value + scale * g.reduce((sum, slope, i) => sum + W[i * N + j] * slope, 0));
    found.push(Math.hypot(...u));
  }
  return found.map((length) => length / found[0]);
}

/* The element */

const WHOLE = [1e-36, 1e12];
const colours = { sigmoid: 1, tanh: 2, ReLU: 0 };
const said = (length) => (length >= 0.01 && length < 1000 ? number(length, 3) : scientific(length));
const choose = (label, variance) => ({ label, press: (widget) => widget.set({ variance }) });

class LayerSignal extends Widget {
  static reserved = [9.4, 14.2];
  static lines = colours;
  static fields = {
    small: choose("Small", 0.25),
    glorot: choose("Glorot", 1),
    he: choose("He", 2),
    variance: { label: "n × variance", range: [0.25, 4, 0.05] },
    layers: { label: "layers", range: [1, DEPTH, 1] },
    residual: { label: "residual", check: true },
    normalise: { label: "normalised", check: true },
  };

  draw({ variance, residual, normalise, layers }) {
    this.draws ??= drawn();
    const made = [variance, residual, normalise].join();
    if (made !== this.made) {
      const found = ([name, functions]) => [name, lengths(functions, variance, this.draws, residual, normalise)];
      Object.assign(this, { made, found: Object.entries(activations).map(found) });
    }
    const names = ["layers on the way back", "length of the gradient"];
    const plot = this.frame({ x: [0, 68], y: WHOLE, names, log: "y" });
    const across = `M${plot.x(0)} ${plot.y(1)}H${plot.x(DEPTH)}`;
    plot.draw("path", "quiet", { d: `${across}M${plot.x(layers)} ${plot.top}V${plot.bottom}`, class: "axis" });
    let above = plot.bottom + 8;
    for (const [name, found] of this.found.toSorted(([, a], [, b]) => a[DEPTH] - b[DEPTH])) {
      plot.line(found.map((length, k) => [k, length]), colours[name]);
      plot.dot([layers, found[layers]], colours[name]);
      above = Math.min(plot.y(found[DEPTH]), above - 16);
      plot.text([DEPTH, 1], name, colours[name], [10, above - plot.y(1) + 4]);
    }
    const [, , [, relu]] = this.found;
    plot.point([layers, relu[layers]], "How many layers back", { x: "layers" }, colours.ReLU);
    const each = this.found.map(([name, found]) => [`× per ${name}`, number(found[layers] ** (1 / layers), 3)]);
    return Object.fromEntries([...this.found.map(([name, found]) => [name, said(found[layers])]), ...each]);
  }
}

customElements.define("layer-signal", LayerSignal);
