"""The order of eigenvalues along a branch, and what two neighbouring spectra leave open."""

from __future__ import annotations

import math

from contin_kernels.jit import fused, kernel

CERTAIN = 1e-13
ROUNDING = 1e-15


@fused
def order_like(re, im, before_re, before_im, n):
    """Permute `re`, `im` (n,) so that each value stands where its nearest of the point before stood.

    With NaN before (the start), in the order of descending real part, pairs with the positive imaginary part first.
    """
    fresh = not math.isfinite(before_re[0])
    for i in range(n - 1):
        best = i
        for j in range(i + 1, n):
            if fresh:
                closer = re[j] > re[best] or (re[j] == re[best] and im[j] > im[best])
            else:
                closer = _distance(re[j], im[j], before_re[i], before_im[i]) < _distance(
                    re[best], im[best], before_re[i], before_im[i]
                )
            if closer:
                best = j
        if best != i:
            re[i], re[best] = re[best], re[i]
            im[i], im[best] = im[best], im[i]


@fused
def _distance(a, b, c, d):
    return (a - c) * (a - c) + (b - d) * (b - d)


@fused
def significant(value, size, norm):
    """`value` if it is above what rounding makes of an eigenvalue of magnitude `size` of a matrix of that `norm`, else 0."""
    return value if abs(value) > CERTAIN * size + ROUNDING * norm else 0.0


@kernel
def mixed(left, right, i, n):
    """Whether another real value moved through a part of the way of value `i`: then it is open which became which.

    Pointers as in `spectra_doubtful`.
    """
    low = min(left[i], right[i])
    high = max(left[i], right[i])
    for j in range(n):
        if j != i and left[n + j] == 0.0 and right[n + j] == 0.0:
            if max(low, min(left[j], right[j])) < min(high, max(left[j], right[j])):
                return True
    return False


@fused
def spectra_doubtful(before, after, left, right, n):
    """Whether two neighbouring spectra do not explain each other.

    Pointers `before`, `after` (2 + n,): the tangent's parameter component, the sign of the bordered determinant, and the real
    parts; `left`, `right` (2 n,) real, then imaginary parts. Doubtful are a value that changes its sign and at the same
    time between real and complex, one whose way mixes with that of another, and real values through zero in a number that
    folds and branch points do not explain.
    """
    real = 0
    for i in range(n):
        if before[2 + i] * after[2 + i] < 0.0:
            was = left[n + i] != 0.0
            if was != (right[n + i] != 0.0):
                return True
            if not was:
                real += 1
                if mixed(left, right, i, n):
                    return True
    fold = before[0] * after[0] < 0.0
    branching = before[1] * after[1] < 0.0
    if fold and branching:
        return real != 0
    return real != (1 if fold or branching else 0)
