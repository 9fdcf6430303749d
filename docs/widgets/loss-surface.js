/* Four optimisers on one surface, which can be turned. */

import { Widget, html, number, scientific } from "./plot.js";

/* Surfaces, as in snippets/loss_landscape.py: value, gradient, the Hessian's three numbers */

export const surfaces = {
  bowl: {
    value: (x, y) => x * x + 2 * y * y,
    gradient: (x, y) => [2 * x, 4 * y],
    hessian: (x, y) => [2, 0, 4],
    // Its middle and half its width as shown; where it is begun; the range of losses shown.
    place: [0, 0, 5], begin: { x: 4, y: 3, rate: 0.1 }, loss: [1e-9, 1e2],
  },
  saddle: {
    value: (x, y) => x * x + 3 * x * y + y * y,
    gradient: (x, y) => [2 * x + 3 * y, 3 * x + 2 * y],
    hessian: (x, y) => [2, 3, 2],
    place: [0, 0, 3], begin: { x: 2, y: 1.9, rate: 0.05 }, loss: [-30, 25],
  },
  rosenbrock: {
    value: (x, y) => (1 - x) ** 2 + 100 * (y - x * x) ** 2,
    gradient: (x, y) => [2 * (x - 1) - 400 * x * (y - x * x), 200 * (y - x * x)],
    hessian: (x, y) => [2 - 400 * y + 1200 * x * x, -400 * x, 200],
    place: [0, 1, 2], begin: { x: -1.2, y: 1, rate: 0.001 }, loss: [1e-4, 1e4], far: true,
  },
  himmelblau: {
    value: (x, y) => (x * x + y - 11) ** 2 + (x + y * y - 7) ** 2,
    gradient: (x, y) => {
      const [a, b] = [x * x + y - 11, x + y * y - 7];
      return [4 * x * a + 2 * b, 2 * a + 4 * y * b];
    },
    hessian: (x, y) => [12 * x * x + 4 * y - 42, 4 * (x + y), 12 * y * y + 4 * x - 26],
    place: [0, 0, 5], begin: { x: 0, y: 0, rate: 0.01 }, loss: [1e-9, 1e3], far: true,
  },
};

/* Optimisers, as in snippets/gradient_descent.py: each returns its path */

const gone = (point) => !(Math.hypot(...point) < 1000);

function follow(step, x, steps) {
  const path = [x];
  while (path.length <= steps && !gone(path.at(-1))) path.push(step(path.at(-1)));
  return path;
}

/** Momentum that keeps nothing. */
export function gradient_descent(grad, x, eta, steps) {
  return momentum(grad, x, eta, steps, 0);
}

export function momentum(grad, x, eta, steps, beta = 0.9) {
  let v = [0, 0];
  return follow((x) => {
    const g = grad(...x);
    v = v.map((v, i) => beta * v + g[i]);
    return x.map((x, i) => x - eta * v[i]);
  }, x, steps);
}

export function rmsprop(grad, x, eta, steps, decay = 0.9, delta = 1e-8) {
  let s = [0, 0];
  return follow((x) => {
    const g = grad(...x);
    s = s.map((s, i) => decay * s + (1 - decay) * g[i] ** 2);
    return x.map((x, i) => x - (eta * g[i]) / (Math.sqrt(s[i]) + delta));
  }, x, steps);
}

export function adam(grad, x, eta, steps, beta1 = 0.9, beta2 = 0.999, delta = 1e-8) {
  let [m, s, t] = [[0, 0], [0, 0], 0];
  const hat = (mean, beta) => mean / (1 - beta ** t);
  return follow((x) => {
    const g = grad(...x);
    t += 1;
    m = m.map((m, i) => beta1 * m + (1 - beta1) * g[i]);
    s = s.map((s, i) => beta2 * s + (1 - beta2) * g[i] ** 2);
    return x.map((x, i) => x - (eta * hat(m[i], beta1)) / (Math.sqrt(hat(s[i], beta2)) + delta));
  }, x, steps);
}

/** The least and the greatest curvature of a symmetric matrix [[a, b], [b, c]]. */
export function eigenvalues([a, b, c]) {
  const [middle, off] = [(a + c) / 2, Math.hypot((a - c) / 2, b)];
  return [middle - off, middle + off];
}

/* The element */

const optimisers = { descent: gradient_descent, momentum, RMSProp: rmsprop, Adam: adam };
const [CELLS, LEVELS, STEPS, TOP, TALL] = [40, 14, 200, 0.64, 0.9];
const cells = [...Array(CELLS).keys()];
const sides = [...cells, CELLS].map((i) => (2 * i) / CELLS - 1);
const shown = (loss) => {
  const size = Math.abs(loss);
  return size && (size < 1e-3 || size >= 1e4) ? scientific(loss, 2) : number(loss, 4);
};

