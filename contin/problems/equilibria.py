"""Equilibria f(x, p) = 0 of a flow along one parameter."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from contin.errors import BadValue, unknown
from contin.systems import Flow

if TYPE_CHECKING:
    from contin_kernels.abi import Context

Floats = NDArray[np.float64]


class Equilibria:
    """Equilibria of `system` with the parameter `along` free.

    Parameters
    ----------
    system : Flow
    along : str
        The free parameter.

    Raises
    ------
    UnknownName
        If the model has no such parameter.
    """

    kind = "equilibria"

    def __init__(self, system: Flow, along: str | None) -> None:
        if not isinstance(system, Flow):
            raise BadValue(
                f"a model is made with @contin.flow or contin.Flow(...), not {type(system).__name__}."
            )
        if along is None:
            raise BadValue(
                f"`along` must name a parameter of '{system.name}' ({', '.join(system.parameters)})."
            )
        if along not in system.parameters:
            raise unknown("parameter", along, system.parameters)
        self.system = system
        self.along = (along,)
        self._free = list(system.parameters).index(along)

    @property
    def columns(self) -> int:
        """Real and imaginary parts of the eigenvalues."""
        return 2 * len(self.system.states)

    @property
    def watched(self) -> int:
        """Real parts of the eigenvalues."""
        return len(self.system.states)

    def context(self, parameters: Floats) -> Context:
        """The functions' addresses and the problem's data: sizes, the free parameter's position, scratch."""
        from contin_kernels.abi import Context
        from contin_kernels.defining import equilibria as e
        from contin_kernels.tools import TOOLS

        n, k = len(self.system.states), len(self.system.parameters)
        return Context(
            (e.residual, e.jacobian, e.jet, e.inspect, e.doubt),
            self.system.compiled.functions,
            TOOLS,
            np.array([n, n, 2 * n, k, self._free]),
            np.ones(n + 1),
            parameters.copy(),
            np.zeros(e.work_size(n, k)),
        )

    def rescale(self, context: Context, scale: Floats) -> None:
        """Let the context know the sizes of the unknowns (n + 1,): state and free parameter."""
        context.floats[:] = scale

    def unknowns(self, state: Floats, parameters: Floats) -> Floats:
        """z = (x, p_j)."""
        return np.append(state, parameters[self._free])

    def states(self, z: Floats) -> Floats:
        """The states (points, n)."""
        return np.ascontiguousarray(z[:, :-1])

    def parameters(self, z: Floats, parameters: Floats) -> Floats:
        """All parameters (points, k)."""
        table = np.tile(parameters, (len(z), 1))
        table[:, self._free] = z[:, -1]
        return table

    def eigenvalues(self, columns: Floats) -> NDArray[np.complex128]:
        """Eigenvalues (points, n), ordered continuously along the branch."""
        n = len(self.system.states)
        values: NDArray[np.complex128] = columns[:, :n] + 1j * columns[:, n:]
        return values

    def __repr__(self) -> str:
        return f"Equilibria({self.system.name}, {self.along[0]!r})"
