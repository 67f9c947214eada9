"""`settle`: follow the flow to its attractor, and solve for the equilibrium or the cycle that it has reached."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import ArrayLike, NDArray

from contin.errors import NotConverged, NotFinite
from contin.explore.classify import Classification, classify_matrix
from contin.explore.cycle import Cycle, cycle_near, precise_method
from contin.explore.equilibrium import conserved, nearest_equilibrium
from contin.explore.place import check_positive, check_system, place_of
from contin.explore.recurrence import period_of
from contin.explore.simulate import absolute_tolerance, integrate
from contin.explore.walk import Walk
from contin.problems import Start
from contin.systems.rates import Rates

if TYPE_CHECKING:
    from contin.branch import SpecialPoint
    from contin.systems import Flow

Floats = NDArray[np.float64]

EPS = float(np.finfo(np.float64).eps)


def settle(
    system: Flow,
    start: Mapping[str, float] | ArrayLike | Start | SpecialPoint | None = None,
    at: Mapping[str, float] | None = None,
    *,
    longest: float = 1e12,
    tolerance: float = 1e-6,
) -> Start:
    """The stable equilibrium or the cycle that the flow reaches from a start, solved for.

    Parameters
    ----------
    system : Flow
    start : dict, (n,) array, Start or SpecialPoint, optional
        Default: all states zero; all one if that is an unstable equilibrium, or the model is not finite there.
    at : dict, optional
        Parameters that differ from the defaults (or from those of the start); totals of conservation laws.
    longest : float
        Time, in the model's unit, after which it gives up.
    tolerance : float
        How near the solution comes to an equilibrium before that is believed, relative to the largest state.

    Returns
    -------
    Start
        For `follow` and `simulate`: state, all parameters, and what was reached in `text`. Of a cycle also `orbit`, with
        times `orbit.t` over one period and states `orbit.x`, and its `period`.

    Raises
    ------
    NotConverged
        If it neither comes to rest nor repeats itself: the message says whether it grows without bound, or still moves
        after `longest`; also if the start is an unstable equilibrium, which is never left.
    NotFinite
        If the model becomes NaN or infinite along the way.
    UnknownName, BadValue
        For wrong names and values.

    Notes
    -----
    Integration by SciPy's LSODA with the compiled Jacobian over stretches that double; after each, Newton's method. A
    cycle is solved by shooting: its error is that of an integration with a relative tolerance of 1e-12.
    Conserved linear combinations of the states keep the value that they have at the start.
    """
    check_system(system)
    longest, tolerance = check_positive("longest", longest), check_positive("tolerance", tolerance)
    if start is not None:
        return _settle(system, *place_of(system, start, at), longest, tolerance)
    zero, p = place_of(system, np.zeros(len(system.states)), at)
    rates = Rates(system, p)
    f, J = rates(zero), rates.jacobian(zero)
    usable = bool(np.isfinite(f).all() and np.isfinite(J).all())
    at_rest = usable and not f.any()
    if not usable or (at_rest and classify_matrix(J).stability != "stable"):
        zero, p = place_of(system, np.ones(len(system.states)), at)
    return _settle(system, zero, p, longest, tolerance)


def _settle(system: Flow, x: Floats, p: Floats, longest: float, tolerance: float) -> Start:
    rates = Rates(system, p)
    if not np.isfinite(rates(x)).all():
        raise NotFinite(f"'{system.name}' is not finite at the start: {system.describe(x, p)}.")
    if (rest := _resting(rates, x, x, 1e-14)) is not None:
        return _reached(rates, x, *rest, "at once: the start is it")
    walk, t, stretch = Walk(rates, x), 0.0, _first_stretch(rates, x)
    while True:
        t = min(t + stretch, longest)
        states = walk.until(t)
        rest = _resting(rates, walk.x, x, tolerance)
        last = t >= longest or walk.spent
        if rest is not None and (rest[1].stability != "unstable" or last):
            return _reached(rates, x, *rest, f"reached at t = {walk.t:.4g} from {rates.name_values(x)}")
        cycle = None if walk.far else _repeating(rates, walk, states)
        if cycle is not None:
            return _cycle(rates, x, cycle, f"reached at t = {walk.t:.4g} from {rates.name_values(x)}")
        complaint = _growing(rates, x, walk)
        if complaint is None and last:
            complaint = _moving(rates, x, walk)
        if complaint is not None:
            raise NotConverged(complaint)
        stretch *= 2


def _first_stretch(rates: Rates, x: Floats) -> float:
    """Ten times the fastest time at the start: slower ones are reached by doubling."""
    J = rates.jacobian(x)
    fastest = float(np.abs(J).max()) if np.isfinite(J).all() else 0.0
    return 10.0 / fastest if fastest > 0 else 1.0


def _resting(
    rates: Rates, x: Floats, begin: Floats, tolerance: float
) -> tuple[Floats, Classification] | None:
    """The equilibrium within `tolerance` of `x` (n,), and its kind without what conservation makes zero."""
    found = nearest_equilibrium(rates, x)
    if found is None:
        return None
    largest, usual = float(np.abs(found).max()), float(np.abs(begin).max())
    size = largest if largest > 1e-9 * usual else usual  # zero has no size of its own
    if np.abs(found - x).max() > tolerance * size:
        return None
    laws = conserved(rates, x)
    if len(laws):  # the solver's error in the totals is not small beside `tolerance`
        exact = nearest_equilibrium(rates, found, level=begin)
        found = found if exact is None else exact
    found = _without_dust(rates, found, EPS * usual)
    J = rates.jacobian(found)
    if len(laws):
        within = np.linalg.svd(laws)[2][len(laws) :].T  # an orthonormal basis of the level
        if not within.size:
            return None
        J = within.T @ J @ within
    return found, classify_matrix(J)


def _without_dust(rates: Rates, x: Floats, least: float) -> Floats:
    """Zero where a state is below `least` and f is no larger for it: 1e-40 is what Newton's method leaves of 0."""
    clean = np.where(np.abs(x) <= least, 0.0, x)
    f, before = np.abs(rates(clean)), np.abs(rates(x))
    return clean if (f <= before).all() and np.isfinite(rates.jacobian(clean)).all() else x


