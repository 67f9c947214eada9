"""Touching points: branches meet where a real eigenvalue comes to zero and turns back, so that no sign changes.

Branches touch there, or an even number of others cross: as in r^2 x - x^3. The Jacobian loses rank to rounding; where the
eigenvalue stays away from zero, or the rank stays full (an inflection), there is no such point. The place is where the
eigenvalue's derivative along the branch is zero (`contin.points.beside`).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from contin.points.beside import zero_beside
from contin.points.branch_point import SOLVED_RANK, lost_rank, row_sizes
from contin.points.finder import Facts, Finder, Floats, Integers, Path, Places

SMALL = 1e-9  # of the eigenvalue's size on the path: no step comes nearer to a point by chance
FIRST = 2  # before the eigenvalues' real parts the tangent and the determinant are watched
ROUNDED = 1e-12  # of its size on the path: an eigenvalue that is zero
NOISE = 1e-16  # that part of its size, or what rounding makes of it at the points beside
SAME = 1e-6  # scaled distance of what is one contact: a row between may seem to be away from it by rounding
APART = 1e-8  # of its size, that the eigenvalue has beside the point at least


def places(path: Path, changes: Integers, marks: Mapping[str, list[float]]) -> Places:
    """Runs of rows at which a real eigenvalue is nearly zero, with the same signs of all watched numbers on both sides."""
    watch, columns, n = path.rows.watch, path.rows.columns, path.problem.watched
    size = np.abs(watch[:, FIRST:])
    limit = SMALL * np.fmax.reduce(size, axis=0)
    slots = np.flatnonzero(np.fmin.reduce(size, axis=0) <= limit)
    known = np.flatnonzero(~np.isnan(watch[:, FIRST])) if len(slots) else slots
    found = []
    for slot in slots:
        near = (size[known, slot] <= limit[slot]) & (columns[known, n + slot] == 0.0)
        edges = np.flatnonzero(np.diff(np.concatenate([[0], near.astype(int), [0]])))
        for first, behind in edges.reshape(-1, 2):
            if first == 0 or behind == len(known):
                continue
            i, j = known[first - 1], known[behind]
            if np.all(watch[i, [0, 1, FIRST + slot]] * watch[j, [0, 1, FIRST + slot]] > 0.0):
                found.append((i, j, FIRST + slot))
    return np.array(found, dtype=np.int64).reshape(-1, 3), np.zeros(len(found))


def touching_ones(path: Path, found: Any, places: Integers) -> NDArray[np.bool_]:
    """Those where the eigenvalue's extremum is zero and the rank falls, each once; their places are made exact."""
    kept = np.zeros(len(places), dtype=bool)
    sizes = row_sizes(path)
    for q, (i, j, slot) in enumerate(places):
        middle = i + int(np.argmin(np.abs(path.rows.watch[i : j + 1, slot])))
        scale = path.scales(np.array([middle]))[0]
        size = float(np.nanmax(np.abs(path.rows.watch[:, slot])))
        contact = contact_near(path, middle, (i, j), scale, size)
        if contact is None:
            continue
        z, error = contact
        again = np.max(np.abs(found.rows.z[kept] - z) / scale, axis=1, initial=0.0) < SAME
        if not again.any() and lost_rank(path, z, scale, sizes, SOLVED_RANK) == 1:
            found.rows.z[q], found.error[q] = z, error
            kept[q] = True
    return kept


def contact_near(
    path: Path, row: int, ends: tuple[int, int], scale: Floats, size: float
) -> tuple[Floats, float] | None:
    """The point (m + 1,) beside `row` where an eigenvalue touches zero, and the parameter's error; None if it does not.

    `ends` are rows between which it is, `size` is the eigenvalue's largest magnitude on the path.
    """
    zero = zero_beside(
        path, path.rows.z[row], ends, scale, 2, size, lambda z: np.array([smallest_eigenvalue(path, z)])
    )
    if zero is None or not zero.least > APART * size:
        return None
    noise = max(ROUNDED, NOISE * size / zero.least) * size
    return (zero.z, zero.error) if zero.left <= noise else None


def smallest_eigenvalue(path: Path, z: Floats) -> float:
    """The real eigenvalue nearest to zero at `z` (m + 1,), NaN if all are complex."""
    from contin_kernels.inspection import jacobian_from

    m = len(z) - 1
    values = np.linalg.eigvals(jacobian_from(path.context.table, z, np.empty((m, m + 1)))[:, :m])
    real = values[values.imag == 0.0].real
    return float(real[np.argmin(np.abs(real))]) if len(real) else np.nan


def facts(solved: bool, form: int, coefficients: Floats, omega: float) -> Facts:
    """The form alone: the branching equation vanishes to second order."""
    return Facts(form="touching")


FINDER = Finder(
    ("branch point", "branch point"),
    frozenset({"equilibria"}),
    "contin_kernels.points.multiple",
    places,
    facts,
    touching_ones,
    halvings=1,
    regular=False,
    silent=True,
)
