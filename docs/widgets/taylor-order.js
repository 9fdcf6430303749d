/* A function and its Taylor polynomial, order by order: the bound of its error, and its radius. */

import { Widget, number, scientific } from "./plot.js";

/* Arithmetic, as in the package */

const factorial = (k) => (k < 2 ? 1 : k * factorial(k - 1));
const nearest = (low, high) => Math.max(low, -high, 0);

// next: the derivative of order k at a, from those of lower order; none is measured.
// most: M, which |f⁽ᵏ⁾| does not exceed from low to high.
// view: where a and x may be, then the heights that are shown.
export const functions = {
  sine: {
    name: "sin x",
    f: Math.sin,
    next: (a, k, d) => (k === 1 ? Math.cos(a) : -d[k - 2]),
    most: () => 1,
    radius: () => Infinity,
    view: [-7, 7, -2.8, 2.8],
  },
  exponential: {
    name: "eˣ",
    f: Math.exp,
    next: (a, k, d) => d[k - 1],
    most: (k, low, high) => Math.exp(high),
    radius: () => Infinity,
    view: [-4, 3, -6, 24],
  },
  logarithm: {
    name: "ln(1 + x)",
    f: (x) => Math.log(1 + x),
    next: (a, k, d) => (k === 1 ? 1 : (1 - k) * d[k - 1]) / (1 + a),
    most: (k, low) => (low > -1 ? factorial(k - 1) / (1 + low) ** k : NaN),
    radius: (a) => 1 + a,
    view: [-0.9, 4, -3, 3],
  },
  // (1 + x²) f = 1, differentiated k times
  bell: {
    name: "1/(1 + x²)",
    f: (x) => 1 / (1 + x * x),
    next: (a, k, d) => -(2 * k * a * d[k - 1] + (k > 1 ? k * (k - 1) * d[k - 2] : 0)) / (1 + a * a),
    most: (k, low, high) => factorial(k) / (1 + nearest(low, high) ** 2) ** ((k + 1) / 2),
    radius: (a) => Math.hypot(1, a),
    view: [-3, 3, -0.8, 1.8],
  },
  // x³ f′ = 2 f, differentiated m times
  flat: {
    name: "e^(−1/x²)",
    f: (x) => (x === 0 ? 0 : Math.exp(-1 / x ** 2)),
    next: (a, k, d) => {
      const m = k - 1;
      const [here, before, first] = [d[m], d[m - 1] ?? 0, d[m - 2] ?? 0];
      const rest = 3 * m * (m - 1) * a * before + m * (m - 1) * (m - 2) * first;
      return a === 0 ? 0 : ((2 - 3 * m * a * a) * here - rest) / a ** 3;
    },
    radius: (a) => Math.abs(a) || Infinity,
    view: [-3, 3, -0.8, 1.8],
  },
};

/** f(a), f′(a), …, f⁽ⁿ⁾(a) */
export function derivatives({ f, next }, a, n) {
  const all = [f(a)];
  for (let k = 1; k <= n; k++) all.push(next(a, k, all));
  return all;
}

export function taylor_polynomial(derivatives, a, x) {
  return derivatives.reduceRight((value, d, k) => d + ((x - a) / (k + 1)) * value, 0);
}

export function lagrange_remainder(bound, n, a, x) {
  for (let k = 1; k <= n + 1; k++) bound *= Math.abs(x - a) / k;
  return bound;
}

/* The element */

const names = Object.fromEntries(Object.entries(functions).map(([key, { name }]) => [key, name]));
const LEAST = 1e-10;
const plain = (value) => (Math.abs(value) < 1000 ? number(value, 4) : scientific(value, 3));

/** An error, in words where it is little more than the rounding of what it is the difference of. */
function small(value) {
  const size = Math.abs(value);
  return size < LEAST ? "below 10⁻¹⁰" : size < 0.01 ? scientific(value) : plain(value);
}