def _reached(rates: Rates, begin: Floats, x: Floats, kind: Classification, how: str) -> Start:
    if kind.stability == "unstable":
        raise NotConverged(
            f"from {rates.name_values(begin)} '{rates.system.name}' rests at an unstable equilibrium, the {kind.kind} "
            f"{rates.name_values(x)} ({how}); start beside it."
        )
    open_question = f"; {kind.text}" if kind.delicate else ""
    text = f"{kind.kind} {rates.name_values(x)}, {how}{open_question}"
    return Start(x, rates.parameters.copy(), text=text)


def _growing(rates: Rates, begin: Floats, walk: Walk) -> str | None:
    if not walk.far:
        return None
    return (
        f"'{rates.system.name}' grows without bound from {rates.name_values(begin)}: {rates.name_values(walk.x)} at "
        f"t = {walk.t:.4g}."
    )


def _repeating(rates: Rates, walk: Walk, steps: tuple[Floats, Floats]) -> Cycle | None:
    """The cycle, if the last stretch repeats itself, and a precise solution over twenty periods too."""
    period = period_of(*steps)
    if period is not None:
        method, rtol = precise_method(rates, walk.x, period)
        try:
            found = integrate(
                rates, walk.x, (0.0, 20.5 * period), method, rtol=rtol, atol=absolute_tolerance(rtol, walk.x),
                max_step=period / 50,
            )  # fmt: skip
        except (NotConverged, NotFinite):
            return None
        period = period_of(found.t, found.y.T, tolerance=1e-5)  # a slow spiral only looks like a cycle
    return None if period is None else cycle_near(rates, found.y[:, -1], period)


def _cycle(rates: Rates, begin: Floats, cycle: Cycle, how: str) -> Start:
    x = cycle.orbit.x[0]
    text = f"{cycle.kind} of period {cycle.orbit.period:.6g} through {rates.name_values(x)}, {how}"
    return Start(x.copy(), rates.parameters.copy(), text=text, orbit=cycle.orbit)


def _moving(rates: Rates, begin: Floats, walk: Walk) -> str:
    f = rates(walk.x)
    i = int(np.argmax(np.abs(f)))
    advice = "another start" if walk.spent else "another start or a larger `longest`"
    return (
        f"'{rates.system.name}' still moves at t = {walk.t:.4g}, without repeating itself, from "
        f"{rates.name_values(begin)}: {rates.name_values(walk.x)}, d{rates.system.states[i]}/dt = {f[i]:.3g}; try {advice}."
    )
