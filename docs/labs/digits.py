# %% [markdown]
# # Read handwritten digits
#
# A network in NumPy, trained by [our own backward pass](../backpropagation.md), reads digits that it never saw, and gets at least 97<!--= 100 * goal --> % of them right. You will see how much of that is luck, what it misreads and how sure it was, and that the test would have caught a network that learned nothing.

# %%
from dataclasses import dataclass

import matplotlib.pyplot as plt
import numpy as np
from sklearn.datasets import load_digits

from snippets.activation import softmax
from snippets.backpropagation import (
    Layer, gradient_step, initialise, loss_and_gradients, network_forward)
from snippets.gradient_check import check_gradient

# %% [markdown]
# ## Look at the data
#
# scikit-learn brings 1797<!--= len(digits) --> scans, each of 8<!--= side --> by 8<!--= side --> pixels, which we scale to at most one<!-- check: pixels.max() == 1 -->. Always look at what you train on:

# %%
pixels, digits = load_digits(return_X_y=True)  # (1797, 64), (1797,)
pixels, side, goal = pixels / 16, 8, 0.97


def show(ax, image, title=""):
    ax.pcolormesh(image.reshape(side, side)[::-1])
    ax.set(title=title, aspect="equal", xticks=[], yticks=[], frame_on=False)


# %% figure="ten"
fig, axes = plt.subplots(2, 5, figsize=(6.4, 2.9))
for digit, ax in enumerate(axes.flat):
    show(ax, pixels[np.argmax(digits == digit)])

# %% [markdown]
# ![The digits from 0 to 9 in a few coarse pixels: a person reads them, with a little doubt](figures/ten.svg)<!--= digits.min(), digits.max() -->
#
# ## Check the gradient first
#
# The network takes 64<!--= pixels.shape[1] --> pixels to 64<!--= layers[0].b.size --> hidden neurons with ReLU, and these to 10<!--= layers[1].b.size --> scores. [Softmax and cross-entropy](../loss_functions.md) judge them. Before a gradient trains anything, [compare it with measured slopes](../gradient_check.md):

# %%
layers = initialise([64, 64, 10], np.random.default_rng(0))
few, labels = pixels[:20], digits[:20]


def loss_with(W):
    first = Layer(W, layers[0].b, layers[0].activation)
    return loss_and_gradients([first, layers[1]], few, labels)[0]


(dW, db), _ = loss_and_gradients(layers, few, labels)[1]
verdict = check_gradient(loss_with, lambda W: dW, layers[0].W)
print("the gradient in W1 is right:", verdict.passed)

assert verdict.passed
excess = 0.01
assert not check_gradient(loss_with, lambda W: (1 + excess) * dW, layers[0].W)

# %% [markdown]
# The check passes, and it fails on a gradient that is 1<!--= 100 * excess --> % too long, as it must.
#
# ## Train, and test on the rest
#
# Set 360<!--= len(runs[0].test) --> images aside. An epoch walks once through the others, in 45<!--= batches --> random batches, and takes a step for each.

# %%
batches, epochs, rate = 45, 30, 0.5


@dataclass
class Training:
    layers: list
    test: np.ndarray  # which images were set aside, (360,)
    right: np.ndarray  # shares of training and test images, (epochs, 2)


def train(labels, seed):
    rng = np.random.default_rng(seed)
    test, training = np.split(rng.permutation(len(labels)), [360])
    layers, right = initialise([64, 64, 10], rng), []
    for epoch in range(epochs):
        for batch in np.array_split(rng.permutation(training), batches):
            X, y = pixels[batch], labels[batch]
            slopes = loss_and_gradients(layers, X, y)[1]
            layers = gradient_step(layers, slopes, rate)
        answers = network_forward(layers, pixels)[-1].argmax(axis=1)
        hits = answers == labels
        right.append([hits[training].mean(), hits[test].mean()])
    return Training(layers, test, np.array(right))


runs = [train(digits, seed) for seed in range(10)]
share = runs[0].right[-1, 1]
print(f"{100 * share:.1f} % of {len(runs[0].test)} unseen digits")

assert share >= goal

# %% figure="errors"
fig, ax = plt.subplots()
missed = 100 * (1 - runs[0].right)
for column, colour, name in ((0, "C0", "training"), (1, "C1", "test")):
    ax.plot(range(1, epochs + 1), missed[:, column], colour)
    ax.text(30.5, missed[-1, column], name, color=colour, va="center")
ax.set(xlabel="epochs", ylabel="misread, %", xlim=(0, 36), ylim=(-1, 16))
ax.set(xticks=range(0, 31, 10), yticks=range(0, 16, 5))

