"""The problem's equations and second derivatives in scaled unknowns, as the defining systems use them. All pointers."""

from __future__ import annotations

import numpy as np

from contin_kernels.abi import call_problem_jacobian, call_residual
from contin_kernels.jets import second, second_size
from contin_kernels.jit import kernel
from contin_kernels.memory import shifted


def scaled_size(m: int) -> int:
    """Length of the work of each kernel here."""
    return max(m * (m + 1), 3 * m + 2 + second_size(m))


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
def curvature_gradient(context, m, frame, z, v, w, gradient, work):
    """gradient (m + 1,) = derivative in the scaled unknowns of g = - w' (F_z scale / rows) v, with v (m + 1,), w (m,) held."""
    along = shifted(work, m + 1)
    for j in range(m + 1):
        work[j] = v[j] * frame[j]
        along[j] = 0.0
    for j in range(m + 1):
        along[j] = frame[j]
        gradient[j] = -curved(context, m, frame, z, work, along, w, shifted(along, m + 1))
        along[j] = 0.0
