"""The same branch from end to end: Griffith's switch, a from 0.05 to 1, from a = 0.4 in both directions.

Its branch is known: y = a x and a (1 + x^2) = x, with the fold at a = 1/2, (x, y) = (1, 1/2). So beside points and
CPU time both sides' errors are told: of the fold, and of the points, as the larger distance in a and y from the
branch's point with the same x, whole branch over. AUTO prints 11 digits: what its points are off by in the table may
be no more than that.

AUTO's time is that of a branch within one process that does many (see rivals/README.md); contin's likewise, after the
first. `kernels` is contin without the Python between the compiled parts: start, both directions, the fold solved, and
its tangent and eigenvalues.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

import contin
from benchmarks.loop import Loop, flow_of, loop_for
from benchmarks.models import GRIFFITH
from benchmarks.rivals.auto07p import HERE, Installation, Output, build, run
from benchmarks.rivals.auto07p_table import measure_branch
from benchmarks.rounds import Spread, cpu, ratios, spread, table, take_turns

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

SPAN = (0.05, 1.0)
REPEAT = 100

AUTO_CHOICES: dict[str, dict[str, float]] = {
    "DSMAX 0.1": {"DSMAX": 0.1},
    "DSMAX 0.5": {"DSMAX": 0.5},
    "DSMAX 0.1, tolerances 1e-10": {"DSMAX": 0.1, "EPSL": 1e-10, "EPSU": 1e-10, "EPSS": 1e-8},
    "DSMAX 0.5, tolerances 1e-10": {"DSMAX": 0.5, "EPSL": 1e-10, "EPSU": 1e-10, "EPSS": 1e-8},
}
CONTIN_CHOICES: dict[str, contin.Settings] = {
    "as it comes": contin.Settings(),
    "steps of 0.1, 20 degrees": contin.Settings(largest_step=0.1, largest_angle=20.0),
}


@dataclass(frozen=True)
class Whole:
    """One way to follow the branch: points, CPU ms, errors of the fold (in a and in x) and of the points."""

    name: str
    points: int
    milliseconds: Spread
    fold_a: float
    fold_x: float
    points_error: float


def errors(a: Any, x: Any, y: Any) -> float:
    """The largest distance of points from the branch's point with the same x."""
    a, x, y = (np.asarray(values) for values in (a, x, y))
    return float(np.max(np.maximum(np.abs(a - x / (1 + x**2)), np.abs(y - x**2 / (1 + x**2)))))


def measure_whole(
    auto: Installation | None, folder: Path, rounds: int
) -> tuple[list[Whole], dict[str, Spread]]:
    """All choices of both sides, and AUTO's times divided by contin's."""
    facts: dict[str, tuple[int, float, float, float]] = {}
    rivals: dict[str, Callable[[], float]] = {}
    model = flow_of(GRIFFITH)
    for choice, settings in CONTIN_CHOICES.items():
        follow = _contin(model, settings)
        branch = follow()
        fold = branch.special["fold"][0]
        distance = errors(branch["a"], branch["x"], branch["y"])
        whole = (len(branch), abs(fold["a"] - 0.5), abs(fold["x"] - 1.0), distance)
        facts |= {f"contin follow, {choice}": whole, f"contin kernels, {choice}": whole}
        rivals[f"contin follow, {choice}"] = _repeated(follow)
        rivals[f"contin kernels, {choice}"] = _repeated(_kernels(model, settings))
    outputs: tuple[Output, ...] = ("files", "least")
    for output in outputs if auto else ():
        assert auto is not None
        program = build(auto, HERE / "models" / "griffith.f90", folder, output)
        for choice, numbers in AUTO_CHOICES.items():
            name = f"AUTO {output}, {choice}"
            facts[name] = _auto_facts(program, output, numbers)
            rivals[name] = lambda p=program, o=output, n=numbers: (  # type: ignore[misc]
                measure_branch(p, GRIFFITH, o, n, SPAN, REPEAT).inside
            )
    times = take_turns(rivals, rounds)
    wholes = [Whole(name, facts[name][0], spread(values), *facts[name][1:]) for name, values in times.items()]
    first = next(iter(CONTIN_CHOICES))
    pairs = {
        f"{a} / {b}": ratios(times[a], times[b])
        for b in (f"contin follow, {first}", f"contin kernels, {first}")
        for a in times
        if a.startswith("AUTO")
    }
    return wholes, pairs


