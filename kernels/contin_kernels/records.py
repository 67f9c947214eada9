"""What the loop records, what governs it, and its memory."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from contin_kernels.abi import inspect_at
from contin_kernels.corrector import Bordered, bordered_workspace
from contin_kernels.jit import fused
from contin_kernels.memory import borrowed
from contin_kernels.status import EIGENVALUES_FAILED, OK

VERTICAL = 1e-13


class Rows(NamedTuple):
    """What is recorded, one row a point (N rows).

    `z` (N, m + 1); `tangent` (N, m + 1) = dz/ds; `arclength` (N,); `watch` (N, 2 + w): the tangent's parameter
    component, the sign of the bordered determinant, then what the problem watches; `columns` (N, c); `unstable`,
    `iterations` (N,); `residual` (N,).
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
    """Workspace of a step: the candidate `z`, its unit scaled `tangent`, the border `row`, all (m + 1,), a copy `kept`."""

    z: Any
    tangent: Any
    row: Any
    kept: Any
    t: Any


class Workspace(NamedTuple):
    """Memory of the loop, made once in Python."""

    bordered: Bordered
    step: Step


def workspace(m: int) -> Workspace:
    """Memory for m equations."""
    return Workspace(bordered_workspace(m), Step(*(np.zeros(m + 1) for _ in range(5))))


@fused
def borrow_step(step):
    """The workspace with arrays without owners."""
    return Step(
        borrowed(step.z), borrowed(step.tangent), borrowed(step.row), borrowed(step.kept), borrowed(step.t)
    )


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
def record(context, scale, w, step, before, sign, residual, rows, k):
    """Fill row `k` from the point and unit scaled tangent in `step`, with the Jacobian at the point in `w`.

    `before` (c,) are the columns of the row before. Returns OK or EIGENVALUES_FAILED.
    """
    watch = rows.watch[k]
    unstable = inspect_at(context, step.z, w.jacobian, before, rows.columns[k], watch[2:])
    if unstable < 0:
        return EIGENVALUES_FAILED
    z = step.z
    t = step.tangent
    m = z.shape[0] - 1
    watch[0] = t[m] if abs(t[m]) > VERTICAL else 0.0
    watch[1] = sign
    for i in range(m + 1):
        rows.z[k, i] = z[i]
        rows.tangent[k, i] = t[i] * scale[i]
    rows.unstable[k] = unstable
    rows.residual[k] = residual
    return OK


@fused
def grow_scale(scale, rows, k, widest, easy):
    """Let the scale of the states follow their largest magnitude, and that of the parameter return to `widest`.

    The latter where it was made smaller for a sharp turn and steps have become `easy` again. True if something changed.
    """
    changed = False
    m = scale.shape[0] - 1
    if easy and scale[m] < widest:
        scale[m] = min(1.5 * scale[m], widest)
        changed = True
    for i in range(m):
        if abs(rows.z[k, i]) > 1.25 * scale[i]:
            scale[i] = abs(rows.z[k, i])
            changed = True
    return changed
