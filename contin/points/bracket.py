"""Closing in on a sign change where the defining system is singular: degenerate points, known only by their bracket."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from contin.points.finder import Path

Floats = NDArray[np.float64]

HALVINGS = 60


def bracketed(path: Path, i: int, j: int, watched: int) -> tuple[Floats, float, float]:
    """Halve the piece of the path between rows i and j while `watch[watched]` changes sign.

    Returns
    -------
    z : (m + 1,) the point.
    residual : its largest scaled residual.
    error : how far the parameter is known, the bracket's width.
    """
    from contin_kernels.inspection import inspect_from, solve_across, tangent_at

    a, b = path.rows.z[i].copy(), path.rows.z[j].copy()
    t = path.rows.tangent[i].copy()
    sign = np.sign(path.rows.watch[i, watched])
    columns, watch = np.zeros(path.problem.columns), np.zeros(path.rows.watch.shape[1])
    residual = 0.0
    middle = 0.5 * (a + b)
    for _ in range(HALVINGS):
        middle = 0.5 * (a + b)
        chord = (b - a) / path.scale
        if np.max(np.abs(chord)) < 1e-13:
            break
        status, residual = solve_across(
            path.table, middle, path.scale, chord, path.settings.tolerance, 10, path.work
        )
        if status != 0 or tangent_at(path.table, middle, path.scale, t, path.work) != 0:
            break
        inspect_from(path.table, middle, path.rows.columns[i], columns, watch[2:])
        watch[0] = t[-1]
        if watch[watched] == 0.0:
            break
        if np.sign(watch[watched]) == sign:
            a = middle.copy()
        else:
            b = middle.copy()
    return middle, residual, float(np.abs(b[-1] - a[-1]) + 1e-12 * path.scale[-1])
