"""The defining system of fixed points and cycles of maps against NumPy: derivatives, multipliers, doubts on the circle."""

from __future__ import annotations

import numpy as np
import pytest
from calling import compiled
from directions import jacobian

import contin
from contin_kernels import spectrum
from contin_kernels.abi import call_problem_jet, residual_at
from contin_kernels.defining.stability import AXIS, CIRCLE
from contin_kernels.inspection import inspect_from
from contin_kernels.memory import pointer_to


@contin.map
def cubic(x, y, *, a=1.2, b=0.3, c=0.1):
    return 1 + y - a * x**2 + c * y**3, b * x + c * a * x * y


AT = np.array([1.2, 0.3, 0.1])


@compiled
def residual_of(table, z, out):
    residual_at(pointer_to(table), z, out)


@compiled
def jet_of(table, z, u, out):
    call_problem_jet(pointer_to(table), pointer_to(z), pointer_to(u), pointer_to(out))


@compiled
def doubtful(before, after, left, right, n, circle):
    return spectrum.spectra_doubtful(
        pointer_to(before), pointer_to(after), pointer_to(left), pointer_to(right), n, circle
    )


@compiled
def sure(left, right, change, way, n, circle):
    return spectrum.sure_of_signs(pointer_to(left), pointer_to(right), change, way, n, circle)


def case(k):
    """A context for period k, and a place that solves nothing."""
    problem = contin.FixedPoints(cubic, "a", period=k)
    random = np.random.default_rng(k)
    return problem, problem.context(AT), np.append(random.uniform(-1, 1, 2 * k), 0.9)


def residual(context, z):
    out = np.full(len(z) - 1, np.nan)
    residual_of(context.table, z, out)
    return out


def steps(z):
    """The Jacobians (k, n, n) of the map at the phases of z, by hand."""
    a, (_, b, c) = z[-1], AT
    return [
        np.array([[-2 * a * x, 1 + 3 * c * y**2], [b + c * a * y, c * a * x]])
        for x, y in z[:-1].reshape(-1, 2)
    ]


@pytest.mark.parametrize("k", [1, 2, 3, 7])
def test_the_residual_is_the_image_of_the_phase_before_minus_the_phase(k):
    _, context, z = case(k)
    phases = z[:-1].reshape(k, 2)
    images = np.array([cubic(x, y, a=z[-1], b=0.3, c=0.1) for x, y in phases])
    assert residual(context, z) == pytest.approx((np.roll(images, 1, axis=0) - phases).ravel(), abs=1e-14)


@pytest.mark.parametrize("k", [1, 2, 3, 7])
def test_the_jacobian_has_the_steps_one_block_below_the_diagonal(k):
    _, context, z = case(k)
    F = jacobian(context, z)
    expected = -np.eye(2 * k)
    for i, A in enumerate(steps(z)):
        row, column = 2 * ((i + 1) % k), 2 * i
        expected[row : row + 2, column : column + 2] += A
    assert F[:, :-1] == pytest.approx(expected, abs=1e-14)
    h = 1e-6
    ahead, behind = z.copy(), z.copy()
    ahead[-1] += h
    behind[-1] -= h
    slope = (residual(context, ahead) - residual(context, behind)) / (2 * h)
    assert F[:, -1] == pytest.approx(slope, abs=1e-9)


@pytest.mark.parametrize("k", [1, 3])
def test_the_jet_is_the_taylor_expansion_along_a_direction(k):
    """F along a line is a polynomial of degree four: five values give it exactly."""
    _, context, z = case(k)
    u = np.random.default_rng(9).normal(size=len(z))
    out = np.full((3, len(z) - 1), np.nan)
    jet_of(context.table, z, u, out)
    places = np.linspace(-1, 1, 7)
    coefficients = np.polynomial.polynomial.polyfit(places, [residual(context, z + s * u) for s in places], 6)
    assert out == pytest.approx(coefficients[1:4] * np.array([1, 2, 6])[:, None], abs=1e-11)


