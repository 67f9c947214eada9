"""A cycle near a solution that repeats itself, by shooting: Newton's method on the flow over one period."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from contin.errors import NotConverged, NotFinite
from contin.explore.equilibrium import conserved
from contin.explore.simulate import absolute_tolerance, integrate
from contin.problems import Orbit
from contin.systems.rates import Rates

Floats = NDArray[np.float64]

RTOL = 1e-12
STIFF = 1e5  # fastest times in a period
POINTS = 100  # at least so many steps a period
BESIDE = 1e-5  # of a state's range: for the derivatives of the flow over one period
CLOSED = 1e-9  # of the ranges: what may be left between the end and the beginning
CLOSED_STIFF = 1e-7
MOST_STEPS = 8
NEUTRAL = 1e-4  # a multiplier so near 1 does not tell


@dataclass(frozen=True, eq=False)
class Cycle:
    """A closed orbit and its multipliers (n - 1 - laws,) beside those that are 1 for every cycle."""

    orbit: Orbit
    multipliers: NDArray[np.complex128]

    @property
    def kind(self) -> str:
        """In words: "stable cycle", "unstable cycle", or "neutral cycle" where a multiplier is 1 to the solution's accuracy."""
        largest = float(np.abs(self.multipliers).max(initial=0.0))
        if abs(largest - 1.0) <= NEUTRAL:
            return "neutral cycle"
        return "stable cycle" if largest < 1.0 else "unstable cycle"


def cycle_near(rates: Rates, x: Floats, period: float) -> Cycle | None:
    """The cycle near `x` (n,) with nearly this period; None if Newton's method does not find it.

    Of a family of cycles that are all neutral, as around a centre, the nearest one. What the model conserves keeps its value.
    """
    try:
        return _shoot(rates, x, period)
    except (NotConverged, NotFinite):
        return None


def _shoot(rates: Rates, x: Floats, period: float) -> Cycle | None:
    laws = conserved(rates, x)
    stiff = precise_method(rates, x, period)[0] == "Radau"
    orbit = _turn(rates, x, period)
    size = np.ptp(orbit.x, axis=0)
    size = np.where(size > 1e-9 * size.max(), size, size.max())
    for _ in range(MOST_STEPS):
        gap = (orbit.x[-1] - orbit.x[0]) / size
        M = _derivatives(rates, orbit, size)
        if np.abs(gap).max() <= (CLOSED_STIFF if stiff else CLOSED):
            return Cycle(_closed(orbit), _multipliers(M, 1 + len(laws)))
        f = rates(orbit.x[-1]) / size * orbit.period
        across = np.append(rates(orbit.x[0]) / size * orbit.period, 0.0)
        held = np.column_stack([laws * size, np.zeros(len(laws))])
        A = np.vstack([np.column_stack([M - np.eye(len(x)), f]), across, held])
        b = np.concatenate([-gap, np.zeros(1 + len(laws))])
        step = np.linalg.lstsq(A, b, rcond=1e-7)[0]
        if not np.abs(step).max() < 0.5:
            return None
        orbit = _turn(rates, orbit.x[0] + step[:-1] * size, orbit.period * (1.0 + step[-1]))
    return None


def _turn(rates: Rates, x: Floats, period: float) -> Orbit:
    """The solution from `x` (n,) over one period."""
    method, rtol = precise_method(rates, x, period)
    found = integrate(
        rates, x, (0.0, period), method, rtol=rtol, atol=absolute_tolerance(rtol, x), max_step=period / POINTS
    )
    return Orbit(found.t, np.ascontiguousarray(found.y.T))


def precise_method(rates: Rates, x: Floats, period: float) -> tuple[str, float]:
    """Solver and relative tolerance for solutions over a period: LSODA, but Radau where the model is stiff.

    LSODA begins with Adams' method; beside a slow manifold a million times as fast it needs minutes to leave that.
    """
    fastest = float(np.abs(rates.jacobian(x)).max())
    return ("Radau", 1e-9) if fastest * period > STIFF else ("LSODA", RTOL)


def _derivatives(rates: Rates, orbit: Orbit, size: Floats) -> Floats:
    """The end's derivatives (n, n) by the beginning, in units of `size` (n,): differences of solutions."""
    columns = []
    for step in np.diag(BESIDE * size):
        ends = [_turn(rates, orbit.x[0] + sign * step, orbit.period).x[-1] for sign in (1.0, -1.0)]
        columns.append((ends[0] - ends[1]) / (2 * BESIDE * size))
    return np.array(columns).T


def _closed(orbit: Orbit) -> Orbit:
    x = orbit.x.copy()
    x[-1] = x[0]
    return Orbit(orbit.t, x)


def _multipliers(M: Floats, trivial: int) -> NDArray[np.complex128]:
    """Eigenvalues of `M` (n, n) without the `trivial` ones nearest to 1."""
    values = np.linalg.eigvals(M).astype(np.complex128)
    return np.asarray(values[np.argsort(np.abs(values - 1.0))][trivial:])
