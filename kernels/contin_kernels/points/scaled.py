"""The problem's equations and second derivatives in scaled unknowns, as the defining systems use them."""

from __future__ import annotations

import numpy as np

from contin_kernels.abi import curvature_at, jacobian_at, residual_at
from contin_kernels.jit import kernel
from contin_kernels.vectors import dot


@kernel
def scaled_system(context, scale, rows, u, z, out, D):
    """Fill `z` (m + 1,) = scale u, out[:m] = F / rows, D[:m, :m + 1] = F_z scale / rows; the rest of `D` with zeros."""
    m = rows.shape[0]
    for i in range(m + 1):
        z[i] = u[i] * scale[i]
    f = np.full(m, np.nan)
    jac = np.full((m, m + 1), np.nan)
    residual_at(context, z, f)
    jacobian_at(context, z, jac)
    for i in range(D.shape[0]):
        for j in range(D.shape[1]):
            D[i, j] = 0.0
    for i in range(m):
        out[i] = f[i] / rows[i]
        for j in range(m + 1):
            D[i, j] = jac[i, j] * scale[j] / rows[i]


@kernel
def row_sizes(context, scale, z, rows):
    """rows (m,): the largest scaled entry of each row of the Jacobian at `z` (m + 1,)."""
    m = rows.shape[0]
    jac = np.full((m, m + 1), np.nan)
    jacobian_at(context, z, jac)
    for i in range(m):
        largest = 0.0
        for j in range(m + 1):
            largest = max(largest, abs(jac[i, j] * scale[j]))
        rows[i] = largest if largest > 0.0 else 1.0


@kernel
def scaled_curvature(context, scale, rows, z, u, v, out):
    """out (m,) = second derivative of F / rows in the scaled directions u, v (m + 1,)."""
    wide_u = np.empty(z.shape[0])
    wide_v = np.empty(z.shape[0])
    for i in range(z.shape[0]):
        wide_u[i] = u[i] * scale[i]
        wide_v[i] = v[i] * scale[i]
    curvature_at(context, z, wide_u, wide_v, out)
    for i in range(rows.shape[0]):
        out[i] /= rows[i]


@kernel
def curvature_gradient(context, scale, rows, z, v, w, gradient):
    """gradient[:m + 1] = derivative in the scaled unknowns of g = - w' (F_z scale / rows) v, with v (m + 1,), w (m,) held."""
    m = rows.shape[0]
    unit = np.zeros(m + 1)
    out = np.zeros(m)
    for j in range(m + 1):
        unit[j] = 1.0
        scaled_curvature(context, scale, rows, z, v, unit, out)
        gradient[j] = -dot(w, out)
        unit[j] = 0.0
