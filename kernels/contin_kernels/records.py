"""What the loop records, what governs it, and its memory."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from contin_kernels.corrector import tangent_size
from contin_kernels.jit import fused
from contin_kernels.memory import borrowed, shifted, vector
from contin_kernels.watching import watch_size

VERTICAL = 1e-13


class Rows(NamedTuple):
    """What is recorded, one row a point (N rows).

    `z` (N, m + 1); `tangent` (N, m + 1) = dz/ds; `arclength` (N,); `watch` (N, 2 + w): the tangent's parameter
    component, the sign of the bordered determinant, then what the problem watches; `columns` (N, c); `unstable`,
    `iterations` (N,); `residual` (N,). Where a row was not inspected, the watched numbers and the columns are NaN.
    """

    z: Any
    tangent: Any
    arclength: Any
    watch: Any
    columns: Any
    unstable: Any
    iterations: Any
    residual: Any


class Limits(NamedTuple):
    """Numbers that govern the loop; `Settings` of contin documents them.

    `span` (2,) of the free parameter, `bounds` (m,) largest magnitudes of the unknowns.
    """

    tolerance: float
    first_step: float
    smallest_step: float
    largest_step: float
    largest_angle: float
    most_iterations: int
    span: Any
    bounds: Any


class Step(NamedTuple):
    """Memory of a step.

    The candidate `z`, its unit scaled `tangent`, the border `row`, the unit scaled tangent `t` of the last row, `kept`, all
    (m + 1,), and `report` (2,).
    """

    z: Any
    tangent: Any
    row: Any
    t: Any
    kept: Any
    report: Any


def loop_memory(m: int) -> Any:
    """Memory of the loop for m equations, made once in Python."""
    return np.zeros(5 * (m + 1) + 2 + watch_size(m) + tangent_size(m))


_watch_size = fused(watch_size)


def new_cursor(first_step: float, too_sharp: float, widest: float) -> Any:
    """What `advance` keeps between calls, at the start of a branch."""
    return np.array([first_step, 0.0, 0.0, too_sharp, widest, 0.0, 0.0, 0.0, -1.0, 0.0, 0.0, 0.0, 0.0])


def last_tangent(work: Any, m: int) -> Any:
    """The unit scaled tangent (m + 1,) of the last row, a view into the loop's memory."""
    return work[3 * (m + 1) : 4 * (m + 1)]


def last_jacobian(work: Any, m: int) -> Any:
    """The Jacobian (m, m + 1) of the last inspected row, a view into the loop's memory."""
    start = 5 * (m + 1) + 2
    return work[start : start + m * (m + 1)].reshape(m, m + 1)


@fused
def step_at(work, m):
    """The step's memory at a pointer to the loop's."""
    n = m + 1
    return Step(
        vector(work, n),
        vector(shifted(work, n), n),
        vector(shifted(work, 2 * n), n),
        vector(shifted(work, 3 * n), n),
        vector(shifted(work, 4 * n), n),
        vector(shifted(work, 5 * n), 2),
    )


@fused
def watching_of(work, m):
    """Pointer to the memory of `contin_kernels.watching` in the loop's."""
    return shifted(work, 5 * (m + 1) + 2)


@fused
def system_of(work, m):
    """Pointer to the bordered system's memory in the loop's."""
    return shifted(watching_of(work, m), _watch_size(m))


@fused
def borrow_rows(rows):
    """The rows with arrays without owners."""
    return Rows(
        borrowed(rows.z),
        borrowed(rows.tangent),
        borrowed(rows.arclength),
        borrowed(rows.watch),
        borrowed(rows.columns),
        borrowed(rows.unstable),
        borrowed(rows.iterations),
        borrowed(rows.residual),
    )


@fused
def record(scale, step, sign, residual, rows, k, m, watched):
    """Fill row `k` from the point and unit scaled tangent in `step`; it is not inspected yet."""
    z = step.z
    t = step.tangent
    rows.watch[k, 0] = t[m] if abs(t[m]) > VERTICAL else 0.0
    rows.watch[k, 1] = sign
    for i in range(2, watched):
        rows.watch[k, i] = np.nan
    rows.columns[k, 0] = np.nan
    for i in range(m + 1):
        rows.z[k, i] = z[i]
        rows.tangent[k, i] = t[i] * scale[i]
    rows.unstable[k] = -1
    rows.residual[k] = residual


@fused
def grow_scale(scale, rows, k, base, widest, easy, m):
    """Let the scale of the states follow their distance from row `base`, and that of the parameter return to `widest`.

    The latter where it was made smaller for a sharp turn and steps have become `easy` again. True if something changed.
    """
    changed = False
    if easy and scale[m] < widest:
        scale[m] = min(1.5 * scale[m], widest)
        changed = True
    for i in range(m):
        away = abs(rows.z[k, i] - rows.z[base, i])
        if away > 1.25 * scale[i]:
            scale[i] = away
            changed = True
    return changed
