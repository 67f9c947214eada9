"""All equilibria of a flow, fixed points or cycles of a map in a box, classified."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, overload

import numpy as np
from numpy.typing import NDArray

from contin.errors import BadValue
from contin.explore.classify import Classification, classify_eigenvalues
from contin.explore.multipliers import classify_solution
from contin.following.checks import with_all_totals, with_totals
from contin.following.engine import ensure_engine
from contin.following.manifolds import KnownManifolds
from contin.following.search import check_box, equilibria_at, guesses
from contin.problems import Equilibria, FixedPoints
from contin.problems.coordinates import totals_of
from contin.settings import Settings
from contin.systems import Flow, Map, System
from contin.tables.rows import Grid, Page
from contin.tables.text import page_text

if TYPE_CHECKING:
    from collections.abc import Callable

Floats = NDArray[np.float64]

STARTS = 128
PER_STATE = 32
MOST_SHOWN = 6
ASIDE = 1e-3  # of a state, from where a stable point is to be reached
SETTLED = 0.05  # of the first distance
LIFETIMES = 12.0
MOST_TURNS = 100_000
DUST = 1e-25  # of the largest state: what Newton's method leaves of zero


@dataclass(frozen=True, eq=False)
class FixedPoint:
    """An equilibrium, or a fixed point or cycle of a map.

    Attributes
    ----------
    state : (n,) array
    state_names : tuple of str
    classification : Classification
        Of the eigenvalues without the structural zeros of conservation laws.
    reached : bool or None
        Whether a simulation from beside it came back, where that was asked for; None for an unstable one.
    phases : (k, n) array or None
        Of a map, all phases of the cycle, the first of them `state`.
    """

    state: Floats
    state_names: tuple[str, ...]
    classification: Classification
    reached: bool | None = None
    phases: Floats | None = None

    def __getitem__(self, name: str) -> float:
        """Value of a state by name."""
        if name not in self.state_names:
            raise KeyError(name)
        return float(self.state[self.state_names.index(name)])

    @property
    def whole(self) -> Floats:
        """The state (n,), of a map's cycle all phases (k, n)."""
        return self.state if self.phases is None else self.phases

    @property
    def multipliers(self) -> NDArray[np.complex128]:
        """The `eigenvalues` of a fixed point or cycle of a map."""
        return self.eigenvalues

    @property
    def kind(self) -> str:
        """As in `Classification`: "stable node", "saddle", ..."""
        return self.classification.kind

    @property
    def stable(self) -> bool:
        """Whether the linearisation says that it is stable."""
        return self.classification.stability == "stable"

    @property
    def eigenvalues(self) -> NDArray[np.complex128]:
        """Eigenvalues, the most unstable first."""
        return self.classification.eigenvalues

    def __repr__(self) -> str:
        where = ", ".join(f"{name} = {self[name]:.10g}" for name in self.state_names[:MOST_SHOWN])
        return f"<{_words(self)} at {where}>"


class FixedPointList(Sequence[FixedPoint]):
    """The equilibria, fixed points or cycles found, stable ones first."""

    def __init__(self, name: str, points: Sequence[FixedPoint], solution: str = "equilibrium") -> None:
        self._name = name
        self._solution = solution
        self._points = tuple(points)

    def __len__(self) -> int:
        return len(self._points)

    @overload
    def __getitem__(self, index: int) -> FixedPoint: ...
    @overload
    def __getitem__(self, index: slice) -> Sequence[FixedPoint]: ...
    def __getitem__(self, index: int | slice) -> FixedPoint | Sequence[FixedPoint]:
        return self._points[index]

    def __iter__(self) -> Iterator[FixedPoint]:
        return iter(self._points)

    @property
    def stable(self) -> list[FixedPoint]:
        """The stable ones."""
        return [point for point in self if point.stable]

    def __repr__(self) -> str:
        plural = "equilibria" if self._solution == "equilibrium" else f"{self._solution}s"
        many = f"1 {self._solution}" if len(self) == 1 else f"{len(self)} {plural}"
        heading = f"{self._name}: {many} found"
        if not self._points:
            return heading
        names = self._points[0].state_names[:MOST_SHOWN]
        rows = tuple(
            (_words(point), *(f"{point[name]:.10g}" for name in names), _shown(point.eigenvalues))
            for point in self
        )
        values = "eigenvalues" if self._solution == "equilibrium" else "multipliers"
        grid = Grid(
            ("kind", *names, values),
            rows,
            frozenset(range(1, 1 + len(names))),
        )
        return page_text(Page(heading, grids=(grid,)))


