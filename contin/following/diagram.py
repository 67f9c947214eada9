"""`diagram`: the whole picture, from solutions found at several parameter values and all branches through branch points."""

from __future__ import annotations

import functools
import time
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from contin.branch import Branch, Diagram, End, SpecialPoint, SpecialPoints
from contin.errors import BadValue, NotConverged
from contin.following.checks import as_problem, as_start, check_finite, check_span, with_all_totals
from contin.following.engine import ensure_engine
from contin.following.follow import follow
from contin.following.known import KnownBranches
from contin.following.manifolds import KnownManifolds
from contin.following.run import Progress
from contin.following.search import check_box, equilibria_at, guesses
from contin.following.switch import switch
from contin.kinds import kind_named
from contin.problems.fixed_points import FixedPoints
from contin.problems.problem import ContinuationProblem
from contin.problems.start import Start
from contin.settings import Settings
from contin.systems import System
from contin.tables import distinct_points

Floats = NDArray[np.float64]

# Where equilibria are looked for: both ends and places in between that no model's special values share.
PLACES = (0.0, 1.0, 0.4871, 0.2433, 0.7519)
PATIENCE = 64  # starts in a row that find nothing new, at one place
MOST_BRANCHES = 100
MOST_POINTS = 1_000_000


def diagram(
    system_or_problem: ContinuationProblem | System,
    along: str | None = None,
    span: tuple[float, float] | None = None,
    *,
    start: Mapping[str, float] | ArrayLike | SpecialPoint | Start | None = None,
    at: Mapping[str, float] | None = None,
    box: Mapping[str, tuple[float, float]] | None = None,
    period_doublings: int = 0,
    settings: Settings | None = None,
    most_branches: int = MOST_BRANCHES,
    most_points: int = MOST_POINTS,
    progress: Progress | None = None,
) -> Diagram:
    """All branches of equilibria, fixed points or cycles that are found over a span, with their special points.

    Without a start, they are looked for at several parameter values by Newton's method from quasi-random states;
    with one, only its branch and those that branch off are followed. No branch is followed twice, and of a manifold of fixed
    points of a map only the branch through one of its points.

    Parameters
    ----------
    system_or_problem : Flow, Map or problem
    along : str
        The free parameter.
    span : (float, float)
        The range of the parameter.
    start : optional
        As in `follow`.
    at : dict, optional
        Values of the other parameters (with `start` also of `along`).
    box : dict of state to (float, float), optional
        Where equilibria, fixed points or cycles are looked for.
    period_doublings : int
        How often a map's branches are followed from flips to cycles of twice the period: 3 gives the periods 1, 2, 4, 8.
    settings : Settings, optional
    most_branches, most_points : int
        Limits of the effort, by default 100 branches and a million points in all of them. A branch that comes to the
        limit of points ends with the reason "most points"; its special points are counted beside it.
    progress : callable, optional
        Called with the number of points so far, in all branches.

    Returns
    -------
    Diagram
        `effort` tells the branches, points, starts and seconds spent, and how many starts that were known already were
        "left" out for `most_branches` or `most_points`: 0 if the diagram came to its end.

    Raises
    ------
    NotConverged
        If no solution is found.
    BadValue, UnknownName, NotFinite, ModelError
        As in `follow`.
    """
    began = time.perf_counter()
    settings = settings or Settings()
    problem = as_problem(system_or_problem, along, start, at)
    if span is None:
        raise BadValue(f"`span` is missing: the range (low, high) of {problem.along[0]}.")
    low, high = check_span(span, problem.along[0])
    checked_box = check_box(box, problem.system.states)
    system = problem.system
    totals = {name: float(value) for name, value in (at or {}).items() if name in problem.laws}
    parameters = system.parameter_vector(
        {name: value for name, value in (at or {}).items() if name not in totals}
    )
    if start is None:
        problem = with_all_totals(problem, totals)
    limits = check_limits(most_branches, most_points)
    largest = problem.period * 2 ** check_doublings(period_doublings, problem)
    search = _Search(problem, (low, high), settings, progress, *limits, largest)
    if start is not None:
        search.pursue(as_start(problem, start, at))
    else:
        ensure_engine()
        for begin in _starts(problem, parameters, (low, high), checked_box, settings, search):
            try:
                search.pursue(begin)
            except NotConverged:  # a singular one, which no branch passes through in one direction
                continue
            if search.left:
                break
        if not search.branches:
            raise NotConverged(
                f"no {problem.solution} of '{problem.system.name}' was found for {problem.along[0]} in ({low:g}, {high:g}); "
                "give a start={...} near one, or a box={state: (low, high)} to look in."
            )
    effort = {
        "branches": len(search.branches),
        "points": sum(len(branch) for branch in search.branches),
        "starts": search.starts,
        "left": search.left,
        "seconds": time.perf_counter() - began,
    }
    return Diagram(tuple(relabelled(search.branches)), effort)


