"""Equilibria f(x, p) = 0 of a flow along one parameter, or along the total of a conservation law."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from contin.errors import BadValue, unknown
from contin.problems.coordinates import AllStates, IndependentStates, totals_of, weights_of
from contin.systems import Flow

if TYPE_CHECKING:
    from contin.systems.conservation import Law
    from contin_kernels.abi import Context

Floats = NDArray[np.float64]


class Equilibria:
    """Equilibria of `system` with the parameter `along` free.

    Where the flow has linear conservation laws (`system.conserved`, and those that hold at the start's parameters only) the
    equilibria are those of fixed totals, which the start fixes; a law's name stands for its total, which may be the free
    parameter.

    Parameters
    ----------
    system : Flow
    along : str
        The free parameter or total.
    totals : mapping of str to float, optional
        The totals of all laws; without them the start gives them.
    laws : mapping of str to Law, optional
        Default: those that hold at all parameter values.

    Raises
    ------
    UnknownName
        If the model has no such parameter.
    """

    kind = "equilibria"
    solution = "equilibrium"
    multipliers = False
    period = 1

    def __init__(
        self,
        system: Flow,
        along: str | None,
        totals: Mapping[str, float] | None = None,
        laws: Mapping[str, Law] | None = None,
    ) -> None:
        if not isinstance(system, Flow):
            raise BadValue(f"a model is made with {Flow.made_by}, not {type(system).__name__}.")
        if along is None:
            raise BadValue(
                f"`along` must name a parameter of '{system.name}' ({', '.join(system.parameters)})."
            )
        self.laws = dict(system.laws if laws is None else laws)
        if along not in (*system.parameters, *self.laws):
            raise unknown("parameter", along, (*system.parameters, *self.laws))
        self.system = system
        self.along = (along,)
        self.parameter_names = (*system.parameters, *self.laws)
        self._free = list(self.parameter_names).index(along)
        self._totals = np.array([float((totals or {}).get(law, np.nan)) for law in self.laws])
        n, k = len(system.states), len(system.parameters)
        free = self._free if along in system.parameters else -1
        self._coordinates: AllStates | IndependentStates
        if self.laws:
            law = -1 if free >= 0 else list(self.laws).index(along)
            self._coordinates = IndependentStates(weights_of(self.laws), self._totals, law, k, free)
        else:
            self._coordinates = AllStates(n, k, free)

    def starting_from(self, state: Floats, parameters: Floats) -> Equilibria:
        """The problem with the laws at parameters (k,), and their totals at a state (n,)."""
        laws = self.laws_at(parameters)
        if not laws:
            return self
        return Equilibria(
            self.system, self.along[0], dict(zip(laws, totals_of(laws, state), strict=True)), laws
        )

    def laws_at(self, parameters: Floats) -> dict[str, Law]:
        """The conservation laws where all but the free parameter have these values (k,)."""
        return self.system.laws_at(parameters[: len(self.system.parameters)], self.along[0])

    @property
    def columns(self) -> int:
        """Real and imaginary parts of the eigenvalues."""
        return 2 * self._coordinates.m

    @property
    def watched(self) -> int:
        """Real parts of the eigenvalues."""
        return self._coordinates.m

    def context(self, parameters: Floats) -> Context:
        """The functions' addresses and the problem's data: sizes, the free parameter's position, scratch."""
        from contin_kernels.abi import Context
        from contin_kernels.tools import TOOLS

        e, ints, floats, scratch = self._coordinates.kernels()
        return Context(
            (e.residual, e.jacobian, e.jet, e.inspect, e.arrange, e.doubt, e.trust),
            self.system.compiled.functions,
            TOOLS,
            ints,
            floats,
            parameters[: len(self.system.parameters)].copy(),
            scratch,
        )

    def rescale(self, context: Context, scale: Floats) -> None:
        """Let the context know the sizes of the unknowns (m + 1,): states and free parameter."""
        context.floats[: len(scale)] = scale

    def value(self, state: Floats, parameters: Floats) -> float:
        """The free parameter's value at a state (n,) and parameters (k,)."""
        if self.along[0] in self.laws:
            return float(self.laws[self.along[0]].weights @ state)
        return float(parameters[self._free])

    def unknowns(self, state: Floats, parameters: Floats) -> Floats:
        """z = (unknown states, free parameter), (m + 1,)."""
        return np.append(self._coordinates.unknown(state), self.value(state, parameters))

    def unknown_states(self, values: Floats) -> Floats:
        """The numbers (m,) that belong to the unknown states, of one for each state (n,)."""
        return self._coordinates.unknown(values)

    def position(self, name: str) -> int:
        """The place among the unknowns of a state or the free parameter.

        Raises
        ------
        BadValue
            For a state that the conservation laws tell from the others.
        """
        if name in self.along:
            return self._coordinates.m
        states = list(self.system.states)
        unknown_ones = self._coordinates.unknown(np.arange(float(len(states)))).astype(int).tolist()
        if states.index(name) not in unknown_ones:
            others = ", ".join(states[i] for i in unknown_ones)
            raise BadValue(
                f"`mark` cannot be used with {name}, which the conserved totals tell from {others}; mark one of these."
            )
        return int(unknown_ones.index(states.index(name)))

    def direction(self, tangent: Floats) -> Floats:
        """A direction in unknowns (m + 1,) of one in all states and the free parameter (n + 1,)."""
        return np.append(self._coordinates.unknown(tangent[:-1]), tangent[-1])

    def states(self, z: Floats) -> Floats:
        """The states (points, n)."""
        return self._coordinates.states(z)

    def shifts(self, z: Floats) -> list[Floats]:
        """The unknowns alone: there is one way to write them."""
        return [z]

    def phases(self, z: Floats) -> None:
        """None: equilibria have no phases."""
        return None

    def directions(self, t: Floats) -> Floats:
        """Directions in states and free parameter (points, n + 1) of those in unknowns (points, m + 1)."""
        return self._coordinates.directions(t)

    def parameters(self, z: Floats, parameters: Floats) -> Floats:
        """All parameters, then the totals, (points, k + laws)."""
        held = np.append(parameters[: len(self.system.parameters)], self._totals)
        table = np.tile(held, (len(z), 1))
        table[:, self._free] = z[:, -1]
        return table

    def eigenvalues(self, columns: Floats) -> NDArray[np.complex128]:
        """Eigenvalues (points, n), ordered continuously along the branch, the zeros of the laws last."""
        m = self._coordinates.m
        values: NDArray[np.complex128] = np.zeros((len(columns), len(self.system.states)), np.complex128)
        values[:, :m].real = columns[:, :m]
        values[:, :m].imag = columns[:, m:]
        return values

    def __repr__(self) -> str:
        return f"Equilibria({self.system.name}, {self.along[0]!r})"
