"""A solution step by step, for as long as it takes: the solver is kept from one stretch of time to the next."""

from __future__ import annotations

import warnings
from typing import Any

import numpy as np
from numpy.typing import NDArray

from contin.errors import NotConverged, NotFinite
from contin.explore.simulate import Watch, absolute_tolerance
from contin.systems.rates import Rates

Floats = NDArray[np.float64]

RTOL = 1e-9
MOST_CALLS = 400_000  # evaluations of f, a few seconds
FAR = 1e10  # a state above this multiple of its size at the start (or of 1) grows without bound


class Walk:
    """The solution from `x` (n,) at t = 0, by LSODA, from where that fails on by Radau.

    Restarting LSODA costs: on Robertson's problem one that starts late, with Adams' method, needs 10^5 steps.

    Attributes
    ----------
    t : float
    x : (n,) array
        Where the walk is.
    spent : bool
        Whether f was called so often that the walk goes no further.
    """

    def __init__(self, rates: Rates, x: Floats) -> None:
        self._far = FAR * max(1.0, float(np.abs(x).max()))
        self._rates, self._methods, self._calls = rates, ["LSODA", "Radau"], 0
        self.t, self.x, self.spent = 0.0, x.copy(), False
        self._solver, self._watch = self._new()

    @property
    def far(self) -> bool:
        """Whether the state is so large that it grows without bound: then the walk goes no further."""
        return bool(np.abs(self.x).max() > self._far)

    def until(self, t: float) -> tuple[Floats, Floats]:
        """Go on to a time at or beyond `t`: times (points,) and states (points, n) of the steps.

        Raises
        ------
        NotConverged
            If both solvers give up.
        """
        times, states = [self.t], [self.x]
        while self.t < t and not (self.spent or self.far):
            try:
                self._step()
            except (NotFinite, NotConverged) as error:
                if len(self._methods) == 1:
                    raise NotConverged(f"{str(error).rstrip('.')}; so it does not come to rest.") from None
                del self._methods[0]
                self._solver, self._watch = self._new()
                continue
            times.append(self.t)
            states.append(self.x)
            self.spent = self._watch.calls > MOST_CALLS
        return np.array(times), np.array(states)

    def _step(self) -> None:
        with warnings.catch_warnings(), np.errstate(all="ignore"):
            warnings.simplefilter("ignore")
            try:
                message = self._solver.step()
            except ValueError as error:  # SciPy's check for NaN in linear systems
                raise NotConverged(self._watch.complaint(str(error))) from None
        if self._solver.status == "failed" or not np.isfinite(self._solver.y).all():
            raise NotConverged(self._watch.complaint(message or "not finite"))
        self.t, self.x = float(self._solver.t), self._solver.y.copy()

    def _new(self) -> tuple[Any, Watch]:
        from scipy import integrate

        watch = Watch(self._rates, self._methods[0], self.t, self.x)
        kind = getattr(integrate, self._methods[0])
        atol = absolute_tolerance(RTOL, self.x)
        with np.errstate(all="ignore"):
            solver = kind(watch.rhs, self.t, self.x, np.inf, rtol=RTOL, atol=atol, jac=watch.jacobian)
        return solver, watch
