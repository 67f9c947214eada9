"""`follow`: one branch of solutions through a start."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence

from numpy.typing import ArrayLike

from contin.branch import Branch, SpecialPoint
from contin.errors import BadValue, NotFinite
from contin.following.checks import as_problem, as_start, check_finite, check_marks, check_span
from contin.following.engine import ensure_engine
from contin.following.run import Progress
from contin.following.through import branch_through
from contin.problems.problem import ContinuationProblem
from contin.problems.start import Start
from contin.settings import Settings
from contin.systems import System

ROUNDING = 1e-13


def follow(
    problem: ContinuationProblem | System,
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
    problem : Flow, Map or problem
        A bare `Flow` means `Equilibria(flow, along)`, a bare `Map` means `FixedPoints(map, along)`.
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
    problem = as_problem(problem, along, start, at)
    low, high = check_span(span, problem.along[0])
    marks = check_marks(mark, problem)
    if direction not in ("both", "forward", "backward"):
        raise BadValue(f"`direction` must be 'both', 'forward' or 'backward', not {direction!r}.")
    begin = as_start(problem, start, at)
    value = problem.value(begin.state, begin.parameters)
    slack = ROUNDING * max(abs(low), abs(high))  # a total is a sum
    if not low - slack <= value <= high + slack:
        raise BadValue(
            f"the start has {problem.along[0]} = {value:g}, outside the span ({low:g}, {high:g}); "
            f"give at={{'{problem.along[0]}': ...}} or a wider span."
        )
    # Plain Python tells what is wrong with a model; where it was right before, compiled code tells whether it still is.
    known = problem.system.is_compiled and begin.tangent is None
    if not known:
        check_finite(problem, begin)
    ensure_engine()
    try:
        return branch_through(problem, begin, (low, high), direction, marks, settings, progress, began)
    except NotFinite:
        if known:
            check_finite(problem, begin)
        raise