class TaylorOrder extends Widget {
  static reserved = [7.1, 13.7];
  static lines = { "f(x)": 5, "P(x)": 0, error: 1 };
  static fields = {
    f: { label: "f(x)", options: names },
    a: { label: "a", range: [-7, 7, 0.1], point: true },
    n: { label: "order n", range: [0, 20, 1] },
    x: { label: "x", range: [-7, 7, 0.1], point: true },
  };

  /** Both points stay where the function is shown. */
  accepted(name, value) {
    const taken = super.accepted(name, value);
    if (!/^[ax]$/.test(name) || taken === undefined) return taken;
    const [low, high] = functions[this.state.f].view;
    return Math.min(Math.max(taken, low), high);
  }

  update(changes) {
    super.update({ ...this.state, ...changes });
  }

  draw({ f: key, a, n, x }) {
    const { f, name, most, radius, view: [low, high, ...y] } = functions[key];
    const all = derivatives(functions[key], a, n);
    const P = (at) => taylor_polynomial(all, a, at);
    const bound = (at) => lagrange_remainder(most(n + 1, Math.min(a, at), Math.max(a, at)), n, a, at);
    const plot = this.frame({ x: [low - 0.4, high + 0.4], y, names: ["x", name] });
    const held = (at) => [at, Math.min(Math.max(f(at), y[0]), y[1])];
    this.outside(plot, a, radius(a), y);
    if (most) this.band(plot, P, bound);
    plot.curve(f, 5);
    this.styled(plot, { strokeWidth: 7, opacity: 0.5 });
    for (let k = 1; k <= n; k++) {
      const lower = all.slice(0, k);
      plot.line(across(plot).map((at) => [at, taylor_polynomial(lower, a, at)]), 0, "thin");
      this.styled(plot, { opacity: 0.25 });
    }
    plot.curve(P, 0);
    plot.line([[x, f(x)], [x, P(x)]], 1);
    if (key === "flat" && a === 0) plot.text([0, y[1]], "every derivative at 0 is 0", 0, [0, 24], "middle");
    plot.dot([x, P(x)], 1);
    plot.point(held(a), "The centre a", { x: "a" }, 0);
    plot.point(held(x), "The point x", { x: "x" }, 1);
    return {
      a: number(a, 1),
      x: number(x, 1),
      "f(x)": plain(f(x)),
      "P(x)": plain(P(x)),
      error: small(f(x) - P(x)),
      "error at most": most ? small(bound(x)) : "no simple bound",
      radius: radius(a) < Infinity ? number(radius(a), 3) : "no limit",
      "series at x": fate(key, a, x, radius(a)),
    };
  }

  /** Where the series diverges. */
  outside(plot, a, radius, [low, high]) {
    for (const [side, edge] of [[-1, plot.left], [1, plot.right]]) {
      const [from, to] = [a + side * radius, plot.x.back(edge)];
      if (side * (to - from) > 0) plot.area([[from, low], [from, high], [to, high], [to, low]], "quiet");
    }
  }

  /** Lagrange's bound to both sides of the polynomial: the function lies within. */
  band(plot, P, bound) {
    const known = across(plot).filter((at) => bound(at) >= 0);
    const edge = (sign) => known.map((at) => [at, P(at) + sign * bound(at)]);
    plot.area([...edge(1), ...edge(-1).reverse()], 0);
  }

  styled(plot, style) {
    Object.assign(plot.clip.lastChild.style, style);
  }
}

/** Values of x from edge to edge, as many as smooth lines need. */
const across = ({ x, left, right }) => Array.from({ length: 161 }, (_, i) => x.back(left + ((right - left) * i) / 160));

/** What becomes of the series at x as its order grows. */
function fate(key, a, x, radius) {
  if (key === "flat" && a === 0 && x !== 0) return "converges to 0";
  const over = Math.abs(x - a) - radius;
  return over < -1e-9 ? "converges" : over > 1e-9 ? "diverges" : "on the edge";
}

customElements.define("taylor-order", TaylorOrder);
