"""The problem's equations and second derivatives in scaled unknowns, as the defining systems use them. All pointers."""

from __future__ import annotations

import math

import numpy as np

from contin_kernels.abi import call_problem_jacobian, call_residual
from contin_kernels.jets import length, second, second_size
from contin_kernels.jit import kernel
from contin_kernels.memory import shifted

MANY = 8  # unknowns, from which on two Jacobians are cheaper than two jets for each unknown
BESIDE = 1e-6


def contracted_size(m: int) -> int:
    """Length of the work of `contracted`."""
    return m + 1 + max(m * (m + 1), 2 * m + 1 + second_size(m))


def scaled_size(m: int) -> int:
    """Length of the work of each kernel here."""
    return 2 * m + 1 + contracted_size(m)


@kernel
def scaled_system(context, m, frame, u, z, out, D, stride, work):
    """z (m + 1,) = scale u, out (m,) = F / rows, D[i stride + j] = dF_i / dz_j scale_j / rows_i."""
    for i in range(m + 1):
        z[i] = u[i] * frame[i]
    out[0] = np.nan
    work[0] = np.nan
    call_residual(context, z, out)
    call_problem_jacobian(context, z, work)
    for i in range(m):
        size = frame[m + 1 + i]
        out[i] /= size
        for j in range(m + 1):
            D[i * stride + j] = work[i * (m + 1) + j] * frame[j] / size


@kernel
def size_of_terms(D, stride, rows, columns, w, v):
    """Sum of the magnitudes of w_i D[i stride + j] v_j: what rounding of the matrix makes of w' D v, in units of rounding."""
    size = 0.0
    for i in range(rows):
        for j in range(columns):
            size += abs(w[i] * D[i * stride + j] * v[j])
    return size


@kernel
def row_sizes(context, m, scale, z, rows, work):
    """rows (m,): the largest scaled entry of each row of the Jacobian at `z` (m + 1,)."""
    work[0] = np.nan
    call_problem_jacobian(context, z, work)
    for i in range(m):
        largest = 0.0
        for j in range(m + 1):
            largest = max(largest, abs(work[i * (m + 1) + j] * scale[j]))
        rows[i] = largest if largest > 0.0 else 1.0


@kernel
def curved(context, m, frame, z, u, v, w, work):
    """w . D2F(u, v) / rows at `z`, for u and v (m + 1,) in unscaled unknowns and w (m,)."""
    second(context, z, u, v, work, shifted(work, m))
    total = 0.0
    for i in range(m):
        total += w[i] * (work[i] / frame[m + 1 + i])
    return total


@kernel
def contracted(context, m, frame, z, v, weights, count, out, work):
    """out (count, m + 1) = weights (count, m) . D2F(v, e_j), v (m + 1,) unscaled, e_j the scaled unit vectors.

    With many unknowns from the difference of two Jacobians along v: these derivatives lead Newton's method, and it is
    their function's own zero that it finds. `work` (contracted_size(m),).
    """
    n = m + 1
    size = length(v, frame, m)
    for e in range(count * n):
        out[e] = 0.0
    if m >= MANY:
        jacobian = shifted(work, n)
        for turn in range(2):
            part = (1.0 - 2.0 * turn) * BESIDE / size
            for i in range(n):
                work[i] = z[i] + part * v[i]
            jacobian[0] = np.nan
            call_problem_jacobian(context, work, jacobian)
            for c in range(count):
                for i in range(m):
                    weight = weights[c * m + i] * (0.5 / part)
                    for j in range(n):
                        out[c * n + j] += weight * jacobian[i * n + j]
        total = 0.0
        for c in range(count):
            for j in range(n):
                out[c * n + j] *= frame[j]
                total += out[c * n + j]
        if math.isfinite(total):
            return
    along = shifted(work, n)
    bent = shifted(work, 2 * n)
    for j in range(n):
        along[j] = 0.0
    for j in range(n):
        along[j] = frame[j]
        second(context, z, v, along, bent, shifted(bent, m))
        along[j] = 0.0
        for c in range(count):
            total = 0.0
            for i in range(m):
                total += weights[c * m + i] * bent[i]
            out[c * n + j] = total


@kernel
def curvature_gradient(context, m, frame, z, v, w, gradient, work):
    """gradient (m + 1,) = derivative in the scaled unknowns of g = - w' (F_z scale / rows) v, with v (m + 1,), w (m,) held."""
    weights = shifted(work, m + 1)
    for j in range(m + 1):
        work[j] = v[j] * frame[j]
    for i in range(m):
        weights[i] = -w[i] / frame[m + 1 + i]
    contracted(context, m, frame, z, work, weights, 1, gradient, shifted(weights, m))
