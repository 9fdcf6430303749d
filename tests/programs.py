"""Programs to differentiate, written once for NumPy and for JAX: np is either of them."""

import numpy as np

# Each is smooth on (0.2, 0.9), away from ties, so that every method has one right answer.
ELEMENTWISE = {
    "arithmetic": "(3 * x - 1) / (x + 2) - x / 4 + (2 - x) * x",
    "powers": "x**3 + x**-2 + x**0.5 + 2**x + x**x + x**0 + x**1",
    "roots": "np.sqrt(x) + np.cbrt(x) + np.square(x) + np.reciprocal(x)",
    "exponentials": "np.exp(x) + np.exp2(x) + np.expm1(x)",
    "logarithms": "np.log(x) + np.log2(x) + np.log10(x) + np.log1p(x)",
    "trigonometry": "np.sin(x) * np.cos(x) + np.tan(x)",
    "inverse trigonometry": "np.arcsin(x) - np.arccos(x) * np.arctan(x)",
    "hyperbolic": "np.sinh(x) + np.cosh(x) * np.tanh(x)",
    "inverse hyperbolic": "np.arcsinh(x) + np.arccosh(1 + x) + np.arctanh(x)",
    "signs": "-abs(x - 0.95) + (+x) * np.sign(x) + np.abs(-x)",
    "extremes": "np.maximum(x, 0.1) * np.minimum(x, x**2) + np.maximum(x**2, x)",
    "two arguments": "np.hypot(x, 1 - x) + np.arctan2(x, 2 + x) + np.logaddexp(x, x**2)",
    "remainder": "(7 * x) % 1.5 + np.floor(9 * x) * x + np.remainder(2.5, x)",
    "branches": "np.where(x > 0.5, np.sin(x), x**2) + np.where(x < 0.4, 1.0, x)",
    "clipped": "np.clip(x, 0.3, 0.7) * x + np.clip(x, 0.5, None)",
    "logistic": "1 / (1 + np.exp(-x))",
}
ARRAYS = {
    "sum": "np.sum(x**2, axis=1) + x.sum(axis=0)[:2]",
    "sum keepdims": "x / np.sum(x, axis=1, keepdims=True) + x.sum()",
    "sum of two axes": "np.sum(x[None] * x[:, None], axis=(0, 2))",
    "mean": "np.mean(x) * np.mean(x, axis=0) + x.mean(axis=1, keepdims=True)",
    "moments": "np.var(x) + np.std(x, axis=0) * np.var(x, axis=0)",
    "product": "np.prod(x) * np.prod(x, axis=1)",
    "product with a zero": "np.prod(x * np.array([[0.0, 1.0, 2.0]]), axis=1)",
    "extreme": "np.max(x) * np.min(x, axis=0) + x.max(axis=1, keepdims=True)",
    "running sum": "np.cumsum(x) * np.cumsum(x, axis=1).reshape(-1)",
    "norm": "x / np.linalg.norm(x) + np.linalg.norm(x, axis=1)[:, None]",
    "softmax": "np.exp(x - x.max(axis=1, keepdims=True)) / np.exp(x).sum(axis=1, keepdims=True)",
    "matrix by matrix": "x @ x.T @ np.array([[1.0, 2.0], [3.0, 5.0]])",
    "matrix by vector": "x @ np.sin(x[0]) + x[1] @ x.T",
    "vector by vector": "(x[0] @ x[1]) * np.dot(x[0], x[1]) * np.dot(2.0, x)",
    "stacks of matrices": "np.stack([x, 2 * x]) @ x.T + np.arange(8.0).reshape(2, 2, 2) @ x[:, :2]",
    "vector by stack": "x[0] @ np.stack([x.T, x.T**2]) + np.stack([x, x**2]) @ x[1]",
    "outer": "np.outer(x[0], x[1]) + x[0][:, None] * x[1]",
    "shapes": "np.reshape(x, (3, 2)) @ x + x.T.reshape(3, 2) @ x.reshape(2, 3)",
    "axes": "np.transpose(x[None], (2, 0, 1)) * np.swapaxes(x, 0, 1)[:, None]",
    "more axes": "np.moveaxis(x[None], 0, 2) + np.expand_dims(x, 2) * np.squeeze(x[None], 0)[:, :, None]",
    "places": "np.flip(x, 1) * np.roll(x, 1, axis=1) + np.tile(x[:, :1], (1, 3)) + np.repeat(x[0], 2)[:3]",
    "broadcast": "np.broadcast_to(x[0], (2, 3)) * x + np.ravel(x)[:3]",
    "slices": "x[1, ::-1] * x[0] + x[..., 1:].sum() + x[:, None, :][0, 0]",
    "chosen": "x[np.array([0, 1, 1, 0]), np.array([0, 2, 2, 1])] ** 2",
    "taken": "np.take_along_axis(x, np.array([[0], [2]]), axis=1) + np.take(x, np.array([1, 1]), axis=1)",
    "joined": "np.concatenate([x, x**2, np.ones((1, 3))]) @ np.stack([x[0], x[1]], axis=1)",
    "joined otherwise": "np.hstack([x, 2 * x]) * np.vstack([np.ones((2, 6)), 0 * np.ones((1, 6))])[:2]",
    "diagonal": "np.diagonal(x @ x.T) + np.column_stack([x[0], x[1]])[0]",
    "an array of numbers": "np.array([x[0, 0] * x[1, 1], np.sin(x[0, 2]), 3.0]) * x",
    "reused": "(x * x + x) * (x * x + x) / (x + x)",
    "constant": "np.ones((2, 2))",
}
X = np.random.default_rng(0).uniform(0.2, 0.9, (2, 3))


def program(source, numpy=np):
    """The program as a function of x."""
    return eval(f"lambda x: {source}", {"np": numpy})
