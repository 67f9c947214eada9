"""Finding the first point: damped Newton with the parameter held."""

from __future__ import annotations

import math

import numpy as np

from contin_kernels.abi import jacobian_at, residual_at
from contin_kernels.corrector import bordered_at, corrected, correction, evaluate, factor_at
from contin_kernels.jit import entry, kernel
from contin_kernels.lu import factor, substitute
from contin_kernels.memory import pointer_to
from contin_kernels.points.newton import EPSILON, scrambled
from contin_kernels.status import NOT_CONVERGED, NOT_FINITE, OK
from contin_kernels.vectors import copy

SHORTEST = 1e-4
ROUNDED = 1e-14
ROUGH = 1e-3  # a larger correction is no rounding
PART = 0.01  # of a correction, that rounding does not answer to
ALIKE = 10.0  # corrections by rounding differ by less than this factor
SAMPLES, MOVE = 12, 1e-7
ASIDE = 2.7  # from the first of the points to where rounding is asked for: on both sides of it, rounding may be alike
ORDER, AMPLIFIED = (
    6,
    math.sqrt(924.0),
)  # of differences, and how much larger than of F the rounding of them is
REGULAR = 1e-8  # pivots of a regular matrix


@entry
def solve_start(context, z, scale, tolerance, most, work):
    """Newton's method from `z` (m + 1,) in place, z's last component held; steps are halved until the correction shrinks.

    The natural monotonicity test of Deuflhard (Newton Methods for Nonlinear Problems, Springer 2004, section 3.3). Where
    it fails because the equations hold to rounding, the point is solved.

    Returns
    -------
    status : OK, NOT_FINITE, SINGULAR or NOT_CONVERGED
    iterations : Newton steps taken.
    residual : largest scaled residual at the end.
    """
    m = z.shape[0] - 1
    context = pointer_to(context)
    w = bordered_at(pointer_to(work), m)
    row = np.zeros(m + 1)
    row[m] = 1.0
    here = z.copy()
    full = np.zeros(m + 1)
    residual = np.inf
    for iteration in range(1, most + 1):
        residual = evaluate(context, z, w, m)
        status, _, _ = factor_at(context, z, scale, row, w, m)
        residual = evaluate(context, z, w, m)
        if not math.isfinite(residual):
            return NOT_FINITE, iteration, residual
        if status != OK:
            return (OK if residual <= tolerance else status), iteration, residual
        size = correction(w, m)
        copy(w.step, full)
        copy(z, here)
        for i in range(m):
            scale[i] = max(scale[i], abs(z[i]))
        if size <= tolerance:
            for i in range(m):
                z[i] = here[i] + scale[i] * full[i]
            return OK, iteration, evaluate(context, z, w, m)
        part = 1.0
        while True:
            for i in range(m):
                z[i] = here[i] + part * scale[i] * full[i]
            if math.isfinite(evaluate(context, z, w, m)) and correction(w, m) <= (1.0 - 0.25 * part) * size:
                break
            part *= 0.5
            if part < SHORTEST:
                solved = residual <= ROUNDED or rounded(context, here, scale, full, size, z, w, m)
                copy(here, z)
                return (OK if solved else NOT_CONVERGED), iteration, residual
    return NOT_CONVERGED, most, residual


@kernel
def rounded(context, here, scale, full, size, z, w, m):
    """Whether a correction `full` (m,) of largest magnitude `size` at `here` (m + 1,) is of rounding alone.

    After a small part of it the next correction is smaller by that part, if the equations are more than rounding; and
    after the whole of it the next one is as small, if they are not curved.
    """
    if size > ROUGH:
        return False
    for sample in range(5):
        part = PART * sample if sample > 0 else 1.0
        for i in range(m):
            z[i] = here[i] + part * scale[i] * full[i]
        evaluate(context, z, w, m)
        correction(w, m)
        off = 0.0
        for i in range(m):
            off = max(off, abs(w.step[i] - (1.0 - part) * full[i]))
        if sample == 0 and off > ALIKE * size:
            return False
        if sample > 0 and off > 0.5 * part * size:
            return True
    return False


@entry
def solve_across(context, z, scale, row, tolerance, most, report, work):
    """Newton's method from `z` (m + 1,) in place, in the hyperplane across `row` (m + 1,); the status.

    `report` (2,) becomes the first correction and the residual; `work` (bordered_size(m),) or longer.
    """
    return corrected(
        pointer_to(context),
        pointer_to(z),
        pointer_to(scale),
        pointer_to(row),
        tolerance,
        most,
        pointer_to(report),
        pointer_to(work),
    )


@entry
def rounding_beside(context, z, sizes, scale, states):
    """Rounding of the equations near `z` (m + 1,), and what it makes of the states (m,).

    Rounding is what small changes, parts of `sizes` (m + 1,), leave in differences of the sixth order of F, in which what
    is smooth cancels (More and Wild, Estimating Computational Noise, SIAM Journal on Scientific Computing 33, 2011,
    section 3), and at least that of the terms dF/dz_j z_j; `states` becomes |A^-1| times it, or keeps its values where A,
    which is F_x with columns times `scale` (m + 1,) and rows divided by the largest entry of those of F_z, is nearly
    singular.

    Returns
    -------
    A : (m, m)
    noise : (m,) largest of some samples, in units of the rows of A.
    regular : False where A is singular.
    """
    context = pointer_to(context)
    m = z.shape[0] - 1
    jacobian = np.zeros((m, m + 1))
    A = np.zeros((m, m))
    factors = np.zeros((m, m))
    order = np.zeros(m, np.int64)
    here = np.zeros(m)
    there = np.zeros(m)
    noise = np.zeros(m)
    moved = np.zeros(m + 1)
    jacobian_at(context, z, jacobian)
    for sample in range(SAMPLES):
        for i in range(m):
            here[i] = 0.0
        weight = 1.0
        for k in range(ORDER + 1):
            for j in range(m + 1):
                moved[j] = z[j] + (k - ASIDE) * MOVE * sizes[j] * scrambled(1.0 + j + 31.0 * sample)
            residual_at(context, moved, there)
            for i in range(m):
                here[i] += weight * there[i]
            weight *= -(ORDER - k) / (k + 1.0)
        for i in range(m):
            if abs(here[i]) / AMPLIFIED > noise[i]:
                noise[i] = abs(here[i]) / AMPLIFIED
    for i in range(m):
        size = 0.0
        terms = 0.0
        for j in range(m + 1):
            size = max(size, abs(jacobian[i, j] * scale[j]))
            terms += abs(jacobian[i, j] * z[j])
        noise[i] = max(noise[i], EPSILON * terms)
        size = size if size > 0.0 else 1.0
        noise[i] /= size
        for j in range(m):
            A[i, j] = jacobian[i, j] * scale[j] / size
            factors[i, j] = A[i, j]
    _, smallest, _ = factor(factors, order, m)
    if not smallest > REGULAR:
        return A, noise, False
    for i in range(m):
        states[i] = 0.0
        here[i] = 0.0
    for j in range(m):
        here[j] = noise[j]
        substitute(factors, order, here, there, m)
        here[j] = 0.0
        for i in range(m):
            states[i] += scale[i] * abs(there[i])
    return A, noise, True
