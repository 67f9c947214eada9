"""The order of eigenvalues along a branch, and what two neighbouring spectra leave open."""

from __future__ import annotations

import math

from contin_kernels.jit import fused, kernel

CERTAIN = 1e-13
ROUNDING = 1e-15
FURTHEST = 3.0  # times the last change of the matrix: farther its eigenvalues are not foretold
EQUAL = 1e-6  # of their way, that values may differ by and count as the same
CONFUSED = 1.5  # times as far the values would have moved, had they been exchanged
REAL, PAIR, FLIP = 0, 1, 2
SLOWEST = 0.03  # an eigenvalue is taken to move by at least this part of the matrix's change


@fused
def order_like(re, im, watch, older, before, ratio, n):
    """Permute `re`, `im`, `watch` (n,) so that each value stands where its nearest of the point before stood.

    Pointers `older`, `before` (2 n,): real, then imaginary parts at the last two points; the nearest is looked for where
    they lead after `ratio` times the way between them, if they were both real or both complex. With NaN before (the
    start), in the order of descending real part, pairs with the positive imaginary part first.
    """
    fresh = not math.isfinite(before[0])
    for i in range(n - 1):
        best = i
        at = before[i]
        above = before[n + i]
        if ratio > 0.0 and (above == 0.0) == (older[n + i] == 0.0):
            at += ratio * (at - older[i])
            further = above + ratio * (above - older[n + i])
            above = further if further * above > 0.0 else 0.0
        for j in range(i + 1, n):
            if fresh:
                closer = re[j] > re[best] or (re[j] == re[best] and im[j] > im[best])
            else:
                closer = _distance(re[j], im[j], at, above) < _distance(re[best], im[best], at, above)
            if closer:
                best = j
        if best != i:
            re[i], re[best] = re[best], re[i]
            im[i], im[best] = im[best], im[i]
            watch[i], watch[best] = watch[best], watch[i]


@fused
def _distance(a, b, c, d):
    return (a - c) * (a - c) + (b - d) * (b - d)


@fused
def significant(value, size, norm):
    """`value` if it is above what rounding makes of an eigenvalue of magnitude `size` of a matrix of that `norm`, else 0."""
    return value if abs(value) > CERTAIN * size + ROUNDING * norm else 0.0


@fused
def _apart(left, right, i, j, n):
    return math.hypot(left[i] - right[j], left[n + i] - right[n + j])


@fused
def axis_side(re, im, circle):
    """How an eigenvalue can cross: PAIR, REAL or, at the left end of the unit circle (`circle` 1), FLIP."""
    if im != 0.0:
        return PAIR
    return FLIP if circle == 1 and re < 0.0 else REAL


@kernel
def confused(left, right, i, n):
    """Whether value `i` may as well have become what another of its kind, real or upper half of a pair, seems to have become.

    Pointers as in `spectra_doubtful`. Then the other may have passed zero twice unseen.
    """
    own = _apart(left, right, i, i, n)
    for j in range(n):
        if j == i or side(left[n + j]) != side(left[n + i]) or side(right[n + j]) != side(right[n + i]):
            continue
        if together(left, right, i, j, n):
            continue
        exchanged = _apart(left, right, i, j, n) + _apart(left, right, j, i, n)
        if exchanged < CONFUSED * (own + _apart(left, right, j, j, n)):
            return True
    return False


@fused
def together(left, right, i, j, n):
    """Whether two values are the same on both sides, as symmetry makes them."""
    apart = _apart(left, left, i, j, n) + _apart(right, right, i, j, n)
    return apart <= EQUAL * _apart(left, right, i, i, n)


@fused
def side(im):
    """Sign of an imaginary part: -1, 0 or 1."""
    if im > 0.0:
        return 1
    return -1 if im < 0.0 else 0


@fused
def spectra_doubtful(before, after, left, right, n, circle):
    """Whether two neighbouring spectra do not explain each other.

    Pointers `before`, `after` (2 + n,): the tangent's parameter component, the sign of the bordered determinant, and the
    watched numbers; `left`, `right` (2 n,) real, then imaginary parts; `circle` 1 of multipliers, else 0. Doubtful are a value
    that crosses and at the same time changes between real and complex or, of multipliers, between the two signs; one whose
    way may be exchanged with that of another; pairs that cross in both directions, and so flips; and real values through
    zero, of multipliers through 1, in a number that folds and branch points do not explain. Values that are the
    same on both sides cross as one multiple value, which changes the determinant's sign if they are odd in number.
    """
    real = 0
    groups = 0
    way = 0.0
    flip_way = 0.0
    for i in range(n):
        if before[2 + i] * after[2 + i] < 0.0:
            was = axis_side(left[i], left[n + i], circle)
            if was != axis_side(right[i], right[n + i], circle):
                return True
            if was == PAIR:
                if way * after[2 + i] < 0.0:
                    return True
                way = after[2 + i]
            elif was == FLIP:
                if flip_way * after[2 + i] < 0.0:
                    return True
                flip_way = after[2 + i]
            else:
                real += 1
                groups += 1
                for j in range(i):
                    if before[2 + j] * after[2 + j] < 0.0 and together(left, right, i, j, n):
                        groups -= 1
                        break
            if confused(left, right, i, n):
                return True
    fold = before[0] * after[0] < 0.0
    branching = before[1] * after[1] < 0.0
    if real > 1 and groups == 1:
        real %= 2
    if fold and branching:
        return real != 0
    return real != (1 if fold or branching else 0)


@fused
def level(re, im, circle):
    """How far an eigenvalue is beyond the imaginary axis or, with `circle` 1, the unit circle."""
    return math.hypot(re, im) - 1.0 if circle == 1 else re


@fused
def sure_of_signs(left, right, change, way, n, circle):
    """For how many times the change of the matrix between two points no eigenvalue is expected to cross unseen.

    Pointers `left`, `right` (2 n,) and `circle` as in `spectra_doubtful`; `change` is the largest scaled entry of the matrix's
    change, `way` 1 where the matrix goes on as it went and -1 where it goes back. Every eigenvalue is taken to go so too, and
    beside that as far again in any direction. The real one nearest to zero, of multipliers to 1, may cross: the sign of the
    determinant, known at every point, shows it.
    """
    nearest = -1
    at = 1.0 if circle == 1 else 0.0
    for i in range(n):
        if right[n + i] == 0.0 and (nearest < 0 or abs(right[i] - at) < abs(right[nearest] - at)):
            nearest = i
    least = FURTHEST
    for i in range(n):
        if i == nearest:
            continue
        beyond = level(right[i], right[n + i], circle)
        along = beyond - level(left[i], left[n + i], circle)
        moved = max(math.hypot(right[i] - left[i], right[n + i] - left[n + i]), SLOWEST * change)
        towards = moved - way * along if beyond > 0.0 else moved + way * along
        if least * towards > abs(beyond):
            least = abs(beyond) / towards
    return least
