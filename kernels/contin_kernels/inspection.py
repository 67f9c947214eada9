"""Looking at one point from Python."""

from __future__ import annotations

import numpy as np

from contin_kernels.abi import inspect_beside, jacobian_at, residual_at
from contin_kernels.jit import entry
from contin_kernels.memory import borrowed, pointer_to
from contin_kernels.records import borrow_rows
from contin_kernels.watching import arrange_row, inspect_here, inspected, inspected_before


@entry
def inspect_from(context, z, jacobian, before, columns, watch):
    """Fill `jacobian` (m, m + 1), `columns` (c,), in the order of `before` (c,), and `watch` (w,) at `z` (m + 1,).

    Returns
    -------
    unstable : number of unstable eigenvalues, -1 where they could not be computed.
    """
    context = pointer_to(context)
    jacobian[0, 0] = np.nan
    jacobian_at(context, z, jacobian)
    return inspect_beside(context, z, jacobian, before, columns, watch)


@entry
def jacobian_from(context, z, out):
    """out (m, m + 1) = dF/dz at `z` (m + 1,); returns it."""
    out[0, 0] = np.nan
    jacobian_at(pointer_to(context), z, out)
    return out


@entry
def inspect_one(context, rows, row, jacobian):
    """Fill columns and watched numbers of a row that was not inspected, in the order of the last one before it that was.

    `jacobian` (m, m + 1) is scratch. The count of unstable eigenvalues stays as it is.
    """
    rows = borrow_rows(rows)
    if not inspected(rows, row):
        known = rows.unstable[row]
        last = max(inspected_before(rows, row), 0)
        inspect_here(pointer_to(context), rows, last, row, borrowed(jacobian))
        rows.unstable[row] = known


@entry
def residual_from(context, z, out):
    """out (m,) = F at `z` (m + 1,); returns it."""
    out[0] = np.nan
    residual_at(pointer_to(context), z, out)
    return out


@entry
def inspect_rest(context, rows, jacobian):
    """Fill columns and watched numbers of the rows that were not inspected, and bring all into the order of those before.

    `jacobian` (m, m + 1) is scratch. The counts of unstable eigenvalues stay as they are.
    """
    context = pointer_to(context)
    rows = borrow_rows(rows)
    jacobian = borrowed(jacobian)
    for row in range(rows.z.shape[0]):
        last = max(row - 1, 0)
        known = rows.unstable[row]
        if not inspected(rows, row):
            inspect_here(context, rows, last, row, jacobian)
            rows.unstable[row] = known
        if row > 0:
            arrange_row(context, rows, row - 2, last, row)
