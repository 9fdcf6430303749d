"""Rows: the table of what is measured. A target is the most that ours/peer may be."""

from functools import partial

import numpy as np

from benchmarks.mlp import kept_by_tape, mlp, saved_by_torch
from benchmarks.network import by_autograd, by_hand, by_jax, by_reverse_mode, by_torch
from benchmarks.row import Row
from benchmarks.slope import (
    FUNCTIONS,
    all_slopes,
    gradient_error,
    mistakes_missed,
    our_check,
    our_gradient,
    scipy_check,
    scipy_gradient,
    worst_ulp,
)
from benchmarks.xor import of_numbers, xor

MLP, XOR = mlp(), xor()
PLACES = {
    "a number": 0.9,
    "40 points": np.linspace(0.6, 1.4, 40),
    "1,000 points": np.linspace(0.6, 1.4, 1000),
}
OTHERS = [name for name in FUNCTIONS if name != "tan x"]  # NumPy rounds its complex tan otherwise
complex_step = partial(all_slopes, "finite_difference", "complex_step")
central_difference = partial(all_slopes, "finite_difference", "central_difference")
derivative = partial(all_slopes, "dual_number", "derivative")

# fmt: off
ROWS = [
    Row("backpropagation, MLP", "PyTorch", 0.85, partial(by_hand, MLP), partial(by_torch, MLP), rtol=1e-4),
    Row("backpropagation, MLP", "jax.jit", 1.5,  partial(by_hand, MLP), partial(by_jax, MLP),   rtol=1e-4),
    Row("backpropagation, XOR", "PyTorch", 0.3,  partial(by_hand, XOR), partial(by_torch, XOR)),
    Row("backpropagation, XOR", "jax.jit", 1.3,  partial(by_hand, XOR), partial(by_jax, XOR)),

    Row("reverse_mode, MLP", "backpropagation", 1.06, partial(by_reverse_mode, MLP), partial(by_hand, MLP), rtol=1e-4),
    Row("reverse_mode, XOR", "PyTorch",  0.6,  partial(by_reverse_mode, XOR), partial(by_torch, XOR)),
    Row("reverse_mode, XOR", "autograd", 0.15, partial(by_reverse_mode, XOR), partial(by_autograd, XOR)),
    Row("memory of reverse_mode, MLP", "PyTorch", 1.2, partial(kept_by_tape, MLP), partial(saved_by_torch, MLP), "bytes"),

    Row("scalar_engine, XOR", "micrograd", 0.8, partial(of_numbers, "snippets.scalar_engine"), partial(of_numbers, "micrograd.engine")),

    *(Row(f"numerical_gradient, n = {n}", "SciPy", 0.4, partial(our_gradient, n), partial(scipy_gradient, n)) for n in (10, 100, 785)),
    *(Row(f"numerical_gradient, n = {n}, error", "", 3e-10, partial(gradient_error, n), unit="") for n in (10, 100, 785)),

    Row("check_gradient, n = 785", "SciPy", 1 / 300, partial(our_check, 785), partial(scipy_check, 785), rtol=None),
    Row("check_gradient, n = 785, mistakes missed", "", 0, mistakes_missed, unit=""),

    *(Row(f"complex_step, {where}", "central_difference", 1.0, partial(complex_step, x), partial(central_difference, x)) for where, x in PLACES.items()),
    *(Row(f"Dual, {where}", "central_difference", 1.6, partial(derivative, x), partial(central_difference, x)) for where, x in PLACES.items()),
    Row("complex_step, error", "", 2, partial(worst_ulp, "finite_difference", "complex_step", OTHERS), unit="ulp"),
    Row("complex_step, error, tan", "", 2, partial(worst_ulp, "finite_difference", "complex_step", ["tan x"]), unit="ulp"),
    Row("Dual, error", "", 2, partial(worst_ulp, "dual_number", "derivative", [*FUNCTIONS]), unit="ulp"),
]
# fmt: on
