"""What the tests of troublesome branches share: normal forms, special points against exact values, mixed coordinates."""

from __future__ import annotations

import numpy as np

import contin
from contin import flow


@flow
def transcritical(x, *, r=-1.0):
    return r * x - x * x


@flow
def pitchfork(x, *, r=-1.0):
    return r * x - x**3


@flow
def hopf(x, y, *, r=-1.0):
    s = x * x + y * y
    return r * x - y - x * s, x + r * y - y * s


def values(branch, kind, along="r"):
    """Parameter values of the special points of a kind, sorted, and the bounds of their errors."""
    points = sorted(branch.special[kind], key=lambda p: p[along])
    return np.array([p[along] for p in points]), np.array([p.error for p in points])


def assert_points(branch, kind, exact, rounding=0.0, along="r"):
    """Exactly these points of the kind, each within its own error bound (and the rounding of `exact` itself)."""
    found, errors = values(branch, kind, along)
    assert len(found) == len(exact), branch
    assert np.all(np.abs(found - np.sort(exact)) <= errors + rounding), (found - np.sort(exact), errors)
    assert np.all(errors <= 1e-8 * np.ptp(branch[along])), errors


def assert_special(branch, kinds, rounding=0.0, along="r"):
    """The special points are these and no others: `kinds` maps each kind to its exact parameter values."""
    for kind, exact in kinds.items():
        assert_points(branch, kind, exact, rounding, along)
    assert len(branch.special) == sum(map(len, kinds.values())), branch.special


def reasons(branch):
    """The reasons of both ends."""
    return [end.reason for end in branch.ends]


def unimodular(n, seed):
    """A matrix of whole numbers and its inverse, of whole numbers too: lists, so that nothing is rounded."""
    random = np.random.default_rng(seed)
    lower = np.tril(random.integers(-1, 2, (n, n)), -1) + np.eye(n, dtype=int)
    upper = np.triu(random.integers(-1, 2, (n, n)), 1) + np.eye(n, dtype=int)
    T = lower @ upper
    inverse = np.rint(np.linalg.inv(T)).astype(int)
    assert (T @ inverse == np.eye(n)).all()
    return T.tolist(), inverse.tolist()


def mixed(model, seed):
    """The model in the coordinates x = T y of a random `unimodular` T, and T itself (n, n)."""
    n, form, names = len(model.states), model.function, list(model.parameters)
    T, inverse = unimodular(n, seed)

    def in_mixed_coordinates(x, p, out):
        y = [sum(inverse[i][j] * x[j] for j in range(n) if inverse[i][j]) for i in range(n)]
        g = form(*y, **{name: p[k] for k, name in enumerate(names)})
        for i in range(n):
            out[i] = sum(T[i][j] * g[j] for j in range(n) if T[i][j])

    return contin.Flow(in_mixed_coordinates, n, model.parameters), np.array(T)
