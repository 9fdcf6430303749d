# %% [markdown]
# # Fit a line at every learning rate
#
# The [chapter on descent](../gradient_descent.md) derives a limit for the learning rate. Here you will put 45<!--= len(shares) --> rates on trial at one line: each shrinks the error by the factor that the curvature foretells, on both sides of the limit. Then one change of units makes a single step enough, and random batches show what else a rate decides.

# %%
import matplotlib.pyplot as plt
import numpy as np

from snippets.gradient_descent import (
    convergence_rate, gradient_descent, learning_rate_limit)
from snippets.linear_regression import (
    design_matrix, fit, least_squares_gradient, least_squares_hessian,
    least_squares_loss, standardise)

# %% [markdown]
# ## Make a line, and forget it
#
# Points near the line `1 + 2 * x`, with noise. `fit` solves for the best line directly: descent should find the same. The curvature is the [Hessian](../hessian.md) of the mean squared error; it is constant, and its eigenvalues are all that matters here.

# %%
rng = np.random.default_rng(3)
x = rng.uniform(0, 2, size=60)
y = 1 + 2 * x + rng.normal(size=60)  # (60,)

X = design_matrix(x)  # (60, 2): ones, x
H = least_squares_hessian(X)  # (2, 2)
best = fit(X, y)  # (2,): bias, slope
(low, high), Q = np.linalg.eigh(H)  # eigenvectors in the columns of Q
limit, fastest = learning_rate_limit(H), 2 / (low + high)
print(f"best line: {best[0]:.3f} + {best[1]:.3f} x")
print(f"curvature from {low:.3f} to {high:.3f}: rates below {limit:.4f}")

assert np.abs(least_squares_gradient(best, X, y)).max() < 1e-12
assert np.isclose(limit, 2 / high)

# %% [markdown]
# ## Watch four rates
#
# A tenth of the limit<!-- check: slow == 1 / 10 -->, the best fixed rate, a little below the limit, a little above it. Plot how far the loss is above its least value.

# %%
slow, below, above = 0.1, 0.995, 1.02


def descend(rate, steps=150):
    grad = lambda w: least_squares_gradient(w, X, y)
    return gradient_descent(grad, [0, 0], rate, steps)  # (steps + 1, 2)


def excess(path, X=X):
    least = least_squares_loss(fit(X, y), X, y)
    return np.array([least_squares_loss(w, X, y) - least for w in path])


runs = {rate: excess(descend(rate)) for rate in
        (slow * limit, fastest, below * limit, above * limit)}
ends = [loss[-1] for loss in runs.values()]

assert ends[1] < 1e-6 < ends[0] < ends[2] < runs[fastest][0] < ends[3]

# %% figure="four_rates"
fig, ax = plt.subplots(figsize=(6.4, 4))
names = ("0.1 limit", "best rate", "0.995 limit", "1.02 limit")
colours = ("C2", "C0", "C4", "C1")
for loss, name, colour in zip(runs.values(), names, colours):
    ax.semilogy(loss[:121:2], colour)
    ax.text(61, loss[120], name, color=colour, va="center")
ax.set_xticks(range(0, 61, 20), range(0, 121, 40))
ax.set(xlabel="steps", ylabel="loss above the least", xlim=(0, 82))

# %% [markdown]
# ![At the best rate the loss falls steadily, at a tenth of the limit and just below it slowly; just above the limit it grows](figures/four_rates.svg)
#
# Below the limit every rate arrives<!-- check: ends[0] < runs[slow * limit][0] and ends[2] < runs[below * limit][0] -->. Near it the path leaps from side to side and gains little with each leap.
#
# ## Put the law on trial
#
# Split the error into a part along each eigenvector. A step at the rate $\eta$ takes the part $c$ of the eigenvalue $\lambda$ to $c - \eta\lambda c = (1 - \eta\lambda) c$, at every step alike:

# %%
for rate in runs:
    parts = (descend(rate, steps=15) - best) @ Q  # (16, 2)
    predicted = 1 - rate * np.array([low, high])
    assert np.allclose(parts[1:] / parts[:-1], predicted, atol=1e-9)

# %% [markdown]
# In the long run the larger of both factors, in size, rules. Measure it, from step 60<!--= first --> to step 120<!--= last -->, at rates from a fortieth of the limit to a little beyond it<!-- check: min(shares) == 1 / 40 and max(shares) > 1 -->:

# %%
shares = np.arange(1, 46) / 40  # of the limit
first, last = 60, 120


def measured(rate):
    gap = np.linalg.norm(descend(rate, last) - best, axis=1)
    return (gap[last] / gap[first]) ** (1 / (last - first))


predicted = np.array([convergence_rate(H, s * limit) for s in shares])
found = np.array([measured(s * limit) for s in shares])
error = np.abs(found - predicted).max()
print(f"{len(shares)} rates, largest difference {error:.3f}")

assert np.allclose(found, predicted, atol=5e-4)
assert found[shares < 1].max() < 1 < found[shares > 1].min()

# %% figure="law"
fig, ax = plt.subplots(figsize=(6.4, 4))
ax.axhline(1, color="black", linewidth=1)
line = np.linspace(0.001, 1.15, 116)
ax.plot(line, [convergence_rate(H, s * limit) for s in line], "C0")
ax.plot(shares, found, "C1o", markersize=4)
ax.text(0.02, 1.015, "above, the error grows")
ax.annotate("predicted", (0.6, 0.92), (0.36, 0.86), color="C0")
ax.annotate("measured", (0.6, 0.92), (0.56, 0.86), color="C1")
ax.annotate("best", (fastest / limit, predicted.min()), (0.9, 0.85))
ax.set(xlabel="rate, as a share of the limit", ylabel="factor a step")
ax.set(xlim=(0, 1.2), ylim=(0.8, 1.3))

