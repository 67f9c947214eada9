"""Folds (saddle-node, limit points): the branch turns back in the parameter.

Coefficient `a` = 1/2 p . B(q, q) with A q = 0, A' p = 0, |q| = 1, p . q = 1 and q's largest entry positive (Kuznetsov,
Elements of Applied Bifurcation Theory, 3rd ed. 2004, equation 5.31). Where p . q = 0 (Bogdanov-Takens) it is NaN; where
it vanishes the fold is degenerate.
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from contin.points.bracket import bracketed
from contin.points.finder import Found, Path, crossing, found_at, nearest_real, sign_changes

Floats = NDArray[np.float64]

PROBLEMS = {"equilibria"}


def find(path: Path, marks: dict[str, list[float]]) -> list[Found]:
    """Folds where the tangent's parameter component changes sign."""
    values = path.rows.watch[:, 0]
    return [_solve(path, i, j, crossing(values, i, j)) for i, j in sign_changes(values)]


def _solve(path: Path, i: int, j: int, part: float) -> Found:
    from contin_kernels.memory import address_of
    from contin_kernels.points.fold import augmented, solve
    from contin_kernels.status import OK

    z = path.between(i, j, part)
    status, residual, error, r, w, rows = solve(address_of(augmented), path.table, path.scale, z)
    if status == OK and path.lies_between(z, i, j):
        a = _coefficient(path, z, r, w, rows)
        if not abs(a) < 1e-9:
            return found_at(path, i, j, z, "fold", nearest_real, residual, error, coefficients={"a": a})
    z, residual, error = bracketed(path, i, j, 0)
    return found_at(path, i, j, z, "degenerate fold", nearest_real, residual, error, form="degenerate")


def _coefficient(path: Path, z: Floats, r: Floats, w: Floats, rows: Floats) -> float:
    """a, from the null vectors r and w in scaled unknowns and equations."""
    q = r * path.scale[:-1]
    q /= np.linalg.norm(q)
    q *= np.sign(q[np.argmax(np.abs(q))])
    p = w / rows
    normal = float(p @ q)
    if abs(normal) < 1e-12 * float(np.linalg.norm(p)):
        return math.nan
    direction = np.append(q, 0.0)
    return float(0.5 * (p / normal) @ path.curvature(z, direction, direction))
