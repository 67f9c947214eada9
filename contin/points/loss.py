"""Where the rank of the Jacobian falls, as the zero of a small matrix that is smooth along the branch.

Bordered by vectors of its null spaces at the point, dF/dz stays regular, and the last block of its inverse is zero
where its rank is lower by their number (Govaerts, Numerical Methods for Bifurcations of Dynamical Equilibria, SIAM 2000,
section 3.6). No defining system is regular where more than two branches meet, but this matrix tells the place.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from contin.points.beside import Zero, zero_beside
from contin.points.finder import Floats, Path

RANK = 1e-6  # scaled distance within which the rank seems to be lower
SAME = 1e-9  # of what the matrix may be elsewhere, that is left of it where the rank falls


def place_better(path: Path, found: Any, q: int, rows: tuple[int, int], sizes: Floats, lost: int) -> None:
    """Put the found point q, which is known by its bracket, where the rank falls by `lost`, with a bound of its error.

    The point stays where it is if that cannot be told from the branch on both sides; the bound is then that of the rank.
    `sizes` (m,) are those of the equations.
    """
    z, scale = found.rows.z[q], path.scales(found.after[q : q + 1])[0]
    numbers = reduced(path, z, scale, sizes, lost)
    zeros = [
        zero
        for order in (1, 3)
        if (zero := zero_beside(path, z, rows, scale, order, 1.0, numbers)) is not None and is_zero(zero)
    ]
    found.error[q] += RANK * scale[-1]
    if zeros:
        best = min(zeros, key=lambda zero: zero.error)
        found.rows.z[q], found.error[q] = best.z, best.error


def is_zero(zero: Zero) -> bool:
    """Whether what is left is of rounding."""
    return zero.left <= SAME * max(1.0, zero.least)


def reduced(path: Path, z: Floats, scale: Floats, sizes: Floats, lost: int) -> Callable[[Floats], Floats]:
    """The matrix's entries (lost (lost + 1),) as a function of a point (m + 1,), bordered by the null spaces at `z`."""
    from contin_kernels.inspection import jacobian_from

    m = len(z) - 1

    def scaled(point: Floats) -> Floats:
        J = jacobian_from(path.context.table, point, np.empty((m, m + 1)))
        return np.asarray(J * scale / sizes[:, None])

    left, _, right = np.linalg.svd(scaled(z))
    bordered = np.zeros((m + 1 + lost, m + 1 + lost))
    bordered[:m, m + 1 :] = left[:, m - lost :]
    bordered[m:, : m + 1] = right[m - lost :]
    unit = np.eye(m + 1 + lost)[:, m:]

    def numbers(point: Floats) -> Floats:
        bordered[:m, : m + 1] = scaled(point)
        return np.asarray(np.linalg.solve(bordered, unit)[m + 1 :].ravel(), dtype=np.float64)

    return numbers
