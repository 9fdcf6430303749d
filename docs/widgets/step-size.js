/* The error of a slope against the step: forward and central difference, and the complex step. */

import { Widget, number, scientific } from "./plot.js";

/* Arithmetic, as in the package: `r` rounds each result, so both precisions are NumPy's to the bit */

export const precisions = {
  float64: { r: (value) => value, eps: 2 ** -52 },
  float32: { r: Math.fround, eps: 2 ** -23 },
};

const times = ([a, b], [c, d], r) => [r(r(a * c) - r(b * d)), r(r(a * d) + r(b * c))];

// The quotient that does not square a small part away, as NumPy forms it.
const inverse = ([a, b], r) => {
  const ratio = r(b / a);
  const part = r(1 / r(a + r(b * ratio)));
  return [part, r(-ratio * part)];
};

// f of a number, f of a + ib, and the sizes of f, f′, f″, f‴: no exp or sin, whose last bits differ.
export const functions = {
  reciprocal: {
    name: "1/x",
    f: (x, r) => r(1 / x),
    off: inverse,
    sizes: (x) => [1 / x, 1 / x ** 2, 2 / x ** 3, 6 / x ** 4],
    slope: (x) => -1 / x ** 2,
  },
  square: {
    name: "x²",
    f: (x, r) => r(x * x),
    off: (z, r) => times(z, z, r),
    sizes: (x) => [x ** 2, 2 * x, 2, 0],
    slope: (x) => 2 * x,
  },
  cube: {
    name: "x³",
    f: (x, r) => r(r(x * x) * x),
    off: (z, r) => times(times(z, z, r), z, r),
    sizes: (x) => [x ** 3, 3 * x ** 2, 6 * x, 6],
    slope: (x) => 3 * x ** 2,
  },
};

/** The step that x really takes for h; NaN if it does not move. */
const taken = (x, h, r) => r(r(x + h) - x) || NaN;

export function forward_difference({ f }, x, h, r) {
  h = taken(x, h, r);
  return r(r(f(r(x + h), r) - f(x, r)) / h);
}

export function central_difference({ f }, x, h, r) {
  h = taken(x, h, r);
  return r(r(f(r(x + h), r) - f(r(x - h), r)) / r(2 * h));
}

export function complex_step({ off }, x, h, r) {
  return r(off([x, h], r)[1] / h);
}

/** What truncation and rounding are in theory, and the step that makes their sum least. */
export const theory = {
  forward: ([F, , M], eps) => ({
    truncation: (h) => (M * h) / 2,
    rounding: (h) => (2 * eps * F) / h,
    best: 2 * Math.sqrt((eps * F) / M),
  }),
  central: ([F, , , M], eps) => ({
    truncation: (h) => (M * h * h) / 6,
    rounding: (h) => (eps * F) / h,
    best: Math.cbrt((3 * eps * F) / M),
  }),
  // It is rounded as its slope S is: any step will do that leaves less truncation than that.
  complex: ([, S, , M], eps) => ({
    truncation: (h) => (M * h * h) / 6,
    rounding: () => eps * S,
    best: Math.sqrt((6 * eps * S) / M),
  }),
};

/** 10ᵏ to two digits, which are read alike everywhere. */
export const step_size = (k) => Number((10 ** k).toPrecision(2));

/* The element */

const names = Object.fromEntries(Object.entries(functions).map(([key, { name }]) => [key, name]));
const STEPS = Array.from({ length: 158 }, (_, i) => step_size((i - 160) / 10));
const [X, Y] = [[3e-17, 3], [1e-18, 100]];
// What is drawn later lies above.
const methods = [
  { name: "complex", colour: 2, slope_at: complex_step, best: "complex h below", size: 5 },
  { name: "forward", colour: 0, slope_at: forward_difference, best: "forward best h", size: 4 },
  { name: "central", colour: 1, slope_at: central_difference, best: "central best h", size: 4 },
];

class StepSize extends Widget {
  static reserved = [9.5, 13.7];
  static lines = { "forward error": 0, "central error": 1, "complex error": 2 };
  static fields = {
    f: { label: "f(x)", options: names },
    precision: { label: "in", options: { float64: "float64", float32: "float32" } },
    k: { label: "h = 10ᵏ, k", range: [-16, -0.3, 0.1] },
  };

  draw({ f: key, precision, k }) {
    const [f, { r, eps }] = [functions[key], precisions[precision]];
    const [x, h] = [r(1.3), step_size(k)];
    const slope = f.slope(x);
    const floor = eps * Math.abs(slope);
    const plot = this.frame({ x: X, y: Y, names: ["step h", "error of the slope"], log: "xy" });
    this.still(plot, STEPS.findLast((step) => !taken(x, r(step), r)));
    plot.line(Y.map((y) => [h, y]), "quiet", "thin");
    const columns = {};
    for (const { name, colour, slope_at, best: where, size } of methods) {
      const error = (step) => Math.abs(slope_at(f, x, r(step), r) - slope);
      const { truncation, rounding, best } = theory[name](f.sizes(x), eps);
      const model = (step) => truncation(step) + rounding(step);
      const seen = (step) => [step, Math.max(error(step), floor)];
      this.dots(plot, STEPS.map(seen), colour, this.width > 480 ? size : size - 1);
      plot.curve(model, colour, "thin");
      this.ring(plot, [best, model(best)], colour);
      if (error(h) >= 0) plot.dot(seen(h), colour);
      columns[name] = {
        [`${name} error`]: said(error(h), floor),
        [where]: best < 1 ? scientific(best) : "no limit",
        [`${name} rounding`]: `${number((100 * rounding(h)) / model(h), 0)} %`,
      };
    }
    this.hold(plot, k);
    const first = { h: scientific(h), "true slope": number(slope, 3), ε: scientific(eps) };
    return { ...first, ...columns.forward, ...columns.central, ...columns.complex };
  }

  /** Where a step is too short to move x there is no difference. */
  still(plot, longest) {
    if (!longest) return;
    const edge = longest * 10 ** 0.05;
    plot.area([[X[0], Y[0]], [X[0], Y[1]], [edge, Y[1]], [edge, Y[0]]], "quiet");
    if (longest > 1e-10) plot.text([X[0], Y[0]], "x + h = x", "quiet", [12, -12]);
  }

  dots(plot, points, colour, size) {
    const places = points.map(([x, y]) => [plot.x(x), plot.y(y)]).filter(([, y]) => y);
    const d = places.map(([x, y]) => `M${x.toFixed(1)} ${y.toFixed(1)}h0`).join("");
    plot.draw("path", colour, { d, stroke: "var(--hue)", "stroke-width": size, "stroke-linecap": "round" });
  }

  ring(plot, [x, y], colour) {
    if (x < 1) plot.draw("circle", colour, { cx: plot.x(x), cy: plot.y(y), r: 9, class: "line", fill: "none" });
  }

  /** The step is held at the head of its line; the axis is in powers. */
  hold(plot, k) {
    const x = Object.assign((power) => plot.x(10 ** power), { back: (pixel) => Math.log10(plot.x.back(pixel)) });
    Object.assign(Object.create(plot), { x }).point([k, 10], "The step h", { x: "k" }, "accent");
  }
}

/** An error, if it is more than the rounding of the slope itself. */
function said(error, floor) {
  if (Number.isNaN(error)) return "x + h = x";
  return error < 2 * floor ? "last digit" : scientific(error);
}

customElements.define("step-size", StepSize);
