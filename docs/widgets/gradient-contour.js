/* A surface seen from above: the gradient at a point, the contour it crosses, and steps against it. */

import { Widget, number, svg } from "./plot.js";

/* Arithmetic, as on the page */

export const surfaces = {
  bowl: {
    name: "x² + 2y²",
    f: (x, y) => x * x + 2 * y * y,
    gradient: (x, y) => [2 * x, 4 * y],
    minima: [[0, 0]],
    heights: [5, 65, 5],
    arrow: 0.16,
  },
  round: {
    name: "x² + y²",
    f: (x, y) => x * x + y * y,
    gradient: (x, y) => [2 * x, 2 * y],
    minima: [[0, 0]],
    heights: [4, 48, 4],
    arrow: 0.2,
  },
  saddle: {
    name: "x² + 3xy + y²",
    f: (x, y) => x * x + 3 * x * y + y * y,
    gradient: (x, y) => [2 * x + 3 * y, 3 * x + 2 * y],
    minima: [],
    heights: [-20, 116, 8],
    arrow: 0.08,
  },
  waves: {
    name: "sin x + cos y",
    f: (x, y) => Math.sin(x) + Math.cos(y),
    gradient: (x, y) => [Math.cos(x), -Math.sin(y)],
    minima: [-0.5, 1.5].flatMap((k) => [-1, 1].map((m) => [k * Math.PI, m * Math.PI])),
    heights: [-1.8, 1.8, 0.4],
    arrow: 1.4,
  },
};

/** The path of x ← x − η∇f(x), which ends where it is far out. */
export function gradient_descent(gradient, x, learning_rate, steps) {
  const path = [x];
  for (let at = x; path.length <= steps && Math.hypot(...at) < FAR; path.push(at)) {
    const slope = gradient(...at);
    at = at.map((value, i) => value - learning_rate * slope[i]);
  }
  return path;
}

/** The angle between two directions, in degrees from 0 to 180. */
export function angle([a, b], [c, d]) {
  return (Math.atan2(Math.abs(a * d - b * c), a * c + b * d) * 180) / Math.PI;
}

/**
 * The lines around what is higher than a height: marching squares, ours because the libraries
 * that have them weigh more than this whole element.
 *
 * A line leaves a square of the grid through an edge that it enters the next by. So each square
 * gives pairs of crossed edges, with what is higher on the same hand, and pairs make a chain.
 */
export function contours(values, columns, height) {
  const [many, next, loops] = [values.length, new Map(), []];
  const edge = ([a, b]) => Math.min(a, b) * many + Math.max(a, b);
  const cross = (crossed) => {
    const [a, b] = [Math.floor(crossed / many), crossed % many];
    const part = (height - values[a]) / (values[b] - values[a]);
    const row = Math.floor(a / columns);
    return b - a === 1 ? [(a % columns) + part, row] : [a % columns, row + part];
  };
  for (let a = 0; a < many - columns; a++) {
    const around = [a, a + 1, a + columns + 1, a + columns];
    const edges = around.map((from, k) => [from, around[(k + 1) % 4]]);
    const crossed = edges.filter(([from, to]) => values[from] >= height !== values[to] >= height);
    if (crossed.length && values[crossed[0][1]] >= height) crossed.push(crossed.shift());
    for (let k = 0; k < crossed.length; k += 2) next.set(edge(crossed[k]), edge(crossed[k + 1]));
  }
  for (const first of next.keys()) {
    const loop = [];
    for (let at = first; next.has(at); ) {
      loop.push(cross(at));
      const to = next.get(at);
      next.delete(at);
      at = to;
    }
    loops.push(loop);
  }
  return loops;
}

/* The element */

const names = Object.fromEntries(Object.entries(surfaces).map(([key, { name }]) => [key, name]));
const [FAR, NEAR, MOST, CELL, RIM] = [1000, 1e-6, 40, 6, -1e6];

class GradientContour extends Widget {
  static reserved = [9.4, 16];
  static lines = { f: 3, "∂f/∂x": 0, "∂f/∂y": 1, "length of ∇f": 2, "part on course": "quiet" };
  static fields = {
    f: { label: "f", options: names },
    step: { label: "Step", press: (widget) => widget.set({ steps: widget.state.steps + 1 }) },
    run: { label: "Run", press: (widget) => widget.run() },
    rate: { label: "rate η", range: [0.01, 0.6, 0.01] },
    steps: { label: "steps", range: [0, MOST, 1] },
    x: { label: "x", range: [-3.6, 3.6, 0.05], point: true },
    y: { label: "y", range: [-2.2, 2.2, 0.05], point: true },
  };

  begin() {
    super.begin();
    this.view.addEventListener("click", ({ target, clientX, clientY }) => {
      const { left, top } = this.view.getBoundingClientRect();
      const [x, y] = [this.plot.x.back(clientX - left), this.plot.y.back(clientY - top)];
      if (!target.closest(".point")) this.set({ x, y });
    });
  }

