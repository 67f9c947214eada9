"""`follow`: one branch of solutions through a start."""

from __future__ import annotations

import math
import time
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from contin.branch import Branch, SpecialPoint
from contin.errors import BadValue, NotConverged, NotFinite, unknown
from contin.following.announce import announce_compilation
from contin.following.assemble import assemble
from contin.following.run import Progress, Track, allocate, run
from contin.problems.equilibria import Equilibria
from contin.problems.problem import ContinuationProblem
from contin.problems.start import Start
from contin.settings import Settings
from contin.systems import Flow

Floats = NDArray[np.float64]

ZERO = 1e-14
BESIDE = 1e-3


def follow(
    problem: ContinuationProblem | Flow,
    along: str | None = None,
    *,
    start: Mapping[str, float] | ArrayLike | SpecialPoint | Start | None = None,
    at: Mapping[str, float] | None = None,
    span: tuple[float, float],
    direction: str = "both",
    mark: Mapping[str, Sequence[float]] | None = None,
    settings: Settings | None = None,
    progress: Progress | None = None,
) -> Branch:
    """Follow the branch of solutions through a start, find its special points and solve them to rounding.

    Parameters
    ----------
    problem : Flow or problem
        A bare `Flow` means `Equilibria(flow, along)`.
    along : str
        The free parameter.
    start : dict of states, array (n,), SpecialPoint or Start
        States belong to the model's defaults overridden by `at`; Newton's method corrects them there.
    at : dict, optional
        Parameter values, which may include the value of `along` to start from.
    span : (float, float)
        The range of the parameter; both ends are hit exactly.
    direction : "both", "forward" or "backward"
        Forward is the direction in which the parameter grows at the start.
    mark : dict of str to sequence of floats, optional
        Values of the free parameter or of a state at which points of kind "marked" are solved exactly.
    settings : Settings, optional
    progress : callable, optional
        Called with the number of points so far.

    Returns
    -------
    Branch

    Raises
    ------
    BadValue, UnknownName
        For names, spans and starts that cannot be meant.
    NotConverged
        If Newton's method finds no solution from the start.
    NotFinite
        If the model gives NaN or infinity at the start.
    ModelError
        If the model cannot be compiled or raises.
    """
    began = time.perf_counter()
    settings = settings or Settings()
    if not isinstance(settings, Settings):
        raise BadValue(f"`settings` must be a contin.Settings, not {type(settings).__name__}.")
    problem = as_problem(problem, along)
    low, high = check_span(span, problem.along[0])
    marks = check_marks(mark, problem)
    if direction not in ("both", "forward", "backward"):
        raise BadValue(f"`direction` must be 'both', 'forward' or 'backward', not {direction!r}.")
    begin = as_start(problem, start, at)
    value = begin.parameters[list(problem.system.parameters).index(problem.along[0])]
    if not low <= value <= high:
        raise BadValue(
            f"the start has {problem.along[0]} = {value:g}, outside the span ({low:g}, {high:g}); "
            f"give at={{'{problem.along[0]}': ...}} or a wider span."
        )
    announce_compilation()
    check_finite(problem, begin)
    context = problem.context(begin.parameters)
    tracks = tracks_from(problem, context.table, begin, (low, high), direction, settings, progress)
    return assemble(problem, context, begin, tracks, marks, settings, began)


def as_problem(problem: ContinuationProblem | Flow, along: str | None) -> ContinuationProblem:
    """The problem itself, or equilibria of a bare flow."""
    if isinstance(problem, Flow):
        return Equilibria(problem, along)
    if not hasattr(problem, "context"):
        raise BadValue(
            f"a model is made with @contin.flow or contin.Flow(...), not {type(problem).__name__}."
        )
    if along is not None and (along,) != problem.along:
        raise BadValue(f"`along` is {along!r}, but the problem is {problem!r}.")
    return problem


def check_span(span: Any, name: str) -> tuple[float, float]:
    """The span as two finite floats, the lower first.

    Raises
    ------
    BadValue
        If it is no pair, reversed, empty or not finite.
    """
    try:
        low, high = (float(value) for value in span)
    except (TypeError, ValueError):
        raise BadValue(f"`span` must be a pair (low, high) of values of {name}, not {span!r}.") from None
    if not (math.isfinite(low) and math.isfinite(high)):
        raise BadValue(f"`span` must be finite, not ({low:g}, {high:g}).")
    if low == high:
        raise BadValue(f"`span` is empty: both ends are {name} = {low:g}.")
    if low > high:
        raise BadValue(f"`span` is reversed: write span=({high:g}, {low:g}).")
    return low, high


