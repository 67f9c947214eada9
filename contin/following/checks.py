"""Checking what the user gave, once, at the door: problems, spans, marks, starts."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from contin.branch import SpecialPoint
from contin.errors import BadValue, NotFinite, unknown, with_article
from contin.following.switch import switch
from contin.problems.coordinates import IndependentStates, totals_of, weights_of
from contin.problems.equilibria import Equilibria
from contin.problems.fixed_points import FixedPoints
from contin.problems.problem import ContinuationProblem
from contin.problems.start import Start
from contin.systems import Flow, Map, System

if TYPE_CHECKING:
    from contin.systems.conservation import Law

Floats = NDArray[np.float64]


def as_problem(
    problem: ContinuationProblem | System,
    along: str | None,
    start: Any = None,
    at: Mapping[str, float] | None = None,
) -> ContinuationProblem:
    """The problem itself; equilibria of a bare flow, with the conservation laws at what start and `at` give; or fixed points.

    Of a bare map those of a start that is a cycle have its period.
    """
    if isinstance(problem, Flow):
        return Equilibria(problem, along, laws=problem.laws_at(_parameters_of(problem, start, at), along))
    if isinstance(problem, Map):
        cycle = isinstance(start, Start | SpecialPoint) and start.phases is not None
        return FixedPoints(problem, along, len(start.phases) if cycle else 1)
    if isinstance(problem, System) or not hasattr(problem, "context"):
        raise BadValue(
            f"a model is made with {Flow.made_by}, a map with {Map.made_by}; this is {type(problem).__name__}."
        )
    if along is not None and (along,) != problem.along:
        raise BadValue(f"`along` is {along!r}, but the problem is {problem!r}.")
    return problem


def _parameters_of(system: Flow, start: Any, at: Mapping[str, float] | None) -> Floats:
    """All parameters (k,), where names that are none are left for later: they may be totals."""
    k = len(system.parameters)
    if isinstance(start, Start | SpecialPoint) and len(start.parameters) >= k:
        return np.asarray(start.parameters[:k])
    return system.parameter_vector({name: v for name, v in (at or {}).items() if name in system.parameters})


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
            f"`start` is missing: give a state near {with_article(problem.solution)}, for example "
            f"start={{{', '.join(f'{name!r}: ...' for name in system.states[:3])}}}, or use contin.diagram, which finds its own."
        )
    if isinstance(start, Start | SpecialPoint):
        if at:
            raise BadValue(
                "`at` belongs to a start given as states; a Start or SpecialPoint carries its parameters."
            )
        if isinstance(start, Start):
            _check_no_cycle(problem, start)
            return start
        k = len(system.parameters)
        if start.state_names != system.states or start.parameter_names[:k] != tuple(system.parameters):
            raise BadValue(
                f"the start is a point of another model: its states are {', '.join(start.state_names)}."
            )
        if (
            isinstance(problem, FixedPoints)
            and start.kind == "flip"
            and problem.period == 2 * (start.period or 0)
        ):
            return switch(start, system)[0]
        found = Start(
            start.state.copy(), start.parameters[:k].copy(), text=f"{start.label}", phases=start.phases
        )
        _check_no_cycle(problem, found)
        return found
    totals = {name: value for name, value in (at or {}).items() if name in problem.laws}
    held = {name: value for name, value in (at or {}).items() if name not in totals}
    state = system.state_vector(start)
    parameters = system.parameter_vector(held)
    if problem.period == 1:
        state = system.resting(state, parameters)
    return Start(with_totals(problem.laws, state, totals) if totals else state, parameters)


def _check_no_cycle(problem: ContinuationProblem, start: Start) -> None:
    if start.orbit is not None and problem.kind == "equilibria":
        raise BadValue(
            f"the start is a cycle of period {start.orbit.period:.6g}, and equilibria are followed from an equilibrium: give "
            "a state near one, as contin.fixed_points finds them."
        )
    if start.phases is not None and len(start.phases) != problem.period:
        raise BadValue(
            f"the start is {with_article(f'{len(start.phases)}-cycle')}, and {problem!r} has the period {problem.period}."
        )


def with_all_totals(problem: ContinuationProblem, totals: Mapping[str, float]) -> ContinuationProblem:
    """The problem with these totals of its conservation laws.

    Raises
    ------
    BadValue
        If one is missing that is not the free parameter: without a start nothing fixes it.
    """
    laws = problem.laws
    if not isinstance(problem, Equilibria) or not laws:
        return problem
    missing = [name for name in laws if name not in totals and name not in problem.along]
    if missing:
        shown = ", ".join(f"{name} = {laws[name].text}" for name in missing)
        values = ", ".join(f"'{name}': ..." for name in missing)
        raise BadValue(
            f"'{problem.system.name}' conserves {shown}: without a start its value must be given, at={{{values}}}."
        )
    return Equilibria(problem.system, problem.along[0], totals, laws)


def with_totals(laws: Mapping[str, Law], state: Floats, totals: Mapping[str, float]) -> Floats:
    """The state (n,) with these totals: the others as at `state`, the dependent states made to fit."""
    wanted = totals_of(laws, state)
    for i, name in enumerate(laws):
        wanted[i] = totals.get(name, wanted[i])
    coordinates = IndependentStates(weights_of(laws), wanted, -1, 1, 0)
    fitted: Floats = coordinates.states(np.append(coordinates.unknown(state), 0.0)[None])[0]
    return fitted


def check_finite(problem: ContinuationProblem, start: Start) -> None:
    """Evaluate the model once in plain Python, where errors have names.

    Raises
    ------
    NotFinite, ModelError
    """
    system = problem.system
    values = system.evaluate(start.state, start.parameters)
    bad = [
        system.result.format(name)
        for name, value in zip(system.states, values, strict=True)
        if not math.isfinite(value)
    ]
    if bad:
        raise NotFinite(
            f"'{system.name}' is not finite at the start ({', '.join(bad)}), where "
            f"{system.describe(start.state, start.parameters)}."
        )
