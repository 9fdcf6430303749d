# %% [markdown]
# # Map the ground under a small network
#
# A network of ten<!--= len(theta) --> numbers is small enough to know its whole [Hessian](../hessian.md). You will cut slices through its minimum, stand on a saddle whose curvatures you can foretell, watch how long descent takes to leave it, and make a minimum as sharp as you like without changing a single answer.

# %%
import matplotlib.pyplot as plt
import numpy as np

from snippets.gradient_descent import gradient_descent, learning_rate_limit
from snippets.hessian import classify_critical_point
from snippets.reverse_mode import grad, hessian

# %% [markdown]
# ## Descend to the bottom
#
# One input, 3<!--= neurons --> hidden neurons with $\tanh$, one output: weights $w$, biases $b$ and output weights $v$ of the neurons, and a constant. It is to follow a sine through 16<!--= len(x) --> points.

# %%
neurons = 3
x = np.linspace(-2, 2, 16)  # (16,)
y = np.sin(2 * x)


def answer(theta):
    w, b, v = theta[:3], theta[3:6], theta[6:9]  # (3,) each
    return np.tanh(x[:, None] * w + b) @ v + theta[9]  # (16,)


def loss(theta):
    return np.mean((answer(theta) - y) ** 2)


slope, curvature = grad(loss), hessian(loss)
start = np.random.default_rng(1).normal(size=10)
theta = gradient_descent(slope, start, 0.2, 3000)[-1]  # (10,)
eigenvalues, Q = np.linalg.eigh(curvature(theta))  # (10,), (10, 10)
print(f"loss {loss(start):.1f} at the start, below 1e-4 at the end")
print("curvatures:", *(f"{value:.1g}" for value in eigenvalues[2:]))

assert loss(theta) < 1e-4
assert np.linalg.norm(slope(theta)) < 1e-3
assert eigenvalues[-1] > 1000 * abs(eigenvalues[1])

# %% [markdown]
# ## Cut slices
#
# Ten<!--= len(theta) --> dimensions cannot be drawn. A slice can: the loss along a line through the minimum, here along the eigenvector of the largest curvature, along that of the smallest, and in a random direction. Beside the first stands what the curvature $\lambda$ alone foretells at the distance $t$, the parabola $p(t) = \frac{1}{2} \lambda t^2$ with $p''(t) = \lambda$.

# %%
random = np.random.default_rng(0).normal(size=10)
random /= np.linalg.norm(random)
t = np.linspace(-1, 1, 81)


def slice_along(direction):
    return np.array([loss(theta + s * direction) for s in t])


steep, flat, some = map(slice_along, (Q[:, -1], Q[:, 0], random))
model = eigenvalues[-1] * t**2 / 2
near = np.abs(t) < 0.1

assert np.allclose(steep[near], model[near], atol=4e-3)
assert flat.max() < 0.02 < 1 < some.max() < steep.max()

# %% figure="slices"
fig, ax = plt.subplots(figsize=(6.4, 4))
for heights, colour, name, at in (
        (steep, "C1", "steepest", 0), (some, "C0", "random", 0.02),
        (flat, "C2", "flattest", 0)):
    ax.plot(t, heights, colour)
    ax.text(1.03, heights[-1] + at, name, color=colour, va="center")
ax.plot(t, model, "C1--", linewidth=1.25)
ax.text(-0.8, 3.6, "curvature alone", color="C1")
ax.set(xlabel="distance from the minimum", ylabel="loss", xlim=(-1, 1.5))

