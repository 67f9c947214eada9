"""Orbit diagrams beside NumPy loops over the same grid, and beside what the machine could do: `python -m benchmarks.orbits`.

In each round every rival follows the same orbits: `points` values of the parameter, one start, `TRANSIENT` steps and
`KEEP` kept ones. Ratios are taken within a round, of CPU times in one thread.

The limit is computed of two rates that are measured in the same round: the step's operations at the rate of
multiplications and subtractions that do not wait for each other, one operation more for the comparison with the escape
bound, and filling an array as large as that of the kept points.
"""

from __future__ import annotations

import argparse
import json
import os
import time
from typing import TYPE_CHECKING, Any

from benchmarks.rounds import cpu, ratios, spread, table, take_turns

if TYPE_CHECKING:
    from collections.abc import Callable

TRANSIENT, KEEP = 1000, 200
CHAINS, UNROLLED = 128, 16


def logistic(x, *, r=3.7):
    return r * x * (1 - x)


def henon(x, y, *, a=1.4, b=0.3):
    return 1 - a * x * x + y, b * x


def quartic(th):
    return (th**2 - 1) ** 2 / 4


CASES = {
    # parameter, span, start, operations in a step; Adam's root and quotient have no rate of their own here
    "logistic": ("r", (2.5, 4.0), [0.3], 3),
    "henon": ("a", (0.2, 1.4), [0.1, 0.1], 5),
    "adam": ("eta", (0.01, 0.5), [0.5, 0.0, 0.0], None),
}


def main(arguments: list[str] | None = None) -> int:
    """Print a table (or JSON) for each map; 0 when done."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.orbits", description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--points", type=int, default=1000, help="values of the parameter (default 1000)")
    parser.add_argument("--threads", type=int, default=1, help="more: their wall time, too (default 1)")
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args(arguments)
    record = {name: measure(name, options.points, options.rounds, options.threads) for name in CASES}
    if options.json:
        print(json.dumps(record, indent=2))
        return 0
    for name, rounds in record.items():
        print(
            f"{name}: {options.points} values, {TRANSIENT} + {KEEP} steps\n{shown(rounds, options.points)}\n"
        )
    return 0


def measure(name: str, points: int, rounds: int, threads: int = 1) -> dict[str, list[float]]:
    """CPU seconds of each rival in each round; wall seconds where there are threads."""
    import numpy as np

    import contin

    along, span, start, operations = CASES[name]
    system = {
        "logistic": lambda: contin.map(logistic),
        "henon": lambda: contin.map(henon),
        "adam": lambda: contin.OptimizerMap(quartic, "adam"),
    }[name]()
    grid = np.linspace(*span, points)
    fixed = {key: value for key, value in system.parameters.items() if key != along}

    def ours(**options: Any) -> Callable[[], Any]:
        return lambda: contin.orbit_diagram(
            system, along, span, points=points, starts=[start], transient=TRANSIENT, keep=KEEP, **options
        )

    def one_by_one() -> None:
        step, sqrt = PLAIN[name], np.sqrt
        kept = np.empty((points, KEEP, len(start)))
        for i, value in enumerate(grid[:: points // 20]):  # 20 of them, whose time is scaled up
            state = tuple(np.float64(x) for x in start)
            for t in range(TRANSIENT + KEEP):
                state = step(state, value, sqrt, **fixed)
                if t >= TRANSIENT:
                    kept[i, t - TRANSIENT] = state

    def together() -> None:
        step, sqrt = PLAIN[name], np.sqrt
        kept = np.empty((KEEP, len(start), points))
        state = tuple(np.full(points, x) for x in start)
        for t in range(TRANSIENT + KEEP):
            state = step(state, grid, sqrt, **fixed)
            if t >= TRANSIENT:
                kept[t - TRANSIENT] = state

    ours(threads=1)(), ours(threads=1, lyapunov=True)()  # compiled, loaded
    share = points / len(grid[:: points // 20])
    rivals = {
        "contin": lambda: repeated(ours(threads=1), 10),
        "contin, Lyapunov exponents too": lambda: repeated(ours(threads=1, lyapunov=True), 10),
        "NumPy, one value after the other": lambda: share * cpu(one_by_one),
        "NumPy, all values at once": lambda: cpu(together),
    }
    if threads > 1:
        rivals["contin, wall time in one thread"] = lambda: wall(ours(threads=1), 10)
        rivals[f"contin, wall time in {threads} threads"] = lambda: wall(ours(threads=threads), 10)
    if operations is not None:
        rivals["limit"] = lambda: limit(operations + len(start), points, len(start))
    return take_turns(rivals, rounds)


def _logistic(state, r, sqrt):
    (x,) = state
    return (r * x * (1 - x),)


def _henon(state, a, sqrt, b):
    x, y = state
    return 1 - a * x * x + y, b * x


def _adam(state, eta, sqrt, beta1, beta2, eps):
    th, m, v = state
    g = th * (th * th - 1)
    m = beta1 * m + (1 - beta1) * g
    v = beta2 * v + (1 - beta2) * g * g
    return th - eta * m / (sqrt(v) + eps), m, v


PLAIN = {"logistic": _logistic, "henon": _henon, "adam": _adam}


def repeated(work: Callable[[], Any], times: int) -> float:
    """CPU seconds of one of `times` runs, each of which gives its memory back before the next."""

    def run() -> None:
        for _ in range(times):
            work()

    return cpu(run) / times


def wall(work: Callable[[], Any], times: int) -> float:
    """Wall seconds of one of `times` runs."""
    began = time.perf_counter()
    for _ in range(times):
        work()
    return (time.perf_counter() - began) / times


def limit(operations: int, points: int, states: int) -> float:
    """Seconds that the arithmetic and the memory take at the rates of this moment, one after the other."""
    steps = (TRANSIENT + KEEP) * points
    return operations * steps * seconds_an_operation() + seconds_to_fill(KEEP * points * states)


def seconds_an_operation() -> float:
    """CPU seconds of a multiplication or subtraction in vector registers, where none waits for another."""
    import numpy as np

    kernel = _independent()
    values, count = np.full(CHAINS, 0.5), 20_000
    kernel(values, 1)
    return cpu(lambda: kernel(values, count)) / (count * CHAINS * 2 * UNROLLED)


def _independent() -> Any:
    global _KERNEL
    if _KERNEL is None:
        import numba

        line = "            v = v * 0.7 - 0.1\n" * UNROLLED
        text = (
            "def run(values, count):\n    for _ in range(count):\n"
            f"        for i in range(values.shape[0]):\n            v = values[i]\n{line}            values[i] = v\n"
        )
        space: dict[str, Any] = {}
        exec(text, space)
        _KERNEL = numba.njit(error_model="numpy")(space["run"])
    return _KERNEL


_KERNEL: Any = None


def seconds_to_fill(size: int) -> float:
    """CPU seconds of writing so many numbers once, into an array as new as that of the kept points."""
    import numpy as np

    return repeated(lambda: np.empty(size).fill(1.0), 10)


def shown(rounds: dict[str, list[float]], points: int) -> str:
    """The table: time of a step, and ratios to contin."""
    steps = (TRANSIENT + KEEP) * points
    rows = [
        [name, str(spread([1e9 * t / steps for t in times])), str(ratios(times, rounds["contin"]))]
        for name, times in rounds.items()
    ]
    return table(["", "ns a step", "times contin's"], rows)


if __name__ == "__main__":
    for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
        os.environ.setdefault(name, "1")
    raise SystemExit(main())
