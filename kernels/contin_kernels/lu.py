"""Gaussian elimination with partial pivoting, real or complex, in place and without allocation.

At the sizes of most models a call into LAPACK costs more than the elimination itself; rows are contiguous, so that the
inner loops run in vector lanes (Golub and Van Loan, Matrix Computations, algorithm 3.4.1).
"""

from __future__ import annotations

from numba import types

from contin_kernels.abi import COMPLEX_UNITS, NUMBERS, UNITS
from contin_kernels.jit import fused, kernel, pointer
from contin_kernels.memory import caller, complexes, integers, matrix, shifted, vector


@kernel
def factor(A, order, n):
    """Overwrite `A` (n, n) by its factors, with inverse pivots; `order` (n,) integers becomes the row order.

    Four columns at a time, so that the rest of the matrix is read once for four of them: half the time from n = 50 on.

    Returns
    -------
    sign : +1 or -1 of the row exchanges, the smallest and the largest pivot in magnitude. A pivot of 0 or NaN ends
        the elimination with smallest 0.
    """
    sign = 1.0
    smallest = 1e308
    largest = 0.0
    for i in range(n):
        order[i] = i
    for k in range(0, n, 4):
        end = min(k + 4, n)
        turned, least, most = _factor_columns(A, order, k, end, n)
        sign *= turned
        smallest = min(smallest, least)
        largest = max(largest, most)
        if least == 0.0:
            return sign, 0.0, largest
        for i in range(k + 1, end):
            for row in range(k, i):
                part = A[i, row]
                for j in range(end, n):
                    A[i, j] -= part * A[row, j]
        for i in range(end, n):
            a, b, c, d = A[i, k], A[i, k + 1], A[i, k + 2], A[i, k + 3]
            if a != 0.0 or b != 0.0 or c != 0.0 or d != 0.0:
                for j in range(end, n):
                    A[i, j] -= (a * A[k, j] + b * A[k + 1, j]) + (c * A[k + 2, j] + d * A[k + 3, j])
    return sign, smallest, largest


@kernel
def _factor_columns(A, order, first, end, n):
    """Eliminate in columns `first` to `end` only, exchanging whole rows; returns as `factor`."""
    sign = 1.0
    smallest = 1e308
    largest = 0.0
    for k in range(first, end):
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
            part = A[i, k] * inverse
            A[i, k] = part
            for j in range(k + 1, end):
                A[i, j] -= part * A[k, j]
    return sign, smallest, largest


@fused
def diagonal_sign(A, n):
    """Product of the signs of the diagonal of `A` (n, n): with `lu_factor`'s sign, the sign of a real determinant."""
    sign = 1.0
    for i in range(n):
        if A[i, i] < 0.0:
            sign = -sign
    return sign


@kernel
def substitute(A, order, b, x, n):
    """x (n,) = A^-1 b from the factors in `A`; `b` (n,) is left as it is and must not be `x`."""
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
def _factor_3(A, order):
    """`factor` written out for n = 3, the size of two equations with a border: a quarter of the time."""
    a, b, c = A[0, 0], A[0, 1], A[0, 2]
    d, e, f = A[1, 0], A[1, 1], A[1, 2]
    g, h, i = A[2, 0], A[2, 1], A[2, 2]
    first, second, third = 0, 1, 2
    order[0], order[1], order[2] = 0, 1, 2
    sign = 1.0
    if abs(d) > abs(a) and abs(d) >= abs(g):
        a, b, c, d, e, f = d, e, f, a, b, c
        first, second = 1, 0
        sign = -1.0
    elif abs(g) > abs(a):
        a, b, c, g, h, i = g, h, i, a, b, c
        first, third = 2, 0
        sign = -1.0
    big = abs(a)
    if not big > 0.0:
        return sign, 0.0, 0.0
    inverse = 1.0 / a
    d *= inverse
    g *= inverse
    e -= d * b
    f -= d * c
    h -= g * b
    i -= g * c
    if abs(h) > abs(e):
        d, e, f, g, h, i = g, h, i, d, e, f
        second, third = third, second
        sign = -sign
    middle = abs(e)
    if not middle > 0.0:
        return sign, 0.0, big
    A[0, 0] = inverse
    A[0, 1], A[0, 2] = b, c
    inverse = 1.0 / e
    h *= inverse
    i -= h * f
    small = abs(i)
    if not small > 0.0:
        return sign, 0.0, max(big, middle)
    A[1, 0], A[1, 1], A[1, 2] = d, inverse, f
    A[2, 0], A[2, 1], A[2, 2] = g, h, 1.0 / i
    order[0], order[1], order[2] = first, second, third
    return sign, min(big, middle, small), max(big, middle, small)