def _contin(model: contin.Flow, settings: contin.Settings) -> Callable[[], contin.Branch]:
    return lambda: contin.follow(
        model, "a", start=GRIFFITH.state, at=GRIFFITH.parameters, span=SPAN, settings=settings
    )


def _repeated(follow: Callable[[], Any]) -> Callable[[], float]:
    """CPU ms of one branch, the mean of many."""

    def many() -> None:
        for _ in range(REPEAT):
            follow()

    follow()
    return lambda: 1e3 * cpu(many) / REPEAT


def _kernels(model: contin.Flow, settings: contin.Settings) -> Callable[[], None]:
    """The compiled parts of the branch, one after another, on memory made beforehand."""
    from contin.points import Path as FollowedPath
    from contin.points import find_points
    from contin_kernels.follow import begin
    from contin_kernels.start import solve_start

    loop: Loop = loop_for(model, GRIFFITH, SPAN, 2000, settings)
    context, work, rows, first, scale = loop.context, loop.work, loop.rows, loop.first, loop.scale
    towards = np.array([0.0, 0.0, 1.0])

    def follow() -> None:
        start = first.z[0].copy()
        solve_start(context.table, start, scale.copy(), settings.tolerance, 50, work)
        begin(context.table, start, towards, scale, rows, work)
        for sign in (-1.0, 1.0):
            _, last = loop.run(sign)
            followed = type(rows)(*(array[: last + 1] for array in rows))
            find_points(FollowedPath(loop.problem, context, followed, 0, scale, scale, settings), {})

    return follow


def _auto_facts(
    program: Path, output: Output, constants: Mapping[str, float]
) -> tuple[int, float, float, float]:
    """Steps, and the errors from a run that writes every point to fort.8."""
    steps, a, x, y, folds = 0, [], [], [], []
    for sign in (1.0, -1.0):
        limits = {**constants, "RL0": SPAN[0], "RL1": SPAN[1], "DS": sign * 0.01, "NPR": 1}
        one = run(program, GRIFFITH, output, limits)
        steps += one.steps
        a += [p.parameter for p in one.points]
        x += [p.state[0] for p in one.points]
        y += [p.state[1] for p in one.points]
        folds += [p for p in one.points if p.kind == "LP"]
    fold_a = max(abs(p.parameter - 0.5) for p in folds)
    fold_x = max(abs(p.state[0] - 1.0) for p in folds)
    return steps, fold_a, fold_x, errors(a, x, y)


def text_of_whole(wholes: list[Whole], pairs: dict[str, Spread]) -> str:
    """Ratios first, then times and errors."""
    parts = []
    if pairs:
        head = ("Griffith's whole branch, AUTO / contin as it comes", "median (least to greatest)")
        parts.append(table(head, [(name, str(r)) for name, r in pairs.items()]))
    head_of_rows = (
        "Griffith's whole branch",
        "points",
        "CPU ms",
        "fold: error of a",
        "of x",
        "points' error",
    )
    rows = [
        (
            w.name,
            w.points,
            str(w.milliseconds),
            f"{w.fold_a:.0e}",
            f"{w.fold_x:.0e}",
            f"{w.points_error:.0e}",
        )
        for w in wholes
    ]
    parts.append(table(head_of_rows, rows))
    return "\n\n".join(parts)


def record_of_whole(wholes: list[Whole], pairs: dict[str, Spread]) -> dict[str, Any]:
    """For `--json`."""
    return {
        "ways": [asdict(w) for w in wholes],
        "ratios": {name: asdict(r) for name, r in pairs.items()},
    }
