# %% [markdown]
# # See where autodiff lies
#
# [Automatic differentiation](../automatic_differentiation.md) is exact: it gives the slope of the steps that ran, to rounding. The function that you meant may be another one. You will catch it at six<!--= len(programs) --> lies, see why each was told, and find the one habit that exposes them all<!-- check: all(wide for _, wide in exposed.values()) -->.

# %%
import matplotlib.pyplot as plt
import numpy as np

from snippets.finite_difference import central_difference
from snippets.reverse_mode import grad

# %% [markdown]
# ## Ask at the one point that is treated apart
#
# A square that was looked up once, for speed. Its value is right everywhere; the program at the special point is a constant, and a constant has no slope:

# %%
def looked_up(x):
    return 4.0 if x == 2.0 else x**2


print(looked_up(2.0), "with the slope", grad(looked_up)(2.0))

assert looked_up(2.0) == 2.0**2 and grad(looked_up)(2.0) == 0.0
assert grad(looked_up)(2.001) == 2 * 2.001

# %% [markdown]
# ## Ask at a kink
#
# At its kink $\max(x, 0)$ has no slope; each framework picks a number, and picks do not add up: $\max(x, 0) - \max(-x, 0) = x$ has the slope one everywhere, and is given another at the origin.

# %%
def two_kinks(x):
    return np.maximum(x, 0) - np.maximum(-x, 0)


print("at 0:", grad(two_kinks)(0.0), "beside it:", grad(two_kinks)(1e-9))

assert grad(two_kinks)(0.0) == 0.0
assert grad(two_kinks)(1e-9) == grad(two_kinks)(-1e-9) == 1.0

# %% [markdown]
# A random number hits a kink almost never. But a bias that has not moved yet does, and a pixel that is black.
#
# ## Choose with where
#
# This failure is honest: it shows. `np.where` computes both sides. On the way back, the side that was not chosen gets a slope that vanishes, times its own, which is infinite here: no number. Give the dangerous side a harmless input, and the choice is safe.

# %%
def chosen(x):
    return np.where(x > 0, np.sqrt(x), 0)


def safely_chosen(x):
    return np.where(x > 0, np.sqrt(np.where(x > 0, x, 1)), 0)


with np.errstate(all="ignore"):
    spoilt = grad(lambda x: np.sum(chosen(x)))(np.array([0.0, 4.0]))
mended = grad(lambda x: np.sum(safely_chosen(x)))(np.array([0.0, 4.0]))
print("spoilt:", spoilt, "mended:", mended)

assert np.isnan(spoilt[0]) and np.array_equal(mended, [0, 0.25])

# %% [markdown]
# ## Differentiate a staircase
#
# A program that rounds is flat between its jumps. Its slope is exactly zero<!--= grad(staircase)(0.3) --> wherever there is one, and no step of a descent moves:

# %%
def staircase(x):
    return np.round(8 * x**2) / 8


x = np.linspace(0, 1, 9) + 0.02
print("given:", np.unique([grad(staircase)(p) for p in x]))
print("over a wide step:", central_difference(staircase, 0.5, h=0.4).round(2))

assert all(grad(staircase)(p) == 0 for p in x)
assert abs(central_difference(staircase, 0.5, h=0.4) - 2 * 0.5) < 0.1

# %% figure="stairs"
fig, ax = plt.subplots()
t = np.linspace(0, 1.1, 441)
ax.plot(t, t**2, "C5--", linewidth=1.5)
ax.plot(t, staircase(t), "C0")
for p in (0.35, 0.75):
    ax.plot([p - 0.12, p + 0.12], [staircase(p)] * 2, "C1", linewidth=3)
    ax.plot(p, staircase(p), "C1o")
ax.text(1.02, 0.92, "meant", color="C5")
ax.text(0.9, 0.64, "program", color="C0", ha="left")
ax.text(0.48, 0.07, "slopes given", color="C1")
ax.set(xlabel="x", xlim=(0, 1.2))

# %% [markdown]
# ![The program climbs in stairs along the parabola that was meant; every slope that is given is level](figures/stairs.svg)
#
# So it is with every count: of right answers, of bought goods, of steps taken.
#
# ## Stop a loop
#
# Heron's rule for a root: $g(x) = \frac{1}{2} (x + \frac{a}{x})$ leaves $\sqrt{a}$ where it is, $g(\sqrt{a}) = \sqrt{a} \text{ for } a > 0$. Stop when the square is close enough. Near the first guess the loop does not run at all, and what it returns does not depend on the input:

# %%
def root(a, tolerance=0.01):
    x = 1.0
    while np.abs(x * x - a) > tolerance:
        x = (x + a / x) / 2
    return x


a = np.linspace(0.8, 1.25, 226)
given = np.array([grad(root)(p) for p in a])
true = 1 / (2 * np.sqrt(a))
value_error = np.abs([root(p) for p in a] - np.sqrt(a)).max()
slope_error = np.abs(given - true).max()
print(f"value off by at most {value_error:.3f}, slope by {slope_error:.1f}")

assert value_error < 0.006
assert np.all(given[np.abs(a - 1) < 0.009] == 0)

