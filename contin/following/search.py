"""Looking for equilibria, fixed points or cycles at one parameter value: Newton's method, away from what is known."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from contin.errors import BadValue, unknown
from contin.problems.problem import ContinuationProblem
from contin.settings import Settings

Floats = NDArray[np.float64]

SIZES = (1.0, 10.0, 100.0)
LARGEST = 1e6
SAME = 1e-7
LEAST = 1e-3
MOST_KNOWN = 200
MOST_DEFLATED = 3
SLACK = 1e-9  # of a box's width: an equilibrium on its edge is inside


def check_box(
    box: Mapping[str, tuple[float, float]] | None, states: tuple[str, ...]
) -> dict[str, tuple[float, float]]:
    """The box as finite pairs by state.

    Raises
    ------
    UnknownName, BadValue
    """
    checked = {}
    for name, pair in (box or {}).items():
        if name not in states:
            raise unknown("state", name, states)
        low, high = (float(value) for value in pair)
        if not (np.isfinite(low) and np.isfinite(high) and low < high):
            raise BadValue(f"`box` of {name} must be (low, high) with low < high, not ({low:g}, {high:g}).")
        checked[name] = (low, high)
    return checked


def guesses(states: tuple[str, ...], box: dict[str, tuple[float, float]], count: int) -> Floats:
    """Quasi-random states (count, n): in the box where there is one, else of sizes up to 1, 10 and 100, signs both ways.

    The first ones are zero and plus or minus one in all states without a box.
    """
    from scipy.stats import qmc

    n = len(states)
    unit = qmc.Sobol(d=2 * n, seed=20260101).random(count)
    table = np.empty((count, n))
    for i, name in enumerate(states):
        if name in box:
            low, high = box[name]
            table[:, i] = low + (high - low) * unit[:, i]
        else:
            size = np.array(SIZES)[(unit[:, n + i] * len(SIZES)).astype(int)]
            table[:, i] = size * (1.5 * unit[:, i] - 0.5)
            table[:3, i] = (0.0, 1.0, -1.0)
    return table


def equilibria_at(
    problem: ContinuationProblem,
    context: Any,
    value: float,
    width: float,
    box: dict[str, tuple[float, float]],
    starts: Floats,
    settings: Settings,
    patience: int | None = None,
) -> list[Floats]:
    """Different solutions z (m + 1,) at the parameter value, in the order found; only those in the box.

    The `context` holds the other parameters. Of cycles each is found once, whatever phase it begins with, and none of a smaller
    period.

    From each start Newton's method runs freely, then away from all that is known (deflation) as long as that finds new
    ones. `width` is the parameter's scale; after `patience` starts in a row that find nothing new, the rest is left out.
    """
    from contin_kernels.deflation import solve_deflated
    from contin_kernels.records import loop_memory
    from contin_kernels.start import solve_start
    from contin_kernels.status import OK

    table, parameters = context.table, context.parameters
    m = len(problem.unknown_states(starts[0]))
    work = loop_memory(m)
    found: list[Floats] = []
    known = np.empty((MOST_KNOWN, m + 1))
    count = last = 0
    for number, start in enumerate(starts):
        if patience is not None and number - last > patience:
            break
        first = problem.unknowns(start, parameters)
        first[-1] = value
        if not np.isfinite(first).all():
            continue
        for attempt in range(1 + MOST_DEFLATED):
            z = first.copy()
            scale = np.maximum(np.abs(z), LEAST)
            scale[-1] = width
            if attempt or count:
                scale[:-1] = np.maximum(scale[:-1], np.max(np.abs(known[:count, :-1]), axis=0, initial=LEAST))
            if attempt:
                status = solve_deflated(table, z, scale, known, count, settings.tolerance, 40, work)
                if status != OK:
                    break
                z[-1] = value  # nearly singular equations move it
            scale = np.maximum(np.abs(z), LEAST)
            scale[-1] = width
            status, _, _ = solve_start(table, z, scale, settings.tolerance, 30, work)
            if status != OK or not np.all(np.isfinite(z)):
                break
            new = not any(_same(z, other) for other in known[:count])
            alike = any(_same(turned, o) for turned in problem.shifts(z)[1:] for o in (*known[:count], z))
            if new and count < MOST_KNOWN:
                known[count] = z
                count, last = count + 1, number
                if not alike and _inside(problem, z, box):
                    found.append(z)
            if count == 0 or (attempt and not new):
                break
    return found


def _inside(problem: ContinuationProblem, z: Floats, box: dict[str, tuple[float, float]]) -> bool:
    phases = problem.phases(z[None])
    states = problem.states(z[None]) if phases is None else phases[0]
    names = problem.system.states
    return np.max(np.abs(states)) <= LARGEST and all(
        -SLACK <= (value - low) / (high - low) <= 1.0 + SLACK
        for name, (low, high) in box.items()
        for value in states[:, names.index(name)]
    )


def _same(a: Floats, b: Floats) -> bool:
    return bool(np.all(np.abs(a - b) <= SAME * np.maximum(1e-3, np.abs(b))))
