"""Loops over vectors that LLVM turns into a few instructions; NumPy expressions here compile to much more."""

from __future__ import annotations

import math

from contin_kernels.jit import kernel


@kernel
def fill(a, value):
    """Set every entry of `a` (n,)."""
    for i in range(a.shape[0]):
        a[i] = value


@kernel
def copy(source, target):
    """Copy `source` (n,) to the first n entries of `target`."""
    for i in range(source.shape[0]):
        target[i] = source[i]


@kernel
def dot(a, b):
    """a . b over the entries of `a` (n,), without conjugation."""
    total = a[0] * b[0]
    for i in range(1, a.shape[0]):
        total += a[i] * b[i]
    return total


@kernel
def largest(a):
    """Largest magnitude of `a` (n,)."""
    size = 0.0
    for i in range(a.shape[0]):
        size = max(size, abs(a[i]))
    return size


@kernel
def norm(a):
    """Euclidean norm of `a` (n,), real or complex."""
    total = 0.0
    for i in range(a.shape[0]):
        total += abs(a[i]) ** 2
    return math.sqrt(total)


@kernel
def finite(a):
    """Whether all entries of `a` (n,) are finite."""
    for i in range(a.shape[0]):
        if not math.isfinite(a[i]):
            return False
    return True
