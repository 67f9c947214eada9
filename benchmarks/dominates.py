"""What a step is made of: each kernel of the step timed in a compiled loop of its own, at points along the branch.

How often a step calls a kernel follows from the branch: a step with i corrections evaluates the residual and solves
i + 1 times (the last correction is computed, not applied), solves once more for the tangent, and factors the Jacobian
at the predicted point and at the new one; factors renewed between corrections are not counted. A step taken back counts
as a whole one, which is more than it costs where it is refused early. `rest` is the loop's time less all of that:
prediction, norms, scales, checks of what may hide between two points, storing the row. In a loop of its own a kernel
meets the same branches of the program again and again, so the parts are good to about a tenth.
"""

from __future__ import annotations

import math
from dataclasses import asdict, dataclass
from functools import partial
from typing import TYPE_CHECKING, Any

import numba
import numpy as np

from benchmarks.loop import Loop, flow_of, loop_for
from benchmarks.models import CYCLIC_GRIFFITH, ring_case
from benchmarks.rounds import cpu, table

if TYPE_CHECKING:
    from collections.abc import Callable

STEPS = {2: 8000, 10: 2000, 50: 200, 200: 20}


@dataclass(frozen=True)
class Part:
    """A kernel: microseconds a call, calls a step, part of the step's time."""

    name: str
    microseconds: float
    calls: float
    share: float


@dataclass(frozen=True)
class Profile:
    """A step at one size, and its parts."""

    model: str
    n: int
    microseconds: float
    corrections: float
    taken_back: float
    parts: tuple[Part, ...]


def drivers() -> dict[str, Callable[..., float]]:
    """Compiled loops that call one kernel `count` times; all take the same arguments."""
    from contin_kernels.abi import inspect_beside, jacobian_at, residual_at
    from contin_kernels.corrector import bordered_at, correction, evaluate, factor_at
    from contin_kernels.memory import pointer_to

    def model_f(context, z, scale, row, columns, watch, work, count):  # type: ignore[no-untyped-def]
        context = pointer_to(context)
        m = z.shape[0] - 1
        w = bordered_at(pointer_to(work), m)
        for _ in range(count):
            residual_at(context, z, w.f)
        return w.f[0]

    def model_jacobian(context, z, scale, row, columns, watch, work, count):  # type: ignore[no-untyped-def]
        context = pointer_to(context)
        m = z.shape[0] - 1
        w = bordered_at(pointer_to(work), m)
        for _ in range(count):
            jacobian_at(context, z, w.jacobian)
        return w.jacobian[0, 0]

    def factor(context, z, scale, row, columns, watch, work, count):  # type: ignore[no-untyped-def]
        context = pointer_to(context)
        m = z.shape[0] - 1
        w = bordered_at(pointer_to(work), m)
        total = 0.0
        for _ in range(count):
            _, sign, _ = factor_at(context, z, scale, row, w, m)
            total += sign
        return total

    def residual(context, z, scale, row, columns, watch, work, count):  # type: ignore[no-untyped-def]
        context = pointer_to(context)
        m = z.shape[0] - 1
        w = bordered_at(pointer_to(work), m)
        total = 0.0
        for _ in range(count):
            total += evaluate(context, z, w, m)
        return total

    def solve(context, z, scale, row, columns, watch, work, count):  # type: ignore[no-untyped-def]
        m = z.shape[0] - 1
        w = bordered_at(pointer_to(work), m)
        total = 0.0
        for _ in range(count):
            total += correction(w, m)
        return total

    def spectrum(context, z, scale, row, columns, watch, work, count):  # type: ignore[no-untyped-def]
        context = pointer_to(context)
        m = z.shape[0] - 1
        w = bordered_at(pointer_to(work), m)
        total = 0.0
        before = columns.copy()
        for _ in range(count):
            total += inspect_beside(context, z, w.jacobian, before, columns, watch)
        return total

    compiled = numba.njit(error_model="numpy", nogil=True)
    loops = {
        "f": model_f,
        "Jacobian": model_jacobian,
        "Jacobian and factors": factor,
        "residual": residual,
        "solve": solve,
        "eigenvalues": spectrum,
    }
    return {name: compiled(function) for name, function in loops.items()}


