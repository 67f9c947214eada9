"""Hopf points: F(z) = 0 and g(z, omega) = 0, complex, with [A - i omega w; v* 0] [q; g] = [0; 1] (Govaerts 2000, 4.3).

A is F_x in scaled states (a similarity), divided by the frequency at the start so that any frequency is of order one.
With g complex and omega real, a neutral saddle (two real eigenvalues of sum zero) is no solution.
"""

from __future__ import annotations

import numpy as np

from contin_kernels.abi import curvature_at
from contin_kernels.jit import kernel, pointer
from contin_kernels.lu import lu_factor, lu_solve, lu_solve_transposed
from contin_kernels.memory import matrix, pointer_to, shifted, vector
from contin_kernels.points.newton import AUGMENTED, joined, scrambled, solve_augmented
from contin_kernels.points.scaled import row_sizes, scaled_system
from contin_kernels.vectors import norm


@kernel
def critical_vectors(D, scale, rows, unit, omega, left, right):
    """Complex q, p (m,) and g of the bordered matrix: (A / unit - i omega) q and p (A / unit - i omega) are small with g.

    `left`, `right` (2, m) are the real and imaginary parts of the borders; p is a row, without conjugation.
    """
    m = rows.shape[0]
    K = np.zeros((m + 1, m + 1), np.complex128)
    order = np.zeros(m + 1, np.int64)
    for i in range(m):
        for j in range(m):
            K[i, j] = D[i, j] * (rows[i] / (scale[i] * unit))
        K[i, i] -= 1j * omega
        K[i, m] = left[0, i] + 1j * left[1, i]
        K[m, i] = right[0, i] - 1j * right[1, i]
    lu_factor(K, order)
    last = np.zeros(m + 1, np.complex128)
    last[m] = 1.0
    q = np.zeros(m + 1, np.complex128)
    p = np.zeros(m + 1, np.complex128)
    work = np.zeros(m + 1, np.complex128)
    lu_solve(K, order, last, q)
    lu_solve_transposed(K, order, last, p, work)
    return q[:m].copy(), p[:m].copy(), q[m]


@kernel
def borders(D, scale, rows, omega):
    """Borders near a Hopf point (2, m) each: the critical vectors themselves; left[2, 0] is the unit of frequency."""
    m = rows.shape[0]
    left = np.zeros((3, m))
    right = np.zeros((2, m))
    left[2, 0] = omega
    for i in range(m):
        left[0, i] = scrambled(1.0 + i)
        left[1, i] = scrambled(51.0 + i)
        right[0, i] = scrambled(101.0 + i)
        right[1, i] = scrambled(151.0 + i)
    for _ in range(3):
        q, p, _ = critical_vectors(D, scale, rows, omega, 1.0, left, right)
        size_q = norm(q)
        size_p = norm(p)
        for i in range(m):
            left[0, i] = p[i].real / size_p
            left[1, i] = -p[i].imag / size_p
            right[0, i] = q[i].real / size_q
            right[1, i] = q[i].imag / size_q
    return left, right


@pointer(AUGMENTED)
def augmented(context, m, sizes, left, right, u, out, D):
    """Unknowns `u` (m + 2,) = scaled z, omega / unit; equations: F, Re g, Im g; borders (3, m), the unit in it, and (2, m)."""
    scale = vector(sizes, m + 1)
    rows = vector(shifted(sizes, m + 1), m)
    z = np.zeros(m + 1)
    full = matrix(D, m + 2, m + 2)
    scaled_system(context, scale, rows, vector(u, m + 1), z, vector(out, m + 2), full)
    unit = left[2 * m]
    q, p, g = critical_vectors(full, scale, rows, unit, u[m + 1], matrix(left, 3, m), matrix(right, 2, m))
    out[m] = g.real
    out[m + 1] = g.imag
    turn = 0.0j
    for i in range(m):
        turn += 1j * p[i] * q[i]
    full[m, m + 1] = turn.real
    full[m + 1, m + 1] = turn.imag
    re = np.zeros(m + 1)
    im = np.zeros(m + 1)
    along = np.zeros(m + 1)
    bent_re = np.zeros(m)
    bent_im = np.zeros(m)
    for i in range(m):
        re[i] = q[i].real * scale[i]
        im[i] = q[i].imag * scale[i]
    for j in range(m + 1):
        along[j] = scale[j]
        curvature_at(context, z, re, along, bent_re)
        curvature_at(context, z, im, along, bent_im)
        along[j] = 0.0
        total = 0.0j
        for i in range(m):
            total -= p[i] * ((bent_re[i] + 1j * bent_im[i]) / (scale[i] * unit))
        full[m, j] = total.real
        full[m + 1, j] = total.imag


@kernel
def solve(augmented, context, scale, z, omega):
    """Solve for the Hopf point near `z` (m + 1,) in place, with a frequency near `omega`.

    `augmented` is the address of the function above.

    Returns
    -------
    status, residual, error : as `solve_augmented`.
    omega : the frequency.
    q, p : complex (m,) in unscaled states, A q = i omega q, A' p = -i omega p, <q, q> = 1, <p, q> = sum conj(p) q = 1.
    """
    context = pointer_to(context)
    m = z.shape[0] - 1
    rows = np.zeros(m)
    u = np.zeros(m + 2)
    row_sizes(context, scale, z, rows)
    for i in range(m + 1):
        u[i] = z[i] / scale[i]
    u[m + 1] = 1.0
    out = np.zeros(m)
    D = np.zeros((m, m + 1))
    scaled_system(context, scale, rows, u, z, out, D)
    left, right = borders(D, scale, rows, omega)
    status, residual, error = solve_augmented(
        augmented, context, joined(scale, rows), left.ravel(), right.ravel(), u
    )
    scaled_system(context, scale, rows, u, z, out, D)
    q, p, _ = critical_vectors(D, scale, rows, omega, u[m + 1], left, right)
    for i in range(m):
        q[i] *= scale[i]
        p[i] = np.conj(p[i] / scale[i])
    size = norm(q)
    product = 0.0j
    for i in range(m):
        q[i] /= size
        product += np.conj(p[i]) * q[i]
    for i in range(m):
        p[i] /= np.conj(product)
    return status, residual, error, omega * u[m + 1], q, p
