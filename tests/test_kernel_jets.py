"""Second and third directional derivatives are the exact ones."""

from __future__ import annotations

import numpy as np
import pytest
from kernel_models import Polynomial

from contin import flow
from contin.problems import Equilibria
from contin_kernels.inspection import curvature_from
from contin_kernels.jets import length
from contin_kernels.jit import kernel
from contin_kernels.memory import pointer_to
from contin_kernels.normal_forms.derivatives import B, C

EPS = np.finfo(float).eps


@kernel
def bent(table, x, p, u, v):
    return B(pointer_to(table), x, p, u, v)


@kernel
def twisted(table, x, p, u, v, w):
    return C(pointer_to(table), x, p, u, v, w)


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
    x = random.normal(size=n)
    z = np.append(x, 0.7)
    _, _, second, third = model.tensors(z)
    size = np.max(np.abs(second)) + np.max(np.abs(third))
    u, v, w = random.normal(size=(3, n + 1))
    curved = curvature_from(context.table, z, u, v)
    assert np.max(np.abs(curved - np.einsum("ijk,j,k", second, u, v))) <= 1e3 * EPS * size
    u, v, w = u[:n].copy(), v[:n].copy(), w[:n].copy()
    exact = np.einsum("ijk,j,k", second[:, :n, :n], u, v)
    assert np.max(np.abs(bent(context.table, x, context.parameters, u, v) - exact)) <= 1e3 * EPS * size
    exact = np.einsum("ijkl,j,k,l", third[:, :n, :n, :n], u, v, w)
    assert np.max(np.abs(twisted(context.table, x, context.parameters, u, v, w) - exact)) <= 1e3 * EPS * size


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
    assert np.allclose(curvature_from(context.table, z, u, v), [first, other], rtol=1e-14, atol=0)
    xxx = 24 * k * x * (x * x - k) / d**4
    one = np.array([1.0, 0.0])
    found = twisted(context.table, z[:2].copy(), context.parameters, one, 2 * one, 3 * one)
    assert np.allclose(found, [6 * xxx, 0.0], rtol=1e-14, atol=1e-15)


def test_the_derivatives_are_symmetric_and_multilinear_to_the_bit_under_powers_of_two():
    model = random_polynomial(3, 8)
    context = model.context(0.2)
    x = np.array([0.3, -0.4, 0.5])
    u, v, w = np.random.default_rng(0).normal(size=(3, 3))
    p = context.parameters
    reference = twisted(context.table, x, p, u, v, w)
    assert np.array_equal(twisted(context.table, x, p, 2.0**40 * u, 2.0**-30 * v, w), 2.0**10 * reference)
    for other in ((v, u, w), (w, v, u), (v, w, u)):
        assert np.allclose(twisted(context.table, x, p, *other), reference, rtol=1e-12, atol=1e-12)
    assert np.array_equal(
        bent(context.table, x, p, 2.0**50 * u, v), 2.0**50 * bent(context.table, x, p, u, v)
    )


def test_a_direction_much_longer_than_the_other_costs_no_digits():
    model = Polynomial(2, [(0, 1.0, (0, 1)), (1, 1.0, (0, 0, 1))])
    context = model.context()
    x = np.array([1.0, 2.0])
    u, v = np.array([1e9, 0.0]), np.array([0.0, 1e-9])
    assert np.allclose(bent(context.table, x, context.parameters, u, v), [1.0, 2.0], rtol=1e-15, atol=0)
    found = twisted(context.table, x, context.parameters, u, v, u)
    assert np.allclose(found, [0.0, 2e9], rtol=1e-14, atol=1e-6)


def test_a_zero_direction_gives_zero():
    context = random_polynomial(2, 1).context()
    x, zero, u = np.array([0.2, 0.1]), np.zeros(2), np.array([1.0, 2.0])
    assert np.array_equal(bent(context.table, x, context.parameters, zero, u), [0.0, 0.0])
    assert length(np.zeros(3), np.ones(3), 3) == 1.0
    assert length(np.array([1.0, -7.0, 2.0]), np.array([0.1, 7.0, 1.0]), 3) == 10.0
