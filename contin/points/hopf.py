"""Hopf points: a pair of complex eigenvalues crosses the imaginary axis.

Coefficients: `l1`, the first Lyapunov coefficient of Kuznetsov's book (2004, equation 5.34, divided by omega, q normalised to
<q, q> = 1), `l1_times_omega` (what MatCont and BifurcationKit print), `omega`. Supercritical where l1 < 0.
"""

from __future__ import annotations

import functools
import math

import numpy as np

from contin.points.finder import Found, Path, crossing, found_at, nearest_pair, sign_changes

PROBLEMS = {"equilibria"}


def find(path: Path, marks: dict[str, list[float]]) -> list[Found]:
    """Hopf points where the real part of a complex pair changes sign; a pair found from both its halves counts once."""
    n = path.problem.watched
    found: list[Found] = []
    for slot in range(n):
        values = path.rows.watch[:, 2 + slot]
        imaginary = path.rows.columns[:, n + slot]
        for i, j in sign_changes(values):
            if imaginary[i] == 0.0 or imaginary[j] == 0.0 or imaginary[i] < 0.0:
                continue
            part = crossing(values, i, j)
            omega = (1 - part) * abs(imaginary[i]) + part * abs(imaginary[j])
            point = _solve(path, i, j, part, omega)
            if point is not None and not any(_same(point, other, path) for other in found):
                found.append(point)
    return found


def _same(a: Found, b: Found, path: Path) -> bool:
    return bool(
        np.max(np.abs((a.z - b.z) / path.scale)) < 1e-10
        and math.isclose(a.coefficients["omega"], b.coefficients["omega"], rel_tol=1e-9)
    )


def _solve(path: Path, i: int, j: int, part: float, guess: float) -> Found | None:
    from contin_kernels.memory import address_of
    from contin_kernels.normal_forms.hopf import first_lyapunov
    from contin_kernels.points.hopf import augmented, solve
    from contin_kernels.status import OK

    z = path.between(i, j, part)
    status, residual, error, omega, q, p = solve(address_of(augmented), path.table, path.scale, z, guess)
    if status != OK or not omega > 0.0 or not path.lies_between(z, i, j):
        return None
    n = len(q)
    A = np.ascontiguousarray(path.jacobian(z)[:, :n])
    l1, size = first_lyapunov(path.table, z[:n].copy(), path.context.parameters, A, omega, q, p)
    degenerate = not abs(l1) > 1e-10 * size
    return found_at(
        path,
        i,
        j,
        z,
        "hopf",
        functools.partial(nearest_pair, omega=omega),
        residual,
        error,
        coefficients={"l1": l1, "l1_times_omega": l1 * omega, "omega": omega},
        criticality=None if degenerate else "supercritical" if l1 < 0 else "subcritical",
        form="degenerate" if degenerate else "",
    )