# %% [markdown]
# ![All 45 measured factors lie on the predicted line, which falls slowly, turns at 0.94 of the limit, and crosses one at the limit](figures/law.svg)<!--= len(found), fastest / limit -->
#
# The best rate stands close to the cliff. That is so for every bowl that is much steeper one way than the other: with $\mu$ and $\lambda$ for the smaller and the larger eigenvalue it is this share of the limit,
#
# $$\frac{2}{\mu + \lambda} \cdot \frac{\lambda}{2} = \frac{\lambda}{\mu + \lambda}$$
#
# and a little more diverges: it is hard to hit by hand. A rate of half<!--= half --> the limit, $\frac{1}{2} \cdot \frac{2}{\lambda} = \frac{1}{\lambda}$, costs about twice<!--= round(np.log(convergence_rate(H, fastest)) / np.log(convergence_rate(H, half * limit))) --> the steps, and is safe.

# %%
half = 0.5

assert np.isclose(fastest / limit, high / (low + high))
assert np.isclose(half * limit, 1 / high)

# %% [markdown]
# ## Round the bowl
#
# Bias and slope can trade with each other, because all $x$ are positive. [Standardised](../gradient_descent.md#standardise-to-round-the-bowl), the column has mean zero<!--= abs(Z[:, 1].mean().round(9)) -->, both eigenvalues are equal, and one step at the safe rate leaves $1 - \frac{1}{\lambda} \lambda = 0$ of the error.

# %%
Z = design_matrix(standardise(x))  # (60, 2)
equal = np.linalg.eigvalsh(least_squares_hessian(Z))
grad = lambda w: least_squares_gradient(w, Z, y)
leap = gradient_descent(grad, [0, 0], 1 / equal.max(), steps=1)
print("eigenvalues:", equal.round(9), "after one step:", leap[1].round(3))

assert np.allclose(equal, 2)
assert np.allclose(leap[1], fit(Z, y))

# %% figure="bowls"
fig, axes = plt.subplots(1, 2, figsize=(6.4, 4))
zigzag = descend(0.9 * limit, steps=24)
bowls = ((X, zigzag, "as measured"), (Z, leap, "standardised"))
for ax, (A, path, name) in zip(axes, bowls):
    centre = fit(A, y)
    reach = 1.3 * np.abs(path - centre).max()
    a, b = (c + np.linspace(-reach, reach, 61) for c in centre)
    at = np.stack(np.meshgrid(a, b), axis=-1) - centre  # (61, 61, 2)
    heights = np.einsum("...i,ij,...j", at, least_squares_hessian(A), at)
    rings = heights.max() * np.array([0.01, 0.05, 0.12, 0.22, 0.35, 0.5])
    ax.contour(a, b, heights, rings, colors="C5", linewidths=1)
    ax.plot(*path.T, "C1o-", markersize=3, linewidth=1)
    ax.plot(*centre, "C0*", markersize=12)
    ax.set(title=name, xlabel="bias", aspect="equal")
axes[0].set_ylabel("slope")

# %% [markdown]
# ![As measured, the path leaps across a long valley and creeps along it; standardised, the contours are circles and 1 step leads to the middle](figures/bowls.svg)<!--= len(leap) - 1 -->
#
# ## Let batches make noise
#
# Large data come in random batches, and each batch has a gradient of its own. Take 6<!--= batch --> points a step, for 4000<!--= steps --> steps. Now the loss does not reach its least value: it hovers above, the higher the larger the rate.

# %%
batch, steps = 6, 4000
rates = np.array([0.005, 0.01, 0.02, 0.04, 0.08])
middle = fit(Z, y)[:, None]  # (2, 1)
draw, W, tail = np.random.default_rng(0), middle, []
for step in range(steps):
    rows = draw.integers(len(y), size=batch)  # the same for all rates
    slopes = 2 / batch * Z[rows].T @ (Z[rows] @ W - y[rows, None])
    W = W - rates * slopes  # (2, 5), a column for each rate
    tail.append(np.sum((W - middle) ** 2, axis=0))  # what H = 2I makes of it
heights = np.mean(tail[500:], axis=0)  # (5,)
growth = heights[1:] / heights[:-1]
print("each time the rate doubles, the height grows by", growth.round(1))

assert np.all((1.6 < growth) & (growth < 2.6))
assert np.isclose(excess([leap[1] + [0.3, 0]], Z)[0], 0.3**2)

# %% figure="noise"
fig, ax = plt.subplots()
ax.plot([0, rates[-1]], [0, heights[2] / rates[2] * rates[-1]], "C5--")
ax.plot(rates, heights, "C0o")
ax.text(0.052, 0.014, "in proportion", color="C5")
ax.text(0.078, 0.028, "measured", color="C0", ha="right")
ax.set(xlabel="learning rate", ylabel="mean excess loss")
ax.set_xticks([0, *rates[1:]])

# %% [markdown]
# ![With random batches of 6 the mean loss hovers above the least, in proportion to the rate](figures/noise.svg)<!--= batch -->
#
# So a rate decides whether you arrive, and also how still you stand. That is why rates are lowered towards the end of a training.
#
# ## Take along
#
# - **Know the limit before you tune**: `learning_rate_limit(H)`, or measure the largest curvature.
# - **Standardise the inputs** before you blame the rate.
# - **Lower the rate at the end** when batches are random.
