"""Touching points: branches meet where a real eigenvalue comes to zero and turns back, so that no sign changes.

Branches touch there, or an even number of others cross: as in r^2 x - x^3. The Jacobian loses rank to rounding; where the
eigenvalue stays away from zero, or the rank stays full (an inflection), there is no such point. The place is where the
eigenvalue's derivative along the branch is zero, by a polynomial through points on both sides: at the point itself no
system is regular.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from contin.points.branch_point import SOLVED_RANK, lost_rank, row_sizes
from contin.points.finder import Facts, Finder, Floats, Integers, Path, Places

SMALL = 1e-9  # of the eigenvalue's size on the path: no step comes nearer to a point by chance
FIRST = 2  # before the eigenvalues' real parts the tangent and the determinant are watched
OFFSETS = np.array([-5.0, -3.0, -1.0, 1.0, 3.0, 5.0])
STEP = 2.5e-3  # arclength; half the distance of the points beside
ROUNDED = 1e-12  # of its size on the path: an eigenvalue that is zero
NOISE = 1e-16  # that part of its size, or what rounding makes of it at the points beside
APART = 1e-8  # of its size, that the eigenvalue has beside the point at least


def places(path: Path, changes: Integers, marks: Mapping[str, list[float]]) -> Places:
    """Runs of rows at which a real eigenvalue is nearly zero, with the same signs of all watched numbers on both sides."""
    watch, columns, n = path.rows.watch, path.rows.columns, path.problem.watched
    known = np.flatnonzero(~np.isnan(watch[:, FIRST]))
    found = []
    size = np.abs(watch[known, FIRST:])
    near = (size <= SMALL * size.max(axis=0)) & (columns[known, n:] == 0.0)
    for slot in np.flatnonzero(near.any(axis=0)):
        edges = np.flatnonzero(np.diff(np.concatenate([[0], near[:, slot].astype(int), [0]])))
        for first, behind in edges.reshape(-1, 2):
            if first == 0 or behind == len(known):
                continue
            i, j = known[first - 1], known[behind]
            if np.all(watch[i, [0, 1, FIRST + slot]] * watch[j, [0, 1, FIRST + slot]] > 0.0):
                found.append((i, j, FIRST + slot))
    return np.array(found, dtype=np.int64).reshape(-1, 3), np.zeros(len(found))


def touching_ones(path: Path, found: Any, places: Integers) -> NDArray[np.bool_]:
    """Those where the eigenvalue's extremum is zero and the rank falls; their places are made exact."""
    kept = np.zeros(len(places), dtype=bool)
    sizes = row_sizes(path)
    for q, (i, j, slot) in enumerate(places):
        middle = i + int(np.argmin(np.abs(path.rows.watch[i : j + 1, slot])))
        scale = path.scales(np.array([middle]))[0]
        size = float(np.nanmax(np.abs(path.rows.watch[:, slot])))
        contact = contact_near(path, middle, scale, size)
        if contact is None:
            continue
        z, error = contact
        if lost_rank(path, z, scale, sizes, SOLVED_RANK) == 1:
            found.rows.z[q], found.error[q] = z, error
            kept[q] = True
    return kept


def contact_near(path: Path, row: int, scale: Floats, size: float) -> tuple[Floats, float] | None:
    """The point (m + 1,) beside `row` where an eigenvalue touches zero, and the parameter's error; None if it does not.

    `size` is the eigenvalue's largest magnitude on the path.
    """
    beside = points_beside(path, row, scale)
    if beside is None:
        return None
    t, z = beside
    values = np.array([smallest_eigenvalue(path, one) for one in z])
    if not np.min(np.abs(values)) > APART * size:
        return None
    at = extremum(t, values)
    inner = extremum(t[1:-1], values[1:-1])
    noise = max(ROUNDED, NOISE * size / np.min(np.abs(values))) * size
    if at is None or inner is None:
        return None
    left = abs(np.polyval(np.polyfit(t, values, 5), at))
    if left > noise:
        return None
    point = np.array([np.polyval(np.polyfit(t, column, 5), at) for column in (z / scale).T]) * scale
    tilt = abs(z[-1, -1] - z[0, -1]) / (t[-1] - t[0])
    rounding = 1e-14 * size / np.min(np.abs(values))
    aside = abs(at - inner) + 4.0 * left / np.min(np.abs(values))
    return point, float(tilt * STEP * aside + rounding * scale[-1])


def points_beside(path: Path, row: int, scale: Floats) -> tuple[Floats, Floats] | None:
    """Points z (6, m + 1) of the branch on both sides of a row, and where they are along it (6,), in units of `STEP`."""
    from scipy.interpolate import CubicHermiteSpline

    from contin_kernels.records import loop_memory
    from contin_kernels.start import solve_across
    from contin_kernels.status import OK

    table, rows, m = path.context.table, path.rows, len(scale) - 1
    away = lengths((rows.z - rows.z[row]) / scale)
    before = np.flatnonzero(away[:row] > 1.1 * STEP * OFFSETS[-1])
    behind = row + np.flatnonzero(away[row:] > 1.1 * STEP * OFFSETS[-1])
    if not (len(before) and len(behind)):
        return None
    ends = [before[-1], behind[0]]
    tangents = rows.tangent[ends] / scale
    tangents /= lengths(tangents)[:, None]
    curve = CubicHermiteSpline([-away[ends[0]], away[ends[1]]], rows.z[ends] / scale, tangents)
    along = np.asarray(curve(0.0, 1))
    along /= np.max(np.abs(along))
    guesses = np.array([curve(STEP * offset) for offset in OFFSETS])
    z = guesses * scale
    for one in z:
        report, work = np.empty(2), loop_memory(m)
        status = solve_across(table, one, scale, along, path.settings.tolerance, 10, report, work)
        if status != OK or report[0] > STEP:
            return None
    t = (guesses - curve(0.0)) @ along / (along @ along)
    return t * np.linalg.norm(along) / STEP, z


def lengths(vectors: Floats) -> Floats:
    """Lengths (K,) of scaled vectors (K, m + 1) in the inner product of `contin_kernels.follow`."""
    return np.asarray(np.sqrt(np.mean(vectors[:, :-1] ** 2, axis=1) + vectors[:, -1] ** 2))


def smallest_eigenvalue(path: Path, z: Floats) -> float:
    """The real eigenvalue nearest to zero at `z` (m + 1,), NaN if all are complex."""
    from contin_kernels.inspection import jacobian_from

    m = len(z) - 1
    values = np.linalg.eigvals(jacobian_from(path.context.table, z, np.empty((m, m + 1)))[:, :m])
    real = values[values.imag == 0.0].real
    return float(real[np.argmin(np.abs(real))]) if len(real) else np.nan


def extremum(t: Floats, values: Floats) -> float | None:
    """Where the polynomial through the values has its extremum nearest to t = 0, within the outermost points."""
    roots = np.roots(np.polyder(np.polyfit(t, values, len(t) - 1)))
    real = roots[np.abs(roots.imag) < 1e-12].real
    at = float(real[np.argmin(np.abs(real))]) if len(real) else np.inf
    return at if abs(at) < t[-1] else None


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
