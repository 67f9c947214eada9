"""A place to start from: a state, all parameters and, where known, the direction to go."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from contin.problems.orbit import Orbit


@dataclass(frozen=True, eq=False)
class Start:
    """A point on a branch, as `switch` and `settle` give it: an equilibrium, or a cycle with its orbit.

    Attributes
    ----------
    state : (n,) array
        Of a cycle, where its orbit begins.
    parameters : (k,) array
        All parameters in the model's order.
    tangent : (n + 1,) array or None
        Direction of the branch in state (of a map's cycle all phases) and free parameter, unscaled; only one way is
        followed when it is given.
    sizes : callable or None
        Sizes of the states (n,) to expect where the parameter has moved by a width: their scale near a state that is zero.
    text : str
        What it is, for people.
    parent : tuple or None
        Where it came from.
    orbit : Orbit or None
        One period of a flow's cycle: `orbit.t` (points,) and `orbit.x` (points, n).
    phases : (k, n) array or None
        All phases of a map's cycle, the first of them `state`.
    """

    state: NDArray[np.float64]
    parameters: NDArray[np.float64]
    tangent: NDArray[np.float64] | None = None
    sizes: Callable[[float], NDArray[np.float64]] | None = None
    text: str = ""
    parent: Any = None
    orbit: Orbit | None = None
    phases: NDArray[np.float64] | None = None

    @property
    def whole(self) -> NDArray[np.float64]:
        """The state (n,), of a map's cycle all phases (k, n)."""
        return self.state if self.phases is None else self.phases

    @property
    def period(self) -> float | None:
        """The period of a cycle, None of an equilibrium."""
        if self.phases is not None:
            return float(len(self.phases))
        return None if self.orbit is None else self.orbit.period
