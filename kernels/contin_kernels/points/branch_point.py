"""Branch points: F + beta b = 0, g_1 = g_2 = 0 with [F_z b; C' 0] [v_i; g_i] = [0; e_i] (Govaerts 2000, section 4.2).

The corrector's own matrix is singular at a branch point; this system is regular, and its unknown beta is zero at a
branch point and measures the gap where two branches only come near each other.
"""

from __future__ import annotations

import numpy as np

from contin_kernels.abi import residual_at
from contin_kernels.jit import kernel, pointer
from contin_kernels.lu import lu_factor, lu_solve, lu_solve_transposed
from contin_kernels.memory import matrix, pointer_to, shifted, vector
from contin_kernels.points.newton import AUGMENTED, EPSILON, SAMPLES, joined, scrambled, solve_augmented
from contin_kernels.points.scaled import curvature_gradient, row_sizes, scaled_system
from contin_kernels.vectors import dot, norm

BESIDE = 1e-2


@kernel
def null_vectors(D, left, right):
    """Right vectors v (2, m + 1), left vector w (m,), scalars g (2,) of D[:m, :m + 1] with borders (m,) and (m + 1, 2)."""
    m = left.shape[0]
    K = np.zeros((m + 2, m + 2))
    order = np.zeros(m + 2, np.int64)
    for i in range(m):
        for j in range(m + 1):
            K[i, j] = D[i, j]
        K[i, m + 1] = left[i]
    for j in range(m + 1):
        K[m, j] = right[j, 0]
        K[m + 1, j] = right[j, 1]
    lu_factor(K, order)
    v = np.zeros((2, m + 1))
    g = np.zeros(2)
    unit = np.zeros(m + 2)
    solution = np.zeros(m + 2)
    work = np.zeros(m + 2)
    for i in range(2):
        unit[m + i] = 1.0
        lu_solve(K, order, unit, solution)
        for j in range(m + 1):
            v[i, j] = solution[j]
        g[i] = solution[m + 1]
        unit[m + i] = 0.0
    unit[m + 1] = 1.0
    lu_solve_transposed(K, order, unit, solution, work)
    return v, solution[:m].copy(), g


@kernel
def borders(D, chord):
    """Borders near a branch point, from the scaled direction `chord` (m + 1,) of the branch and a scrambled one."""
    m = D.shape[0]
    left = np.zeros(m)
    right = np.zeros((m + 1, 2))
    size = norm(chord)
    for i in range(m + 1):
        right[i, 0] = chord[i] / size
        right[i, 1] = scrambled(101.0 + i)
    for i in range(m):
        left[i] = scrambled(1.0 + i)
    for _ in range(3):
        v, w, _ = null_vectors(D, left, right)
        size = norm(w)
        for i in range(m):
            left[i] = w[i] / size
        first = norm(v[0])
        overlap = dot(v[0], v[1]) / (first * first)
        for i in range(m + 1):
            v[1, i] -= overlap * v[0, i]
        second = norm(v[1])
        for i in range(m + 1):
            right[i, 0] = v[0, i] / first
            right[i, 1] = v[1, i] / second
    return left, right


@kernel
def sizes_beside(context, scale, z, direction, rows):
    """rows (m,): the equations' sizes a little way along the scaled `direction` (m + 1,) to both sides.

    At a branch point itself a whole row of the Jacobian may vanish.
    """
    beside = np.zeros(z.shape[0])
    one = np.zeros(rows.shape[0])
    size = norm(direction)
    for i in range(rows.shape[0]):
        rows[i] = 0.0
    for turn in range(2):
        for i in range(z.shape[0]):
            beside[i] = z[i] + (1.0 - 2.0 * turn) * BESIDE * scale[i] * direction[i] / size
        row_sizes(context, scale, beside, one)
        for i in range(rows.shape[0]):
            rows[i] = max(rows[i], one[i])


@pointer(AUGMENTED)
def augmented(context, m, sizes, left, right, u, out, D):
    """Unknowns `u` (m + 2,) = scaled z, beta; equations: F + beta b, then g. Borders b = left (m,), C = right (m + 1, 2)."""
    scale = vector(sizes, m + 1)
    rows = vector(shifted(sizes, m + 1), m)
    z = np.zeros(m + 1)
    full = matrix(D, m + 2, m + 2)
    scaled_system(context, scale, rows, vector(u, m + 1), z, vector(out, m + 2), full)
    v, w, g = null_vectors(full, vector(left, m), matrix(right, m + 1, 2))
    for i in range(m):
        out[i] += u[m + 1] * left[i]
        full[i, m + 1] = left[i]
    for i in range(2):
        out[m + i] = g[i]
        curvature_gradient(context, scale, rows, z, v[i], w, full[m + i])


@kernel
def solve(augmented, context, scale, z, chord):
    """Solve for the branch point near `z` (m + 1,) in place, met along the unscaled direction `chord` (m + 1,).

    `augmented` is the address of the function above, `context` is a pointer.

    Returns
    -------
    status, residual, error : as `solve_augmented`.
    gap : beta relative to the rounding of its evaluation; large where the branches only come near each other.
    v, w : null vectors (2, m + 1) and (m,) in scaled unknowns and equations.
    rows : (m,) the equations' divisors.
    """
    m = z.shape[0] - 1
    rows = np.zeros(m)
    u = np.zeros(m + 2)
    direction = np.zeros(m + 1)
    for i in range(m + 1):
        u[i] = z[i] / scale[i]
        direction[i] = chord[i] / scale[i]
    sizes_beside(context, scale, z, direction, rows)
    out = np.zeros(m)
    D = np.zeros((m, m + 1))
    scaled_system(context, scale, rows, u, z, out, D)
    left, right = borders(D, direction)
    status, residual, error = solve_augmented(augmented, context, joined(scale, rows), left, right.ravel(), u)
    scaled_system(context, scale, rows, u, z, out, D)
    v, w, _ = null_vectors(D, left, right)
    beta, level = unfolding(context, scale, rows, z, w, max(4.0 * EPSILON, error / scale[m]))
    gap = 0.0
    if abs(beta) > 1e-290:
        gap = abs(beta) / level if level > 0.0 else np.inf
    return status, residual, error, gap, v, w, rows


@kernel
def solve_from(augmented, context, scale, z, chord):
    """`solve` with the context's table, for Python."""
    return solve(augmented, pointer_to(context), scale, z, chord)


@kernel
def unfolding(context, scale, rows, z, w, part):
    """w . F / rows at `z` (m + 1,), which is - beta, and its uncertainty: how it varies within a `part` of the scale of `z`.

    Newton's method leaves in its own beta what it leaves in F, which is more than the second order in the error of z.
    """
    m = rows.shape[0]
    moved = np.zeros(m + 1)
    f = np.zeros(m)
    level = 0.0
    here = 0.0
    for sample in range(SAMPLES + 1):
        for i in range(m + 1):
            sign = 1.0 if scrambled(7.0 + i + 31.0 * sample) > 0.0 else -1.0
            moved[i] = z[i] + (sign * part * scale[i] if sample > 0 else 0.0)
        residual_at(context, moved, f)
        total = 0.0
        for i in range(m):
            total += w[i] * f[i] / rows[i]
        if sample == 0:
            here = total
        level = max(level, abs(total - here))
    return here, level
