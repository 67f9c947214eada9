"""Gaussian elimination with partial pivoting, real or complex, in place and without allocation.

At the sizes of most models a call into LAPACK costs more than the elimination itself; rows are contiguous, so that the
inner loops run in vector lanes (Golub and Van Loan, Matrix Computations, algorithm 3.4.1).
"""

from __future__ import annotations

from contin_kernels.jit import fused, kernel


@fused
def lu_factor(A, order):
    """Overwrite `A` (n, n) by its factors, with inverse pivots; `order` (n,) integers becomes the row order.

    Returns
    -------
    sign : +1 or -1 of the row exchanges, the smallest and the largest pivot in magnitude. A pivot of 0 or NaN ends
        the elimination with smallest 0.
    """
    n = A.shape[0]
    sign = 1.0
    smallest = 1e308
    largest = 0.0
    for i in range(n):
        order[i] = i
    for k in range(n):
        row = k
        big = abs(A[k, k])
        for i in range(k + 1, n):
            size = abs(A[i, k])
            if size > big:
                big = size
                row = i
        if not big > 0.0:
            return sign, 0.0, largest
        smallest = min(smallest, big)
        largest = max(largest, big)
        if row != k:
            sign = -sign
            order[k], order[row] = order[row], order[k]
            for j in range(n):
                kept = A[k, j]
                A[k, j] = A[row, j]
                A[row, j] = kept
        inverse = 1.0 / A[k, k]
        A[k, k] = inverse
        for i in range(k + 1, n):
            factor = A[i, k] * inverse
            A[i, k] = factor
            if factor != 0.0:
                for j in range(k + 1, n):
                    A[i, j] -= factor * A[k, j]
    return sign, smallest, largest


@fused
def diagonal_sign(A):
    """Product of the signs of the diagonal of `A` (n, n): with `lu_factor`'s sign, the sign of a real determinant."""
    sign = 1.0
    for i in range(A.shape[0]):
        if A[i, i] < 0.0:
            sign = -sign
    return sign


@fused
def lu_solve(A, order, b, x):
    """x (n,) = A^-1 b from the factors in `A`; `b` (n,) is left as it is and must not be `x`."""
    n = A.shape[0]
    for i in range(n):
        total = b[order[i]]
        for j in range(i):
            total -= A[i, j] * x[j]
        x[i] = total
    for i in range(n - 1, -1, -1):
        total = x[i]
        for j in range(i + 1, n):
            total -= A[i, j] * x[j]
        x[i] = total * A[i, i]


@kernel
def lu_solve_transposed(A, order, b, x, work):
    """x (n,) = A^-T b from the factors in `A` (no conjugation); `work` (n,) is scratch."""
    n = A.shape[0]
    for i in range(n):
        work[i] = b[i]
    for i in range(n):
        work[i] = work[i] * A[i, i]
        for j in range(i + 1, n):
            work[j] -= A[i, j] * work[i]
    for i in range(n - 1, -1, -1):
        for j in range(i):
            work[j] -= A[i, j] * work[i]
    for i in range(n):
        x[order[i]] = work[i]