def check_marks(
    mark: Mapping[str, Sequence[float]] | None, problem: ContinuationProblem
) -> dict[str, list[float]]:
    """Marks by unknown's name, as lists of finite floats."""
    marks: dict[str, list[float]] = {}
    names = (*problem.system.states, *problem.along)
    for name, values in (mark or {}).items():
        if name not in names:
            raise unknown("state or free parameter", name, names)
        listed = [float(value) for value in np.atleast_1d(np.asarray(values, dtype=float))]
        if not all(math.isfinite(value) for value in listed):
            raise BadValue(f"`mark` values of {name} must be finite, not {listed}.")
        marks[name] = listed
    return marks


def as_start(problem: ContinuationProblem, start: Any, at: Mapping[str, float] | None) -> Start:
    """A `Start` from whatever the user gave."""
    system = problem.system
    if start is None:
        raise BadValue(
            f"`start` is missing: give a state near an equilibrium, for example "
            f"start={{{', '.join(f'{name!r}: ...' for name in system.states[:3])}}}, or use contin.diagram, which finds its own."
        )
    if isinstance(start, Start | SpecialPoint):
        if at:
            raise BadValue(
                "`at` belongs to a start given as states; a Start or SpecialPoint carries its parameters."
            )
        if isinstance(start, Start):
            return start
        if start.state_names != system.states or start.parameter_names != tuple(system.parameters):
            raise BadValue(
                f"the start is a point of another model: its states are {', '.join(start.state_names)}."
            )
        return Start(start.state.copy(), start.parameters.copy(), text=f"{start.label}")
    return Start(system.state_vector(start), system.parameter_vector(at))


def check_finite(problem: ContinuationProblem, start: Start) -> None:
    """Evaluate the model once in plain Python, where errors have names.

    Raises
    ------
    NotFinite, ModelError
    """
    system = problem.system
    values = system.derivative(start.state, start.parameters)
    bad = [
        f"d{name}/dt" for name, value in zip(system.states, values, strict=True) if not math.isfinite(value)
    ]
    if bad:
        raise NotFinite(
            f"'{system.name}' is not finite at the start ({', '.join(bad)}), where "
            f"{system.describe(start.state, start.parameters)}."
        )


def tracks_from(
    problem: ContinuationProblem,
    table: Any,
    start: Start,
    span: tuple[float, float],
    direction: str,
    settings: Settings,
    progress: Progress | None,
) -> list[Track]:
    """The one or two tracks from a start: backward first."""
    z = problem.unknowns(start.state, start.parameters)
    scale = first_scale(z, span)
    if start.sizes is not None:
        scale[:-1] = np.maximum(np.abs(z[:-1]), start.sizes(span[1] - span[0]))
    if start.tangent is not None:
        rows = first_row_beside(problem, table, z, start.tangent, scale, settings)
        return [run(problem, table, rows, scale, span, settings, progress)]
    correct_start(problem, table, z, scale, settings)
    rows = first_row_near(problem, table, z, scale, span, settings)
    tracks = []
    for sign, name in ((-1.0, "backward"), (1.0, "forward")):
        if direction not in ("both", name):
            continue
        one = type(rows)(*(array.copy() for array in rows))
        one.tangent[0] *= sign
        one.watch[0, 0] *= sign
        one.watch[0, 1] *= sign
        track = run(problem, table, one, scale.copy(), span, settings, progress)
        tracks.append(track)
        if track.end.reason in ("closed loop", "interrupted"):
            break
    return tracks


def first_scale(z: Floats, span: tuple[float, float]) -> Floats:
    """Scales of the unknowns (m + 1,): magnitudes of the states at the start, the width of the span.

    A state that is zero, or zero to rounding, takes the smallest of the others' magnitudes, or 1 where that is smaller.
    """
    scale = np.abs(z)
    zero = scale[:-1] <= ZERO * max(1.0, float(scale[:-1].max()))
    known = scale[:-1][~zero]
    scale[:-1][zero] = min(1.0, float(known.min())) if known.size else 1.0
    scale[-1] = span[1] - span[0]
    return scale


