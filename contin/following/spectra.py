"""The eigenvalues along a branch, computed when they are first asked for: following needs them at few of the points."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from contin.branch import Known
from contin.problems.problem import ContinuationProblem


class Spectra:
    """Called, gives the eigenvalues (points, n) of the rows, in an order that is continuous along the branch."""

    def __init__(self, problem: ContinuationProblem, context: Any, rows: Any) -> None:
        self._problem, self._context, self._rows = problem, context, rows
        self._values: NDArray[np.complex128] | None = None

    def __call__(self) -> NDArray[np.complex128]:
        if self._values is None:
            self._values = self._problem.eigenvalues(self._complete())
        return self._values

    def at(self, place: int) -> NDArray[np.complex128]:
        """The eigenvalues (n,) of one row that was inspected."""
        return self._problem.eigenvalues(self._rows.columns[place : place + 1])[0]

    def _complete(self) -> NDArray[np.float64]:
        from contin_kernels.inspection import inspect_rest

        rows = self._rows
        if np.isnan(rows.watch[:, 2]).any():
            m = rows.z.shape[1] - 1
            inspect_rest(self._context.table, rows, np.empty((m, m + 1)))
        columns: NDArray[np.float64] = rows.columns
        return columns

    def __reduce__(self) -> tuple[type[Known], tuple[NDArray[np.complex128]]]:
        return Known, (self(),)
