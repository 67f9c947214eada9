"""Every cycle once: where a branch of a map's k-cycles meets one of a smaller period, it goes on as itself, begun elsewhere."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from contin.branch import End
from contin.errors import NotConverged, with_article
from contin.points import Points
from contin.points.finder import chosen
from contin.problems.fixed_points import FixedPoints
from contin.problems.problem import ContinuationProblem

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]
Ends = tuple[End, End]


def cut_at_smaller_periods(
    problem: ContinuationProblem,
    rows: Any,
    points: Points,
    places: Integers,
    origin: int,
    ends: Ends,
    scale: Floats,
) -> tuple[Any, Points, Integers, int, Ends]:
    """Rows, points with their `places` (K,) among the rows, the starting row and the ends, between the nearest such points.

    Those are branch points at which the phases repeat themselves, to both sides of the starting row `origin`.
    """
    if not isinstance(problem, FixedPoints) or problem.period == 1:
        return rows, points, places, origin, ends
    repeating = [
        int(place)
        for i, place in enumerate(places)
        if points.kind(i) == "branch point" and problem.smallest_period(rows.z[place], scale) < problem.period
    ]
    first = max((place for place in repeating if place < origin), default=0)
    last = min((place for place in repeating if place > origin), default=len(rows.z) - 1)
    if (first, last) == (0, len(rows.z) - 1):
        return rows, points, places, origin, ends
    new = list(ends)
    for side, place, edge in ((0, first, 0), (1, last, len(rows.z) - 1)):
        if place != edge:
            new[side] = meeting(problem, rows.z[place], scale)
    inside = (places >= first) & (places <= last)
    kept = type(rows)(*(array[first : last + 1].copy() for array in rows))
    kept.arclength[:] -= kept.arclength[0]
    points = Points(chosen(points.found, inside), points.finder[inside])
    return kept, points, places[inside] - first, origin - first, (new[0], new[1])


def meeting(problem: FixedPoints, z: Floats, scale: Floats) -> End:
    """The end at a point of smaller period."""
    smaller = problem.with_period(problem.smallest_period(z, scale)).solution
    return End(
        "known branch",
        f"meets a branch of {smaller}s at {problem.along[0]} = {z[-1]:.6g}; beyond it are the same cycles again, "
        f"each begun with another phase ({with_article(smaller)} doubles there)",
    )


def check_period(problem: ContinuationProblem, z: Floats, scale: Floats) -> None:
    """Refuse a first point that has a smaller period: its branch is that of the smaller one.

    Raises
    ------
    NotConverged
    """
    if not isinstance(problem, FixedPoints):
        return
    smaller = problem.smallest_period(z, scale)
    if smaller < problem.period:
        word = problem.with_period(smaller).solution
        state = zip(problem.system.states, problem.states(z[None])[0], strict=True)
        place = ", ".join(f"{name} = {value:.6g}" for name, value in state)
        raise NotConverged(
            f"Newton's method found {with_article(word)} of '{problem.system.name}' instead of "
            f"{with_article(problem.solution)}, at {problem.along[0]} = {z[-1]:.6g}, {place}; start nearer to a phase of the "
            f"cycle, as contin.fixed_points(..., period={problem.period}) finds it, or at the flip that it comes from."
        )