# %% [markdown]
# ![Slices of one minimum: a wall along one eigenvector, a level floor along another, and a random direction between them](figures/slices.svg)
#
# Whoever looks along the flattest direction alone sees a plain; along the steepest, a ravine. A random slice says little about either.
#
# ## Stand on a saddle
#
# Let all weights vanish. The network answers zero<!--= np.abs(answer(origin)).max() --> everywhere, whatever comes in, and no slope says where to go. To see the curvature, look at one neuron and one point:
#
# $$\ell(w, v) = (v \tanh(wx) - y)^2$$
#
# At the origin the slopes vanish, $\frac{\partial \ell}{\partial w}(0, 0) = 0$ and $\frac{\partial \ell}{\partial v}(0, 0) = 0$, and of the second derivatives only $\frac{\partial^2 \ell}{\partial w \partial v}(0, 0) = -2xy$ stays. Take the mean over the points and call its size $s$. A pair of weights then has the Hessian
#
# $$\begin{aligned} \begin{pmatrix} 0 & -s \\ -s & 0 \end{pmatrix} \begin{pmatrix} 1 \\ 1 \end{pmatrix} &= -s \begin{pmatrix} 1 \\ 1 \end{pmatrix} \\ \begin{pmatrix} 0 & -s \\ -s & 0 \end{pmatrix} \begin{pmatrix} 1 \\ -1 \end{pmatrix} &= s \begin{pmatrix} 1 \\ -1 \end{pmatrix} \end{aligned}$$
#
# so each neuron brings one way down and one way up. The biases bring nothing, because the targets average out, and the constant its own square, with the curvature 2<!--= foretold[-1] -->.

# %%
origin = np.zeros(10)
s = 2 * np.mean(x * y)
foretold = np.sort([-s, s, 0] * neurons + [2])
found = np.linalg.eigvalsh(curvature(origin))
print("foretold", foretold.round(3))
print("found   ", found.round(3) + 0)
print(classify_critical_point(curvature(origin)))

assert np.allclose(slope(origin), 0, atol=1e-12)
assert np.allclose(found, foretold, atol=1e-12)
assert classify_critical_point(curvature(origin)) == "saddle"

# %% figure="saddle"
side = np.linspace(-1.1, 1.1, 61)
pair = lambda w, v: np.array([w, 0, 0, 0, 0, 0, v, 0, 0, 0])
heights = np.array([[loss(pair(w, v)) for w in side] for v in side])
fig, ax = plt.subplots(figsize=(6.4, 5.6))
rings = loss(origin) + 0.08 * np.arange(-4, 16)
ax.contour(side, side, heights, rings, colors="C5", linewidths=1)
for v, colour in ((-0.72, "C0"), (-0.78, "C1")):
    path = gradient_descent(slope, pair(0.7, v), 0.05, 600)[::15]
    ax.plot(path[:, 0], path[:, 6], colour + "o-", markersize=3)
ax.plot(0, 0, "k*", markersize=12)
ax.text(-0.06, -0.06, "saddle", ha="right", va="top")
ax.text(0.76, -0.74, "start", va="center")
ax.set(xlabel="w", ylabel="v", aspect="equal")
ax.set(xlim=(-1.1, 1.1), ylim=(-1.1, 1.1))

# %% [markdown]
# ![In the plane of one neuron a pair of paths comes down a ridge side by side, slows at the saddle, and parts into opposite valleys](figures/saddle.svg)
#
# ## Wait on the plateau
#
# Small random weights start close to this saddle. Along an eigenvector with the curvature $-s$ a step takes the distance $d$ to $d - \eta \cdot (-s) d = (1 + \eta s) d$: growth, but from almost nothing. A start that is 100<!--= closer[0] / closer[1] --> times closer costs a fixed number of steps more, the logarithm of that over the logarithm of the factor:

# %%
rate, closer = 0.1, [1e-2, 1e-4, 1e-6, 1e-8]
direction = np.random.default_rng(4).normal(size=10)
paths = [gradient_descent(slope, c * direction, rate, 1200) for c in closer]
curves = np.array([[loss(p) for p in path] for path in paths])  # (4, 1201)
leaves = np.argmax(curves < 0.9 * loss(origin), axis=1)  # (4,)
wait = np.log(closer[0] / closer[1]) / np.log(1 + rate * s)
print("steps until the loss is a tenth lower:", leaves)
print(f"foretold from each to the next: {wait:.1f}")

assert np.all(np.abs(np.diff(leaves) - wait) < 1.5)

