"""Branch points: two branches cross. Transcritical where both go on in the parameter, pitchfork where one turns there.

Coefficients, with A q = 0, A' p = 0, |q| = 1, p . q = 1 and (h, 1) the kernel's direction across q:
`a` = 1/2 p . B(q, q), `b` = p . (mixed second derivative in q and (h, 1)), `d` = 1/2 p . (second derivative along (h, 1))
give the branching equation a u^2 + b u v + d v^2 = 0 of the directions u q + v (h, 1); for a pitchfork (a = 0) `c` is
the cubic coefficient 1/6 p . (C(q, q, q) + 3 B(q, g)), A g = - B(q, q). (Kuznetsov 2004, section 7.4; Govaerts 2000,
section 6.6.) A pitchfork is supercritical where c < 0.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from contin.points.finder import Found, Path, found_at, nearest_real, sign_changes
from contin.points.piece import Piece, piece_of, solve_on

Floats = NDArray[np.float64]

PROBLEMS = {"equilibria"}
VANISHES = 1e-7


def find(path: Path, marks: dict[str, list[float]]) -> list[Found]:
    """Branch points where the determinant of the bordered matrix changes sign."""
    solved = [_solved(path, i, j) for i, j in sign_changes(path.rows.watch[:, 1])]
    return [point for point in solved if point is not None]


def _solved(path: Path, i: int, j: int) -> Found | None:
    piece = piece_of(path, i, j)
    found = _attempt(piece)
    if found is not None:
        return found
    return _multiple(piece)


def _multiple(piece: Piece) -> Found | None:
    """A branch point where more than two branches meet: the rank of the Jacobian falls by two or more on the piece.

    Its defining system is singular; it is known by its bracket, and its multiplicity is the kernel's dimension less one. None
    where the Jacobian keeps its rank: then the sign had changed by rounding alone.
    """
    _, piece = solve_on(piece, 1, lambda piece: None)
    path = piece.path
    z = piece.at(0.5)
    ends = np.abs(path.jacobian(path.rows.z[piece.i])) + np.abs(path.jacobian(path.rows.z[piece.j]))
    rows = np.max(ends * path.scale, axis=1)
    singular = np.linalg.svd(path.jacobian(z) * path.scale / np.where(rows > 0, rows, 1.0)[:, None])[1]
    lost = int(np.sum(singular < 1e-6 * max(1.0, float(singular[0]))))
    if lost == 0:
        return None
    error = abs(piece.b[-1] - piece.a[-1]) + 1e-12 * path.scale[-1]
    return found_at(
        path,
        piece.i,
        piece.j,
        z,
        "branch point",
        nearest_real,
        piece.residual,
        error,
        regular=False,
        form="multiple",
        coefficients={"multiplicity": float(lost)},
    )


def _attempt(piece: Piece) -> Found | None:
    from contin_kernels.branching import GAP
    from contin_kernels.memory import address_of
    from contin_kernels.points.branch_point import augmented, solve_from
    from contin_kernels.status import OK

    path = piece.path
    z = piece.at(0.5)
    status, residual, error, gap, v, w, rows = solve_from(
        address_of(augmented), path.table, path.scale, z, piece.b - piece.a
    )
    if status != OK or gap > GAP or not piece.contains(z):
        return None
    coefficients, form = branching_equation(path, z, v, w, rows)
    criticality = None
    if form == "pitchfork":
        criticality = "supercritical" if coefficients["c"] < 0 else "subcritical"
    return found_at(
        path,
        piece.i,
        piece.j,
        z,
        "branch point",
        nearest_real,
        residual,
        error,
        regular=False,
        coefficients=coefficients,
        criticality=criticality,
        form=form,
    )


def branching_equation(
    path: Path, z: Floats, v: Floats, w: Floats, rows: Floats
) -> tuple[dict[str, float], str]:
    """Coefficients and form ("transcritical", "pitchfork" or "degenerate") from the scaled null vectors."""
    from contin_kernels.normal_forms.pitchfork import cubic

    q, across = kernel_basis(v * path.scale)
    p = w / rows
    n = len(z) - 1
    normal = float(p @ q[:n])
    if abs(normal) < 1e-10 * float(np.linalg.norm(p)):
        return {}, "degenerate"
    p = p / normal

    def second(u: Floats, w: Floats) -> float:
        return float(p @ path.curvature(z, u, w))

    a, b, d = 0.5 * second(q, q), second(q, across), 0.5 * second(across, across)
    size = float(np.linalg.norm(q / path.scale)), float(np.linalg.norm(across / path.scale))
    relative = max(abs(a) / size[0] ** 2, abs(b) / (size[0] * size[1]), abs(d) / size[1] ** 2)
    coefficients = {"a": a, "b": b, "d": d}
    if abs(a) / size[0] ** 2 > VANISHES * relative:
        return coefficients, "transcritical" if b * b > 4 * a * d else "degenerate"
    A = np.ascontiguousarray(path.jacobian(z)[:, :n])
    coefficients["a"] = 0.0
    coefficients["c"] = cubic(path.table, z[:n].copy(), path.context.parameters, A, q[:n].copy(), p)
    return coefficients, "pitchfork" if coefficients["c"] != 0.0 else "degenerate"


def kernel_basis(v: Floats) -> tuple[Floats, Floats]:
    """q = (phi, 0) with |phi| = 1 and its largest entry positive, and (h, 1), of the two null vectors v (2, m + 1)."""
    q = v[0] * v[1, -1] - v[1] * v[0, -1]
    q[-1] = 0.0
    q /= np.linalg.norm(q)
    q *= np.sign(q[np.argmax(np.abs(q))])
    best = v[np.argmax(np.abs(v[:, -1]) / np.linalg.norm(v, axis=1))]
    across = best / best[-1]
    return q, across - (across[:-1] @ q[:-1]) * q