def kernel_times(loop: Loop, rows: list[int]) -> dict[str, float]:
    """Microseconds a call of each driver, the mean over some rows of the loop."""
    total: dict[str, float] = {}
    compiled = drivers()
    for row in rows:
        z, scale = loop.rows.z[row].copy(), loop.scale_at_end
        border = loop.rows.tangent[row] / scale
        columns, watch = loop.rows.columns[row - 1].copy(), np.empty(loop.problem.watched)
        work = loop.work.copy()  # shared: the factors are there when solves are timed
        for name, driver in compiled.items():
            call = partial(driver, loop.context.table, z, scale, border, columns, watch, work)
            total[name] = total.get(name, 0.0) + _microseconds(call) / len(rows)
    return total


def _microseconds(call: Callable[[int], float]) -> float:
    """The least time of a call out of some loops of 5 ms or more."""
    call(1)
    count = 1
    while (seconds := cpu(partial(call, count))) < 5e-3:
        count *= 2
    return 1e6 * min(seconds, *(cpu(partial(call, count)) for _ in range(3))) / count


def profile(n: int) -> Profile:
    """The step at `n` states, traced up to n = 50, with the user's Jacobian above."""
    case = CYCLIC_GRIFFITH if n == 2 else ring_case(n)
    width = 2 * math.pi * (100 if n < 50 else 20)
    loop = loop_for(flow_of(case, n > 50), case, (-width, width), STEPS[n])
    loop.run()
    step = 1e6 * min(cpu(loop.run) for _ in range(5)) / STEPS[n]
    corrections = float(loop.rows.iterations[1:].mean())
    back = float(loop.cursor[1]) / STEPS[n]
    times = kernel_times(loop, list(range(1, STEPS[n], STEPS[n] // 6)))
    tries = 1.0 + back
    calls = {
        "Jacobian and factors": 2.0 * tries,
        "residual": (corrections + 1.0) * tries,
        "solve": (corrections + 2.0) * tries,
        "eigenvalues": tries,
    }
    parts = [Part(name, times[name], count, times[name] * count / step) for name, count in calls.items()]
    rest = 1.0 - sum(part.share for part in parts)
    parts.append(Part("rest", rest * step, 1.0, rest))
    parts += [
        Part(f"of these, the model's {name}", times[name], math.nan, math.nan) for name in ("f", "Jacobian")
    ]
    return Profile(case.name, n, step, corrections, back, tuple(parts))


def measure_dominates(large: bool) -> list[Profile]:
    """n = 2, 10, 50 and, with `large`, 200."""
    return [profile(n) for n in ((2, 10, 50, 200) if large else (2, 10, 50))]


def text_of_dominates(profiles: list[Profile]) -> str:
    """A table a size."""
    parts = []
    for one in profiles:
        head = (
            f"{one.model}, n = {one.n}: a step of {one.microseconds:.3g} us, {one.corrections:.2f} corrections, "
            f"{one.taken_back:.2f} taken back"
        )
        rows = [
            (
                p.name,
                f"{p.microseconds:.3g}",
                *(("", "") if math.isnan(p.calls) else (f"{p.calls:.2f}", f"{p.share:.0%}")),
            )
            for p in one.parts
        ]
        parts.append(head + "\n" + table(("", "us a call", "calls a step", "of the step"), rows))
    return "\n\n".join(parts)


def record_of_dominates(profiles: list[Profile]) -> list[dict[str, Any]]:
    """For `--json`; what does not apply is null."""
    records = [asdict(one) for one in profiles]
    for record in records:
        record["parts"] = [{k: None if v != v else v for k, v in part.items()} for part in record["parts"]]
    return records
