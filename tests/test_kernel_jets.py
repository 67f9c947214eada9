"""Second and third directional derivatives are the exact ones."""

from __future__ import annotations

import numpy as np
import pytest
from calling import wrapped
from directions import second, up_to_third
from kernel_models import Polynomial

from contin import flow
from contin.problems import Equilibria
from contin_kernels import jets

EPS = np.finfo(float).eps

length = wrapped(jets.length)


def random_polynomial(n, seed):
    random = np.random.default_rng(seed)
    terms = [
        (int(random.integers(n)), random.normal(), random.integers(0, n + 1, size=random.integers(1, 4)))
        for _ in range(6 * n)
    ]
    return Polynomial(
        n, terms, T=random.normal(size=(n, n)) + 2 * np.eye(n), x0=random.normal(size=n), l0=0.3, unit=2.0
    )


@pytest.mark.parametrize("n", [1, 2, 3, 5])
def test_derivatives_of_a_polynomial_are_its_tensors(n):
    model = random_polynomial(n, n)
    context = model.context(0.7)
    random = np.random.default_rng(n)
    z = np.append(random.normal(size=n), 0.7)
    _, _, twice, thrice = model.tensors(z)
    size = np.max(np.abs(twice)) + np.max(np.abs(thrice))
    for states_alone in (False, True):
        u, v = random.normal(size=(2, n + 1))
        if states_alone:
            u[n] = v[n] = 0.0
        bent = np.einsum("ijk,j,k", twice, u, v)
        assert np.max(np.abs(second(context, z, u, v) - bent)) <= 1e3 * EPS * size
        seconds, thirds = up_to_third(context, z, u, v)
        for found, pair in zip(seconds, [(u, u), (u, v), (v, v)], strict=True):
            exact = np.einsum("ijk,j,k", twice, *pair)
            assert np.max(np.abs(found - exact)) <= 1e3 * EPS * size
        for found, triple in zip(thirds, [(u, u, u), (u, u, v), (u, v, v), (v, v, v)], strict=True):
            exact = np.einsum("ijkl,j,k,l", thrice, *triple)
            assert np.max(np.abs(found - exact)) <= 1e3 * EPS * size


def test_derivatives_of_a_rational_function():
    @flow
    def hill(x, y, *, k=2.0):
        return x**2 / (k + x**2) - y, x * y * k

    problem = Equilibria(hill, "k")
    context = problem.context(np.array([2.0]))
    x, y, k = 0.5, 0.25, 2.0
    z = np.array([x, y, k])
    d = k + x * x
    xx = 2 * k * (k - 3 * x * x) / d**3
    xk = 2 * x * (x * x - k) / d**3
    kk = 2 * x * x / d**3
    u, v = np.array([1.0, 2.0, -1.0]), np.array([0.5, 1.0, 3.0])
    first = xx * u[0] * v[0] + xk * (u[0] * v[2] + u[2] * v[0]) + kk * u[2] * v[2]
    pairs = [(0, 1, k), (0, 2, y), (1, 2, x)]
    other = sum(c * (u[i] * v[j] + u[j] * v[i]) for i, j, c in pairs)
    assert np.allclose(second(context, z, u, v), [first, other], rtol=1e-14, atol=0)
    xxx = 24 * k * x * (x * x - k) / d**4
    one = np.array([1.0, 0.0, 0.0])
    _, thirds = up_to_third(context, z, 2 * one, 3 * one)
    exact = np.outer([8, 12, 18, 27], [xxx, 0.0])
    assert np.allclose(thirds, exact, rtol=1e-14, atol=1e-15)


def test_the_derivatives_are_symmetric_and_multilinear_to_the_bit_under_powers_of_two():
    model = random_polynomial(3, 8)
    context = model.context(0.2)
    z = np.array([0.3, -0.4, 0.5, 0.2])
    u, v = np.random.default_rng(0).normal(size=(2, 4))
    twice, thrice = up_to_third(context, z, u, v)
    seconds, thirds = up_to_third(context, z, 2.0**40 * u, 2.0**-30 * v)
    assert np.array_equal(seconds, 2.0 ** np.array([[80], [10], [-60]]) * twice)
    assert np.array_equal(thirds, 2.0 ** np.array([[120], [50], [-20], [-90]]) * thrice)
    seconds, thirds = up_to_third(context, z, v, u)
    assert np.allclose(seconds[::-1], twice, rtol=1e-12, atol=1e-12)
    assert np.allclose(thirds[::-1], thrice, rtol=1e-12, atol=1e-12)
    bent = second(context, z, u, v)
    assert np.array_equal(second(context, z, 2.0**50 * u, v), 2.0**50 * bent)
    assert np.allclose(second(context, z, v, u), bent, rtol=1e-12, atol=1e-12)


def test_a_direction_much_longer_than_the_other_costs_no_digits():
    model = Polynomial(2, [(0, 1.0, (0, 1)), (1, 1.0, (0, 0, 1))])
    context = model.context()
    z = np.array([1.0, 2.0, 0.0])
    u, v = np.array([1e9, 0.0, 0.0]), np.array([0.0, 1e-9, 0.0])
    assert np.allclose(second(context, z, u, v), [1.0, 2.0], rtol=1e-15, atol=0)
    seconds, thirds = up_to_third(context, z, u, v)
    assert np.allclose(seconds[1], [1.0, 2.0], rtol=1e-15, atol=0)
    assert np.allclose(thirds[1], [0.0, 2e9], rtol=1e-14, atol=1e-6)


def test_a_zero_direction_gives_zero():
    context = random_polynomial(2, 1).context()
    z, zero, u = np.array([0.2, 0.1, 0.0]), np.zeros(3), np.array([1.0, 2.0, 0.0])
    assert np.array_equal(second(context, z, zero, u), [0.0, 0.0])
    assert length(np.zeros(3), np.ones(3), 2) == 1.0
    assert length(np.array([1.0, -7.0, 2.0]), np.array([0.1, 7.0, 1.0]), 2) == 10.0
