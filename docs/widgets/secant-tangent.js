/* The secant through two points of a curve, and the tangent that it turns into as h → 0. */

import { Widget, number } from "./plot.js";

/* Arithmetic, as on the page */

export const functions = {
  square: { name: "x²", f: (x) => x * x, slope: (x) => 2 * x, y: [-1, 9] },
  cube: { name: "x³", f: (x) => x ** 3, slope: (x) => 3 * x ** 2, y: [-9, 9] },
  sine: { name: "sin x", f: Math.sin, slope: Math.cos, y: [-1.7, 1.7] },
  exponential: { name: "eˣ", f: Math.exp, slope: Math.exp, y: [-1, 9] },
  // Behind the corner the slope is −1, ahead of it 1: at the corner there is none.
  absolute: { name: "|x|", f: Math.abs, slope: (x) => (x === 0 ? undefined : Math.sign(x)), y: [-0.5, 3] },
};

/** The slope of the secant: rise over run, for steps to the right and to the left. */
export function forward_difference(f, x, h) {
  return (f(x + h) - f(x)) / h;
}

/* The element */

const names = Object.fromEntries(Object.entries(functions).map(([key, { name }]) => [key, name]));
const [WHOLE, FAR] = [[-3, 3], 20];

class SecantTangent extends Widget {
  static reserved = [5.2, 9.6];
  static lines = { "secant slope": 1, "tangent slope": 2 };
  static fields = {
    f: { label: "f(x)", options: names },
    a: { label: "a", range: [-2, 2, 0.05], point: true },
    shrink: { label: "Let h → 0", press: (widget) => widget.shrink() },
    h: { label: "h", range: [-1.5, 1.5, 0.01], skip: 0 },
  };

  draw({ f: key, a, h }) {
    const { f, slope, y, name } = functions[key];
    const secant = forward_difference(f, a, h);
    const tangent = slope(a);
    const through = (tilt) => [-FAR, FAR].map((x) => [x, f(a) + tilt * (x - a)]);
    const plot = this.frame({ x: WHOLE, y, names: ["x", name] });
    const [near, far] = [[a, f(a)], [a + h, f(a + h)]];
    plot.area([near, [a + h, f(a)], far], 1);
    plot.curve(f, 0);
    if (tangent !== undefined) plot.line(through(tangent), 2);
    plot.line(through(secant), 1, "thin");
    plot.dot(far, 1);
    plot.point(near, "The point a on the curve", { x: "a" }, tangent === undefined ? 1 : 2);
    return {
      a: number(a),
      "secant slope": number(secant, 3),
      "tangent slope": tangent === undefined ? "no derivative here" : number(tangent, 3),
      error: tangent === undefined ? "none" : number(secant - tangent, 3),
    };
  }

  /** Halve h again and again, as the limit does; from its end begin anew. */
  shrink() {
    const end = 0.01 * Math.sign(this.state.h);
    const start = this.state.h === end ? Math.sign(end) : this.state.h;
    this.play((t) => this.update({ h: start * (end / start) ** t }), 2000);
  }
}

customElements.define("secant-tangent", SecantTangent);
