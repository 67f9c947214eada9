"""`orbit_diagram`: orbits of a map over a parameter, in compiled code and several threads."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from contin.branch import SpecialPoint
from contin.errors import BadValue, unknown
from contin.explore.orbit_diagram import OrbitDiagram
from contin.explore.orbit_engine import ensure_orbits
from contin.explore.place import check_positive
from contin.following.checks import check_span
from contin.problems import Start
from contin.systems import Map
from contin.systems.lanes import lane_table

if TYPE_CHECKING:
    from contin_kernels.lanes import LaneTable

Floats = NDArray[np.float64]
Pair = tuple[float, float]

PIECES = 4  # a thread: one that is held up by others' work gets less
FEW = 20_000_000  # steps of one state: done before threads have started


def orbit_diagram(
    system: Map,
    along: str,
    span: Pair,
    *,
    starts: int | Mapping[str, float] | Sequence[Any] | ArrayLike | Start | SpecialPoint,
    box: Mapping[str, Pair] | None = None,
    points: int = 1000,
    transient: int = 1000,
    keep: int = 200,
    states: Sequence[str] | str | None = None,
    at: Mapping[str, float] | None = None,
    escape: float = 1e6,
    lyapunov: bool | int = False,
    seed: int = 0,
    threads: int | None = None,
) -> OrbitDiagram:
    """Follow orbits of a map for many values of a parameter, and keep them after their transients.

    Parameters
    ----------
    system : Map
    along : str
        The parameter.
    span : pair
        Its lowest and its highest value.
    starts : dict, array, sequence of them, Start, SpecialPoint or int
        The states in which orbits begin, the same for all values of the parameter: one, or several (S, n). A whole
        number: so many at random in the `box`.
    box : dict of str to pair, optional
        `{"x": (low, high), ...}` for every state.
    points : int
        Values of the parameter, evenly over the span, both ends among them.
    transient, keep : int
        Steps that are left out, and that are kept after them.
    states : str or sequence of str, optional
        The states that are kept; default all.
    at : dict, optional
        Parameters that differ from the defaults.
    escape : float
        An orbit has escaped when a state is larger than this, or not finite: nothing of it is kept.
    lyapunov : bool or int
        Whether the largest Lyapunov exponent of every orbit is computed: True over the kept steps, a number over so
        many steps after the transient.
    seed : int
        Of the random starts.
    threads : int, optional
        Default: as many as the process may use, one where there is little to do. The result is the same, to the last bit.

    Returns
    -------
    OrbitDiagram

    Raises
    ------
    UnknownName, BadValue
        For wrong names, or values that cannot be meant.
    ModelError
        If the map does not compile.

    Notes
    -----
    Never infer stability from one orbit: it shows one attractor of perhaps several, it may still be on its way, and by
    rounding it can sit on an unstable point for ever (`on_unstable` marks those). What is stable is told by the
    multipliers of `follow`.

    >>> import contin
    >>> @contin.map
    ... def logistic(x, *, r=3.2):
    ...     return r * x * (1 - x)
    >>> orbits = contin.orbit_diagram(logistic, "r", (2.9, 3.5), points=3, starts={"x": 0.3})
    >>> orbits.periods().ravel().tolist()
    [1, 2, 4]
    """
    check_map(system)
    if along not in system.parameters:
        raise unknown("parameter", along, system.parameters)
    low, high = check_span(span, along)
    begin = starts_of(system, starts, box, seed)
    kept_names = _kept(system, states)
    transient, keep = check_count("transient", transient, 0), check_count("keep", keep, 1)
    averaged = keep if lyapunov is True else check_count("lyapunov", lyapunov or 0, 0)
    grid = np.linspace(low, high, check_count("points", points, 2))
    parameters = system.parameter_vector(at)
    found = _Orbits(system, parameters, along, grid, begin, kept_names, [transient, keep, averaged])
    work = len(grid) * begin.size * (transient + max(keep, averaged))
    found.follow(check_positive("escape", escape), _threads(threads, work))
    shape = (len(grid), len(begin))
    return OrbitDiagram(
        system.name, along, system.states, tuple(system.parameters), kept_names, grid, parameters, begin,
        np.moveaxis(found.values.reshape(*found.values.shape[:2], *shape), (0, 1), (2, 3)),
        found.marks[0].astype(np.bool_).reshape(shape), found.marks[1].astype(np.bool_).reshape(shape),
        found.growth.reshape(shape) if averaged else None, transient, keep, float(escape),
    )  # fmt: skip


class _Orbits:
    """Memory for all orbits, and the threads that fill it."""

    def __init__(
        self,
        system: Map,
        parameters: Floats,
        along: str,
        grid: Floats,
        starts: Floats,
        kept_names: tuple[str, ...],
        steps: list[int],
    ) -> None:
        count = len(grid) * len(starts)
        free = list(system.parameters).index(along)
        observed = np.array([system.states.index(name) for name in kept_names], dtype=np.int64)
        self.system = system
        self.given = (parameters, free, grid, starts, observed, np.array(steps, dtype=np.int64))
        self.values = np.empty((steps[1], len(kept_names), count))
        self.marks = np.zeros((2, count), dtype=np.int8)
        self.growth = np.zeros(count)

    def follow(self, escape: float, threads: int) -> None:
        """Share the blocks out among threads: compiled code runs outside the interpreter's lock."""
        from contin_kernels.lanes import WIDTH

        ensure_orbits()
        blocks = -(-len(self.growth) // WIDTH)
        threads = min(threads, blocks)
        if threads == 1:
            self._piece(lane_table(self.system), escape, 0, blocks)
            return
        edges = np.unique(np.linspace(0, blocks, PIECES * threads + 1).astype(np.int64)).tolist()
        tables = [lane_table(self.system) for _ in edges[1:]]
        with ThreadPoolExecutor(threads) as pool:
            pieces = [
                pool.submit(self._piece, table, escape, a, b)
                for table, a, b in zip(tables, edges[:-1], edges[1:], strict=True)
            ]
            for piece in pieces:
                piece.result()

    def _piece(self, table: LaneTable, escape: float, first: int, end: int) -> None:
        from contin_kernels.orbits import orbits

        blocks = np.array([first, end], dtype=np.int64)
        with np.errstate(all="ignore"):  # uncompiled, NumPy would warn of what escapes
            orbits(table.table, *self.given, escape, blocks, self.values, self.marks, self.growth)


def starts_of(system: Map, starts: Any, box: Mapping[str, Pair] | None = None, seed: int = 0) -> Floats:
    """The states (S, n) in which orbits begin; see `orbit_diagram`.

    Raises
    ------
    UnknownName, BadValue
        For wrong names, shapes, or values that are not finite.
    """
    if isinstance(starts, int | np.integer) and not isinstance(starts, bool):
        return _random_starts(system, check_count("starts", starts, 1), box, seed)
    if box is not None:
        raise BadValue("`box` is for random starts: give their number as `starts`.")
    if isinstance(starts, Start | SpecialPoint):
        starts = starts.state
    if isinstance(starts, Mapping):
        return system.state_vector(starts)[None]
    if isinstance(starts, Sequence) and any(isinstance(start, Mapping) for start in starts):
        return np.array([system.state_vector(start) for start in starts])
    try:
        values = np.array(starts, dtype=np.float64)
    except (TypeError, ValueError):
        raise BadValue(f"`starts` must be states, one or several, not {starts!r}.") from None
    if values.ndim < 2:
        values = values.reshape(-1, 1) if len(system.states) == 1 else values[None]
    if not values.size:
        raise BadValue("`starts` is empty.")
    return np.array([system.state_vector(row) for row in values])


def _random_starts(system: Map, count: int, box: Mapping[str, Pair] | None, seed: int) -> Floats:
    if box is None:
        raise BadValue(
            "random starts need a `box`: a dict of pairs, the lowest and the highest value of every state."
        )
    for name in box:
        if name not in system.states:
            raise unknown("state", name, system.states)
    if missing := [name for name in system.states if name not in box]:
        raise BadValue(f"`box` lacks the state{'s' * (len(missing) > 1)} {', '.join(missing)}.")
    low, high = np.array([check_span(box[name], name) for name in system.states]).T
    return np.random.default_rng(seed).uniform(low, high, (count, len(low)))


def check_map(system: Any) -> Map:
    """The map itself.

    Raises
    ------
    BadValue
        If it is no `Map`.
    """
    if not isinstance(system, Map):
        raise BadValue(f"a map is made with {Map.made_by}, not {type(system).__name__}.")
    return system


def _kept(system: Map, states: Sequence[str] | str | None) -> tuple[str, ...]:
    names = (states,) if isinstance(states, str) else tuple(states or system.states)
    for name in names:
        if name not in system.states:
            raise unknown("state", name, system.states)
    return names


def check_count(name: str, value: Any, least: int) -> int:
    """`value` as a whole number of at least `least`.

    Raises
    ------
    BadValue
    """
    if isinstance(value, bool) or not isinstance(value, int | np.integer) or value < least:
        raise BadValue(f"`{name}` must be a whole number of at least {least}, not {value!r}.")
    return int(value)


def _threads(threads: int | None, work: int) -> int:
    if threads is not None:
        return check_count("threads", threads, 1)
    if work < FEW:
        return 1
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