def correct_start(
    problem: ContinuationProblem, table: Any, z: Floats, scale: Floats, settings: Settings
) -> None:
    """Newton's method at the start's parameters, in place.

    Raises
    ------
    NotConverged, NotFinite
    """
    from contin_kernels.follow import workspace
    from contin_kernels.start import solve_start
    from contin_kernels.status import NOT_FINITE, OK

    given = z.copy()
    system = problem.system
    status, iterations, residual = solve_start(table, z, scale, settings.tolerance, 50, workspace(len(z) - 1))
    if status == OK:
        scale[:-1] = first_scale(z, (0.0, float(scale[-1])))[:-1]
        scale[:-1] = np.maximum(scale[:-1], 100.0 * rounding_of_states(table, z) / settings.tolerance)
        return
    start = ", ".join(f"{name} = {value:.6g}" for name, value in zip(system.states, given[:-1], strict=False))
    place = f"{problem.along[0]} = {z[-1]:.6g} from {start}"
    if status == NOT_FINITE:
        raise NotFinite(
            f"'{system.name}' became not finite while Newton's method looked for an equilibrium at {place}."
        )
    raise NotConverged(
        f"Newton's method found no equilibrium of '{system.name}' at {place} ({iterations} iterations, scaled residual "
        f"{residual:.2g}); start nearer to one, or at another value of {problem.along[0]}."
    )


def rounding_of_states(table: Any, z: Floats) -> Floats:
    """What rounding in the model makes of each state (n,): no scale may be so small that this is seen.

    Measured as what is left of small changes when their linear part is taken away (More and Wild, Estimating
    Computational Noise, SIAM Journal on Scientific Computing 33, 2011, in its simplest form).
    """
    from contin_kernels.inspection import jacobian_from, residual_from

    moves = 1e-12 * z * np.random.default_rng(1).uniform(-1.0, 1.0, size=(12, len(z)))
    there = np.array([residual_from(table, z + move) for move in moves])
    jacobian = jacobian_from(table, z)
    noise = np.max(np.abs(there - residual_from(table, z) - moves @ jacobian.T), axis=0)
    inverse = np.linalg.pinv(jacobian[:, :-1], rcond=1e-12)
    return np.asarray(np.abs(inverse) @ noise)


def first_row_near(
    problem: ContinuationProblem,
    table: Any,
    z: Floats,
    scale: Floats,
    span: tuple[float, float],
    settings: Settings,
) -> Any:
    """The starting point's row; if the point is singular, that of the branch's point a little way along the parameter.

    Raises
    ------
    NotConverged
        If the neighbours are singular too.
    """
    try:
        return first_row(problem, table, z, scale, span)
    except NotConverged:
        for part in (BESIDE, -BESIDE):
            beside = z.copy()
            beside[-1] += part * (span[1] - span[0])
            if span[0] < beside[-1] < span[1]:
                try:
                    correct_start(problem, table, beside, scale, settings)
                    return first_row(problem, table, beside, scale, span)
                except (NotConverged, NotFinite):
                    continue
        raise


def first_row(
    problem: ContinuationProblem, table: Any, z: Floats, scale: Floats, span: tuple[float, float]
) -> Any:
    """The starting point's row, its tangent towards growing parameter.

    Raises
    ------
    NotConverged
        If the tangent is not unique there.
    """
    from contin_kernels.follow import begin, workspace
    from contin_kernels.status import OK

    rows = allocate(problem, len(z) - 1, 1)
    random = np.random.default_rng(1)
    for attempt in range(4):
        towards = np.zeros(len(z))
        towards[-1] = 1.0
        if attempt:
            towards = random.normal(size=len(z))
        if begin(table, z, towards, scale, rows, workspace(len(z) - 1)) == OK:
            component = (
                rows.tangent[0, -1]
                if abs(rows.watch[0, 0]) > 0
                else rows.tangent[0, np.argmax(np.abs(rows.tangent[0]))]
            )
            if component < 0:
                rows.tangent[0] *= -1
                rows.watch[0, :2] *= -1
            return rows
    raise NotConverged(
        f"the start {problem.along[0]} = {z[-1]:.6g} of '{problem.system.name}' is a branch point or another singular point, "
        "where the direction of the branch is not unique; start at another value of the parameter, or follow from "
        "contin.switch(point)."
    )


def first_row_beside(
    problem: ContinuationProblem, table: Any, z: Floats, tangent: Floats, scale: Floats, settings: Settings
) -> Any:
    """The row of a start with a tangent, where the point itself may be singular: recorded with the tangent given."""
    from contin_kernels.follow import tangent_length
    from contin_kernels.inspection import inspect_from

    rows = allocate(problem, len(z) - 1, 1)
    t = tangent / scale
    rows.z[0] = z
    rows.tangent[0] = t / tangent_length(t) * scale
    rows.arclength[0] = rows.iterations[0] = rows.residual[0] = 0
    rows.watch[0] = 0.0
    before = np.full(problem.columns, np.nan)
    rows.unstable[0] = inspect_from(table, z, before, rows.columns[0], rows.watch[0, 2:])
    return rows
