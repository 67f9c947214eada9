"""The error given with a special point is at least the true error, in any coordinates and units."""

from __future__ import annotations

import attempts
import numba
import numpy as np
import pytest
from kernel_models import Polynomial

from contin.points import fold, hopf
from contin_kernels.points.branch_point import GAP
from contin_kernels.status import OK

DRAWS = 12 if numba.config.DISABLE_JIT else 250


def stable(random, n, first):
    return [(i, -random.uniform(0.5, 3), (i,)) for i in range(first, n)]


def coupling(random, n, first):
    """Quadratic terms in equations `first` and up: they move neither the equilibrium nor its Jacobian."""
    return [
        (i, random.uniform(-0.5, 0.5), random.integers(0, n, 2)) for i in range(first, n) for _ in range(2)
    ]


def coefficient(random):
    return random.choice([-1.0, 1.0]) * random.uniform(0.3, 2.0)


def fold_terms(random, n):
    own = [
        (0, 1, (n,)),
        (0, coefficient(random), (0, 0)),
        (0, random.normal(), (0, 0, 0)),
        (0, random.normal(), (0, n)),
    ]
    return own + stable(random, n, 1) + coupling(random, n, 1)


def transcritical_terms(random, n):
    own = [(0, 1, (0, n)), (0, coefficient(random), (0, 0)), (0, random.normal(), (0, 0, 0))]
    return (
        own
        + stable(random, n, 1)
        + coupling(random, n, 1)
        + [(i, random.normal(), (n,)) for i in range(1, n)]
    )


def pitchfork_terms(random, n):
    own = [
        (0, 1, (0, n)),
        (0, coefficient(random), (0, 0, 0)),
        *((0, random.normal(), (0, i)) for i in range(1, n)),
    ]
    return own + stable(random, n, 1) + coupling(random, n, 1)


def hopf_terms(random, n, omega):
    own = [(0, 1, (0, n)), (0, -omega, (1,)), (1, omega, (0,)), (1, 1, (1, n))]
    own += [(0, random.normal(), (0, 0, 0)), (1, random.normal(), (0, 0, 1))]
    return own + stable(random, n, 2) + coupling(random, n, 0)


class Instance:
    """A normal form in random coordinates: shears by integers and units by powers of two, so that T has an exact inverse."""

    def __init__(self, random, terms, n):
        T, Tinv = np.eye(n), np.eye(n)
        for _ in range(2 * n if n > 1 else 0):
            i, j = random.choice(n, 2, replace=False)
            shear = random.integers(-1, 2)
            there, back = np.eye(n), np.eye(n)
            there[i, j], back[i, j] = shear, -shear
            T, Tinv = there @ T, Tinv @ back
        units = 2.0 ** random.integers(-10, 11, n)
        T, Tinv = units[:, None] * T, Tinv / units
        size = np.abs(T).sum(axis=1)
        x0 = random.choice([0, 1]) * random.uniform(-2, 2, n) * size
        self.unit = 10.0 ** random.uniform(-6, 6)
        self.value = random.choice([0, 1]) * random.uniform(-5, 5) * self.unit
        self.model = Polynomial(n, terms, T, Tinv, x0, self.value, self.unit)
        self.context = self.model.context()
        self.scale = np.append(np.maximum(size, np.abs(x0)), 2 * self.unit)
        off = 3e-3 * random.uniform(-1, 1, n + 1)
        self.z = np.append(x0 + T @ off[:n], self.value + self.unit * off[n])
        self.chord = np.append(T @ random.uniform(-0.1, 0.1, n), self.unit)

    def is_found(self, z):
        """Whether z is the normal form's point, and no other that Newton's method may have gone to."""
        exact = np.append(self.model.x0, self.value)
        return np.max(np.abs((z - exact) / self.scale)) < 1e-6

    def error(self, z):
        """True error of the parameter."""
        return abs(z[-1] - self.value)


@pytest.mark.parametrize("kind", ["fold", "transcritical", "pitchfork", "hopf"])
def test_the_bound_holds_and_means_something(kind):
    solved, bounds = 0, []
    for seed in range(DRAWS):
        random = np.random.default_rng(seed)
        n = int(random.integers(2 if kind == "hopf" else 1, 7))
        omega = random.uniform(0.3, 3.0)
        terms = {
            "fold": lambda r, n: fold_terms(r, n),
            "transcritical": lambda r, n: transcritical_terms(r, n),
            "pitchfork": lambda r, n: pitchfork_terms(r, n),
            "hopf": lambda r, n, omega=omega: hopf_terms(r, n, omega),
        }[kind](random, n)
        one = Instance(random, terms, n)
        gap = 0.0
        if kind == "fold":
            point = attempts.attempt(fold.FINDER, one.context, one.z, one.scale, 0)
            solved_for = point.solved
        elif kind == "hopf":
            point = attempts.attempt(hopf.FINDER, one.context, one.z, one.scale, 2, 1.01 * omega)
            solved_for = point.solved
        else:
            point = attempts.cross(one.context, one.z, one.chord, one.scale)
            solved_for, gap = point.status == OK, point.gap
        if not solved_for or not one.is_found(point.z):
            continue
        solved += 1
        assert one.error(point.z) <= point.error, (kind, seed, n)
        assert gap <= GAP, (kind, seed, n)
        assert point.residual <= 1e-12, (kind, seed, n)
        bounds.append(point.error / (one.unit + abs(one.value)))
    assert solved >= 0.8 * DRAWS
    assert np.median(bounds) <= 1e-13
