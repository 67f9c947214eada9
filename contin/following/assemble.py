"""From the loop's tracks to a `Branch`: both directions joined, special points found, solved and put in their places."""

from __future__ import annotations

import time
from typing import Any

import numpy as np
from numpy.typing import NDArray

from contin.branch import Branch, End, SpecialPoints
from contin.following.once import cut_at_smaller_periods
from contin.following.rows import allocate
from contin.following.run import Track
from contin.following.solved import SolvedPoints
from contin.following.spectra import Spectra
from contin.points import Path, Points, find_points
from contin.problems.fixed_points_on_manifold import FixedPointsOnManifold
from contin.problems.problem import ContinuationProblem
from contin.problems.start import Start
from contin.settings import Settings

Floats = NDArray[np.float64]

DRIFTS = 50  # points at which the drift along a manifold is measured


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
    rows, origin, ends = join(problem, tracks)
    scale = np.maximum.reduce([track.scale for track in tracks])
    problem.rescale(context, scale)
    at_edges = (ends[0].reason == "span", ends[1].reason == "span")
    path = Path(problem, context, rows, origin, tracks[-1].first, scale, settings, at_edges)
    points = find_points(path, marks)
    special = SpecialPoints(())
    if points is not None:
        rows, places = insert(problem, rows, points)
        origin += int(np.sum((points.found.on == 0) & (points.found.after < origin)))
        rows, points, places, origin, ends = cut_at_smaller_periods(
            problem, rows, points, places, origin, ends, scale
        )
    states = problem.states(rows.z)
    parameters = problem.parameters(rows.z, start.parameters)
    phases = problem.phases(rows.z)
    spectra = Spectra(problem, context, rows)
    if points is not None:
        tangents = problem.directions(rows.tangent)
        made = SolvedPoints(problem, points, places, states, parameters, spectra, tangents, phases)
        special = SpecialPoints(made)
    return Branch(
        problem.kind,
        problem.system.name,
        problem.system.states,
        problem.parameter_names,
        problem.along,
        states,
        parameters,
        spectra,
        rows.unstable,
        rows.arclength,
        problem.directions(rows.tangent),
        rows.iterations,
        rows.residual,
        origin,
        ends,
        special,
        settings,
        problem.system.compiled.derivatives,
        time.perf_counter() - began,
        None,
        problem.system,
        phases,
        *manifold_of(problem, states, parameters),
    )


def manifold_of(problem: ContinuationProblem, states: Floats, parameters: Floats) -> tuple[int, float]:
    """The dimension of the manifold of solutions that the branch stands on, and the drift along it at some of its points."""
    if not isinstance(problem, FixedPointsOnManifold):
        return 0, 0.0
    some = np.unique(np.linspace(0, len(states) - 1, DRIFTS).astype(int))
    return problem.dimension, problem.drift(states[some], parameters[some])


def join(problem: ContinuationProblem, tracks: list[Track]) -> tuple[Any, int, tuple[End, End]]:
    """All rows in the order of the arclength, the starting point's row, the two ends."""
    from contin_kernels.merging import join as join_rows

    if len(tracks) == 1:
        track = tracks[0]
        if track.end.reason == "closed loop":
            return track.rows, 0, (track.end, track.end)
        return track.rows, 0, (End("known branch", "starts here; one direction was followed"), track.end)
    backward, forward = tracks
    if forward.end.reason == "closed loop":
        return forward.rows, 0, (forward.end, forward.end)
    count = len(backward.rows.z) + len(forward.rows.z) - 1
    joined = allocate(problem, backward.rows.z.shape[1] - 1, count)
    join_rows(backward.rows, forward.rows, joined)
    return joined, len(backward.rows.z) - 1, (backward.end, forward.end)


def insert(problem: ContinuationProblem, rows: Any, points: Points) -> tuple[Any, NDArray[np.int64]]:
    """The rows with those of the found points put in, or in the place of a row that is the point itself; their places."""
    from contin_kernels.merging import insert as put_in

    found = points.found
    merged = allocate(problem, rows.z.shape[1] - 1, len(rows.z) + int(np.sum(found.on == 0)))
    places = np.empty(len(points), np.int64)
    put_in(rows, found, merged, places)
    return merged, places