class LossSurface extends Widget {
  static reserved = [11.8, 18.2];
  static lines = { descent: 1, momentum: 2, RMSProp: 3, Adam: 4 };
  static fields = {
    f: {
      label: "Surface",
      options: { bowl: "x² + 2y²", saddle: "x² + 3xy + y²", rosenbrock: "Rosenbrock", himmelblau: "Himmelblau" },
    },
    x: { range: [-5, 5, 0.05], point: true },
    y: { range: [-5, 5, 0.05], point: true },
    run: { label: "Run", press: (widget) => widget.play((t) => widget.update({ steps: t * STEPS }), 4000) },
    rate: { label: "Learning rate", range: [0.0005, 1, 0.0001], show: String },
    steps: { label: "Steps", range: [0, STEPS, 1] },
    turn: { range: [-360, 360, 1], point: true },
    tilt: { range: [10, 80, 1], point: true },
  };

  begin() {
    super.begin();
    this.canvas = html("canvas", {
      role: "slider",
      "aria-label": "Turn the surface",
      tabindex: 0,
      style: "color: var(--fig-0); fill: var(--ground)",
    });
    this.canvas.onkeydown = (event) => this.step(event, { x: "turn", y: "tilt" });
    this.view.prepend(this.canvas);
    this.listen();
    // Each step of the knob multiplies the rate.
    Object.assign(this.knob(), { min: -3.3, max: 0, step: 0.1 });
    const slide = (event) => {
      event.stopImmediatePropagation();
      this.set({ rate: 10 ** event.target.value });
    };
    this.knob().addEventListener("input", slide, true);
    new MutationObserver(() => this.redraw()).observe(document.body, { attributes: true });
  }

  /** The start is dragged along the surface, or else this is turned; a finger may scroll, and does not tilt. */
  listen() {
    let from;
    this.view.onpointerdown = ({ target, pointerId, clientX, clientY }) => {
      const held = target.closest(".point") ?? this.view;
      held.setPointerCapture(pointerId);
      from = { ...this.state, held, place: held.place, clientX, clientY };
    };
    const drag = (event) => {
      event.stopPropagation();
      if (!from?.held.hasPointerCapture(event.pointerId)) return;
      const [right, down] = [event.clientX - from.clientX, event.clientY - from.clientY];
      if (from.place) this.meet(from.place[0] + right, from.place[1] + down);
      else this.set({ turn: from.turn - right / 2, tilt: from.tilt + (event.pointerType === "touch" ? 0 : down / 3) });
    };
    this.view.addEventListener("pointermove", drag, true);
  }

  knob() {
    return this.controls.querySelector("input");
  }

  sync() {
    super.sync();
    this.knob().value = Math.log10(this.state.rate);
  }

  /** Another surface is begun where it tells something. */
  set(changes) {
    super.set({ ...surfaces[changes.f]?.begin, ...changes });
  }

  draw({ f, x, y, rate, steps, turn, tilt }) {
    const { value, gradient, hessian, loss, place } = surfaces[f];
    const axes = { x: [0, STEPS + 6], y: loss, log: loss[0] > 0 ? "y" : "", names: ["step", "loss"] };
    const plot = this.frame({ ...axes, box: [0, TOP, 1, 1 - TOP] });
    // The surface is drawn on in pixels.
    const scene = Object.assign(Object.create(plot), { x: (px) => px, y: (px) => px, clip: plot.axes });
    const bounded = (value, low, high) => Math.min(Math.max(value, low), high);
    const start = [x, y].map((value, axis) => bounded(value, place[axis] - place[2], place[axis] + place[2]));
    [this.state.x, this.state.y] = start;
    const inside = (point) => point.map((value, axis) => (value - place[axis]) / place[2]);
    this.shape(surfaces[f]);
    this.look(turn, tilt, place);
    this.paint();
    this.label(scene, place);
    const reads = {};
    Object.entries(optimisers).forEach(([name, optimiser], i) => {
      const path = optimiser(gradient, start, rate, steps);
      const losses = path.map((point, step) => [step, value(...point)]);
      const trail = path.map((point) => this.seen(...inside(point)));
      for (const [frame, points] of [[plot, losses], [scene, trail]]) {
        frame.line(points, i + 1);
        if (isFinite(frame.y(points.at(-1)[1]))) frame.dot(points.at(-1), i + 1);
      }
      reads[name] = gone(path.at(-1)) ? "diverged" : shown(losses.at(-1)[1]);
    });
    scene.point(this.seen(...inside(start)), "The start", { x: "x", y: "y" }, "ink");
    const [least, greatest] = eigenvalues(hessian(...start));
    const words = least <= 0 && "no bowl here";
    return {
      ...reads,
      "κ at the start": words || number(greatest / least, 1),
      "2/λmax there": words || number(2 / greatest, 6),
      x: this.shown("x"),
      y: this.shown("y"),
      turn: this.shown("turn"),
      tilt: this.shown("tilt"),
    };
  }