@kernel
def _solve_3(A, order, b, x):
    """`substitute` for n = 3."""
    p = b[order[0]]
    q = b[order[1]] - A[1, 0] * p
    r = (b[order[2]] - A[2, 0] * p - A[2, 1] * q) * A[2, 2]
    q = (q - A[1, 2] * r) * A[1, 1]
    x[0] = (p - A[0, 1] * q - A[0, 2] * r) * A[0, 0]
    x[1] = q
    x[2] = r


@kernel
def _solve_3_transposed(A, order, b, x):
    """`lu_solve_transposed` for n = 3."""
    p = b[0] * A[0, 0]
    q = (b[1] - A[0, 1] * p) * A[1, 1]
    r = (b[2] - A[0, 2] * p - A[1, 2] * q) * A[2, 2]
    q -= A[2, 1] * r
    p -= A[1, 0] * q + A[2, 0] * r
    x[order[0]] = p
    x[order[1]] = q
    x[order[2]] = r


@fused
def lu_factor(A, order, n):
    """`factor` of a real matrix, written out where it is small."""
    if n == 3:
        return _factor_3(A, order)
    return factor(A, order, n)


@fused
def lu_solve(A, order, b, x, n):
    """`substitute` for a real matrix, written out where it is small."""
    if n == 3:
        _solve_3(A, order, b, x)
    else:
        substitute(A, order, b, x, n)


@kernel
def lu_solve_transposed(A, order, b, x, work, n):
    """x (n,) = A^-T b from the factors in `A` (no conjugation); `work` (n,) is scratch."""
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


UNIT_TYPE = types.void(NUMBERS, types.int64, types.int64, NUMBERS, NUMBERS, NUMBERS)
_call_units = caller(UNIT_TYPE)


@fused
def unit_solutions(context, K, n, count, right, left, work):
    """Solve with the last unit vectors, by the tool's address: bordered matrices give null vectors so.

    right (count n,): K^-1 of the last `count` unit vectors, the last one last; left (n,): K^-T of the last one. `K` (n, n) is
    overwritten by its factors; `work` (5 n,). Pointers.
    """
    _call_units(context[UNITS], (K, n, count, right, left, work))


@fused
def complex_unit_solutions(context, K, n, right, left, work):
    """`unit_solutions` of a complex matrix, count 1, without conjugation; pointers to numbers, two for each complex one."""
    _call_units(context[COMPLEX_UNITS], (K, n, 1, right, left, work))


@pointer(UNIT_TYPE)
def units_tool(K, n, count, right, left, work):
    """`unit_solutions`."""
    A = matrix(K, n, n)
    order = vector(integers(work), n)
    unit = vector(shifted(work, n), n)
    lu_factor(A, order, n)
    for i in range(n):
        unit[i] = 0.0
    for i in range(count):
        unit[n - count + i] = 1.0
        lu_solve(A, order, unit, vector(shifted(right, i * n), n), n)
        unit[n - count + i] = 0.0
    unit[n - 1] = 1.0
    if n == 3:
        _solve_3_transposed(A, order, unit, vector(left, n))
    else:
        lu_solve_transposed(A, order, unit, vector(left, n), vector(shifted(work, 2 * n), n), n)


@pointer(UNIT_TYPE)
def complex_units_tool(K, n, count, right, left, work):
    """`complex_unit_solutions`."""
    A = matrix(complexes(K), n, n)
    order = vector(integers(work), n)
    unit = vector(complexes(shifted(work, n)), n)
    factor(A, order, n)
    for i in range(n):
        unit[i] = 0.0
    unit[n - 1] = 1.0
    substitute(A, order, unit, vector(complexes(right), n), n)
    scratch = vector(complexes(shifted(work, 3 * n)), n)
    lu_solve_transposed(A, order, unit, vector(complexes(left), n), scratch, n)
