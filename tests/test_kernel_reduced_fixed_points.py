"""The defining system of fixed points across a manifold against NumPy: projections of the map's own derivatives."""

from __future__ import annotations

import numpy as np
import pytest
from calling import compiled
from directions import jacobian

import contin
from contin.problems.fixed_points_on_manifold import FixedPointsOnManifold
from contin.problems.manifold import Manifold, complement
from contin_kernels.abi import call_problem_jet, residual_at
from contin_kernels.inspection import inspect_from
from contin_kernels.memory import pointer_to


@contin.map
def cubic(x, y, w, *, a=1.2, b=0.3):
    return 1 + y - a * x**2 + b * w**3, b * x + a * x * y * w, w - x * y**2


AT = np.array([1.2, 0.3])


def steps(x, a):
    """The Jacobian of the map, by hand."""
    (x, y, w), b = x, AT[1]
    return np.array(
        [[-2 * a * x, 1.0, 3 * b * w**2], [b + a * y * w, a * x * w, a * x * y], [-(y**2), -2 * x * y, 1.0]]
    )


@compiled
def residual_of(table, z, out):
    residual_at(pointer_to(table), z, out)


@compiled
def jet_of(table, z, u, out):
    call_problem_jet(pointer_to(table), pointer_to(z), pointer_to(u), pointer_to(out))


def case(d):
    """The problem across d random directions, its context, a place that solves nothing, and the complement."""
    random = np.random.default_rng(d)
    N = np.linalg.qr(random.normal(size=(3, d)))[0]
    problem = FixedPointsOnManifold(contin.FixedPoints(cubic, "a"), Manifold(random.uniform(-1, 1, 3), N))
    return problem, problem.context(AT), np.append(random.uniform(-1, 1, 3 - d), 0.9), complement(N)


def residual(context, z):
    out = np.full(len(z) - 1, np.nan)
    residual_of(context.table, z, out)
    return out


def test_the_complement_is_orthonormal_and_leaves_alone_what_the_manifold_does_not_touch():
    N = np.array([[0.0, 0.6, 0.0, 0.8]]).T
    Q = complement(N)
    assert Q.T @ Q == pytest.approx(np.eye(3), abs=1e-15)
    assert N.T @ Q == pytest.approx(np.zeros((1, 3)), abs=1e-15)
    assert np.sort(np.max(np.abs(Q[[0, 2]]), axis=0)).tolist() == [0.0, 1.0, 1.0]


@pytest.mark.parametrize("d", [1, 2])
def test_states_keep_their_part_along_the_manifold(d):
    problem, _, z, Q = case(d)
    (x,) = problem.states(z[None])
    N = problem.manifold.tangents
    assert N.T @ (x - problem.manifold.state) == pytest.approx(np.zeros(d), abs=1e-15)
    assert problem.unknowns(x, np.array([0.9, 0.3])) == pytest.approx(z, abs=1e-15)


@pytest.mark.parametrize("d", [1, 2])
def test_the_residual_and_the_jacobian_are_projections(d):
    problem, context, z, Q = case(d)
    (x,) = problem.states(z[None])
    image = np.array(cubic(*x, a=z[-1], b=0.3))
    assert residual(context, z) == pytest.approx(Q.T @ (image - x), abs=1e-14)
    F = jacobian(context, z)
    assert F[:, :-1] == pytest.approx(Q.T @ (steps(x, z[-1]) - np.eye(3)) @ Q, abs=1e-14)
    assert F[:, -1] == pytest.approx(Q.T @ np.array([-(x[0] ** 2), x[0] * x[1] * x[2], 0.0]), abs=1e-14)


@pytest.mark.parametrize("d", [1, 2])
def test_the_jet_is_the_taylor_expansion_along_a_direction(d):
    """F along a line is a polynomial of degree four: five values give it exactly."""
    _, context, z, _ = case(d)
    u = np.random.default_rng(9).normal(size=len(z))
    out = np.full((3, len(z) - 1), np.nan)
    jet_of(context.table, z, u, out)
    places = np.linspace(-1, 1, 7)
    coefficients = np.polynomial.polynomial.polyfit(places, [residual(context, z + s * u) for s in places], 6)
    assert out == pytest.approx(coefficients[1:4] * np.array([1, 2, 6])[:, None], abs=1e-11)


@pytest.mark.parametrize("d", [1, 2])
def test_what_is_watched_are_the_multipliers_across_and_the_others_are_one(d):
    problem, context, z, Q = case(d)
    m = 3 - d
    columns, watch = np.empty(2 * m), np.empty(m)
    count = inspect_from(context.table, z, np.empty((m, m + 1)), np.full(2 * m, np.nan), columns, watch)
    (x,) = problem.states(z[None])
    exact = np.linalg.eigvals(Q.T @ steps(x, z[-1]) @ Q)
    found = problem.eigenvalues(columns[None])[0]
    assert np.all(found[m:] == 1.0)
    key = np.lexsort((exact.imag, exact.real)), np.lexsort((found[:m].imag, found[:m].real))
    assert found[:m][key[1]] == pytest.approx(exact[key[0]], abs=1e-12)
    assert watch == pytest.approx(np.abs(found[:m]) - 1, abs=1e-12)
    assert count == np.sum(np.abs(exact) > 1)