@pytest.mark.parametrize("k", [1, 2, 3, 7])
def test_what_is_watched_are_the_multipliers_of_the_product(k):
    problem, context, z = case(k)
    columns, watch = np.empty(4), np.empty(2)
    count = inspect_from(context.table, z, np.empty((2 * k, 2 * k + 1)), np.full(4, np.nan), columns, watch)
    product = np.eye(2)
    for A in steps(z):
        product = A @ product
    exact = np.linalg.eigvals(product)
    found = problem.eigenvalues(columns[None])[0]
    key = np.lexsort((exact.imag, exact.real)), np.lexsort((found.imag, found.real))
    assert found[key[1]] == pytest.approx(exact[key[0]], abs=1e-12)
    assert watch == pytest.approx(np.abs(found) - 1, abs=1e-12)
    assert count == np.sum(np.abs(exact) > 1)


def columns_of(values):
    values = np.array(values, dtype=complex)
    return np.concatenate([values.real, values.imag])


def verdict(left, right, fold=False, branching=False, border=CIRCLE):
    """Whether two neighbouring spectra leave something open."""
    n = len(left)
    before, after = np.ones(2 + n), np.ones(2 + n)
    after[0] = -1.0 if fold else 1.0
    after[1] = -1.0 if branching else 1.0
    measure = (lambda v: abs(v) - 1) if border == CIRCLE else (lambda v: complex(v).real)
    before[2:], after[2:] = [measure(v) for v in left], [measure(v) for v in right]
    return bool(doubtful(before, after, columns_of(left), columns_of(right), n, border))


SMALL = 0.01
PAIR = np.exp(1j)


@pytest.mark.parametrize(
    ("left", "right", "turns", "open_"),
    [
        ([1 - SMALL, 0.2], [1 + SMALL, 0.2], {}, True),  # through +1 without fold or branch point
        ([1 - SMALL, 0.2], [1 + SMALL, 0.2], {"fold": True}, False),
        ([1 - SMALL, 0.2], [1 + SMALL, 0.2], {"branching": True}, False),
        ([-1 + SMALL, 0.2], [-1 - SMALL, 0.2], {}, False),  # a flip changes no determinant
        ([-1 + SMALL, 0.2], [-1 - SMALL, 0.2], {"fold": True}, True),
        ([-1 + SMALL, -1.5], [-1 - SMALL, -1.5], {}, False),
        (
            [-1 + SMALL, -1 - 0.1 * SMALL],
            [-1 - SMALL, -1 + 0.1 * SMALL],
            {},
            True,
        ),  # flips in both directions
        ([0.99 * PAIR, 0.99 / PAIR], [1.01 * PAIR, 1.01 / PAIR], {}, False),
        ([0.99 * PAIR, 0.99 / PAIR], [1.3, 1.2], {}, True),  # crosses and becomes real
        ([-0.9, 0.2], [1.2, 0.2], {"fold": True}, True),  # through zero and +1
        ([0.9, 0.2], [0.95, 0.2], {}, False),
    ],
)
def test_two_neighbouring_spectra_explain_each_other_or_do_not(left, right, turns, open_):
    assert verdict(left, right, **turns) == open_


def test_a_negative_eigenvalue_of_a_flow_is_no_flip():
    assert verdict([-0.01, -3.0], [0.01, -3.0], fold=True, border=AXIS) is False
    assert verdict([-1.01, -3.0], [-0.99, -3.0], border=AXIS) is False


def test_trust_ends_before_a_multiplier_reaches_the_circle():
    left, right = columns_of([0.5, -0.7]), columns_of([0.5, -0.8])
    times = sure(left, right, 0.0, 1.0, 2, CIRCLE)
    # It goes on by 0.1 a time and may go as far again in any direction: 0.2 are left.
    assert times == pytest.approx(1.0)
    away = sure(left, right, 0.0, -1.0, 2, CIRCLE)
    assert away == pytest.approx(3.0)
    # The one nearest to +1 may cross: the determinant shows it.
    left, right = columns_of([0.8, 0.1]), columns_of([0.9, 0.1])
    assert sure(left, right, 0.0, 1.0, 2, CIRCLE) == pytest.approx(3.0)