def _words(point: FixedPoint) -> str:
    dimension = point.classification.dimension
    return f"{point.kind} on a manifold of dimension {dimension}" if dimension else point.kind


def _shown(values: NDArray[np.complex128]) -> str:
    some = [f"{v.real:.4g}" if v.imag == 0 else f"{v.real:.4g}{v.imag:+.4g}i" for v in values[:4]]
    return ", ".join([*some, "..."] if len(values) > 4 else some)


def fixed_points(
    system: System,
    box: Mapping[str, tuple[float, float]] | None = None,
    *,
    at: Mapping[str, float] | None = None,
    period: int = 1,
    feasible: bool | Callable[[dict[str, float]], bool] = False,
    confirm: bool = False,
    starts: int | None = None,
    settings: Settings | None = None,
) -> FixedPointList:
    """All equilibria, fixed points or cycles that are found at given parameter values, classified, the stable ones first.

    Newton's method runs from quasi-random states, and from each also away from all that is known already (deflation:
    Farrell, Birkisson and Funke, SIAM Journal on Scientific Computing 37, A2026, 2015). No method can promise all. Of a manifold
    of fixed points or cycles of a map one stands for all; `point.classification.dimension` tells its dimension.

    Parameters
    ----------
    system : Flow or Map
    box : dict of state to (float, float), optional
        Where equilibria are looked for and kept; states without a range are searched up to sizes of 100.
    at : dict, optional
        Parameter values, and the totals of conservation laws.
    period : int
        Of a map: k finds cycles with k phases, none of a smaller period, each once; the first phase is the smallest.
    feasible : bool or callable, optional
        True keeps those whose states are all at least zero (to rounding); a function of the state as a dict decides.
    confirm : bool
        Whether each stable one is to be reached by a simulation from a thousandth beside it: `reached`.
    starts : int, optional
        Number of states to start from; default 128 and 32 more a state.
    settings : Settings, optional

    Returns
    -------
    FixedPointList

    Raises
    ------
    UnknownName, BadValue
        For names and boxes that cannot be meant, and if the total of a conservation law is missing.
    ModelError
        If the model cannot be compiled or raises.
    """
    if not isinstance(system, Flow | Map):
        raise BadValue(
            f"a model is made with {Flow.made_by}, a map with {Map.made_by}; this is {type(system).__name__}."
        )
    settings = settings or Settings()
    problem, p = _problem_of(system, dict(at or {}), period)
    checked = check_box(box, system.states)
    system.check()
    ensure_engine()
    context = problem.context(p)
    many = starts or STARTS + PER_STATE * len(system.states)
    table = guesses(system.states, checked, 2 ** int(np.ceil(np.log2(many))))
    value = float(p[0])
    found = equilibria_at(problem, context, value, max(abs(value), 1.0), checked, table, settings)
    points, manifolds = [], KnownManifolds(problem)
    for z in found:
        z[:-1][np.abs(z[:-1]) <= DUST * max(1.0, float(np.max(np.abs(z[:-1]))))] = 0.0
        point = _point_at(problem, context, z)
        if not all(_kept(state, system.states, feasible) for state in np.atleast_2d(point.whole)):
            continue
        first = manifolds.first(context, z)
        if first is not None:
            points.append(point if first is z else _point_at(problem, context, first))
    points.sort(key=lambda point: (point.classification.unstable, *point.state))
    if confirm:
        points = [_confirmed(system, point, p) for point in points]
    return FixedPointList(system.name, points, problem.solution)


