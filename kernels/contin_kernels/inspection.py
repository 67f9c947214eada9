"""Looking at one point from Python."""

from __future__ import annotations

import numpy as np

from contin_kernels.abi import inspect_at, jacobian_at
from contin_kernels.jit import entry
from contin_kernels.memory import pointer_to


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
    return inspect_at(context, z, jacobian, before, columns, watch)


@entry
def jacobian_from(context, z, out):
    """out (m, m + 1) = dF/dz at `z` (m + 1,); returns it."""
    out[0, 0] = np.nan
    jacobian_at(pointer_to(context), z, out)
    return out
