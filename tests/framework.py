"""JAX and PyTorch as oracles, where they are installed: `pip install -e '.[frameworks]'`.

Without one, its tests are told by name as not run; with REQUIRE_FRAMEWORKS=1 that is red.
"""

import functools
import importlib
import os

import numpy as np
import pytest

from tests.programs import ARRAYS, ELEMENTWISE, X, program

RNG = np.random.default_rng(1)
PROGRAMS = {**ELEMENTWISE, **ARRAYS}
TANGENT = RNG.normal(size=X.shape)
COTANGENTS = {n: RNG.normal(size=np.shape(program(s)(X))) for n, s in PROGRAMS.items()}


def framework(name):
    """The module, or the end of the test."""
    try:
        return importlib.import_module(name)
    except ModuleNotFoundError:
        wanted = f"the oracle needs {name}: pip install -e '.[frameworks]'"
        (pytest.fail if os.environ.get("REQUIRE_FRAMEWORKS") else pytest.skip)(wanted)


@functools.cache
def told_by_jax():
    """Of each program at X: its value, Jv and uJ. All in one, for compiling takes the time."""
    jax = framework("jax")
    jax.config.update("jax_enable_x64", True)

    def derivatives(x):
        told = {}
        for name, source in PROGRAMS.items():
            f = program(source, jax.numpy)
            value, pull_back = jax.vjp(f, x)
            _, tangent = jax.jvp(f, (x,), (TANGENT,))
            told[name] = value, tangent, pull_back(COTANGENTS[name])[0]
        return told

    told = jax.jit(derivatives, compiler_options={"xla_backend_optimization_level": 0})(X)
    return {name: tuple(map(np.asarray, each)) for name, each in told.items()}
