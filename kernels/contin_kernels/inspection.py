"""What is recorded at a point that was solved outside the loop: a special or a marked point."""

from __future__ import annotations

import numpy as np

from contin_kernels.abi import curvature_at, inspect_at, jacobian_at, residual_at
from contin_kernels.arclength import border_row, normalise, solve_tangent
from contin_kernels.corrector import corrected, factor_at
from contin_kernels.jit import kernel
from contin_kernels.memory import pointer_to
from contin_kernels.status import OK
from contin_kernels.vectors import largest


@kernel
def inspect_from(context, z, before, columns, watch):
    """Fill `columns` (c,), in the order of `before` (c,), and `watch` (w,) at `z` (m + 1,).

    Returns
    -------
    unstable : number of unstable eigenvalues, -1 where they could not be computed.
    """
    context = pointer_to(context)
    m = z.shape[0] - 1
    jac = np.full((m, m + 1), np.nan)
    jacobian_at(context, z, jac)
    return inspect_at(context, z, jac, before, columns, watch)


@kernel
def tangent_at(context, z, scale, near, work):
    """Turn `near` (m + 1,), an unscaled direction, into the unscaled tangent dz/ds at `z` on its side.

    Returns
    -------
    status : OK, or NOT_FINITE or SINGULAR, with `near` left as it was.
    sign : of the bordered determinant.
    """
    context = pointer_to(context)
    w = work.bordered
    row = work.step.row
    t = work.step.tangent
    for i in range(z.shape[0]):
        t[i] = near[i] / scale[i]
    normalise(t)
    sign = 0.0
    for _ in range(2):
        border_row(t, row)
        status, sign = factor_at(context, z, scale, row, w)
        if status != OK:
            return status, 0.0
        solve_tangent(w, t)
    for i in range(z.shape[0]):
        near[i] = t[i] * scale[i]
    return OK, sign


@kernel
def solve_across(context, z, scale, direction, tolerance, most, work):
    """Correct `z` (m + 1,) in place across the scaled `direction` (m + 1,); a unit vector holds one component.

    Returns
    -------
    status : OK, NOT_FINITE, SINGULAR or NOT_CONVERGED
    residual : largest scaled residual.
    """
    context = pointer_to(context)
    row = work.step.row
    size = largest(direction)
    for i in range(z.shape[0]):
        row[i] = direction[i] / size
    status, _, _, residual = corrected(context, z, scale, row, tolerance, most, work.bordered)
    return status, residual


@kernel
def jacobian_from(context, z):
    """dF/dz (m, m + 1) at `z` (m + 1,)."""
    m = z.shape[0] - 1
    out = np.full((m, m + 1), np.nan)
    jacobian_at(pointer_to(context), z, out)
    return out


@kernel
def curvature_from(context, z, u, v):
    """D2F(u, v) (m,) at `z`, all (m + 1,)."""
    out = np.full(z.shape[0] - 1, np.nan)
    curvature_at(pointer_to(context), z, u, v, out)
    return out


@kernel
def residual_from(context, z):
    """F (m,) at `z` (m + 1,)."""
    out = np.full(z.shape[0] - 1, np.nan)
    residual_at(pointer_to(context), z, out)
    return out
