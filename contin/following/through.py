"""The branch through a start that has been checked: both tracks, joined, with their special points."""

from __future__ import annotations

from typing import Any

import numpy as np

from contin.branch import Branch
from contin.following.assemble import assemble
from contin.following.first import first_point, first_row_beside
from contin.following.once import check_period
from contin.following.run import Progress, Track, run
from contin.following.scales import first_scale
from contin.problems.problem import ContinuationProblem
from contin.problems.start import Start
from contin.settings import Settings


def branch_through(
    problem: ContinuationProblem,
    start: Start,
    span: tuple[float, float],
    direction: str,
    marks: dict[str, list[float]],
    settings: Settings,
    progress: Progress | None,
    began: float,
) -> Branch:
    """The branch through a checked start, followed and with its special points."""
    from contin_kernels.abi import PATIENCE

    problem = problem.starting_from(start.state, start.parameters)
    for name in marks:
        problem.position(name)
    context = problem.context(start.parameters)
    context.ints[PATIENCE] = min(int(context.ints[PATIENCE]), int(settings.spectrum_every))
    tracks = tracks_from(problem, context, start, span, direction, settings, progress)
    return assemble(problem, context, start, tracks, marks, settings, began)


def tracks_from(
    problem: ContinuationProblem,
    context: Any,
    start: Start,
    span: tuple[float, float],
    direction: str,
    settings: Settings,
    progress: Progress | None,
) -> list[Track]:
    """The one or two tracks from a start: backward first."""
    z = problem.unknowns(start.whole, start.parameters)
    z[-1] = min(max(z[-1], span[0]), span[1])
    scale = first_scale(z, span)
    if start.sizes is not None:
        sizes = problem.unknown_states(start.sizes(span[1] - span[0]))
        scale[:-1] = np.maximum(np.abs(z[:-1]), sizes)
    problem.rescale(context, scale)
    if start.tangent is not None:
        special = start.parent is not None
        rows = first_row_beside(problem, context.table, z, problem.direction(start.tangent), scale, special)
        return [run(problem, context, rows, scale, span, settings, progress)]
    rows, scale = first_point(problem, context, z, scale, span, settings)
    check_period(problem, rows.z[0], scale)
    tracks = []
    for sign, name in ((-1.0, "backward"), (1.0, "forward")):
        if direction not in ("both", name):
            continue
        one = type(rows)(*(array.copy() for array in rows))
        one.tangent[0] *= sign
        one.watch[0, 0] *= sign
        one.watch[0, 1] *= sign
        track = run(problem, context, one, scale.copy(), span, settings, progress)
        tracks.append(track)
        if track.end.reason in ("closed loop", "interrupted"):
            break
    return tracks
