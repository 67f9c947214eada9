"""Scales of the unknowns at the start of a branch: by magnitude, by units, by how far the states will change."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.linalg import matrix_balance

Floats = NDArray[np.float64]

ZERO = 1e-14
SMALL = 1e-4  # part of its change over the span, below which a state's own value says nothing of its scale
FARTHER = 1e4  # small states are moved to see rounding: that of the others is large beside them
LEAST = (
    1e-4  # part of its value, or of the others' where that is less, which a moving state's scale has at least
)


def unit_tangent(tangent: Floats, scale: Floats) -> Floats:
    """The scaled tangent (m + 1,) with length 1 in the inner product of `contin_kernels.follow`."""
    t = tangent / scale
    return np.asarray(t / np.sqrt(np.mean(t[:-1] ** 2) + t[-1] ** 2))


def first_scale(z: Floats, span: tuple[float, float]) -> Floats:
    """Scales of the unknowns (m + 1,): magnitudes of the states at the start, the width of the span.

    A state that is zero, or zero to rounding, takes the smallest of the others' magnitudes, or 1 where that is smaller.
    """
    scale = np.abs(z)
    zero = scale[:-1] <= ZERO * max(1.0, float(scale[:-1].max()))
    known = scale[:-1][~zero]
    scale[:-1][zero] = min(1.0, float(known.min())) if known.size else 1.0
    scale[-1] = span[1] - span[0]
    return scale


def balanced(table: Any, z: Floats, scale: Floats) -> Floats:
    """The scales (m + 1,) with those of states that are zero in the units that the Jacobian tells of.

    Balancing makes its rows and columns alike by changes of units (Osborne, On Pre-conditioning of Matrices, Journal of
    the ACM 7, 1960); the states that are not zero, or the mean of all, give the common factor.
    """
    from contin_kernels.inspection import jacobian_from

    m = len(z) - 1
    zero = np.abs(z[:-1]) <= ZERO * max(1.0, float(np.max(np.abs(z[:-1]))))
    A = jacobian_from(table, z, np.empty((m, m + 1)))[:, :m]
    if m == 1 or not zero.any() or not np.isfinite(A).all():
        return scale
    units = matrix_balance(A, permute=False, separate=True)[1][0]
    given = zero if zero.all() else ~zero
    factor = np.exp(np.mean(np.log(scale[:-1][given] / units[given])))
    return np.append(np.where(zero, factor * units, scale[:-1]), scale[-1])


def scale_along(z: Floats, tangent: Floats, scale: Floats, least: Floats) -> Floats:
    """Scales of the unknowns (m + 1,) by how far the `tangent` (m + 1,) at the start leads over the span.

    So they depend little on where the origin is: a state of 1000 may change by one. Their magnitudes, from which
    `scale` is, bound them; where a state is small beside its change, that of the others does. A state that stands still
    keeps its magnitude.
    """
    size, rise = np.abs(z[:-1]), abs(float(tangent[-1]))
    way = np.abs(tangent[:-1]) * (scale[-1] / rise) if rise > 0.0 else np.full(len(size), np.inf)
    nothing = ZERO * max(1.0, float(size.max()))
    small = (size < SMALL * way) | (size <= nothing)
    other = min(1.0, float(size[~small].min())) if not small.all() else 1.0
    changing = np.where(way > nothing, np.minimum(way, other), scale[:-1])
    lowest = np.maximum(LEAST * size, np.minimum(size, LEAST * other))
    scales = np.where(small, changing, np.where(way > nothing, np.clip(way, lowest, size), size))
    return np.append(np.maximum(scales, least), scale[-1])


def rounding_of_states(table: Any, z: Floats, scale: Floats) -> Floats:
    """What rounding in the model makes of each state (n,): no scale may be so small that this is seen.

    Measured as `contin_kernels.start.rounding_beside` says. A state that is small beside others may be the difference of
    such: it is measured in the units that its column of the Jacobian tells of, that no scale looks like a singular point.
    """
    from contin_kernels.inspection import jacobian_from
    from contin_kernels.start import REGULAR, rounding_beside

    size = np.abs(z[:-1])
    sizes = np.abs(z)
    small = size < SMALL * size.max(initial=0.0)
    if small.any():
        entries = np.abs(jacobian_from(table, z, np.empty((len(size), len(z)))) * scale)
        rows = entries.max(axis=1, keepdims=True)
        column = np.max(entries[:, :-1] / np.where(rows > 0.0, rows, 1.0), axis=0)
        units = np.minimum(scale[:-1] / np.where(column > 0.0, column, 1.0), size[~small].min())
        scale = np.append(np.where(small, np.maximum(units, scale[:-1]), scale[:-1]), scale[-1])
        sizes[:-1][small] *= FARTHER
    states = np.empty(len(z) - 1)
    A, noise, regular = rounding_beside(table, z, sizes, scale, states)
    if not regular:
        left, singular, right = np.linalg.svd(A)
        inverse = np.where(singular > REGULAR, 1.0 / np.maximum(singular, REGULAR), 0.0)
        states = scale[:-1] * (np.abs((right.T * inverse) @ left.T) @ noise)
    return np.asarray(states)