  /** How high it is shown, from 0 to 1, where the sides are at ±1; what rises far, by its logarithm. */
  shape({ value, place: [x, y, half], far }) {
    const height = (u, v) => {
      const f = value(x + half * u, y + half * v);
      return Math.abs(u) > 1 || Math.abs(v) > 1 ? NaN : far ? Math.log(30 + f) : f;
    };
    const all = sides.flatMap((u) => sides.map((v) => height(u, v)));
    const [low, high] = [Math.min(...all), Math.max(...all)];
    this.z = (u, v) => (height(u, v) - low) / (high - low);
    this.heights = sides.map((u) => sides.map((v) => this.z(u, v)));
  }

  /** Where a place of the surface is seen, in pixels, and which place is seen at a pixel. */
  look(turn, tilt, [x, y, half]) {
    const waves = [turn, tilt].flatMap((angle) => [Math.cos, Math.sin].map((f) => f((angle * Math.PI) / 180)));
    const [cos, sin, steep, flat] = (this.waves = waves);
    const [left, top] = [this.width / 2, (this.height * TOP) / 2];
    const size = Math.min(left / 1.5, top / 1.25);
    this.seen = (u, v, z = this.z(u, v)) => [
      left + size * (v * cos - u * sin),
      top + size * ((u * cos + v * sin) * flat - (z - 0.55) * TALL * steep),
    ];
    // Along the ray of the pixel, from near to far, to the first place that is not above the surface.
    this.meet = (px, py) => {
      const [across, down] = [(px - left) / size, (py - top) / size];
      for (let near = 1.5; near > -1.5; near -= 0.01) {
        const [u, v] = [near * cos - across * sin, near * sin + across * cos];
        if (0.55 + (near * flat - down) / (TALL * steep) <= this.z(u, v))
          return this.set({ x: x + half * u, y: y + half * v });
      }
    };
  }

  /** From the farthest cell to the nearest, each over those behind it. */
  paint() {
    const { canvas, heights } = this;
    const [cos, sin] = this.waves;
    const pen = canvas.getContext("2d");
    [canvas.width, canvas.height] = [this.width, this.height].map((size) => size * devicePixelRatio);
    pen.scale(devicePixelRatio, devicePixelRatio);
    pen.lineCap = "round";
    pen.lineWidth = 0.75;
    const { color, fill } = getComputedStyle(canvas);
    for (const i of cos > 0 ? cells : cells.toReversed())
      for (const j of sin > 0 ? cells : cells.toReversed()) {
        const corners = [[i, j], [i + 1, j], [i + 1, j + 1], [i, j + 1]];
        const places = corners.map(([i, j]) => [...this.seen(sides[i], sides[j], heights[i][j]), heights[i][j]]);
        const [p, q] = [heights[i + 1][j], heights[i][j + 1]].map((z) => ((z - heights[i][j]) * TALL * CELLS) / 2);
        const light = (0.8 + 0.5 * (q * cos - p * sin) - 0.35 * (p * cos + q * sin)) / Math.hypot(1, p, q);
        const much = 80 - 42 * heights[i][j] - 30 * light;
        pen.fillStyle = pen.strokeStyle = `color-mix(in srgb, ${color} ${Math.round(much)}%, ${fill})`;
        pen.beginPath();
        for (const place of places) pen.lineTo(...place);
        pen.fill();
        pen.stroke();
        pen.strokeStyle = color;
        this.contour(pen, places);
      }
    canvas.ariaValueNow = this.state.turn;
    canvas.ariaValueText = `turn = ${this.shown("turn")}, tilt = ${this.shown("tilt")}`;
  }

  /** The lines of equal height that cross a cell. */
  contour(pen, places) {
    const heights = places.map(([, , z]) => z * LEVELS);
    for (let level = Math.ceil(Math.min(...heights)); level < Math.max(...heights); level += 1) {
      pen.beginPath();
      places.forEach((place, k) => {
        const next = (k + 1) % 4;
        const part = (level - heights[k]) / (heights[next] - heights[k]);
        if (part >= 0 && part < 1) pen.lineTo(...place.map((from, axis) => from + part * (places[next][axis] - from)));
      });
      pen.stroke();
    }
  }

  /** Names and ends of the two sides in front. */
  label(scene, place) {
    for (const axis of [0, 1])
      for (const end of [-1, 0, 1]) {
        const spot = [end * 0.8, this.waves[1 - axis] > 0 ? 1 : -1];
        const [px, py] = this.seen(...(axis ? spot.reverse() : spot));
        scene.word(px, py + 22, end ? number(place[axis] + end * place[2], 0) : "xy"[axis], "middle");
      }
  }
}

customElements.define("loss-surface", LossSurface);