def check_doublings(count: int, problem: ContinuationProblem) -> int:
    """How many period doublings are to be followed.

    Raises
    ------
    BadValue
        If it is no whole number of at least 0, or the problem has no periods.
    """
    if isinstance(count, bool) or not isinstance(count, int | np.integer) or count < 0:
        raise BadValue(f"`period_doublings` must be a whole number of at least 0, not {count!r}.")
    if count and not isinstance(problem, FixedPoints):
        raise BadValue("`period_doublings` is for maps; a flow's equilibria have no flips.")
    return int(count)


def check_limits(most_branches: int, most_points: int) -> tuple[int, int]:
    """Both as whole numbers of at least 1 and 2.

    Raises
    ------
    BadValue
    """
    for name, value, least in (("most_branches", most_branches, 1), ("most_points", most_points, 2)):
        whole = isinstance(value, int | float) and not isinstance(value, bool) and value == np.floor(value)
        if not (whole and least <= value < np.inf):
            raise BadValue(f"`{name}` must be a whole number of at least {least}, not {value!r}.")
    return int(most_branches), int(most_points)


@dataclass
class _Search:
    """The branches so far, and how to add one with all that branch off it."""

    problem: ContinuationProblem
    span: tuple[float, float]
    settings: Settings
    progress: Progress | None
    most_branches: int
    most_points: int
    largest_period: int = 1
    branches: list[Branch] = field(default_factory=list)
    starts: int = 0
    left: int = 0
    interrupted: bool = False
    known: KnownBranches = field(init=False)

    def __post_init__(self) -> None:
        self.known = KnownBranches(self.span[1] - self.span[0])

    def pursue(self, start: Start) -> None:
        """Follow the branch through `start` and, one after another, those through its branch points and flips."""
        waiting: list[tuple[Start, tuple[int, int] | None]] = [(start, None)]
        while waiting and not self.interrupted:
            if len(self.branches) >= self.most_branches or self._room < 2:
                self.left += len(waiting)
                return
            begin, parent = waiting.pop(0)
            branch = self._follow(begin, parent)
            if branch is None:
                continue
            self.branches.append(branch)
            self.known.add(branch)
            self.interrupted = any(end.reason == "interrupted" for end in branch.ends)
            number = len(self.branches) - 1
            for i, point in enumerate(branch.special):
                if self._leads_on(point):
                    waiting += [(other, (number, i)) for other in _ways_out(point)]

    def _leads_on(self, point: SpecialPoint) -> bool:
        """Whether branches that leave the point are wanted."""
        if point.kind == "flip":
            return 2 * (point.period or 1) <= self.largest_period
        return point.kind == "branch point"

    def _is_known(self, start: Start) -> bool:
        """Whether a start without a direction lies on a known branch, as where cycles end on one of smaller period."""
        if start.tangent is not None or start.phases is None:
            return False
        z = np.append(start.phases.ravel(), self.problem.value(start.state, start.parameters))
        return self.known.contain(z, len(start.phases))

    @property
    def _room(self) -> int:
        """How many points more there may be."""
        return self.most_points - sum(len(branch) for branch in self.branches)

    def _follow(self, start: Start, parent: tuple[int, int] | None) -> Branch | None:
        self.starts += 1
        report = None
        if self.progress is not None:
            report = functools.partial(_report, self.progress, self.most_points - self._room)
        room = self._room if start.tangent is not None else (self._room + 1) // 2  # for each direction
        settings = replace(self.settings, most_points=min(self.settings.most_points, room))
        if self._is_known(start):
            return None
        problem = self.problem
        if isinstance(problem, FixedPoints) and start.phases is not None:
            problem = problem.with_period(len(start.phases))
        branch = follow(problem, start=start, span=self.span, settings=settings, progress=report)
        if room < self.settings.most_points:
            branch = replace(branch, settings=self.settings, ends=self._said(branch))
        if parent is None:
            return branch
        if len(branch) < 2 or self.known.contain_branch(branch):
            return None
        return replace(branch, parent=parent)

    def _said(self, branch: Branch) -> tuple[End, End]:
        """The ends, where they are the diagram's limit and not the branch's."""
        text = f"the diagram reached its {self.most_points} points (`most_points`)"
        first, last = (
            End("most points", f"{text} at {branch.along[0]} = {branch[branch.along[0]][row]:.6g}")
            if end.reason == "most points"
            else end
            for row, end in zip((0, -1), branch.ends, strict=True)
        )
        return first, last