# %% figure="plateau"
fig, ax = plt.subplots()
for curve, colour in zip(curves, ("C2", "C0", "C4", "C1")):
    ax.plot(np.arange(0, 1201, 8), curve[::8], colour)
for power, at, colour in zip((2, 4, 6, 8), leaves, ("C2", "C0", "C4", "C1")):
    ax.text(at, 0.475, f"$10^{{-{power}}}$", color=colour)
ax.set(xlabel="steps", ylabel="loss", ylim=(0, 0.55))

# %% [markdown]
# ![Four losses stay level and then fall alike: the closer to the saddle the start, the longer the wait, by equal amounts](figures/plateau.svg)<!--= len(curves) -->
#
# A loss that does not move is no proof of a minimum. Here the cure is a start with larger weights.
#
# ## Measure the sharpness
#
# At the minimum the largest curvature is the *sharpness*: it sets [the limit of the learning rate](../gradient_descent.md). Push the weights a little off along the steepest eigenvector, and descend at rates on both sides of the limit:

# %%
limit = learning_rate_limit(eigenvalues[-1])
push = theta + 1e-3 * Q[:, -1]


def distance(share, steps=40):
    path = gradient_descent(slope, push, share * limit, steps)
    return np.abs((path - theta) @ Q[:, -1])  # (steps + 1,)


inside, outside = distance(0.95), distance(1.05)
print(f"limit {limit:.3f}; below it the push shrinks, above it grows")

assert inside[-1] < inside[0] / 10 and outside[-1] > 10 * outside[0]

# %% [markdown]
# ## Sharpen a minimum at no cost
#
# Is a flat minimum a better one? Not by its sharpness alone. ReLU obeys $\max(0, \alpha z) = \alpha \max(0, z) \text{ for } \alpha > 0$. Multiply the weights and the bias of its neurons by $\alpha$, divide their output weights by it, and no answer changes. The ground does:

# %%
def relu_answer(theta):
    w, b, v = theta[:3], theta[3:6], theta[6:9]
    return np.maximum(x[:, None] * w + b, 0) @ v + theta[9]


def rescaled(theta, alpha):
    return theta * np.repeat([alpha, alpha, 1 / alpha, 1], [3, 3, 3, 1])


relu_loss = lambda theta: np.mean((relu_answer(theta) - y) ** 2)
start = np.random.default_rng(5).normal(size=10)
low = gradient_descent(grad(relu_loss), start, 0.05, 1000)[-1]
alphas = np.geomspace(0.2, 5, 25)
same = [relu_answer(rescaled(low, alpha)) for alpha in alphas]
sharpness = np.array([np.linalg.eigvalsh(hessian(relu_loss)(
    rescaled(low, alpha)))[-1] for alpha in alphas])
print(f"sharpness from {sharpness.min():.0f} to {sharpness.max():.0f},"
      " and the answers are the same")

assert np.allclose(same, same[0], atol=1e-12)
assert sharpness.max() > 10 * sharpness.min()

# %% figure="sharpness"
fig, ax = plt.subplots()
ax.loglog(alphas, sharpness, "C1")
ax.set(xlabel="α", ylabel="sharpness")
ax.set_xticks([0.2, 0.5, 1, 2, 5], ["0.2", "0.5", "1", "2", "5"])
ax.set_yticks([20, 50, 100, 200], ["20", "50", "100", "200"])
ax.set_xticks([], minor=True)
ax.set_yticks([], minor=True)

# %% [markdown]
# ![The function is the same at every α, and the sharpness rises steeply to both sides of its least value](figures/sharpness.svg)
#
# So sharpness belongs to the weights, not to the function. It still decides how you may step: of all the ways to write a network down, descend on a balanced one.
#
# ## Take along
#
# - **A slice is one line in many dimensions**: say which one you drew.
# - **No slope, no news**: ask the Hessian whether you stand in a valley or on a saddle.
# - **Start away from the origin**, at [a scale made for the layer](../vanishing_gradients.md).
