"""From the loop's tracks to a `Branch`: both directions joined, special points found, solved and put in their places."""

from __future__ import annotations

import time
from typing import Any

import numpy as np
from numpy.typing import NDArray

from contin.branch import Branch, End, SpecialPoint, SpecialPoints
from contin.following.run import Track
from contin.kinds import kind_named
from contin.points import find_points
from contin.points.finder import Found, Path
from contin.problems.problem import ContinuationProblem
from contin.problems.start import Start
from contin.settings import Settings

Floats = NDArray[np.float64]


def assemble(
    problem: ContinuationProblem,
    context: Any,
    start: Start,
    tracks: list[Track],
    marks: dict[str, list[float]],
    settings: Settings,
    began: float,
) -> Branch:
    """The branch of one or two tracks (backward first)."""
    rows, origin, ends = join(tracks)
    scale = np.maximum.reduce([track.scale for track in tracks])
    problem.rescale(context, scale)
    path = Path(problem, context, rows, scale, settings)
    found = find_points(path, marks)
    rows, places = insert(path, found)
    origin += sum(1 for f in found if f.on is None and f.after < origin)
    states = problem.states(rows.z)
    parameters = problem.parameters(rows.z, start.parameters)
    eigenvalues = problem.eigenvalues(rows.columns)
    points = []
    count: dict[str, int] = {}
    for place, f in zip(places, found, strict=True):
        letters = kind_named(f.kind).label
        count[letters] = count.get(letters, 0) + 1
        points.append(
            SpecialPoint(
                f.kind,
                f"{letters}{count[letters]}",
                place,
                problem.system.states,
                tuple(problem.system.parameters),
                problem.along,
                states[place].copy(),
                parameters[place].copy(),
                eigenvalues[place].copy(),
                dict(f.coefficients),
                f.criticality,
                f.form,
                f.residual,
                f.error,
                rows.tangent[place].copy(),
                problem.system,
            )
        )
    return Branch(
        problem.kind,
        problem.system.name,
        problem.system.states,
        tuple(problem.system.parameters),
        problem.along,
        states,
        parameters,
        eigenvalues,
        rows.unstable,
        rows.arclength,
        rows.tangent,
        rows.iterations,
        rows.residual,
        origin,
        ends,
        SpecialPoints(points),
        settings,
        problem.system.compiled.derivatives,
        time.perf_counter() - began,
        None,
        problem.system,
    )


def join(tracks: list[Track]) -> tuple[Any, int, tuple[End, End]]:
    """All rows in the order of the arclength, the starting point's row, the two ends."""
    if len(tracks) == 1:
        track = tracks[0]
        if track.end.reason == "closed loop":
            return track.rows, 0, (track.end, track.end)
        return track.rows, 0, (End("known branch", "starts here; one direction was followed"), track.end)
    backward, forward = tracks
    if forward.end.reason == "closed loop":
        return forward.rows, 0, (forward.end, forward.end)
    back = type(backward.rows)(*(array[::-1] for array in backward.rows))
    length = backward.rows.arclength[-1]
    turned = back._replace(
        tangent=-back.tangent,
        arclength=length - back.arclength,
        watch=np.column_stack([-back.watch[:, :2], back.watch[:, 2:]]),
    )
    onward = forward.rows._replace(arclength=forward.rows.arclength + length)
    joined = type(back)(*(np.concatenate([a, b[1:]]) for a, b in zip(turned, onward, strict=True)))
    return joined, len(backward.rows.z) - 1, (backward.end, forward.end)


def insert(path: Path, found: list[Found]) -> tuple[Any, list[int]]:
    """The rows with those of the found points put in, or in the place of a row that is the point itself; their places."""
    rows = path.rows
    count = len(rows.z)
    added = [f for f in found if f.on is None]
    before = np.concatenate([np.arange(count), np.array([f.after + 0.5 for f in added])])
    order = np.argsort(before, kind="stable")
    place_of = np.empty(len(order), dtype=int)
    place_of[order] = np.arange(len(order))
    merged = []
    for column, array in enumerate(rows):
        values = np.array([f.row[column] for f in added], dtype=array.dtype).reshape(
            len(added), *array.shape[1:]
        )
        merged.append(np.concatenate([array, values])[order])
    numbers = iter(range(count, len(order)))
    places = [int(place_of[f.on if f.on is not None else next(numbers)]) for f in found]
    for f, place in zip(found, places, strict=True):
        if f.on is not None:
            for array, value in zip(merged, f.row, strict=True):
                array[place] = value
    return type(rows)(*merged), places