# %% [markdown]
# ![After 30 epochs no training image is misread, and about 2 % of the test images are](figures/errors.svg)<!--= epochs, round(missed[-1, 1]) -->
#
# All training images are read<!-- check: runs[0].right[-1, 0] == 1 -->. That says nothing about new ones: only the images set aside do.
#
# ## Measure the luck
#
# Other seeds set other images aside. If $p$ is the chance of a right answer, an answer counts one with the chance $p$ and nothing otherwise. Its mean is $p$, and its variance
#
# $$p(1 - p)^2 + (1 - p)(0 - p)^2 = p(1 - p)$$
#
# The share among $n$ independent answers has that variance, divided by $n$: a spread of 0.8<!--= 100 * spread --> points here. Compare ten<!--= len(runs) --> runs:

# %%
shares = np.array([run.right[-1, 1] for run in runs])  # (10,)
p, n = shares.mean(), len(runs[0].test)
spread = np.sqrt(p * (1 - p) / n)
print(f"from {100 * shares.min():.1f} to {100 * shares.max():.1f} %, "
      f"mean {100 * p:.1f} %; spread {100 * shares.std():.1f} points")

assert shares.mean() >= goal
assert 0.5 < shares.std() / spread < 1.5

# %% [markdown]
# So a single test of this size cannot tell 97<!--= 100 * goal --> % from 98<!--= 100 * goal + 1 --> %. When you compare methods, compare means of many runs, and say the spread.
#
# ## See what it misreads
#
# The largest softmax is how sure the network says it is. Collect the answers of all ten<!--= len(runs) --> runs on their unseen images:

# %%
seen, said, truth, sure = [], [], [], []
for run in runs:
    scores = network_forward(run.layers, pixels[run.test])[-1]
    P = softmax(scores)  # (360, 10)
    seen.extend(run.test)
    said.extend(P.argmax(axis=1))
    truth.extend(digits[run.test])
    sure.extend(P.max(axis=1))
arrays = map(np.array, (seen, said, truth, sure))
seen, said, truth, sure = arrays  # each (3600,)
wrong = said != truth
print(f"{wrong.sum()} of {len(said)} wrong; "
      f"sure by {sure[wrong].mean():.2f}, else by {sure[~wrong].mean():.2f}")

assert sure[wrong].mean() < 0.8 < 0.97 < sure[~wrong].mean()

# %% figure="misread"
fig, axes = plt.subplots(2, 5, figsize=(6.4, 3.6))
order = np.argsort(-sure * wrong)  # the surest mistakes first
first = np.unique(seen[order], return_index=True)[1]  # each image once
boldest = order[np.sort(first)][:10]
for i, ax in zip(boldest, axes.flat):
    show(ax, pixels[seen[i]], f"{truth[i]}, not {said[i]}")

# %% [markdown]
# ![The 10 images that were misread with the greatest confidence, each with what it is and what it was taken for](figures/misread.svg)<!--= len(boldest) -->
#
# Where it errs it is less sure, though still too sure: refuse to answer below a threshold, and the rest is better. Keep the answers of which it is surer than 0.9<!--= threshold -->:

# %%
threshold = 0.9
kept = sure > threshold
print(f"{100 * kept.mean():.0f} % answered,"
      f" {100 * wrong[kept].mean():.1f} % of them wrong")

assert kept.mean() > 0.9
assert wrong[kept].mean() < wrong.mean() / 2

# %% [markdown]
# ## Make sure that the test can fail
#
# A test that cannot fail proves nothing. Shuffle the labels, so that no image has anything to do with its digit, and train in the same way:

# %%
chance = 0.1
nonsense = train(np.random.default_rng(0).permutation(digits), 0).right[-1]
print(f"training {100 * nonsense[0]:.0f} %, test {100 * nonsense[1]:.0f} %")

assert nonsense[0] > 2 * chance
assert abs(nonsense[1] - chance) < 0.05

# %% [markdown]
# The network begins to learn the nonsense by heart, and on unseen images it is right one time in ten<!--= 1 / chance -->: as often as chance. The images set aside tell reading from remembering.
#
# ## Take along
#
# - **Check the gradient, then train, then test** on data that nothing was fitted to.
# - **Repeat with other seeds**, and say mean and spread.
# - **Plant nonsense** and see the test fail, before you believe it when it passes.
#
# Source of the images: scikit-learn, *Toy datasets*, from E. Alpaydin and C. Kaynak, “Optical Recognition of Handwritten Digits” (1998).
