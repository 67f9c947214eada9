"""Folds (saddle-node, limit points): the branch turns back in the parameter.

Coefficient `a` = 1/2 p . B(q, q) with A q = 0, A' p = 0, |q| = 1, p . q = 1 and q's largest entry positive (Kuznetsov,
Elements of Applied Bifurcation Theory, 3rd ed. 2004, equation 5.31). Where p . q = 0 (Bogdanov-Takens) it is NaN; where
it vanishes the fold is degenerate and known only by its bracket.
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from contin.points.finder import Found, Path, found_at, nearest_real, sign_changes
from contin.points.piece import Piece, piece_of, solve_on

Floats = NDArray[np.float64]

PROBLEMS = {"equilibria"}
WATCHED = 0
FLAT = 1e-8  # a fold bent less than this, in scaled unknowns, is degenerate


def find(path: Path, marks: dict[str, list[float]]) -> list[Found]:
    """Folds where the tangent's parameter component changes sign."""
    return [_solved(path, i, j) for i, j in sign_changes(path.rows.watch[:, WATCHED])]


def _solved(path: Path, i: int, j: int) -> Found:
    found, piece = solve_on(piece_of(path, i, j), WATCHED, _attempt)
    if found is not None:
        return found
    error = abs(piece.b[-1] - piece.a[-1]) + 1e-12 * path.scale[-1]
    z = piece.at(0.5)
    return found_at(path, i, j, z, "degenerate fold", nearest_real, piece.residual, error, form="degenerate")


def _attempt(piece: Piece) -> Found | None:
    from contin_kernels.memory import address_of
    from contin_kernels.points.fold import augmented, solve
    from contin_kernels.status import OK

    path = piece.path
    z = piece.at(piece.part(WATCHED))
    status, residual, error, r, w, rows = solve(address_of(augmented), path.table, path.scale, z)
    if status != OK or not piece.contains(z):
        return None
    direction = np.append(r / np.linalg.norm(r), 0.0) * path.scale
    bend = float((w / np.linalg.norm(w)) @ (path.curvature(z, direction, direction) / rows))
    if abs(bend) < FLAT:
        return None
    a = _coefficient(path, z, r, w, rows)
    return found_at(path, piece.i, piece.j, z, "fold", nearest_real, residual, error, coefficients={"a": a})


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
