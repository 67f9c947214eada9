"""Newton's method for an equilibrium near a state, to rounding, on the level of what the model conserves."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from contin.problems.coordinates import weights_of
from contin.systems.rates import Rates

Floats = NDArray[np.float64]

EPS = float(np.finfo(np.float64).eps)
MOST_STEPS = 60
SMALLEST = 1e-8  # the size of a state that is zero


def nearest_equilibrium(rates: Rates, state: Floats, level: Floats | None = None) -> Floats | None:
    """An equilibrium (n,) to rounding, by Newton's method from `state` (n,); None if it does not converge.

    Where the Jacobian is singular because a linear combination of the states is conserved, the solution has the same
    total as `level` (n,), which is `state` by default. Steps are not damped: this is for states that are near already.
    """
    laws = conserved(rates, state)
    level = state if level is None else level
    x, last = state.copy(), np.inf
    size = max(float(np.abs(state).max()), SMALLEST)
    for _ in range(MOST_STEPS):
        f, J = rates(x), rates.jacobian(x)
        totals = laws @ (x - level)
        if not (np.isfinite(f).all() and np.isfinite(J).all()):
            return None
        if not f.any() and not totals.any():
            return x
        step = _step(J, f, laws, totals)
        length = float(np.abs(step).max())
        if not length <= 1e3 * size:
            return None
        if length <= 1e-12 * size and length >= 0.5 * last:  # rounding: it gets no smaller
            break
        x, last = x - step, length
        if length <= EPS * size:
            break
    # At a multiple root Newton gains a constant factor a step only, and may end before rounding.
    return x if length <= 1e-6 * size and _is_root(rates, x, size) else None


def _is_root(rates: Rates, x: Floats, size: float) -> bool:
    """Whether f is zero beside the terms it is made of: |Df| |x|, or f where each state differs by a thousandth."""
    f, beside = rates(x), rates(x + 1e-3 * np.maximum(np.abs(x), size))
    terms = np.abs(rates.jacobian(x)) @ np.abs(x) + np.where(np.isfinite(beside), np.abs(beside), 0.0)
    return bool((np.abs(f) <= 1e-9 * terms).all())


def conserved(rates: Rates, state: Floats) -> Floats:
    """Weights (m, n), orthonormal, of the linear combinations that the flow conserves at these parameters.

    They are looked for where the Jacobian at `state` (n,) is singular, which a law makes it.
    """
    J = rates.jacobian(state)
    if not np.isfinite(J).all() or np.linalg.cond(_scaled(J)) < 1e10:
        return np.zeros((0, len(state)))
    laws = rates.system.laws_at(rates.parameters)
    return np.linalg.qr(weights_of(laws).T)[0].T if laws else np.zeros((0, len(state)))


def _scaled(J: Floats) -> Floats:
    rows = np.linalg.norm(J, axis=1)
    return J / np.where(rows == 0.0, 1.0, rows)[:, None]


def _step(J: Floats, f: Floats, laws: Floats, totals: Floats) -> Floats:
    """Newton's step (n,), by least squares where the Jacobian is singular."""
    A, b = np.vstack([J, laws]), np.append(f, totals)
    rows = np.linalg.norm(A, axis=1)
    rows[rows == 0.0] = 1.0
    step: Floats = np.linalg.lstsq(A / rows[:, None], b / rows, rcond=None)[0]
    return step
