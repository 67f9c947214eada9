"""Newton's method kept away from solutions that are known: deflation (Farrell, Birkisson and Funke 2015).

SIAM Journal on Scientific Computing 37, A2026: zeros of F are those of M(x) F(x) with M(x) = prod_i (1 / |x - x_i|^2 + 1),
except the known ones x_i; its Newton step is that of F, made longer or shorter, or turned round, by
1 / (1 - M' d / M). Lengths are scaled.
"""

from __future__ import annotations

import math

import numpy as np

from contin_kernels.corrector import bordered_at, correction, evaluate, factor_at
from contin_kernels.jit import entry
from contin_kernels.memory import pointer_to
from contin_kernels.records import step_at, system_of
from contin_kernels.status import NOT_CONVERGED, NOT_FINITE, OK

LONGEST = 2.0  # scaled length of a step
APART = 1e-5  # scaled distance from a known solution at which Newton's method has come back to it


@entry
def solve_deflated(context, z, scale, known, count, tolerance, most, work):
    """Newton's method from `z` (m + 1,) in place, its last component held, away from the first `count` rows of `known`.

    `scale` (m + 1,) makes lengths; `work` from `loop_memory`. Returns OK, NOT_FINITE, SINGULAR or NOT_CONVERGED.
    """
    m = z.shape[0] - 1
    context = pointer_to(context)
    memory = pointer_to(work)
    w = bordered_at(system_of(memory, m), m)
    step = step_at(memory, m)
    for i in range(m + 1):
        step.row[i] = 1.0 if i == m else 0.0
    for _ in range(most):
        status, _, _ = factor_at(context, z, scale, step.row, w, m)
        if status != OK:
            return status
        if not math.isfinite(evaluate(context, z, w, m)):
            return NOT_FINITE
        length = correction(w, m)
        if not math.isfinite(length):
            return NOT_FINITE
        slope = 0.0
        for k in range(count):
            square = 0.0
            along = 0.0
            for i in range(m):
                away = (z[i] - known[k, i]) / scale[i]
                square += away * away
                along += away * w.step[i]
            if square < APART * APART:
                return NOT_CONVERGED
            slope -= 2.0 * along / (square * (1.0 + square))
        if length <= tolerance and abs(slope) < 0.5:
            for i in range(m):
                z[i] += scale[i] * w.step[i]
            return OK
        part = 1.0 / (1.0 - slope) if slope != 1.0 else np.inf
        part = max(-LONGEST / length, min(LONGEST / length, part))
        for i in range(m):
            z[i] += part * scale[i] * w.step[i]
    return NOT_CONVERGED
