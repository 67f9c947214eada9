"""Compiling the loops over orbits: once on a machine, and announced."""

from __future__ import annotations

import functools

import numpy as np

from contin.following.engine import compile_once

COMPILED = "orbits compiled"


@functools.cache
def ensure_orbits() -> None:
    """Compile them if this machine has not yet, and say so on stderr; the rest of the engine is not needed for them."""
    compile_once(COMPILED, "the loops over orbits", "about ten seconds", compile_orbits)


def compile_orbits() -> None:
    """Call them once, with no steps and no orbit."""
    from contin_kernels.lanes import LaneTable, slopes_by_address, step_by_address
    from contin_kernels.orbits import orbits
    from contin_kernels.path import path
    from contin_kernels.tangents import exponents

    table = LaneTable(step_by_address, slopes_by_address, 1, 1).table  # never called
    one, none = np.zeros(1), np.zeros(2, dtype=np.int64)
    steps = np.zeros(3, dtype=np.int64)
    marks = np.zeros((2, 1), dtype=np.int8)
    orbits(table, one, 0, one, np.zeros((1, 1)), none[:1], steps, 1.0, none, np.zeros((1, 1, 1)), marks, one)
    exponents(table, one, one, 1.0, 0, 0, np.zeros((1, 1)))
    path(table, np.zeros((0, 1)), np.zeros((1, 1)))
