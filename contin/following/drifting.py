"""Flips and Neimark-Sacker points on a manifold of fixed points: whether their normal form tells what happens beyond them.

Across the manifold w' = mu(s) w + ... with the critical multiplier mu, where s is the place on it, and along the manifold
s' = s + c |w|^2 + ... So where orbits leave a critical point, they drift with the square of their amplitude to other points, with
other multipliers. Of gradient descent at a flip c = - eta/2 dh/ds, h the curvature: orbits always drift to where h is smaller,
until it is below the threshold, and come to rest (A. Damian, E. Nichani, J. D. Lee, Self-stabilization: the implicit bias of
gradient descent at the edge of stability, ICLR 2023). There is no cycle then, and the coefficient of the problem across the
manifold, with s held, says nothing: for s + k w^2 in the place of s it is another. Only where both c and dmu/ds vanish, as by a
symmetry, does it decide, as if there were no manifold.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from contin.points.finder import Facts
from contin.problems.fixed_points_on_manifold import FixedPointsOnManifold
from contin.problems.manifold import Solutions

Floats = NDArray[np.float64]

DRIFTING = "drifting"
STEP = 1e-4  # of the states' size, for differences of the derivative
NOTHING = 1e-6  # of the derivative's change: less is zero
ROUNDING = 1e-9  # of the derivative, for states of size 1: what rounding makes of its change


def judged(
    problem: FixedPointsOnManifold, kind: str, facts: Facts, state: Floats, parameters: Floats, smooth: bool
) -> Facts:
    """The facts of a point, (n,) and all parameters (k,); of a flip and a Neimark-Sacker point with "slope" and "drift".

    "slope" is |dmu/ds|, "drift" |c| for w in units of the critical vector of length 1; unless both are zero, the form is
    "drifting" and there is no criticality. Where the map is not smooth, there is no "drift", and "slope" decides.
    """
    if kind not in ("flip", "neimark-sacker"):
        return facts
    sizes, still = slope_and_drift(problem, kind, state, parameters, smooth)
    known = replace(facts, coefficients={**facts.coefficients, **sizes})
    if still:
        return known
    held = facts.form if facts.form not in ("", "non-smooth") else DRIFTING
    return replace(known, criticality=None, form=held)


def slope_and_drift(
    problem: FixedPointsOnManifold, kind: str, state: Floats, parameters: Floats, smooth: bool
) -> tuple[dict[str, float], bool]:
    """|dmu/ds| and |c| by name, and whether both are zero to rounding and the critical vector has no part along the manifold."""
    from scipy.linalg import eig

    solutions = problem.whole.solutions(problem.whole.context(parameters))
    z = problem.whole.unknowns(state, parameters)
    n, d = problem.manifold.tangents.shape
    N = problem.manifold.tangents
    A = solutions.equations(z)[1] + np.eye(n)
    values, left, right = eig(A, left=True)
    off = (
        np.abs(values + 1.0) if kind == "flip" else np.abs(np.abs(values) - 1.0) + 9.0 * (values.imag <= 0.0)
    )
    critical = int(np.argmin(off))
    p, q = left[:, critical].conj(), right[:, critical]
    p /= p @ q
    least = ROUNDING * float(np.linalg.norm(A)) / max(1.0, float(np.max(np.abs(state))))
    changes = [_change(solutions, z, N[:, i], along=True) for i in range(d)]
    sizes = {"slope": float(np.linalg.norm([p @ change @ q for change in changes]))}
    largest = max(float(np.linalg.norm(change)) for change in changes)
    still = sizes["slope"] <= float(np.linalg.norm(p)) * max(NOTHING * largest, least)
    if smooth:
        L = np.linalg.svd(A - np.eye(n))[0][:, -d:]
        change = _change(solutions, z, q.real) + 1j * _change(solutions, z, q.imag)
        half = 0.5 if kind == "flip" else 1.0  # x = w q + ..., or w q + w* q* + ...
        sizes["drift"] = half * float(
            np.linalg.norm(np.linalg.solve(L.T @ N, L.T @ (change @ q.conj()).real))
        )
        still &= sizes["drift"] <= max(NOTHING * float(np.linalg.norm(change)), least)
    return sizes, bool(still and np.linalg.norm(N.T @ q) <= NOTHING)


def _change(solutions: Solutions, z: Floats, direction: Floats, along: bool = False) -> Floats:
    """The derivative (n, n) of F_x in a direction (n,), by central differences; where it is `along` the manifold, on it."""
    length = float(np.linalg.norm(direction))
    if length == 0.0:
        return np.zeros((len(direction), len(direction)))
    step = STEP * max(1.0, float(np.max(np.abs(z[:-1])))) / length
    sides = []
    for sign in (1.0, -1.0):
        beside = z + sign * np.append(step * direction, 0.0)
        found = solutions.nearest(beside) if along else beside
        sides.append(beside if found is None else found)
    way = (sides[0] - sides[1])[:-1] @ direction / length**2
    return np.asarray((solutions.equations(sides[0])[1] - solutions.equations(sides[1])[1]) / way)
