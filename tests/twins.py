"""Slow, obvious twins of the kernels in NumPy and SciPy: the formula of the book, for any size, without care for speed."""

from __future__ import annotations

import math

import numpy as np
from scipy.interpolate import CubicHermiteSpline
from scipy.optimize import linear_sum_assignment


def farthest_match(a, b):
    """Largest distance of two multisets of complex numbers when each is matched to its partner."""
    distance = np.abs(np.asarray(a)[:, None] - np.asarray(b)[None, :])
    rows, columns = linear_sum_assignment(distance)
    return float(distance[rows, columns].max())


def order_like(values, before):
    """The values in the order of `before`: each place takes its nearest value of those not taken yet."""
    left = list(values)
    ordered = []
    for value in before:
        nearest = min(left, key=lambda other: abs(other - value))
        left.remove(nearest)
        ordered.append(nearest)
    return np.array(ordered)


def together(left, right, i, j):
    """Whether values i and j are the same on both sides, compared with how far value i moved."""
    return abs(left[i] - left[j]) + abs(right[i] - right[j]) <= 1e-6 * abs(left[i] - right[i])


def doubtful(before, after, left, right):
    """Whether two spectra do not explain each other: `before`, `after` as recorded, `left`, `right` complex (n,)."""
    changed = [i for i in range(len(left)) if before[2 + i] * after[2 + i] < 0]
    if any((left[i].imag == 0) != (right[i].imag == 0) for i in changed):
        return True
    kinds = np.array([np.sign(left.imag), np.sign(right.imag)]).T
    for i in changed:
        for j in range(len(left)):
            exchanged = abs(left[i] - right[j]) + abs(left[j] - right[i])
            if i != j and np.array_equal(kinds[i], kinds[j]) and not together(left, right, i, j):
                if exchanged < 1.5 * (abs(left[i] - right[i]) + abs(left[j] - right[j])):
                    return True
    if {np.sign(after[2 + i]) for i in changed if left[i].imag != 0} == {-1.0, 1.0}:
        return True
    real = [i for i in changed if left[i].imag == 0]
    through_zero = len(real)
    if len(real) > 1 and all(together(left, right, real[0], i) for i in real):
        through_zero %= 2
    events = sum(before[i] * after[i] < 0 for i in (0, 1))
    allowed = {
        0: [0],
        1: [1],
        2: [0],
    }  # a fold and a branch point together leave the same eigenvalue where it was
    return through_zero not in allowed[events]


def newton(f, jacobian, z, scale, row, tolerance=1e-12):
    """Newton's method with a fresh Jacobian for f(z) = 0 and row . (y - y0) = 0, y = z / scale."""
    for _ in range(50):
        A = np.vstack([jacobian(z) * scale, row])
        step = scale * np.linalg.solve(A, np.append(-f(z), 0.0))
        z = z + step
        if np.max(np.abs(step / scale)) < tolerance:
            return z
    raise AssertionError("Newton's method does not converge")


def tangent(jacobian, scale, towards):
    """Unit tangent in scaled unknowns: the null vector of the scaled Jacobian (m, m + 1), on the side of `towards`."""
    t = np.linalg.svd(jacobian * scale)[2][-1]
    m = len(t) - 1
    weight = np.append(np.full(m, 1.0 / m), 1.0)
    return t * np.sign((weight * t) @ towards) / np.sqrt(t @ (weight * t))


def hermite(s, z, tangents, at):
    """The cubic through two points with their tangents dz/ds, evaluated beyond them."""
    return CubicHermiteSpline(s, z, tangents)(at)


def parabola_dips(s, w, near):
    """Where the parabola through three values of one sign may touch zero: 1 between the last two, -1 between the first two."""
    if not (w[0] * w[1] > 0 or w[1] * w[2] > 0):
        return 0
    c, b, a = np.polynomial.polynomial.polyfit(s, np.abs(w[1]) / w[1] * np.asarray(w), 2)
    if a <= 0:
        return 0
    place = -b / (2 * a)
    lowest = c - b * b / (4 * a)
    if s[1] <= place < s[2] and w[1] * w[2] > 0 and lowest < near * max(abs(w[1]), abs(w[2])):
        return 1
    if s[0] < place < s[1] and w[0] * w[1] > 0 and lowest < near * max(abs(w[0]), abs(w[1])):
        return -1
    return 0


def null_vectors(A):
    """q and p, real, with A q = 0, A' p = 0, |q| = 1, p . q = 1 for the singular value nearest to zero."""
    U, _, V = np.linalg.svd(A)
    q, p = V[-1], U[:, -1]
    return q, p / (p @ q)


def critical_pair(A, omega):
    """q and p, complex, with A q = i omega q, A' p = -i omega p, <q, q> = 1, <p, q> = 1."""
    values, vectors = np.linalg.eig(A)
    q = vectors[:, np.argmin(np.abs(values - 1j * omega))]
    values, vectors = np.linalg.eig(A.T)
    p = vectors[:, np.argmin(np.abs(values + 1j * omega))]
    return q, p / np.conj(np.vdot(p, q))


def first_lyapunov(A, B, C, omega):
    """Kuznetsov (2004), equation 5.34, divided by omega, from dense derivatives B (n, n, n) and C (n, n, n, n)."""
    q, p = critical_pair(A, omega)
    one = np.eye(len(A))

    def b(u, v):
        return np.einsum("ijk,j,k", B, u, v)

    double = np.linalg.solve(2j * omega * one - A, b(q, q))
    steady = np.linalg.solve(A, b(q, q.conj()))
    cubic = np.einsum("ijkl,j,k,l", C, q, q, q.conj())
    return np.vdot(p, cubic + b(q.conj(), double) - 2 * b(q, steady)).real / (2 * omega)


def pitchfork_cubic(A, B, C):
    """1/6 p . (C(q, q, q) + 3 B(q, h)) with A h = - B(q, q), q . h = 0, by least squares."""
    q, p = null_vectors(A)
    bent = np.einsum("ijk,j,k", B, q, q)
    h = np.linalg.lstsq(np.vstack([A, q]), np.append(-bent, 0.0), rcond=None)[0]
    return p @ (np.einsum("ijkl,j,k,l", C, q, q, q) + 3 * np.einsum("ijk,j,k", B, q, h)) / 6


def angle(a, b):
    """Angle of two vectors (m + 1,) in the scaled inner product."""
    weight = np.append(np.full(len(a) - 1, 1.0 / (len(a) - 1)), 1.0)
    cosine = (weight * a) @ b / math.sqrt((weight * a) @ a * ((weight * b) @ b))
    return math.acos(max(-1.0, min(1.0, cosine)))
