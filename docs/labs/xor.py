# %% [markdown]
# # Train XOR from many starts
#
# The [chapter on backpropagation](../backpropagation.md#solve-xor-with-two-layers) solves XOR from one start. Was that the method, or luck? Here 50<!--= seeds --> starts train side by side. You will see that hidden neurons buy success, and that a network that fails does not fail anyhow: it halts at a height that you can compute beforehand.

# %%
import matplotlib.pyplot as plt
import numpy as np

from snippets.activation import sigmoid
from snippets.gradient_check import check_gradient
from snippets.reverse_mode import grad

# %% [markdown]
# ## Stack the networks on an axis
#
# A network has `h` hidden neurons with $\tanh$. Its output is a score $z$, and it answers $\sigma(z)$. Every array gets an axis in front, a place for each seed; matrix products leave it alone.

# %%
X = np.array([[0.0, 0], [0, 1], [1, 0], [1, 1]])  # (4, 2)
Y = np.array([[0.0], [1], [1], [0]])  # (4, 1)
seeds, steps, rate, goal = 50, 1000, 1.0, 0.05


def start(h, seed):
    normal = np.random.default_rng(seed).normal
    W1, W2 = normal(size=(2, h)), normal(size=(h, 1))
    return W1, np.zeros((1, h)), W2, np.zeros((1, 1))  # W1, b1, W2, b2


def scores(params, X=X):
    W1, b1, W2, b2 = params
    return np.tanh(X @ W1 + b1) @ W2 + b2  # (…, n, 1)


# %% [markdown]
# ## Let one tape train them all
#
# A row with the target $y$ and the score $z$ costs the [cross-entropy](../loss_functions.md), whose slope is the answer less the target:
#
# $$\begin{aligned} \ell(z) &= \ln(1 + e^z) - yz \\ \ell'(z) &= \sigma(z) - y \end{aligned}$$
#
# The mean over the rows is the loss of a network. Add up the losses of all networks: no weight of one is in the loss of another, so the gradient of the sum holds the gradient of each. [Our tape](../automatic_differentiation.md) finds them in one pass back.

# %%
def losses(params):
    z = scores(params)
    return np.mean(np.logaddexp(0, z) - Y * z, axis=(-2, -1))  # (…,)


slopes = grad(lambda params: np.sum(losses(params)))


def train(h):
    starts = [start(h, seed) for seed in range(seeds)]
    params = [np.array(p) for p in zip(*starts)]  # (50, …) each
    history = [losses(params)]
    for _ in range(steps):
        params = [p - rate * dp for p, dp in zip(params, slopes(params))]
        history.append(losses(params))
    return params, np.array(history)  # …, (1001, 50)

# %% [markdown]
# Before anything is trained, compare the tape with measured slopes:

# %%
first, *rest = (np.array([p]) for p in start(3, 0))
f = lambda W1: losses([W1, *rest])[0]
verdict = check_gradient(f, lambda W1: slopes([W1, *rest])[0], first)
assert verdict.passed

# %% [markdown]
# ## Count who arrives
#
# Call a network solved when its loss is below 0.05<!--= goal -->, and train four<!--= len(runs) --> widths for 1000<!--= steps --> steps at the rate one<!-- check: rate == 1 -->.

# %%
runs = {h: train(h) for h in (2, 3, 4, 8)}
solved = {h: np.sum(runs[h][1] < goal, axis=1) for h in runs}  # (1001,) each
for h, count in solved.items():
    print(f"{h} hidden: {count[-1]} of {seeds} solved")

assert [count[-1] for count in solved.values()] == [27, 43, 49, 50]

# %% figure="success"
fig, ax = plt.subplots()
for h, colour, y in zip(solved, ("C1", "C4", "C2", "C0"), (47, 79, 92, 105)):
    ax.plot(100 * solved[h][:1001:5] / seeds, colour)
    ax.text(200, y, f"{h} hidden", color=colour, ha="right", va="center")
ax.set_xticks(range(0, 201, 40), range(0, 1001, 200))
ax.set(xlabel="steps", ylabel="seeds solved, %", xlim=(0, 202), ylim=(0, 110))

# %% [markdown]
# ![Success rises within 300 steps and then stands still: 54 % of the seeds with 2 hidden neurons, 86 % with 3, 98 % with 4, all with 8](figures/success.svg)<!--= 300 * (solved[2][300] / solved[2][-1] > 0.9), 100 * solved[2][-1] / seeds, min(runs), 100 * solved[3][-1] / seeds, list(runs)[1], 100 * solved[4][-1] / seeds, list(runs)[2], max(runs) * (solved[8][-1] == seeds) -->
#
# Two<!--= min(runs) --> hidden neurons suffice to *write* XOR down, and yet descent finds it from about half<!--= round(solved[2][-1] / seeds, 1) --> of the starts only. More neurons add no answers that this table needs; they add ways down.

