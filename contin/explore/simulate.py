"""`simulate`: a flow's solution from a start, by SciPy's solvers on the compiled right-hand side and Jacobian."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from contin.errors import BadValue, NotConverged, NotFinite, unknown
from contin.explore.place import check_positive, check_system, place_of
from contin.explore.trajectory import Trajectory
from contin.systems.rates import Rates

if TYPE_CHECKING:
    from contin.branch import SpecialPoint
    from contin.problems import Start
    from contin.systems import Flow

Floats = NDArray[np.float64]
Event = Callable[[float, Floats], float]
Events = Event | Sequence[Event] | Mapping[str, Event]

METHODS = ("LSODA", "BDF", "Radau", "DOP853", "RK45", "RK23")
WITH_JACOBIAN = ("LSODA", "BDF", "Radau")
LEAST_RTOL = 1e-13  # LSODA refuses less than about 100 roundings


def simulate(
    system: Flow,
    start: Mapping[str, float] | ArrayLike | Start | SpecialPoint,
    t: float | ArrayLike,
    *,
    at: Mapping[str, float] | None = None,
    method: str = "auto",
    rtol: float = 1e-8,
    atol: float | ArrayLike | None = None,
    events: Events | None = None,
) -> Trajectory:
    """Follow a flow in time.

    Parameters
    ----------
    system : Flow
    start : dict, (n,) array, Start, SpecialPoint or the like
        Where it begins. A `Start` or a point brings its parameters.
    t : float, pair or (points,) array
        The final time (beginning at 0), the first and the last time, or all times at which the solution is wanted, in
        the model's unit of time. Without a list of times, the points are the solver's own steps. Times may descend.
    at : dict, optional
        Parameters that differ from the defaults (or from those of the start); totals of conservation laws, to which the
        dependent states are made to fit.
    method : str
        "auto" is LSODA, which changes between Adams' methods and the stiff backward differentiation formulas, and
        Radau where that fails; or one of SciPy's by name: "LSODA", "BDF", "Radau", "DOP853", "RK45", "RK23".
    rtol, atol : float
        Relative and absolute tolerance of a step, as SciPy takes them. `atol` may have one value for each state; its
        default is 1e-3 rtol times the largest magnitude in the start (or 1, if that is zero).
    events : callable, sequence or dict of callables, optional
        `event(t, state)` is zero where the event happens; the attributes `terminal` and `direction` as in SciPy.

    Returns
    -------
    Trajectory
        It ends before the last time where a terminal event says so.

    Raises
    ------
    UnknownName, BadValue
        For wrong names, or values that cannot be meant.
    NotFinite
        If the model becomes NaN or infinite along the way.
    NotConverged
        If the solver gives up, as where the solution grows without bound in finite time.

    Notes
    -----
    The solvers are SciPy's `solve_ivp`; LSODA is that of L. Petzold, SIAM Journal on Scientific and Statistical
    Computing 4 (1983) 136-148; Radau IIA of order 5: Hairer and Wanner, Solving Ordinary Differential Equations II, IV.8.

    """
    x, p = place_of(check_system(system), start, at)
    span, times = _times(t)
    methods = _methods(method)
    tolerances = _tolerances(rtol, atol, x)
    named = _named(events)
    rates = Rates(system, p)
    if not np.isfinite(rates(x)).all():
        raise NotFinite(f"'{system.name}' is not finite at the start: {system.describe(x, p)}.")
    trouble: Exception | None = None
    for solver in methods:
        try:
            found = integrate(rates, x, span, solver, times, list(named.values()), *tolerances)
        except (NotFinite, NotConverged) as error:
            trouble = trouble or error
            continue
        return Trajectory(
            system.name, system.states, tuple(system.parameters), found.t, found.y.T.copy(), p, solver,
            dict(zip(named, found.t_events or (), strict=True)),
            {name: np.reshape(y, (-1, len(x))) for name, y in zip(named, found.y_events or (), strict=True)},
            system,
        )  # fmt: skip
    assert trouble is not None
    raise trouble


def integrate(
    rates: Rates,
    x: Floats,
    span: tuple[float, float],
    method: str,
    times: Floats | None = None,
    events: Sequence[Event] = (),
    rtol: float = 1e-8,
    atol: float | Floats = 1e-11,
    **options: Any,
) -> Any:
    """SciPy's result of `solve_ivp` from `x` (n,) over `span`; `y` is (n, points).

    Raises
    ------
    NotFinite
        If f or its Jacobian is NaN or infinite where the solver needs it.
    NotConverged
        If the solver gives up.
    """
    watch = Watch(rates, method, span[0], x)
    if method in WITH_JACOBIAN:
        options["jac"] = watch.jacobian
    try:
        found = quiet_solver(
            watch.rhs, span, x, method=method, t_eval=times, events=list(events) or None, rtol=rtol, atol=atol,
            **options,
        )  # fmt: skip
    except ValueError as error:  # SciPy's check for NaN in linear systems
        raise NotConverged(watch.complaint(str(error))) from None
    if found.status < 0 or not np.isfinite(found.y).all():
        raise NotConverged(watch.complaint(found.message))
    return found


def quiet_solver(function: Callable[..., Floats], *arguments: Any, **options: Any) -> Any:
    """`solve_ivp` without the warnings, whose meaning callers put into words."""
    from scipy.integrate import solve_ivp

    with warnings.catch_warnings(), np.errstate(all="ignore"):
        warnings.simplefilter("ignore")
        return solve_ivp(function, *arguments, **options)


class Watch:
    """f and its Jacobian as `solve_ivp` calls them; remembers the place and raises where they are not finite."""

    def __init__(self, rates: Rates, method: str, t: float, x: Floats) -> None:
        self._rates, self._method = rates, method
        self._t, self._x = t, x.copy()
        self.calls = 0

    def rhs(self, t: float, x: Floats) -> Floats:
        """f (n,)."""
        f = self._rates(x)
        self.calls += 1
        if np.isfinite(f).all():
            self._t, self._x = t, x.copy()
        elif self._method == "LSODA":  # the others take a smaller step, LSODA goes on with NaN
            raise NotFinite(
                f"'{self._rates.system.name}' becomes not finite after t = {self._t:.6g}, "
                f"{self._rates.name_values(self._x)}: the solution grows without bound, or leaves where the model is "
                "defined."
            )
        return f

    def jacobian(self, t: float, x: Floats) -> Floats:
        """Df (n, n)."""
        J = self._rates.jacobian(x)
        if not np.isfinite(J).all():
            raise NotFinite(
                f"the Jacobian of '{self._rates.system.name}' is not finite at t = {t:.6g}, "
                f'{self._rates.name_values(x)}; method="DOP853" needs none.'
            )
        return J

    def complaint(self, message: str) -> str:
        """What to say when the solver has given up with this message."""
        return (
            f"'{self._rates.system.name}' could not be followed beyond t = {self._t:.6g}, "
            f"{self._rates.name_values(self._x)} ({self._method}: {message.rstrip('.')}); the solution may grow without "
            "bound or jump there; try another method or a larger rtol."
        )


def _times(t: Any) -> tuple[tuple[float, float], Floats | None]:
    """First and last time, and the list of times if there is one."""
    try:
        times = np.atleast_1d(np.asarray(t, dtype=np.float64))
    except (TypeError, ValueError):
        raise BadValue(f"`t` must be a final time, a pair or an array of times, not {t!r}.") from None
    if times.ndim != 1 or times.size == 0:
        raise BadValue(f"`t` must be a final time, a pair or an array of times, not of shape {times.shape}.")
    if not np.isfinite(times).all():
        raise BadValue(f"`t` must be finite, not {times[~np.isfinite(times)][0]:g}.")
    if times.size == 1:
        times = np.array([0.0, times[0]])
    ways = np.sign(np.diff(times))
    if (ways != ways[0]).any() or ways[0] == 0:
        raise BadValue(
            f"`t` must ascend or descend strictly, not from {times[0]:g} to {times[-1]:g} like this."
        )
    return (float(times[0]), float(times[-1])), times if times.size > 2 else None


def _methods(method: str) -> tuple[str, ...]:
    if method == "auto":
        return "LSODA", "Radau"
    if method not in METHODS:
        raise unknown("method", method, ("auto", *METHODS))
    return (method,)


def _tolerances(rtol: Any, atol: Any, x: Floats) -> tuple[float, float | Floats]:
    relative = check_positive("rtol", rtol)
    if relative < LEAST_RTOL:
        raise BadValue(f"`rtol` must be at least {LEAST_RTOL:g}, not {rtol!r}: rounding is near.")
    if atol is None:
        return relative, absolute_tolerance(relative, x)
    absolute = np.asarray(atol, dtype=np.float64)
    if absolute.shape not in ((), x.shape) or not (np.isfinite(absolute).all() and (absolute >= 0).all()):
        raise BadValue(f"`atol` must be one number >= 0, or one for each of {len(x)} states, not {atol!r}.")
    return relative, absolute


def absolute_tolerance(rtol: float, x: Floats) -> float:
    """1e-3 rtol times the largest magnitude in `x` (n,), or 1 if that is zero."""
    return 1e-3 * rtol * (float(np.abs(x).max()) or 1.0)


def _named(events: Events | None) -> dict[str, Event]:
    if events is None:
        return {}
    if isinstance(events, Mapping):
        named = dict(events)
    else:
        listed = [events] if callable(events) else list(events)
        named = {f"event_{i}" if len(listed) > 1 else "event": event for i, event in enumerate(listed)}
    for name, event in named.items():
        if not callable(event):
            raise BadValue(f"the event '{name}' must be a function event(t, state), not {event!r}.")
    return named
