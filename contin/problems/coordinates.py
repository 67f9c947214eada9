"""Unknown states of a problem: all states of the flow, or the independent ones where totals are conserved."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

DEAR = 8  # from so many states on the eigenvalues cost more than the rest of a step
PATIENCE = 32


class AllStates:
    """Every state is an unknown.

    Parameters
    ----------
    n, k : int
        Numbers of states and parameters.
    free : int
        Position of the free parameter.
    """

    def __init__(self, n: int, k: int, free: int) -> None:
        self.m = n
        self._k, self._free = k, free

    def kernels(self) -> tuple[Any, Any, Any, Any]:
        """The kernels' module, integers, numbers and scratch, as they document them."""
        from contin_kernels.defining import equilibria

        n, k = self.m, self._k
        ints = np.array([n, n, 2 * n, patience(n), k, self._free])
        return equilibria, ints, np.ones(n + 1), np.zeros(equilibria.work_size(n, k))

    def unknown(self, state: Floats) -> Floats:
        """The unknown ones (m,) of the states (n,), or of anything that has a number for each state."""
        return state

    def states(self, z: Floats) -> Floats:
        """All states (points, n) of unknowns and free parameter (points, m + 1)."""
        return np.ascontiguousarray(z[:, :-1])

    def directions(self, t: Floats) -> Floats:
        """Directions in all states and the free parameter (points, n + 1) of those in unknowns (points, m + 1)."""
        return t


class IndependentStates:
    """Linear laws fix the other states: x = x0 + W u + q d, with u the independent states and q the free parameter.

    Parameters
    ----------
    weights : (laws, n) array
    totals : (laws,) array
        The free one is not used.
    free_law : int
        Which total is the free parameter, -1 if none is.
    k, free : int
        Number of parameters, position of the free one, -1 if a total is free.
    """

    def __init__(self, weights: Floats, totals: Floats, free_law: int, k: int, free: int) -> None:
        n = weights.shape[1]
        dependent = pivots(weights)
        independent = np.setdiff1d(np.arange(n), dependent)
        inverse = np.linalg.inv(weights[:, dependent])
        held = totals.copy()
        if free_law >= 0:
            held[free_law] = 0.0
        self.m = len(independent)
        self._independent = independent
        self._k, self._free = k, free
        self._x0, self._d, self._W = np.zeros(n), np.zeros(n), np.zeros((n, self.m))
        self._x0[dependent] = inverse @ held
        if free_law >= 0:
            self._d[dependent] = inverse[:, free_law]
        self._W[independent, np.arange(self.m)] = 1.0
        self._W[dependent] = -inverse @ weights[:, independent]

    def kernels(self) -> tuple[Any, Any, Any, Any]:
        """As `AllStates.kernels`."""
        from contin_kernels.defining import reduced

        n, m, k = len(self._x0), self.m, self._k
        ints = np.array([m, m, 2 * m, patience(m), k, self._free, n, *self._independent])
        floats = np.concatenate([np.ones(m + 1), self._x0, self._W.ravel(), self._d])
        return reduced, ints, floats, np.zeros(reduced.work_size(n, m, k))

    def unknown(self, state: Floats) -> Floats:
        """As `AllStates.unknown`."""
        return state[self._independent]

    def states(self, z: Floats) -> Floats:
        """As `AllStates.states`."""
        states: Floats = self._x0 + self.directions(z)[:, :-1]
        return states

    def directions(self, t: Floats) -> Floats:
        """As `AllStates.directions`."""
        return np.column_stack([t[:, :-1] @ self._W.T + t[:, -1:] * self._d, t[:, -1]])


def pivots(weights: Floats) -> NDArray[np.int64]:
    """One state (laws,) for each law, such that the laws can be solved for these states, by elimination with pivoting."""
    rows = weights / np.max(np.abs(weights), axis=1, keepdims=True)
    chosen = np.empty(len(rows), np.int64)
    for i in range(len(rows)):
        chosen[i] = int(np.argmax(np.abs(rows[i])))
        for other in range(i + 1, len(rows)):
            rows[other] -= rows[other, chosen[i]] / rows[i, chosen[i]] * rows[i]
    return chosen


def patience(m: int) -> int:
    """The most steps from one point with computed eigenvalues to the next, with m unknown states."""
    return PATIENCE if m >= DEAR else 1


def totals_of(laws: Mapping[str, Any], state: Floats) -> Floats:
    """The totals (laws,) at a state (n,)."""
    return np.array([float(law.weights @ state) for law in laws.values()])


def weights_of(laws: Mapping[str, Any]) -> Floats:
    """The laws' weights (laws, n)."""
    return np.array([law.weights for law in laws.values()])
