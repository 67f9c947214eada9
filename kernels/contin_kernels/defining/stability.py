"""What is watched where the eigenvalues of a matrix tell stability: of F_x of a flow, of the derivative of a map.

Columns: the n real parts, then the imaginary parts; watched: the real parts or, of multipliers, their distances beyond the
unit circle.
"""

from __future__ import annotations

import math

import numpy as np

from contin_kernels.abi import ARRANGE, DOUBT, INSPECT, TRUST, floats_of, ints_of, scratch_of
from contin_kernels.eigenvalues import eigenvalues
from contin_kernels.jit import fused, pointer
from contin_kernels.memory import matrix, shifted, vector
from contin_kernels.spectrum import order_like, significant, spectra_doubtful, sure_of_signs

AXIS, CIRCLE = 0, 1
TWO = np.int64(2)  # a size that LLVM knows


@fused
def watch_spectrum(A, norm, columns, watch, H, n, border):
    """Fill `columns` and `watch` from the eigenvalues of `A` (n, n), which is overwritten, as is `H` (n, n).

    `norm` is the size of the numbers that A was made from, in scaled states; `border` is AXIS or CIRCLE. Returns how many
    eigenvalues are beyond the border, -1 where they are not found.
    """
    re = vector(columns, n)
    im = vector(shifted(columns, n), n)
    if not eigenvalues(A, re, im, H):
        for i in range(n):
            re[i] = im[i] = watch[i] = 0.0
        return -1
    unstable = 0
    for i in range(n):
        size = abs(re[i]) + abs(im[i])
        im[i] = significant(im[i], size, n * norm)
        if border == CIRCLE:
            watch[i] = significant(math.hypot(re[i], im[i]) - 1.0, 1.0, norm)
        else:
            watch[i] = significant(re[i], size, norm)
        if watch[i] > 0.0:
            unstable += 1
    return unstable


@fused
def spectrum(jac, sizes, columns, watch, scratch, n):
    """`inspect` for `n` states of these `sizes`; `scratch` (2 n n,)."""
    A = matrix(scratch, n, n)
    norm = 0.0
    for i in range(n):
        for j in range(n):
            A[i, j] = jac[i * (n + 1) + j]
            norm = max(norm, abs(A[i, j]) * sizes[j] / sizes[i])
    return watch_spectrum(A, norm, columns, watch, matrix(shifted(scratch, n * n), n, n), n, AXIS)


@pointer(INSPECT)
def inspect(context, z, jac, columns, watch):
    """The eigenvalues of F_x, as the iteration leaves them. Returns how many are unstable."""
    n = ints_of(context)[0]
    if n == 2:
        return spectrum(jac, floats_of(context), columns, watch, scratch_of(context), TWO)
    return spectrum(jac, floats_of(context), columns, watch, scratch_of(context), n)


@pointer(ARRANGE)
def arrange(context, older, before, ratio, columns, watch):
    """Each eigenvalue in the place of the one that it continues."""
    n = ints_of(context)[1]
    order_like(vector(columns, n), vector(shifted(columns, n), n), watch, older, before, ratio, n)


@pointer(DOUBT)
def doubt(context, before, after, left, right):
    """1 if the spectra of two neighbouring points do not explain each other, else 0."""
    return 1 if spectra_doubtful(before, after, left, right, ints_of(context)[1], AXIS) else 0


@pointer(TRUST)
def trust(context, left, right, change, way):
    """For how many times the last change of the Jacobian no eigenvalue reaches the axis unseen."""
    return sure_of_signs(left, right, change, way, ints_of(context)[1], AXIS)
