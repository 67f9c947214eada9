"""Where a smooth number on a path is zero, by polynomials through points on both sides: at the point no system is regular."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import NamedTuple

import numpy as np
from numpy.polynomial import Polynomial

from contin.points.finder import Floats, Path

OFFSETS = np.arange(-13.0, 14.0, 2.0)
STEPS = (3e-5, 3e-4, 1e-3, 3e-3, 1e-2)  # arclengths; half the distance of the points beside
DEGREE, LOWER = (
    9,
    7,
)  # of the polynomials: rounding is what they do not follow, the rest is what they differ by
AGAIN = 2  # corrections of points beside, each from a new Jacobian: what is left is rounding
ASIDE = 4.0  # how much larger the error may be than what the polynomials differ by
EPSILON = 2e-16


class Beside(NamedTuple):
    """Points z (K, m + 1) of the branch, where they are along it, t (K,) in units of `step`, and the scales (m + 1,)."""

    t: Floats
    z: Floats
    scale: Floats
    step: float


class Zero(NamedTuple):
    """A zero of some order: the point z (m + 1,), the parameter's error, and what is left there of the numbers.

    `least` is the smallest size of the numbers at the points beside.
    """

    z: Floats
    error: float
    left: float
    least: float


def zero_beside(
    path: Path,
    z: Floats,
    rows: tuple[int, int],
    scale: Floats,
    order: int,
    size: float,
    numbers: Callable[[Floats], Floats],
) -> Zero | None:
    """The zero near `z` (m + 1,) between two rows of all `numbers` (e,) of a point, from the distance that tells it best.

    Their derivative of `order` - 1 along the branch changes its sign there; `size` is what they may be elsewhere. None
    where there is none.
    """
    found = [
        zero
        for beside in points_beside(path, z, rows, scale)
        if (zero := zero_of_order(beside, np.array([numbers(one) for one in beside.z]), order, size))
        is not None
    ]
    return min(found, key=lambda zero: zero.error, default=None)


def points_beside(path: Path, z: Floats, between: tuple[int, int], scale: Floats) -> Iterator[Beside]:
    """Points of the branch on both sides of `z` (m + 1,), which is between two rows, at the distances that it has room for."""
    from scipy.interpolate import CubicHermiteSpline

    from contin_kernels.records import loop_memory
    from contin_kernels.start import solve_across
    from contin_kernels.status import OK

    rows, settings, work = path.rows, path.settings, loop_memory(len(scale) - 1)
    i, j = between
    away = lengths((rows.z - z) / scale)
    for step in STEPS:
        far = away > 1.1 * step * OFFSETS[-1]
        before, behind = np.flatnonzero(far[: i + 1]), j + np.flatnonzero(far[j:])
        if not (len(before) and len(behind)):
            return
        inner = np.arange(before[-1], behind[0] + 1)
        inner = inner[far[inner] | (away[inner] > step)]
        side = np.where(inner <= i, -1.0, 1.0)
        ends = [before[-1], behind[0]]
        s = rows.arclength[inner]
        near = away[inner] * side
        # The arclength of z itself: from the rows beside it, as far as these are from it.
        a, b = np.flatnonzero(side < 0.0)[-1], np.flatnonzero(side > 0.0)[0]
        middle = s[a] + (s[b] - s[a]) * near[a] / (near[a] - near[b])
        if np.any(np.diff(s) <= 0.0):
            return
        curve = CubicHermiteSpline(s - middle, rows.z[inner] / scale, rows.tangent[inner] / scale)
        along = np.asarray((rows.z[ends[1]] - rows.z[ends[0]]) / scale)
        along /= np.max(np.abs(along))
        guesses = np.array([curve(step * offset) for offset in OFFSETS])
        points = guesses * scale
        good = True
        for one in points:
            report = np.empty(2)
            for turn in range(1 + AGAIN):
                status = solve_across(
                    path.context.table, one, scale, along, settings.tolerance, 10, report, work
                )
                good &= status == OK and not (turn == 0 and report[0] > step)
        if good:
            t = (points / scale - z / scale) @ along / (along @ along) * lengths(along[None])[0] / step
            yield Beside(t, points, scale, step)


def zero_of_order(beside: Beside, values: Floats, order: int, size: float) -> Zero | None:
    """Where the values (K, e) at the points beside have a zero of this order, None where not between them."""
    t, z, scale, step = beside
    sizes = np.sqrt(np.sum(values**2, axis=1))
    if not np.all(np.isfinite(values)) or not np.min(sizes) > 0.0:
        return None
    # Rounding of a point beside grows as it comes nearer to the singular one.
    weights = sizes / np.max(sizes)

    def fitted(column: Floats, degree: int = DEGREE) -> Polynomial:
        return Polynomial.fit(t, column, degree, w=weights)

    through = [fitted(column) for column in values.T]
    at = common_zero(through, order - 1)
    other = common_zero([fitted(column, LOWER) for column in values.T], order - 1)
    if at is None or other is None or not max(abs(at), abs(other)) < t[-1]:
        return None
    rise = float(np.sqrt(sum(one.deriv(order)(at) ** 2 for one in through)))
    rough = EPSILON * size**2 / float(np.max(sizes)) + float(
        np.max([np.abs(weights * (one(t) - column)) for one, column in zip(through, values.T, strict=True)])
    )
    left = float(np.sqrt(sum(one(at) ** 2 for one in through)))
    point = np.array([fitted(column)(at) for column in (z / scale).T]) * scale
    parameter = fitted(z[:, -1])
    tilt = max(abs(float(parameter.deriv()(at))), abs(z[-1, -1] - z[0, -1]) / (t[-1] - t[0]))
    aside = ASIDE * (abs(at - other) + rough / rise)
    return Zero(point, tilt * aside + 50.0 * EPSILON * float(scale[-1]), left, float(np.min(sizes)))


def common_zero(numbers: list[Polynomial], order: int) -> float | None:
    """Where derivatives of this order are zero, by least squares from 0: Gauss-Newton; None if it goes nowhere."""
    at = 0.0
    for _ in range(30):
        f = np.array([one.deriv(order)(at) if order else one(at) for one in numbers])
        slope = np.array([one.deriv(order + 1)(at) for one in numbers])
        square = float(slope @ slope)
        if not square > 0.0 or not abs(at) < 2.0 * OFFSETS[-1]:
            return None
        move = float(f @ slope) / square
        at -= move
        if abs(move) < 1e-15 * OFFSETS[-1]:
            break
    return at


def lengths(vectors: Floats) -> Floats:
    """Lengths (K,) of scaled vectors (K, m + 1) in the inner product of `contin_kernels.follow`."""
    return np.asarray(np.sqrt(np.mean(vectors[:, :-1] ** 2, axis=1) + vectors[:, -1] ** 2))
