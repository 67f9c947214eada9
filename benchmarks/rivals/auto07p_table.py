"""The table of AUTO-07p's speed: time per step as a slope, a whole branch, and the points found.

Run it as `python -m benchmarks.rivals.auto07p`.
"""

from __future__ import annotations

import argparse
import math
import sys
import tempfile
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from benchmarks.models import CYCLIC_GRIFFITH, GRIFFITH, STIRRED_TANK, Case, ring_case
from benchmarks.rivals.auto07p import HERE, AutoError, Installation, Output, Run, build, find_auto, run

if TYPE_CHECKING:
    from collections.abc import Mapping

STEPS = {2: (1000, 41000), 10: (500, 20500), 50: (200, 1200), 200: (20, 184)}
"""Steps of the short and the long run by number of states."""


@dataclass(frozen=True)
class Slope:
    """Microseconds of CPU per step, with the long run it came from."""

    microseconds: float
    run: Run


@dataclass(frozen=True)
class Branch:
    """A branch followed once in both directions.

    `process` is the CPU time in ms of the two runs as two processes, `inside` that of the two runs
    within processes that do many; `runs` are the runs with DS > 0 and DS < 0.
    """

    process: float
    inside: float
    runs: tuple[Run, Run]


def fastest(
    program: Path,
    case: Case,
    output: Output,
    constants: Mapping[str, float],
    repetitions: int,
    repeat: int = 1,
) -> Run:
    """The run with the least CPU time out of `repetitions`."""
    runs = (run(program, case, output, constants, repeat) for _ in range(repetitions))
    return min(runs, key=lambda one: one.cpu)


def measure_slope(
    program: Path,
    case: Case,
    output: Output,
    constants: Mapping[str, float],
    steps: tuple[int, int],
    repetitions: int = 3,
) -> Slope:
    """Time per step between a run of `steps[0]` and one of `steps[1]` points on a branch without end."""
    short, long = (fastest(program, case, output, {**constants, "NMX": n}, repetitions) for n in steps)
    if (short.steps, long.steps) != steps:
        raise AutoError(f"{case.name} ended after {short.steps} and {long.steps} steps, not {steps}")
    return Slope(1e6 * (long.cpu - short.cpu) / (long.steps - short.steps), long)


def measure_branch(
    program: Path,
    case: Case,
    output: Output,
    constants: Mapping[str, float],
    span: tuple[float, float],
    repeat: int = 500,
) -> Branch:
    """A whole branch from the start to the ends of `span`, in both directions."""
    limits = {**constants, "RL0": span[0], "RL1": span[1]}
    process = inside = 0.0
    runs = []
    for direction in (1.0, -1.0):
        settings = {**limits, "DS": direction * limits.get("DS", 0.01)}
        once = fastest(program, case, output, settings, 5)
        many = fastest(program, case, output, settings, 3, 1 + repeat)
        process += 1e3 * once.cpu
        inside += 1e3 * (many.cpu - once.cpu) / repeat
        runs.append(once)
    return Branch(process, inside, (runs[0], runs[1]))


def largest_step(case: Case) -> float:
    """DSMAX: AUTO's default 0.1 at n = 2, growing as its unweighted norm of the state does."""
    return 0.1 * math.sqrt(len(case.state) / 2)


def _error(value: float, exact: tuple[float, ...], period: float | None) -> float:
    """Distance of `value` from the nearest of `exact`, modulo `period`."""
    distances = (value - one for one in exact)
    return min(abs(math.remainder(d, period) if period else d) for d in distances)


def _found(case: Case, one: Run) -> str:
    """Turns made, points of each kind with the first of each, and the largest error where known."""
    period = 2 * math.pi if case.along == "phase" else None
    words = [f"{one.points[-1].parameter / period:.1f} turns"] if period else []
    for kind, count in Counter(point.kind for point in one.special).items():
        values = [point.parameter for point in one.special if point.kind == kind]
        known = {"LP": case.folds, "HB": case.hopfs}.get(kind, ())
        word = f"{count} {kind} ({case.along} = {values[0]:.10g}"
        if known:
            word += f"; largest error {max(_error(value, known, period) for value in values):.1e}"
        words.append(word + ")")
    return ", ".join(words)


def print_slopes(auto: Installation, folder: Path, sizes: list[int], lapack: str) -> None:
    """Print a line per endless model and level of output."""
    print(f"{'model':16} {'n':>4} {'output':7} {'steps':>6} {'us/step':>9}  special points of the long run")
    for case in (CYCLIC_GRIFFITH, STIRRED_TANK, *map(ring_case, sizes)):
        n = len(case.state)
        outputs: tuple[Output, ...] = ("files", "least")
        for output in outputs:
            program = build(auto, HERE / "models" / f"{case.name}.f90", folder, output, lapack)
            steps = STEPS.get(n, (20, 120))
            constants = {"DSMAX": largest_step(case)}
            slope = measure_slope(program, case, output, constants, steps, 3 if n < 200 else 2)
            found = _found(case, slope.run) if output == "least" else ""
            print(f"{case.name:16} {n:4} {output:7} {slope.run.steps:6} {slope.microseconds:9.2f}  {found}")


def print_branch(auto: Installation, folder: Path, lapack: str) -> None:
    """Print Griffith's whole branch, a from 0.05 to 1, and how near its fold is to a = 1/2."""
    print("\nGriffith, whole branch from a = 0.4 to both ends of 0.05 .. 1 (two runs)")
    print(f"{'DSMAX':>6} {'output':7} {'points':>7} {'2 processes':>12} {'in process':>11} (ms)  fold a, x")
    for largest in (0.1, 0.5):
        outputs: tuple[Output, ...] = ("files", "least")
        for output in outputs:
            program = build(auto, HERE / "models" / "griffith.f90", folder, output, lapack)
            branch = measure_branch(program, GRIFFITH, output, {"DSMAX": largest}, (0.05, 1.0))
            folds = [point for one in branch.runs for point in one.special if point.kind == "LP"]
            words = "; ".join(
                f"{p.parameter:.11g} ({abs(p.parameter - 0.5):.0e} off), "
                f"{p.state[0]:.11g} ({abs(p.state[0] - 1):.0e} off)"
                for p in folds
            )
            points = sum(one.steps for one in branch.runs)
            times = f"{branch.process:12.2f} {branch.inside:11.3f}"
            print(f"{largest:6} {output:7} {points:7} {times}       {words}")


def main(arguments: list[str] | None = None) -> int:
    """Print the tables; 0 when done, 1 when AUTO is missing or fails."""
    parser = argparse.ArgumentParser(description="The speed of AUTO-07p.")
    parser.add_argument("--sizes", type=int, nargs="*", default=[10, 50, 200], help="sizes of the ring")
    parser.add_argument("--lapack", default="", help='a faster LAPACK in place of AUTO\'s, as "-lopenblas"')
    options = parser.parse_args(arguments)
    try:
        auto = find_auto()
        with tempfile.TemporaryDirectory() as name:
            print_slopes(auto, Path(name), options.sizes, options.lapack)
            print_branch(auto, Path(name), options.lapack)
    except AutoError as error:
        print(error, file=sys.stderr)
        return 1
    return 0
