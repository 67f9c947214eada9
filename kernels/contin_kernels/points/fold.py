"""Folds: F(z) = 0 and g(z) = 0 with [A b; c' 0] [r; g] = [0; 1], A the scaled F_x (Govaerts 2000, section 4.1)."""

from __future__ import annotations

import numpy as np

from contin_kernels.jit import kernel, pointer
from contin_kernels.lu import lu_factor, lu_solve, lu_solve_transposed
from contin_kernels.memory import matrix, pointer_to, shifted, vector
from contin_kernels.points.newton import AUGMENTED, joined, scrambled, solve_augmented
from contin_kernels.points.scaled import curvature_gradient, row_sizes, scaled_system
from contin_kernels.vectors import copy, norm


@kernel
def null_vectors(D, left, right):
    """Right and left vectors r, w (m,) and the scalar g of the matrix D[:m, :m] with borders `left`, `right` (m,)."""
    m = left.shape[0]
    K = np.zeros((m + 1, m + 1))
    order = np.zeros(m + 1, np.int64)
    for i in range(m):
        for j in range(m):
            K[i, j] = D[i, j]
        K[i, m] = left[i]
        K[m, i] = right[i]
    lu_factor(K, order)
    last = np.zeros(m + 1)
    last[m] = 1.0
    r = np.zeros(m + 1)
    w = np.zeros(m + 1)
    work = np.zeros(m + 1)
    lu_solve(K, order, last, r)
    lu_solve_transposed(K, order, last, w, work)
    return r[:m].copy(), w[:m].copy(), r[m]


@kernel
def borders(D):
    """Borders near a fold: the null vectors themselves, by three rounds of bordered solves."""
    m = D.shape[0]
    left = np.zeros(m)
    right = np.zeros(m)
    for i in range(m):
        left[i] = scrambled(1.0 + i)
        right[i] = scrambled(101.0 + i)
    for _ in range(3):
        r, w, _ = null_vectors(D, left, right)
        size_w = norm(w)
        size_r = norm(r)
        for i in range(m):
            left[i] = w[i] / size_w
            right[i] = r[i] / size_r
    return left, right


@pointer(AUGMENTED)
def augmented(context, m, sizes, left, right, u, out, D):
    """Unknowns `u` (m + 1,) = scaled z; equations: F, then g. Borders b = left, c = right (m,)."""
    scale = vector(sizes, m + 1)
    rows = vector(shifted(sizes, m + 1), m)
    z = np.zeros(m + 1)
    full = matrix(D, m + 1, m + 1)
    scaled_system(context, scale, rows, vector(u, m + 1), z, vector(out, m + 1), full)
    r, w, g = null_vectors(full, vector(left, m), vector(right, m))
    out[m] = g
    direction = np.zeros(m + 1)
    copy(r, direction)
    curvature_gradient(context, scale, rows, z, direction, w, full[m])


@kernel
def solve(augmented, context, scale, z):
    """Solve for the fold near `z` (m + 1,) in place; `augmented` is the address of the function above.

    Returns
    -------
    status, residual, error : as `solve_augmented`.
    r, w : right and left null vectors (m,) in scaled unknowns and equations.
    rows : (m,) the equations' divisors.
    """
    context = pointer_to(context)
    m = z.shape[0] - 1
    rows = np.zeros(m)
    row_sizes(context, scale, z, rows)
    u = np.zeros(m + 1)
    for i in range(m + 1):
        u[i] = z[i] / scale[i]
    out = np.zeros(m)
    D = np.zeros((m, m + 1))
    scaled_system(context, scale, rows, u, z, out, D)
    left, right = borders(D)
    status, residual, error = solve_augmented(augmented, context, joined(scale, rows), left, right, u)
    scaled_system(context, scale, rows, u, z, out, D)
    r, w, _ = null_vectors(D, left, right)
    return status, residual, error, r, w, rows
