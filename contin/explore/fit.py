"""`fit`: parameters with which a model's trajectory passes nearest to data."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from contin.errors import BadValue, NotConverged, NotFinite, unknown
from contin.explore.observations import Observations, observations
from contin.explore.oscillation import Oscillation
from contin.explore.place import check_system, place_of
from contin.explore.simulate import absolute_tolerance, integrate, simulate
from contin.explore.trajectory import Trajectory
from contin.systems.rates import Rates

if TYPE_CHECKING:
    from contin.problems import Start
    from contin.systems import Flow

Floats = NDArray[np.float64]

RTOL = 1e-10  # the noise of a residual is small beside its change over a difference of 1e-4
DIFFERENCE = 1e-4
BAD = 1e3  # the residual, in units of the data, where the model cannot be followed


@dataclass(frozen=True, eq=False)
class Fit:
    """Parameters fitted to data.

    Attributes
    ----------
    values : dict of str to float
        Of the parameters, and of the initial states that were free.
    errors : dict of str to float
        Standard errors, from the linearised least-squares problem with the residuals' own scatter; NaN where the data
        do not determine a value, or are no more than the values.
    residual : float
        Root of the mean square of the residuals, in units of `sigma` or of each state's largest datum.
    eigenvalues : (n,) complex array or None
        Of the equilibrium that an oscillation surrounds, where `oscillating` was asked for.
    trajectory : Trajectory
        The fitted one, at the times of the data.
    success : bool
    text : str
        How it ended, in words.
    """

    values: Mapping[str, float]
    errors: Mapping[str, float]
    residual: float
    trajectory: Trajectory = field(repr=False)
    success: bool
    text: str
    eigenvalues: NDArray[np.complex128] | None = field(default=None, repr=False)

    def __getitem__(self, name: str) -> float:
        """The fitted value called `name`."""
        if name not in self.values:
            raise unknown("fitted value", name, self.values)
        return self.values[name]

    def __repr__(self) -> str:
        shown = ", ".join(f"{k} = {v:.6g} +- {self.errors[k]:.2g}" for k, v in self.values.items())
        return f"<Fit: {shown}; residual {self.residual:.3g}; {self.text}>"


def fit(
    system: Flow,
    data: Any,
    *,
    parameters: Sequence[str] | str,
    start: Mapping[str, float] | ArrayLike | Start,
    at: Mapping[str, float] | None = None,
    bounds: Mapping[str, tuple[float, float]] | None = None,
    initial: Sequence[str] | str = (),
    sigma: Mapping[str, float] | None = None,
    oscillating: bool | Mapping[str, float] | ArrayLike = False,
    begin: float = 0.0,
    **options: Any,
) -> Fit:
    """Fit parameters, and initial states if wanted, to data by least squares.

    Parameters
    ----------
    system : Flow
    data : dict or DataFrame
        State to (times, values); or a frame with states as columns and time as the index or as the column "t". NaN is a
        missing value.
    parameters : str or sequence of str
        Which are fitted, from their values in `at` or their defaults.
    start : dict, (n,) array or Start
        The state at time `begin`.
    at : dict, optional
        Parameters that differ from the defaults.
    bounds : dict of str to pair, optional
        Lowest and highest values allowed, infinite where there are none.
    initial : str or sequence of str
        States whose initial values are fitted too, from those in `start`.
    sigma : dict of str to float, optional
        The uncertainty of a state's data, in its unit; default: the largest magnitude of its data.
    oscillating : bool, dict or (n,) array
        Whether the model must oscillate: its Jacobian at an equilibrium must have a complex pair with a real part that
        is not negative. The equilibrium is searched from the mean of the trajectory, or from the state given here.
    begin : float
        The time of `start`.
    **options
        For `scipy.optimize.least_squares`: `loss`, `max_nfev`, `ftol` and others.

    Returns
    -------
    Fit
        `success` is False, with the reason in `text`, where the best that was found is no minimum or does not oscillate.

    Raises
    ------
    UnknownName, BadValue
        For wrong names, data before `begin`, starts outside the bounds.
    NotConverged, NotFinite
        If the model cannot be followed from the first values.

    Notes
    -----
    Trust-region reflective algorithm (Branch, Coleman and Li, SIAM Journal on Scientific Computing 21, 1999); derivatives
    by central differences of trajectories that are precise to 1e-10. The condition of oscillation is a penalty whose
    weight grows until it holds.
    """
    check_system(system)
    task = _Task(system, data, _names(parameters), _names(initial), place_of(system, start, at), sigma, begin)
    if oscillating is not False:
        guess = None if oscillating is True else system.state_vector(oscillating)
        task.oscillation = Oscillation(guess)
    task.model(task.first)  # complains if it cannot be followed
    return task.solved(bounds or {}, options)


def _names(names: Sequence[str] | str) -> tuple[str, ...]:
    return (names,) if isinstance(names, str) else tuple(names)


class _Task:
    """The residuals as functions of the values."""

    def __init__(
        self,
        system: Flow,
        data: Any,
        parameters: tuple[str, ...],
        initial: tuple[str, ...],
        place: tuple[Floats, Floats],
        sigma: Mapping[str, float] | None,
        begin: float,
    ) -> None:
        for name in parameters:
            if name not in system.parameters:
                raise unknown("parameter", name, system.parameters)
        for name in initial:
            if name not in system.states:
                raise unknown("state", name, system.states)
        self.names = (*parameters, *initial)
        if not self.names:
            raise BadValue("`parameters` names nothing to fit.")
        self.system, self.begin, self.oscillation = system, float(begin), None
        self.x, self.p = place
        self.data: Observations = observations(system, data, sigma)
        if self.data.times[0] < self.begin:
            raise BadValue(f"there are data at t = {self.data.times[0]:g}, before `begin`, {self.begin:g}.")
        self._free = [list(system.parameters).index(name) for name in parameters]
        self._free_states = [system.states.index(name) for name in initial]
        self.first = np.append(self.p[self._free], self.x[self._free_states])

    oscillation: Oscillation | None

    def place(self, values: Floats) -> tuple[Floats, Floats]:
        """Initial state and parameters."""
        x, p = self.x.copy(), self.p.copy()
        p[self._free], x[self._free_states] = np.split(values, [len(self._free)])
        return x, p

    def model(self, values: Floats) -> tuple[Rates, Floats]:
        """The states (times, n) at the times of the data."""
        x, p = self.place(values)
        rates, times = Rates(self.system, p), self.data.times
        if times[-1] == self.begin:
            return rates, x[None]
        found = integrate(
            rates, x, (self.begin, float(times[-1])), "LSODA", times=times, rtol=RTOL, atol=absolute_tolerance(RTOL, x)
        )  # fmt: skip
        states: Floats = found.y.T
        return rates, states

    def residuals(self, values: Floats, weight: float) -> Floats:
        """Of the data (m,), and of the condition of oscillation."""
        data = self.data
        try:
            rates, states = self.model(values)
        except (NotConverged, NotFinite):
            return np.full(len(data.values) + 2 * (self.oscillation is not None), BAD)
        r = (states[data.row, data.state] - data.values) / data.sizes
        if self.oscillation is None:
            return np.asarray(r)
        return np.append(r, weight * self.oscillation.violation(rates, states.mean(axis=0)))

    def solved(self, bounds: Mapping[str, tuple[float, float]], options: Mapping[str, Any]) -> Fit:
        """The best values, with a penalty that grows until the model oscillates."""
        from scipy.optimize import least_squares

        low, high = self._bounds(bounds)
        size = np.where(self.first == 0.0, 1.0, np.abs(self.first))
        values, holds = self.first, self.oscillation is None
        for weight in (1.0, 1e2, 1e4, 1e6):
            found = least_squares(
                self.residuals, values, bounds=(low, high), args=(weight,),
                **{"jac": "3-point", "diff_step": DIFFERENCE, "x_scale": size, "xtol": 1e-12, "ftol": 1e-12, **options},
            )  # fmt: skip
            values = found.x
            holds = holds or self._holds(values)
            if holds:
                break
        return self._result(found, holds)

    def _holds(self, values: Floats) -> bool:
        assert self.oscillation is not None
        rates, states = self.model(values)
        return bool((self.oscillation.violation(rates, states.mean(axis=0)) == 0).all())

    def _bounds(self, bounds: Mapping[str, tuple[float, float]]) -> tuple[Floats, Floats]:
        for name in bounds:
            if name not in self.names:
                raise unknown("fitted value", name, self.names)
        pairs = np.array([bounds.get(name, (-np.inf, np.inf)) for name in self.names], dtype=np.float64)
        for name, value, (low, high) in zip(self.names, self.first, pairs, strict=True):
            if not low < high or not low <= value <= high:
                raise BadValue(
                    f"{name} starts at {value:g}, which is not within its bounds ({low:g}, {high:g})."
                )
        return pairs[:, 0], pairs[:, 1]

    def _result(self, found: Any, holds: bool) -> Fit:
        m = len(self.data.values)
        r, J = found.fun[:m], found.jac[:m]
        errors = np.full(len(self.names), np.nan)
        free = m - len(self.names)
        scale = np.linalg.norm(J, axis=0)
        if free > 0 and (scale > 0).all() and np.linalg.cond(J / scale) < 1e10:
            errors = np.sqrt(np.diag(np.linalg.inv((J / scale).T @ (J / scale))) * (r @ r) / free) / scale
        x, p = self.place(found.x)
        at = dict(zip(self.system.parameters, p.tolist(), strict=True))
        times = np.union1d(self.data.times, [self.begin])
        trajectory = simulate(self.system, x, times if len(times) > 1 else self.begin + 1.0, at=at, rtol=RTOL)
        eigenvalues = None
        if self.oscillation is not None:
            eigenvalues = self.oscillation.eigenvalues(Rates(self.system, p), trajectory.states.mean(axis=0))
        text = (
            str(found.message).rstrip(".")
            if holds
            else "no values were found with which the model oscillates"
        )
        return Fit(
            dict(zip(self.names, found.x.tolist(), strict=True)),
            dict(zip(self.names, errors.tolist(), strict=True)),
            float(np.sqrt(np.mean(r * r))),
            trajectory,
            bool(found.success and holds),
            text,
            eigenvalues,
        )
