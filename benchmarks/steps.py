"""Time per step: the slope of CPU time between a short and a long run on a branch that never ends.

All eigenvalues are computed and stored at every point, and all detection is on, on both sides. What is compared:

- `follow`: `contin.follow`, from the call to the `Branch`. Special points are solved to rounding, with normal forms,
  put into their places and made records of; this is part of the time, but they are not counted as steps.
- `loop`: contin's compiled loop alone, which detects special points (and steps again where two may hide between two
  points) but does not solve them.
- `AUTO files`: AUTO-07p as it comes; special points are located, to its tolerances; a line of text per point.
- `AUTO least`: the same without the lines of ordinary points (see rivals/README.md).

Steps may be large or small, so what a turn of the endless branch takes is told as well.
"""

from __future__ import annotations

import math
from dataclasses import asdict, dataclass
from functools import partial
from typing import TYPE_CHECKING, Any

import contin
from benchmarks.loop import flow_of, loop_for
from benchmarks.models import CYCLIC_GRIFFITH, Case, ring_case
from benchmarks.rivals.auto07p import HERE, Installation, Output, build, run
from benchmarks.rivals.auto07p_table import STEPS as AUTO_STEPS
from benchmarks.rivals.auto07p_table import largest_step
from benchmarks.rounds import Spread, cpu, ratios, slope, spread, table, take_turns

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

SIZES: dict[int, tuple[int, tuple[int, int]]] = {
    2: (100, (500, 14500)),
    10: (100, (400, 6400)),
    50: (20, (50, 550)),
    200: (10, (10, 60)),
}
"""By number of states: turns of the phase that the span has on either side, steps of the short and the long run."""


JACOBIANS = {2: (False,), 10: (True, False), 50: (True, False), 200: (True,)}
"""Whether contin is given the user's Jacobian, by number of states; tracing 200 states takes minutes."""


@dataclass(frozen=True)
class Pace:
    """What one route took: microseconds per step and per turn of the phase, steps per turn."""

    name: str
    microseconds: Spread
    turn: float
    steps_per_turn: float
    rounds: tuple[float, ...]


@dataclass(frozen=True)
class Row:
    """One model: the paces of all routes, and AUTO's time per step divided by contin's."""

    model: str
    n: int
    paces: tuple[Pace, ...]
    ratios: dict[str, Spread]
    problem: str = ""


Route = tuple["Callable[[], float]", "Callable[[], float]"]
"""A measurement (microseconds per step), and the steps per turn of its long run, asked for afterwards."""


def contin_routes(case: Case, users_jacobian: bool) -> dict[str, Route]:
    """`follow` and `loop` for one model, compiled and warm."""
    turns, steps = SIZES[len(case.state)]
    span = (-2 * math.pi * turns, 2 * math.pi * turns)
    model = flow_of(case, users_jacobian)
    branches: dict[int, contin.Branch] = {}

    def follow(count: int) -> None:
        branches[count] = contin.follow(
            model,
            case.along,
            start=case.state,
            at=case.parameters,
            span=span,
            direction="forward",
            settings=contin.Settings(most_points=count),
        )

    def follow_slope() -> float:
        return slope(cpu(partial(follow, steps[0])), cpu(partial(follow, steps[1])), steps)

    def of_follow() -> float:
        branch = branches[steps[1]]
        if branch.ends[1].reason != "most points":
            raise RuntimeError(f"{case.name}: {branch.ends[1].text}")
        return steps[1] / (abs(float(branch[case.along][-1])) / (2 * math.pi))

    loops = [loop_for(model, case, span, n) for n in steps]

    def loop_slope() -> float:
        return slope(cpu(loops[0].run), cpu(loops[1].run), steps)

    def of_loop() -> float:
        return steps[1] / (abs(float(loops[1].rows.z[-1, -1])) / (2 * math.pi))

    follow_slope()
    loop_slope()
    label = f" ({model.compiled.derivatives})"
    return {f"contin follow{label}": (follow_slope, of_follow), f"contin loop{label}": (loop_slope, of_loop)}


def auto_routes(auto: Installation, case: Case, folder: Path) -> dict[str, Route]:
    """AUTO with its files and with the least output."""
    n = len(case.state)
    steps = AUTO_STEPS[n]
    routes: dict[str, Route] = {}
    outputs: tuple[Output, ...] = ("files", "least")
    for output in outputs:
        program = build(auto, HERE / "models" / f"{case.name}.f90", folder, output)
        ends: list[float] = []

        def measure(program: Any = program, output: Output = output, ends: list[float] = ends) -> float:
            short, long = (run(program, case, output, {"DSMAX": largest_step(case), "NMX": k}) for k in steps)
            ends.append(long.points[-1].parameter)
            return slope(short.cpu, long.cpu, (short.steps, long.steps))

        def per_turn(ends: list[float] = ends) -> float:
            return steps[1] / (abs(ends[-1]) / (2 * math.pi))

        routes[f"AUTO {output}"] = (measure, per_turn)
    return routes


def measure_steps(auto: Installation | None, folder: Path, rounds: int, large: bool) -> list[Row]:
    """All models, smallest first."""
    rows = []
    for n in (2, 10, 50, 200) if large else (2, 10, 50):
        case = CYCLIC_GRIFFITH if n == 2 else ring_case(n)
        routes: dict[str, Route] = {}
        problems = []
        for users_jacobian in JACOBIANS[n]:
            try:
                routes |= contin_routes(case, users_jacobian)
            except contin.ContinError as error:
                problems.append(f"{'with' if users_jacobian else 'without'} the user's Jacobian: {error}")
        if auto is not None:
            routes |= auto_routes(auto, case, folder)
        times = take_turns({name: route[0] for name, route in routes.items()}, rounds)
        rows.append(_row(case, routes, times, "; ".join(problems)))
    return rows


def _row(case: Case, routes: dict[str, Route], times: dict[str, list[float]], problem: str) -> Row:
    paces = []
    for name, (_, steps_per_turn) in routes.items():
        microseconds = spread(times[name])
        per_turn = steps_per_turn()
        paces.append(Pace(name, microseconds, microseconds.median * per_turn, per_turn, tuple(times[name])))
    pairs = {
        f"{a} / {b}": ratios(times[a], times[b])
        for b in times
        if b.startswith("contin")
        for a in times
        if a.startswith("AUTO")
    }
    return Row(case.name, len(case.state), tuple(paces), pairs, problem)


def text_of_steps(rows: list[Row]) -> str:
    """Ratios first, then the times."""
    parts = []
    if pairs := [
        (f"{row.model}, n = {row.n}: {pair}", str(r)) for row in rows for pair, r in row.ratios.items()
    ]:
        parts.append(table(("time per step, AUTO / contin", "median (least to greatest)"), pairs))
    times = [
        (f"{row.model}, n = {row.n}: {p.name}", str(p.microseconds), p.steps_per_turn, p.turn)
        for row in rows
        for p in row.paces
    ]
    parts.append(table(("time per step", "us per step", "steps per turn", "us per turn"), times))
    parts += [f"{row.model}, n = {row.n}, not measured {row.problem}" for row in rows if row.problem]
    return "\n\n".join(parts)


def record_of_steps(rows: list[Row]) -> list[dict[str, Any]]:
    """For `--json`."""
    return [asdict(row) for row in rows]
