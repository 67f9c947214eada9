"""Hopf points: a pair of complex eigenvalues crosses the imaginary axis.

Coefficients: `l1`, the first Lyapunov coefficient of Kuznetsov's book (2004, equation 5.34, divided by omega, q normalised to
<q, q> = 1), `l1_times_omega` (what MatCont and BifurcationKit print), `omega`. Supercritical where l1 < 0.
"""

from __future__ import annotations

import functools
import math

import numpy as np

from contin.points.finder import Found, Path, found_at, nearest_pair, sign_changes
from contin.points.piece import Piece, piece_of, solve_on

PROBLEMS = {"equilibria"}


def find(path: Path, marks: dict[str, list[float]]) -> list[Found]:
    """Hopf points where the real part of a complex pair changes sign; a pair found from both its halves counts once."""
    n = path.problem.watched
    found: list[Found] = []
    for slot in range(n):
        imaginary = path.rows.columns[:, n + slot]
        for i, j in sign_changes(path.rows.watch[:, 2 + slot]):
            if imaginary[i] > 0.0 and imaginary[j] != 0.0:
                point = _solved(path, i, j, slot)
                if not any(_same(point, other, path) for other in found):
                    found.append(point)
    return found


def _same(a: Found, b: Found, path: Path) -> bool:
    return bool(
        np.max(np.abs((a.z - b.z) / path.scale)) < 1e-10
        and math.isclose(a.coefficients["omega"], b.coefficients["omega"], rel_tol=1e-9)
    )


def _solved(path: Path, i: int, j: int, slot: int) -> Found:
    found, piece = solve_on(piece_of(path, i, j), 2 + slot, functools.partial(_attempt, slot=slot))
    if found is not None:
        return found
    omega = abs(float(piece.columns_a[path.problem.watched + slot]))
    error = abs(piece.b[-1] - piece.a[-1]) + 1e-12 * path.scale[-1]
    critical = functools.partial(nearest_pair, omega=omega)
    return found_at(
        path,
        i,
        j,
        piece.at(0.5),
        "non-hyperbolic",
        critical,
        piece.residual,
        error,
        coefficients={"omega": omega},
        form="degenerate",
    )


def _attempt(piece: Piece, slot: int) -> Found | None:
    from contin_kernels.memory import address_of
    from contin_kernels.normal_forms.hopf import first_lyapunov
    from contin_kernels.points.hopf import augmented, solve
    from contin_kernels.status import OK

    path = piece.path
    n = path.problem.watched
    part = piece.part(2 + slot)
    guess = (1 - part) * abs(piece.columns_a[n + slot]) + part * abs(piece.columns_b[n + slot])
    z = piece.at(part)
    status, residual, error, omega, q, p = solve(address_of(augmented), path.table, path.scale, z, guess)
    if status != OK or not omega > 0.0 or not piece.contains(z):
        return None
    A = np.ascontiguousarray(path.jacobian(z)[:, :n])
    l1, size = first_lyapunov(path.table, z[:n].copy(), path.context.parameters, A, omega, q, p)
    degenerate = not abs(l1) > 1e-10 * size
    return found_at(
        path,
        piece.i,
        piece.j,
        z,
        "hopf",
        functools.partial(nearest_pair, omega=omega),
        residual,
        error,
        coefficients={"l1": l1, "l1_times_omega": l1 * omega, "omega": omega},
        criticality=None if degenerate else "supercritical" if l1 < 0 else "subcritical",
        form="degenerate" if degenerate else "",
    )
