"""The eigenvalues along a branch, computed when they are first asked for: following needs them at few of the points."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from contin.branch import Known
from contin.problems.problem import ContinuationProblem


class Spectra:
    """Called, gives the eigenvalues (points, n) of a branch's rows, in an order that is continuous along it."""

    def __init__(self, problem: ContinuationProblem, context: Any, rows: Any) -> None:
        self._problem, self._context, self._rows = problem, context, rows
        self._values: NDArray[np.complex128] | None = None

    def __call__(self) -> NDArray[np.complex128]:
        """The eigenvalues."""
        if self._values is None:
            self._values = self._problem.eigenvalues(self._complete())
        return self._values

    @property
    def computed(self) -> int:
        """At how many rows the eigenvalues have been computed."""
        return int(np.sum(~np.isnan(self._rows.watch[:, 2])))

    def at(self, place: int) -> NDArray[np.complex128]:
        """The eigenvalues (n,) of one row."""
        if np.isnan(self._rows.watch[place, 2]):
            from contin_kernels.inspection import inspect_one

            inspect_one(self._context.table, self._rows, place, self._room())
        values: NDArray[np.complex128] = self._problem.eigenvalues(self._rows.columns[place : place + 1])[0]
        return values

    def _complete(self) -> NDArray[np.float64]:
        from contin_kernels.inspection import inspect_rest

        inspect_rest(self._context.table, self._rows, self._room())
        columns: NDArray[np.float64] = self._rows.columns
        return columns

    def _room(self) -> NDArray[np.float64]:
        m = self._rows.z.shape[1] - 1
        return np.empty((m, m + 1))

    def __reduce__(self) -> tuple[type[Known], tuple[NDArray[np.complex128]]]:
        return Known, (self(),)
