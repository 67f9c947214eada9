"""What is watched where the eigenvalues of F_x tell stability: for every problem whose m unknowns are states of a flow.

Columns: the m real parts, then the imaginary parts; watched: the real parts. `scratch` has room for 2 m^2 numbers.
"""

from __future__ import annotations

import numpy as np

from contin_kernels.abi import ARRANGE, DOUBT, INSPECT, TRUST, floats_of, ints_of, scratch_of
from contin_kernels.eigenvalues import eigenvalues
from contin_kernels.jit import fused, pointer
from contin_kernels.memory import matrix, shifted, vector
from contin_kernels.spectrum import order_like, significant, spectra_doubtful, sure_of_signs

TWO = np.int64(2)  # a size that LLVM knows


@fused
def spectrum(jac, sizes, columns, watch, scratch, n):
    """`inspect` for `n` states of these `sizes`."""
    A = matrix(scratch, n, n)
    norm = 0.0
    for i in range(n):
        for j in range(n):
            A[i, j] = jac[i * (n + 1) + j]
            norm = max(norm, abs(A[i, j]) * sizes[j] / sizes[i])
    re = vector(columns, n)
    im = vector(shifted(columns, n), n)
    if not eigenvalues(A, re, im, matrix(shifted(scratch, n * n), n, n)):
        for i in range(n):
            re[i] = im[i] = watch[i] = 0.0
        return -1
    unstable = 0
    for i in range(n):
        im[i] = significant(im[i], abs(re[i]) + abs(im[i]), n * norm)
        watch[i] = significant(re[i], abs(re[i]) + abs(im[i]), norm)
        if watch[i] > 0.0:
            unstable += 1
    return unstable


@pointer(INSPECT)
def inspect(context, z, jac, columns, watch):
    """The eigenvalues, as the iteration leaves them. Returns how many are unstable."""
    n = ints_of(context)[0]
    if n == 2:
        return spectrum(jac, floats_of(context), columns, watch, scratch_of(context), TWO)
    return spectrum(jac, floats_of(context), columns, watch, scratch_of(context), n)


@pointer(ARRANGE)
def arrange(context, older, before, ratio, columns, watch):
    """Each eigenvalue in the place of the one that it continues."""
    n = ints_of(context)[0]
    order_like(vector(columns, n), vector(shifted(columns, n), n), watch, older, before, ratio, n)


@pointer(DOUBT)
def doubt(context, before, after, left, right):
    """1 if the spectra of two neighbouring points do not explain each other, else 0."""
    return 1 if spectra_doubtful(before, after, left, right, ints_of(context)[0]) else 0


@pointer(TRUST)
def trust(context, left, right, change, way):
    """For how many times the last change of the Jacobian no eigenvalue reaches the axis unseen."""
    return sure_of_signs(left, right, change, way, ints_of(context)[0])
