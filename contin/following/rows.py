"""Rows of a branch in Python: room for them."""

from __future__ import annotations

from typing import Any

import numpy as np

from contin.problems.problem import ContinuationProblem


def allocate(problem: ContinuationProblem, m: int, count: int) -> Any:
    """Empty rows for `count` points with m equations."""
    from contin_kernels.records import Rows

    return Rows(
        np.empty((count, m + 1)),
        np.empty((count, m + 1)),
        np.empty(count),
        np.empty((count, 2 + problem.watched)),
        np.empty((count, problem.columns)),
        np.empty(count, np.int64),
        np.empty(count, np.int64),
        np.empty(count),
    )


def cut(rows: Any, count: int) -> Any:
    """The first `count` rows, as views."""
    return type(rows)(*(array[:count] for array in rows))


def enlarge(rows: Any, count: int) -> Any:
    """A copy of the rows with room for `count`."""
    larger = [np.empty((count, *array.shape[1:]), array.dtype) for array in rows]
    for new, old in zip(larger, rows, strict=True):
        new[: len(old)] = old
    return type(rows)(*larger)
