"""Fixed points x = f(x, p) of a map along one parameter, and its k-cycles, all phases at once."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from contin.errors import BadValue, unknown
from contin.problems.coordinates import patience
from contin.systems import Map

if TYPE_CHECKING:
    from contin.problems.manifold import Solutions
    from contin.systems.conservation import Law
    from contin_kernels.abi import Context

Floats = NDArray[np.float64]

SAME = 1e-7  # of the states' sizes: phases as near as this are the same


class FixedPoints:
    """Fixed points of `system` with the parameter `along` free; with `period` k its k-cycles.

    A cycle is solved with all its phases as unknowns and has one branch, whichever phase it begins with: `branch.states`
    are those of the first phase, `branch.orbit(i)` are all. The multipliers are those of the k-th iterate.

    Where fixed points stand on a manifold of such, as the minima of a loss may, the branch is that of the ones to which the
    start leads across the manifold; `branch.dimension` is the manifold's.

    Where a branch of k-cycles meets one of a smaller period, which it does at a flip of that one, it ends: behind that
    branch point come the same cycles, begun with another phase.

    Parameters
    ----------
    system : Map
    along : str
        The free parameter.
    period : int

    Raises
    ------
    UnknownName
        If the model has no such parameter.
    BadValue
        If `period` is no whole number of at least 1.
    """

    kind = "fixed points"
    multipliers = True

    def __init__(self, system: Map, along: str | None, period: int = 1) -> None:
        if not isinstance(system, Map):
            raise BadValue(f"a map is made with {Map.made_by}, not {type(system).__name__}.")
        if along is None:
            raise BadValue(
                f"`along` must name a parameter of '{system.name}' ({', '.join(system.parameters)})."
            )
        if along not in system.parameters:
            raise unknown("parameter", along, tuple(system.parameters))
        if isinstance(period, bool) or not isinstance(period, int | np.integer) or period < 1:
            raise BadValue(f"`period` must be a whole number of at least 1, not {period!r}.")
        self.system = system
        self.along = (along,)
        self.period = int(period)
        self.parameter_names = tuple(system.parameters)
        self.laws: Mapping[str, Law] = {}
        self._free = self.parameter_names.index(along)
        self._n = len(system.states)

    @property
    def solution(self) -> str:
        """What one solution is called."""
        return "fixed point" if self.period == 1 else f"{self.period}-cycle"

    def starting_from(self, state: Floats, parameters: Floats) -> FixedPoints:
        """The problem itself; at a state (n,) on a manifold of fixed points the problem across it.

        Raises
        ------
        BadValue
            If the manifold turns with the free parameter, or is one of cycles.
        """
        from contin.problems.fixed_points_on_manifold import FixedPointsOnManifold
        from contin.problems.manifold import dimension_at, manifold_at

        if self._n == 1:
            return self
        solutions, z = self.solutions(self.context(parameters)), self.unknowns(state, parameters)
        if self.period > 1:
            if dimension := dimension_at(solutions, z)[0]:
                raise BadValue(
                    f"the start stands on a manifold of {self.solution}s of dimension {dimension}; contin follows manifolds of "
                    "fixed points only: fix the position on it in the model, by one state less."
                )
            return self
        manifold = manifold_at(solutions, z)
        return self if manifold is None else FixedPointsOnManifold(self, manifold)

    def solutions(self, context: Context) -> Solutions:
        """Its equations, in the context that `context` gave, for where they may be singular."""
        from contin.problems.manifold import Solutions

        return Solutions(self.system, context, self.period)

    def with_period(self, period: int) -> FixedPoints:
        """The cycles of another period along the same parameter."""
        return FixedPoints(self.system, self.along[0], period)

    @property
    def columns(self) -> int:
        """Real and imaginary parts of the multipliers."""
        return 2 * self._n

    @property
    def watched(self) -> int:
        """How far the multipliers are beyond the unit circle."""
        return self._n

    def context(self, parameters: Floats) -> Context:
        """The functions' addresses and the problem's data: sizes, the free parameter's position, scratch."""
        from contin_kernels.abi import Context
        from contin_kernels.defining import fixed_points as e
        from contin_kernels.tools import TOOLS

        n, k, count = self._n, self.period, len(self.parameter_names)
        return Context(
            (e.residual, e.jacobian, e.jet, e.inspect, e.arrange, e.doubt, e.trust),
            self.system.compiled.functions,
            TOOLS,
            np.array([k * n, n, 2 * n, patience(n), count, self._free]),
            np.ones(k * n + 1),
            parameters.copy(),
            np.zeros(e.work_size(n, k, count)),
        )

    def rescale(self, context: Context, scale: Floats) -> None:
        """Let the context know the sizes of the unknowns (m + 1,): phases and free parameter."""
        context.floats[: len(scale)] = scale

    def value(self, state: Floats, parameters: Floats) -> float:
        """The free parameter's value."""
        return float(parameters[self._free])

    def unknowns(self, state: Floats, parameters: Floats) -> Floats:
        """z = (phases, free parameter), (m + 1,), from all phases (k, n), or from one (n,), which the map leads on."""
        phases = [*np.atleast_2d(state)]
        if len(phases) == 1:
            for _ in range(self.period - 1):
                phases.append(self.system.evaluate(phases[-1], parameters))
        return np.append(np.ravel(phases), self.value(state, parameters))

    def unknown_states(self, values: Floats) -> Floats:
        """The numbers (m,) of all phases' states, of one for each state (n,) or for each phase's."""
        return np.asarray(np.tile(values, self.period)) if len(values) == self._n else values

    def position(self, name: str) -> int:
        """The place among the unknowns of the free parameter, or of a state in the first phase."""
        return self.period * self._n if name in self.along else self.system.states.index(name)

    def direction(self, tangent: Floats) -> Floats:
        """The direction (m + 1,) itself: all phases are unknowns."""
        return tangent

    def directions(self, t: Floats) -> Floats:
        """The directions (points, m + 1) themselves, in all phases and the free parameter."""
        return t

    def states(self, z: Floats) -> Floats:
        """The states of the first phase (points, n)."""
        return np.ascontiguousarray(z[:, : self._n])

    def phases(self, z: Floats) -> Floats:
        """All phases (points, k, n)."""
        return np.ascontiguousarray(z[:, :-1]).reshape(len(z), self.period, self._n)

    def shifts(self, z: Floats) -> list[Floats]:
        """The unknowns (m + 1,) of the same cycle, begun with each phase, `z` itself first."""
        return [np.append(np.roll(z[:-1], -i * self._n), z[-1]) for i in range(self.period)]

    def smallest_period(self, z: Floats, scale: Floats, slack: float = SAME) -> int:
        """The smallest period of the cycle `z` (m + 1,): phases are the same within `slack` of the sizes `scale` (m + 1,)."""
        phases, sizes = z[:-1].reshape(self.period, self._n), scale[:-1].reshape(self.period, self._n)
        for period in range(1, self.period):
            if self.period % period == 0:
                away = np.abs(phases - np.roll(phases, period, axis=0)) / sizes
                if np.max(away) <= slack:
                    return period
        return self.period

    def parameters(self, z: Floats, parameters: Floats) -> Floats:
        """All parameters (points, k)."""
        table = np.tile(parameters, (len(z), 1))
        table[:, self._free] = z[:, -1]
        return table

    def eigenvalues(self, columns: Floats) -> NDArray[np.complex128]:
        """The multipliers (points, n), ordered continuously along the branch."""
        n = self._n
        values: NDArray[np.complex128] = columns[:, :n] + 1j * columns[:, n:]
        return values

    def __repr__(self) -> str:
        period = "" if self.period == 1 else f", period={self.period}"
        return f"FixedPoints({self.system.name}, {self.along[0]!r}{period})"
