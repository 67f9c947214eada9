"""Fixed points on a manifold of fixed points, followed across it: the ones to which the start leads without a move along it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from contin.errors import BadValue
from contin.problems.coordinates import patience
from contin.problems.fixed_points import FixedPoints
from contin.problems.manifold import SAME, Manifold, complement, turning

if TYPE_CHECKING:
    from contin_kernels.abi import Context

Floats = NDArray[np.float64]


class FixedPointsOnManifold(FixedPoints):
    """Fixed points x = x0 + Q y of `whole`, with N' (x - x0) = 0: N spans the manifold's tangent space, Q what is across it.

    Of the multipliers those across the manifold come first; the others, exactly 1, are the last ones, and they are neither
    tested nor counted.

    Parameters
    ----------
    whole : FixedPoints
        The problem without the phase condition.
    manifold : Manifold
    """

    def __init__(self, whole: FixedPoints, manifold: Manifold) -> None:
        super().__init__(whole.system, whole.along[0])
        N = manifold.tangents
        self.whole = whole
        self.manifold = manifold
        self._Q = complement(N)
        self._x0 = N @ (N.T @ manifold.state)
        self._m = int(self._Q.shape[1])

    def starting_from(self, state: Floats, parameters: Floats) -> FixedPoints:
        """The problem on the manifold through another start."""
        return self.whole.starting_from(state, parameters)

    @property
    def dimension(self) -> int:
        """The manifold's."""
        return self.manifold.dimension

    @property
    def columns(self) -> int:
        """Real and imaginary parts of the multipliers across the manifold."""
        return 2 * self._m

    @property
    def watched(self) -> int:
        """How far these are beyond the unit circle."""
        return self._m

    def context(self, parameters: Floats) -> Context:
        """As that of `FixedPoints`."""
        from contin_kernels.abi import Context
        from contin_kernels.defining import reduced_fixed_points as e
        from contin_kernels.tools import TOOLS

        n, m, count = self._n, self._m, len(self.parameter_names)
        return Context(
            (e.residual, e.jacobian, e.jet, e.inspect, e.arrange, e.doubt, e.trust),
            self.system.compiled.functions,
            TOOLS,
            np.array([m, m, 2 * m, patience(m), count, self._free, n]),
            np.concatenate([np.ones(m + 1), self._x0, self._Q.ravel(), np.zeros(n)]),
            parameters.copy(),
            np.zeros(e.work_size(n, m, count)),
        )

    def unknowns(self, state: Floats, parameters: Floats) -> Floats:
        """z = (y, free parameter), (m + 1,), of a state (n,)."""
        return np.append(self._Q.T @ np.ravel(state), self.value(state, parameters))

    def unknown_states(self, values: Floats) -> Floats:
        """Sizes (m,) of the unknowns from those of the states (n,)."""
        return np.asarray(np.sqrt((self._Q**2).T @ values**2))

    def position(self, name: str) -> int:
        """The place among the unknowns of the free parameter, or of a state in which the manifold has no extent.

        Raises
        ------
        BadValue
            For the other states.
        """
        if name in self.along:
            return self._m
        row = self._Q[self.system.states.index(name)]
        place = int(np.argmax(np.abs(row)))
        if row[place] != 1.0:
            raise BadValue(
                f"`mark` cannot be used with {name}: the branch stands on a manifold of fixed points, along which {name} is "
                f"free; mark values of {self.along[0]}."
            )
        return place

    def direction(self, tangent: Floats) -> Floats:
        """A direction in unknowns (m + 1,) of one in states and free parameter (n + 1,)."""
        return np.append(self._Q.T @ tangent[:-1], tangent[-1])

    def directions(self, t: Floats) -> Floats:
        """Directions in states and free parameter (points, n + 1) of those in unknowns (points, m + 1)."""
        return np.column_stack([t[:, :-1] @ self._Q.T, t[:, -1]])

    def states(self, z: Floats) -> Floats:
        """The states (points, n)."""
        states: Floats = self._x0 + z[:, :-1] @ self._Q.T
        return states

    def phases(self, z: Floats) -> Floats:
        """The states as phases (points, 1, n)."""
        return self.states(z)[:, None, :]

    def shifts(self, z: Floats) -> list[Floats]:
        """The unknowns alone: fixed points have one phase."""
        return [z]

    def smallest_period(self, z: Floats, scale: Floats, slack: float = 0.0) -> int:
        """1: they are no cycles."""
        return 1

    def eigenvalues(self, columns: Floats) -> NDArray[np.complex128]:
        """The multipliers (points, n), ordered continuously along the branch, those of the manifold, 1, last."""
        values = np.ones((len(columns), self._n), np.complex128)
        values[:, : self._m] = columns[:, : self._m] + 1j * columns[:, self._m :]
        return values

    def drift(self, states: Floats, parameters: Floats) -> float:
        """The largest step that the map makes along the manifold at any of the `states` (points, n), all parameters (points, k).

        Zero, to rounding, where they are fixed points.

        Raises
        ------
        BadValue
            If the manifold turns along the branch.
        """
        context, N = self.whole.context(parameters[0]), self.manifold.tangents
        worst = 0.0
        for x, p in zip(states, parameters, strict=True):
            context.parameters[:] = p
            F, A = self.whole.solutions(context).equations(np.append(x, p[self._free]))
            worst = max(worst, float(np.max(np.abs(N.T @ F))))
            if np.linalg.norm(A @ N, 2) > SAME * np.linalg.norm(A, 2):
                raise BadValue(turning(self.dimension, f"{self.along[0]} = {p[self._free]:.6g}"))
        return worst

    def __repr__(self) -> str:
        return f"{self.whole!r} on a manifold of dimension {self.dimension}"