def _problem_of(system: Any, named: dict[str, float], period: int) -> tuple[Any, Floats]:
    along = next(iter(getattr(system, "parameters", {})), None)
    if isinstance(system, Map):
        return FixedPoints(system, along, period), system.parameter_vector(named)
    if period != 1:
        raise BadValue(f"`period` is for maps; '{system.name}' is a flow.")
    laws = system.laws_at(system.parameter_vector({k: v for k, v in named.items() if k in system.parameters}))
    totals = {name: float(named.pop(name)) for name in laws if name in named}
    p = system.parameter_vector(named)
    return with_all_totals(Equilibria(system, along, laws=laws), totals), p


def _point_at(problem: Any, context: Any, z: Floats) -> FixedPoint:
    names = problem.system.states
    if isinstance(problem, FixedPoints):
        z = min(problem.shifts(z), key=lambda one: one[: len(names)].tolist())
        phases = problem.phases(z[None])[0]
        return FixedPoint(phases[0], names, classify_solution(problem, context, z), None, phases)
    state = problem.states(z[None])[0]
    state[np.abs(state) <= DUST * max(1.0, float(np.max(np.abs(state))))] = 0.0
    return FixedPoint(state, names, classify_eigenvalues(_eigenvalues(problem, context, z)))


def _kept(state: Floats, names: tuple[str, ...], feasible: Any) -> bool:
    if callable(feasible):
        return bool(feasible(dict(zip(names, state.tolist(), strict=True))))
    return not feasible or bool(np.all(state >= -1e-9 * max(1.0, float(np.max(np.abs(state))))))


def _eigenvalues(problem: Any, context: Any, z: Floats) -> NDArray[np.complex128]:
    """The eigenvalues at a solution, without structural zeros."""
    from contin_kernels.inspection import jacobian_from

    jacobian = jacobian_from(context.table, z, np.empty((len(z) - 1, len(z))))
    return np.asarray(np.linalg.eigvals(jacobian[:, :-1]), dtype=np.complex128)


def _confirmed(system: Any, point: FixedPoint, p: Floats) -> FixedPoint:
    from contin.explore.simulate import simulate

    if not point.stable:
        return point
    if isinstance(system, Map):
        return replace(point, reached=_returns(system, point, p))
    size = float(np.max(np.abs(point.state)))
    start = point.state + ASIDE * np.where(point.state == 0.0, size if size > 0.0 else 1.0, point.state)
    laws = system.laws_at(p)
    if laws:
        start = with_totals(laws, start, dict(zip(laws, totals_of(laws, point.state).tolist(), strict=True)))
    slowest = float(np.min(np.abs(point.eigenvalues.real)))
    at = dict(zip(system.parameters, p.tolist(), strict=True))
    end = simulate(system, start, LIFETIMES / slowest, at=at).states[-1]
    reached = np.linalg.norm(end - point.state) <= SETTLED * np.linalg.norm(start - point.state)
    return replace(point, reached=bool(reached))


def _returns(system: Map, point: FixedPoint, p: Floats) -> bool:
    """Whether iterates from beside a stable cycle come back."""
    size = float(np.max(np.abs(point.state)))
    x = start = point.state + ASIDE * np.where(point.state == 0.0, size if size > 0.0 else 1.0, point.state)
    slowest = max(float(np.max(np.abs(point.eigenvalues))), SETTLED)
    turns = int(min(np.ceil(LIFETIMES / -np.log(slowest)), MOST_TURNS))
    for _ in range(turns * len(np.atleast_2d(point.whole))):
        x = system.evaluate(x, p)
    return bool(np.linalg.norm(x - point.state) <= SETTLED * np.linalg.norm(start - point.state))