# %% [markdown]
# ## Predict where the others halt
#
# Suppose a network tells only part of the rows apart. If it is right about a pair of rows, and gives the same answer $p$ to the other two<!--= len(Y) - len(Y) / 2 -->, whose targets differ, its loss is
#
# $$f(p) = -\frac{1}{4} \ln p - \frac{1}{4} \ln(1 - p)$$
#
# The best it can do is $f'(\frac{1}{2}) = 0$, and there $f(\frac{1}{2}) = \frac{1}{2} \ln 2$. If it is right about a single row, and the others share an answer, two<!--= Y.sum() --> with the target one:
#
# $$g(p) = -\frac{1}{2} \ln p - \frac{1}{4} \ln(1 - p)$$
#
# Then $g'(\frac{2}{3}) = 0$, and $g(\frac{2}{3}) = \frac{3}{4} \ln 3 - \frac{1}{2} \ln 2$. These are 0.347<!--= levels[0] --> and 0.477<!--= levels[1] -->. Now look at the losses of all 200<!--= seeds * len(final) --> networks at the end:

# %%
levels = np.array([np.log(2) / 2, 0.75 * np.log(3) - np.log(2) / 2])
final = {h: history[-1] for h, (params, history) in runs.items()}
stuck = np.concatenate([loss[loss > goal] for loss in final.values()])
above = np.min(np.abs(stuck[:, None] - levels), axis=1)
print(f"{len(stuck)} halted, {above.max():.3f} or less off a height")

assert np.all(above < 0.005) and np.all(stuck > levels[0])

# %% figure="heights"
fig, ax = plt.subplots(figsize=(6.4, 4))
for height, name in zip(levels, ("½ ln 2", "¾ ln 3 − ½ ln 2")):
    ax.plot([0, 300], [height, height], "k:", linewidth=1)
    ax.text(306, height, name, va="center")
for loss, end in zip(runs[2][1][:301:6].T, final[2]):
    colour = "C1" if end > goal else "C0"
    ax.plot(range(0, 301, 6), loss, colour, linewidth=0.75)
ax.text(306, 0, "solved", color="C0", va="center")
ax.set(xlabel="steps", ylabel="loss", xlim=(0, 420), ylim=(-0.03, 1.05))
ax.set_xticks(range(0, 301, 100))

# %% [markdown]
# ![With 2 hidden neurons, 50 losses fall together and then part: they end near 0, or halt at one of 2 heights that were computed beforehand](figures/heights.svg)<!--= min(runs), seeds, round(final[2].min(), 2), len(levels) -->
#
# ## Look at a network that halted
#
# Ask a solved and a halted one at the corners, and ask the halted one's hidden neurons how much they can still move: $\phi(z) = \tanh z$ has the slope $\phi'(z) = 1 - \phi(z)^2$.

# %%
good, bad = final[2].argmin(), np.argmin(np.abs(final[2] - levels[0]))
answer = sigmoid(scores(runs[2][0]))[:, :, 0]  # (50, 4)
W1, b1, *_ = (p[bad] for p in runs[2][0])
moves = 1 - np.tanh(X @ W1 + b1) ** 2  # (4, 2)
unsure = np.abs(answer[bad] - 0.5) < 0.05  # (4,)
print("solved:", answer[good].round(1), "halted:", answer[bad].round(1))
print(f"where it is unsure, its neurons move by {moves[unsure].max():.3f}")

assert np.all(answer[good].round() == Y[:, 0])
assert unsure.sum() == 2 and Y[unsure].sum() == 1
assert moves[unsure].max() < 0.002 < 0.2 < moves[~unsure].max()

# %% figure="answers"
grid = np.linspace(-0.25, 1.25, 31)
square = np.stack(np.meshgrid(grid, grid), axis=-1)  # (31, 31, 2)
shades = [0, 0.25, 0.45, 0.55, 0.75, 1]
fig, axes = plt.subplots(1, 2, figsize=(6.4, 4), sharey=True)
for ax, seed, name in zip(axes, (good, bad), ("solved", "halted")):
    one = [p[seed] for p in runs[2][0]]
    heights = sigmoid(scores(one, square.reshape(-1, 2)))
    ax.contourf(grid, grid, heights.reshape(31, 31), levels=shades)
    ax.plot(*X[Y[:, 0] == 1].T, "ko")
    ax.plot(*X[Y[:, 0] == 0].T, "ko", markerfacecolor="white")
    ax.set(title=name, xlabel="first bit", aspect="equal")
    ax.set(xticks=[0, 1], yticks=[0, 1])
axes[0].set_ylabel("second bit")

# %% [markdown]
# ![The solved network cuts off both full corners; the halted one cuts off only one, and gives one answer to 2 corners with different targets](figures/answers.svg)<!--= unsure.sum() -->
#
# Full corners have the target one. A pair of corners lies where both neurons of the halted network are flat. There its answer is one number, the same for both targets: what it gains at one it loses at the other. The slope that could tell them apart has [vanished](../vanishing_gradients.md).
#
# ## Take along
#
# - **Judge a method by many seeds**, and print the share that succeeds.
# - **A height at which runs gather is a clue**: find the answers that belong to it.
# - **Room helps descent**, not only the fit: widen a network before you blame the rate.