  draw({ f: key, x, y, rate, steps }) {
    const { f, gradient, minima, arrow } = surfaces[key];
    const path = gradient_descent(gradient, [x, y], rate, steps);
    const at = path.at(-1);
    const slope = gradient(...at);
    const steep = Math.hypot(...slope);
    const to = (place) => place.map((value, i) => value - at[i]);
    const along = (way, size) => at.map((value, i) => value + size * way[i]);
    const [minimum] = minima.toSorted((a, b) => Math.hypot(...to(a)) - Math.hypot(...to(b)));
    const tangent = [-slope[1] / (steep || 1), slope[0] / (steep || 1)];

    const plot = (this.plot = this.frame({ x: [-5.7, 5.7], y: [-4, 4], names: ["x", "y"], equal: true }));
    this.map(plot, key);
    this.level(plot.clip, plot, f(...at), "stroke: var(--fig-3); stroke-width: 1.5");
    plot.line([along(tangent, -1.5), along(tangent, 1.5)], 3, "dashed thin");
    if (minimum) plot.line([at, minimum], "quiet", "dashed thin");
    for (const place of minima) plot.dot(place, "ink");
    plot.line(path, 4, "thin");
    for (const [x, y] of path.slice(1)) plot.draw("circle", 4, { cx: plot.x(x), cy: plot.y(y), r: 3.2, class: "dot" });
    this.arrow(plot, at, along(slope, -rate), 4);
    this.arrow(plot, at, along([slope[0], 0], arrow), 0, "∂f/∂x");
    this.arrow(plot, at, along([0, slope[1]], arrow), 1, "∂f/∂y");
    this.arrow(plot, at, along(slope, arrow), 2, "∇f");
    plot.point([x, y], "The point on the map", { x: "x", y: "y" }, 3);

    const gone = Math.hypot(...at) >= FAR;
    const say = (value, decimals = 3) => (gone ? "none" : number(value, decimals));
    const place = (value) => (gone ? "diverged" : number(value, 3));
    const course = !minimum ? "no minimum" : Math.hypot(...to(minimum)) < NEAR ? "at the minimum" : steep < NEAR && "no direction";
    const off = course || angle(slope.map((value) => -value), to(minimum));
    return {
      x: place(at[0]),
      y: place(at[1]),
      f: say(f(...at)),
      "length of ∇f": say(steep),
      "∂f/∂x": say(slope[0]),
      "∂f/∂y": say(slope[1]),
      "degrees astray": course || say(off, 2),
      "part on course": course || say(Math.cos((off * Math.PI) / 180)),
    };
  }

  /** The surface in bands, computed once for each surface and size. */
  map(plot, key) {
    const { f, heights: [low, high, step] } = surfaces[key];
    const made = [key, this.width, this.height].join();
    if (made !== this.made) {
      const [columns, rows] = [plot.right - plot.left, plot.bottom - plot.top].map((size) => Math.ceil(size / CELL) + 4);
      const values = Array.from({ length: columns * rows }, (_, i) => {
        const [column, row] = [i % columns, Math.floor(i / columns)];
        // A rim below all heights closes the lines.
        const rim = column % (columns - 1) === 0 || row % (rows - 1) === 0;
        return rim ? RIM : f(plot.x.back(plot.left + (column - 1.5) * CELL), plot.y.back(plot.top + (row - 1.5) * CELL));
      });
      Object.assign(this, { made, columns, values, bands: svg("g") });
      const band = "fill: var(--fig-0); fill-opacity: 0.055; stroke: var(--fig-5); stroke-opacity: 0.4";
      for (let height = low; height <= high; height += step) this.level(this.bands, plot, height, band);
    }
    plot.clip.append(this.bands);
  }

  level(layer, { left, top }, height, style) {
    const path = ([column, row]) => `${(left + (column - 1.5) * CELL).toFixed(1)} ${(top + (row - 1.5) * CELL).toFixed(1)}`;
    const loops = contours(this.values, this.columns, height).map((loop) => `M${loop.map(path).join("L")}Z`);
    layer.append(svg("path", { d: loops.join(""), style }));
  }

  /** An arrow, if there is room for one, and words at its tip. */
  arrow(plot, from, to, colour, words) {
    const [[x, y], [right, down]] = [from, to].map((place) => [plot.x(place[0]), plot.y(place[1])]);
    const long = Math.hypot(right - x, down - y);
    if (!(long > 3)) return;
    const [a, b] = [(right - x) / long, (down - y) / long];
    const head = Math.min(11, long / 2);
    const [u, v, w] = [right - head * a, down - head * b, head * 0.36];
    const d = `M${x} ${y}L${u} ${v}M${right} ${down}L${u - w * b} ${v + w * a}L${u + w * b} ${v - w * a}Z`;
    plot.draw("path", colour, { d, class: "line arrow" });
    if (words && long > 24) plot.text(to, words, colour, [12 * a, 14 * b + 4], a > 0.5 ? "start" : a < -0.5 ? "end" : "middle");
  }

  /** Step after step to the end; from there, begin anew. */
  run() {
    const from = this.state.steps % MOST;
    this.play((t) => this.update({ steps: from + Math.round(t * (MOST - from)) }), 3000);
  }
}

customElements.define("gradient-contour", GradientContour);
