/* Descent on a curve: the rate decides whether it crawls, converges, oscillates or diverges. */

import { Widget, html, number, scientific } from "./plot.js";

/* Arithmetic, as on the page */

export const curves = {
  parabola: {
    name: "(w − 3)²",
    f: (w) => (w - 3) ** 2,
    slope: (w) => 2 * (w - 3),
    curvature: (w) => 2,
    high: 13.4,
    named: { crawls: [0.02, 0], converges: [0.1, 0], oscillates: [0.95, 0], diverges: [1.02, 0] },
  },
  // Further out it bends more: there a rate below the limit of the minimum may be too large.
  walls: {
    name: "2(w − 3)² + (w − 3)⁴/10",
    f: (w) => 2 * (w - 3) ** 2 + (w - 3) ** 4 / 10,
    slope: (w) => 4 * (w - 3) + (2 / 5) * (w - 3) ** 3,
    curvature: (w) => 4 + (6 / 5) * (w - 3) ** 2,
    high: 38,
    named: { crawls: [0.01, 0], converges: [0.05, 0], oscillates: [0.4, 1.6], diverges: [0.51, 2.4] },
  },
};

const [MINIMUM, STEPS, FAR] = [3, 30, 1000];

/** The path of w ← w − ηf′(w), up to the step after which it is too far away. */
export function gradient_descent(slope, w, learning_rate, steps) {
  const path = [w];
  while (path.length <= steps && Math.abs(path.at(-1) - MINIMUM) < FAR)
    path.push(path.at(-1) - learning_rate * slope(path.at(-1)));
  return path;
}

/** From 2/f″ on, descent does not converge. */
export function learning_rate_limit(curvature) {
  return 2 / curvature;
}

/** What a step leaves of a small error, and on which side of the minimum. */
export function factor(curvature, learning_rate) {
  return 1 - learning_rate * curvature;
}

/** A name for what the factor does; one that crawls leaves a third after ten steps. */
export function behaviour(left) {
  if (left < -1) return "diverges";
  if (left === -1) return "swings for ever";
  if (left < 0) return "oscillates";
  return left > 0.9 ? "crawls" : "converges";
}

/* The element */

const names = Object.fromEntries(Object.entries(curves).map(([key, { name }]) => [key, name]));
const press = (name) => ({
  label: name,
  press(widget) {
    const [rate, start] = curves[widget.state.f].named[name];
    widget.set({ rate, start, steps: 0 });
    widget.run();
  },
});
const shown = (loss) => (loss && (loss < 1e-3 || loss >= 1e4) ? scientific(loss, 2) : number(loss, 4));

class Descent1d extends Widget {
  static reserved = [11.6, 18.2];
  static lines = { "slope f′(w)": 2, loss: 1, "limit 2/f″": "ink" };
  static fields = {
    f: { label: "Loss", options: names },
    start: { label: "start", range: [-0.5, 6.5, 0.05], point: true },
    step: { label: "Step", press: (widget) => widget.set({ steps: widget.state.steps + 1 }) },
    run: { label: "Run", press: (widget) => widget.run() },
    reset: { label: "Reset", press: (widget) => widget.set({ steps: 0 }) },
    rate: { label: "Learning rate η", range: [0.005, 1.2, 0.005] },
    steps: { label: "steps", range: [0, STEPS, 1], point: true },
    crawls: press("crawls"),
    converges: press("converges"),
    oscillates: press("oscillates"),
    diverges: press("diverges"),
  };

  begin() {
    super.begin();
    this.group("", ["step", "run", "reset"]);
    this.group("flex: 1; padding: 0", Object.keys(curves.parabola.named));
    const slider = this.controls.querySelector(".widget-range");
    Object.assign(slider.style, { flexBasis: "100%", position: "relative" });
    this.limit = html("span", { style: "position: absolute; width: 2px; height: 20px; background: var(--ink)" });
    slider.prepend(this.limit);
  }

  /** Buttons that belong together, in a row. */
  group(style, names) {
    const buttons = names.map((name) => this.controls.querySelector(`#${this.id}-${name}`));
    const row = html("div", { style: style && "flex-basis: 100%" });
    buttons[0].before(row);
    row.append(...buttons);
    for (const button of buttons) button.style = style;
  }

  draw({ f: key, start, rate, steps }) {
    const curve = curves[key];
    const path = gradient_descent(curve.slope, start, rate, steps);
    const gone = Math.abs(path.at(-1) - MINIMUM) >= FAR;
    const limit = learning_rate_limit(curve.curvature(MINIMUM));
    const left = factor(curve.curvature(MINIMUM), rate);
    this.drawHill(curve, path);
    this.drawLoss(curve, path);
    this.mark(limit);
    const w = path.at(-1);
    return {
      start: number(start),
      steps: String(path.length - 1),
      w: gone ? "diverged" : number(w, 3),
      "slope f′(w)": gone ? "diverged" : number(curve.slope(w), 3),
      loss: gone ? "diverged" : shown(curve.f(w)),
      "limit 2/f″": number(limit, 3),
      "factor 1 − ηf″": number(left, 2),
      "near w = 3": behaviour(left),
    };
  }

  drawHill({ f, slope, high }, path) {
    const hill = this.frame({ x: [-0.5, 6.5], y: [-high / 19, high], names: ["w", "loss"], box: [0, 0, 0.56, 1] });
    const w = path.at(-1);
    hill.curve(f, 0);
    hill.line([-1, 1].map((way) => [w + way, f(w) + way * slope(w)]), 2);
    hill.line(path.map((w) => [w, f(w)]), 1, "thin");
    for (const w of path) hill.draw("circle", 1, { cx: hill.x(w), cy: hill.y(f(w)), r: 2.6, class: "dot" });
    hill.dot([w, f(w)], 1);
    hill.point([path[0], f(path[0])], "The start", { x: "start" }, 1);
  }

  /** The loss of this run, over those of the named ones. */
  drawLoss({ f, slope, named }, path) {
    const [low, high] = [1e-6, 1e4];
    const plot = this.frame({ x: [0, STEPS + 1], y: [low, high], log: "y", names: ["step", "loss"], box: [0.56, 0, 0.44, 1] });
    for (const [name, [rate, start]] of Object.entries(named)) {
      const losses = gradient_descent(slope, start, rate, STEPS).map((w, step) => [step, f(w)]);
      plot.line(losses, 5, "thin");
      if (this.width < 480) continue;
      const last = losses.findLast(([, loss]) => loss > 20 * low && loss < high / 20);
      const rises = last[1] > losses[0][1];
      if (last[0] < STEPS / 2) plot.text(last, name, 5, [9, 4]);
      else plot.text(last, name, 5, [-2, rises ? -7 : 17], "end");
    }
    const losses = path.map((w, step) => [step, f(w)]);
    plot.line(losses, 1);
    if (isFinite(plot.y(losses.at(-1)[1]))) plot.dot(losses.at(-1), 1);
  }

  /** Put the mark where the knob, 16 pixels wide, would stand. */
  mark(limit) {
    const { offsetLeft, offsetWidth } = this.limit.parentNode.querySelector("input");
    const [low, high] = this.fields.rate.range;
    this.limit.style.left = `${offsetLeft + 7 + ((offsetWidth - 16) * (limit - low)) / (high - low)}px`;
  }

  /** Step after step to the end; from the end, anew. */
  run() {
    const from = this.state.steps % STEPS;
    this.play((t) => this.update({ steps: Math.round(from + t * (STEPS - from)) }), 80 * (STEPS - from));
  }
}

customElements.define("descent-1d", Descent1d);