def _report(progress: Progress, before: int, count: int) -> None:
    progress(before + count)


def _ways_out(point: SpecialPoint) -> list[Start]:
    try:
        return switch(point)
    except (BadValue, NotConverged):
        return []


def _starts(
    problem: ContinuationProblem,
    parameters: Floats,
    span: tuple[float, float],
    box: dict[str, tuple[float, float]],
    settings: Settings,
    search: _Search,
) -> Any:
    """Equilibria at several parameter values that are on no branch known when they are asked for."""
    states = problem.system.states
    table = guesses(states, box, 2 ** int(np.ceil(np.log2(32 + 8 * len(states)))))
    context, manifolds = problem.context(parameters), KnownManifolds(problem)
    finite, width = False, span[1] - span[0]
    for part in PLACES:
        value = span[0] + part * width
        for found in equilibria_at(problem, context, value, width, box, table, settings, PATIENCE):
            finite = True
            z = manifolds.first(context, found)
            if z is None:
                continue
            state, phases = problem.states(z[None])[0], problem.phases(z[None])
            whole = state if phases is None else phases[0]
            if search.interrupted or search.known.contain(np.append(whole, value), problem.period):
                continue
            yield Start(
                state,
                problem.parameters(z[None], parameters)[0, : len(parameters)],
                phases=None if phases is None else whole,
            )
    if not finite and not search.branches:
        check_finite(problem, Start(table[1], parameters))


def relabelled(branches: list[Branch]) -> list[Branch]:
    """The branches with labels counted over the whole diagram; a point met on two branches keeps one label."""
    count: dict[str, int] = {}
    given: list[SpecialPoint] = []
    result: list[Branch] = []
    for branch in branches:
        points = []
        for point in branch.special:
            twin = next(
                (other for other in given if len(distinct_points([_only(branch, [other, point])])) == 1), None
            )
            if twin is None:
                letters = kind_named(point.kind).label
                count[letters] = count.get(letters, 0) + 1
                point = replace(point, label=f"{letters}{count[letters]}")
                given.append(point)
            else:
                point = replace(point, label=twin.label)
            points.append(point)
        result.append(replace(branch, special=SpecialPoints(points)))
    return result


def _only(branch: Branch, points: list[SpecialPoint]) -> Branch:
    return replace(branch, special=SpecialPoints(points))