# %% figure="loop"
fig, ax = plt.subplots()
ax.plot(a, true, "C5--")
ax.plot(a, given, "C1")
ax.text(1.16, 0.41, "true", color="C5")
ax.text(1.025, 0.05, "given", color="C1")
ax.set(xlabel="a", ylabel="slope of the root", ylim=(-0.03, 0.64))

# %% [markdown]
# ![The slope that is given jumps with the number of rounds, and drops to 0 around the first guess](figures/loop.svg)<!--= given[np.abs(a - 1).argmin()] -->
#
# A tolerance for the value is none for the slope: the slope lags a round behind. Run a fixed number of rounds, or differentiate the equation that the result obeys: $\frac{d}{da} \sqrt{a} = \frac{1}{2 \sqrt{a}} \text{ for } a > 0$ needs no loop.
#
# ## Cancel
# <!-- math: new -->
#
# The function $f(x) = \frac{e^x - 1}{x}$ is harmless: near the origin it is close to one, and its slope has a limit, $\lim_{x \to 0} f'(x) = \frac{1}{2}$. But look at the rule that ran:
#
# $$f'(x) = \frac{x e^x - (e^x - 1)}{x^2}$$
#
# Nearly equal numbers are subtracted, and the rest is divided by something tiny. Rounding moves $e^x - 1$ by about 1e-16<!--> rounding -->. The value divides that by $x$, the slope by its square: the slope runs out of digits first.

# %%
def quotient(x):
    return (np.exp(x) - 1) / x


half, tiny, rounding = 0.5, 1e-9, np.finfo(float).eps / 4
print(f"at {tiny:g} the value is off by less than 1e-6:",
      abs(quotient(tiny) - 1) < 1e-6)
print("and the slope by more than 10:", abs(grad(quotient)(tiny) - half) > 10)

assert abs(quotient(tiny) - 1) < 1e-6
assert abs(grad(quotient)(tiny) - half) > 10

# %% [markdown]
# The cure is another formula for small $x$, such as $f(x) = 1 + \frac{x}{2} + O(x^2)$. No autodiff finds it for you.
#
# ## Follow chaos
# <!-- math: new -->
#
# A round of $g(x) = c x (1 - x)$ has the slope $g'(x) = c (1 - 2x)$. Fifty<!--= rounds --> rounds multiply as many slopes. Each is right, and so is the product; yet it tells nothing about any change that you could make:

# %%
def chaos(x, rounds=50):
    for _ in range(rounds):
        x = 3.9 * x * (1 - x)
    return x


rounds, begin, nudge = 50, 0.3, 1e-6
counts = np.arange(1, rounds + 1)
told = np.array([grad(lambda x: chaos(x, n))(begin) for n in counts])
moved = np.array([chaos(begin + nudge, n) - chaos(begin, n) for n in counts])
print(f"slope after {rounds} rounds: {told[-1]:.0e}; "
      f"promised for a nudge of 1e-6: {told[-1] * nudge:.0e}")
print(f"largest move seen in all rounds: {np.abs(moved).max():.2f}")

assert abs(told[-1]) > 1e8 and np.abs(moved).max() < 1
assert np.allclose(moved[:10], told[:10] * nudge, rtol=0.01)

# %% figure="chaos"
fig, ax = plt.subplots()
ax.semilogy(counts, np.abs(told) * nudge, "C1")
ax.semilogy(counts, np.abs(moved), "C0")
ax.text(38, 1e4, "promised", color="C1", ha="right")
ax.text(50, 3e-3, "happened", color="C0", ha="right")
ax.set(xlabel="rounds", ylabel="change after a nudge")

# %% [markdown]
# ![The change that the slope promises grows without bound; the change that happens follows it at first, and then cannot grow beyond 1](figures/chaos.svg)<!--= np.ceil(np.abs(moved).max()) -->
#
# Long simulations and deep recurrent networks live here. Shorten the chain, or clip the slope.
#
# ## Expose them
#
# Now the habit: [compare with measured slopes](../gradient_check.md), over a short step and over a wide one.

# %%
programs = {
    "looked up": (looked_up, 2.0),
    "two kinks": (two_kinks, 0.0),
    "staircase": (staircase, 0.3),
    "loop": (root, 1.0),
    "quotient": (quotient, tiny),
    "chaos": (chaos, begin),
}


def differs(f, x, h):
    given, seen = grad(f)(x), central_difference(f, x, h)
    return bool(abs(seen - given) > 0.01 + abs(given) / 100)


exposed = {name: (differs(f, x, 6e-6), differs(f, x, 0.1))
           for name, (f, x) in programs.items()}
for name, (short, wide) in exposed.items():
    print(f"{name:10} short step: {short!s:6} wide step: {wide}")

assert [short for short, wide in exposed.values()] == [1, 1, 0, 0, 1, 1]
assert all(wide for short, wide in exposed.values())

# %% [markdown]
# A short step exposes what is wrong at a point. Flat stretches fool it, because it does not leave them; a wide step does. And a derivative that the check does not confirm is no reason to mend autodiff: mend the program.
#
# ## Take along
#
# - **Autodiff differentiates the program**, not your intention.
# - **Suspect equality tests, rounding, stopped loops, subtraction and long chains.**
# - **Measure a slope** at two<!--= len(exposed["loop"]) --> step sizes before you trust one.
