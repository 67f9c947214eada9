"""The loops over orbits beside plain loops over one orbit at a time; blocks, escape, and what is told at the end."""

from __future__ import annotations

import math

import numba
import numpy as np
import pytest

import contin
from contin.systems.lanes import lane_table
from contin_kernels.lanes import WIDTH, LaneTable
from contin_kernels.orbits import orbits
from contin_kernels.status import NOT_FINITE, OK
from contin_kernels.tangents import exponents

STEPS = 40 if numba.config.DISABLE_JIT else 300


@contin.map
def logistic(x, *, r=3.7):
    return r * x * (1 - x)


@contin.map
def henon(x, y, *, a=1.3, b=0.3):
    return 1 - a * x * x + y, b * x


def _rotation(x, p, out):
    out[0] = math.cos(p[0]) * x[0] - math.sin(p[0]) * x[1]
    out[1] = math.sin(p[0]) * x[0] + math.cos(p[0]) * x[1]


rotation = contin.Map(_rotation, ("x", "y"), {"angle": 1.0})


class Run:
    """What the kernel gives for all blocks."""

    def __init__(self, table, parameters, free, grid, starts, steps, observed=(0,), bound=1e6):
        total = len(grid) * len(starts)
        self.values = np.full((steps[1], len(observed), total), 7.0)
        self.marks = np.full((2, total), 7, dtype=np.int8)
        self.growth = np.full(total, 7.0)
        with np.errstate(all="ignore"):
            orbits(
                table.table, np.array(parameters), free, np.array(grid), np.array(starts, dtype=float),
                np.array(observed), np.array(steps), bound, np.array([0, -(-total // WIDTH)]),
                self.values, self.marks, self.growth,
            )  # fmt: skip


def plainly(system, parameters, free, grid, starts, steps, bound=1e6):
    """Return the kept states (keep, n, N S) and exponents (N S,), one orbit after the other, in NumPy."""
    total = len(grid) * len(starts)
    kept = np.full((steps[1], len(system.states), total), np.nan)
    growth = np.full(total, np.nan)
    h = 1e-7
    for q in range(total):
        p = np.array(parameters)
        p[free] = grid[q // len(starts)]
        x = np.array(starts[q % len(starts)], dtype=float)
        v = np.random.default_rng(1).normal(size=len(x))
        logs = []
        for t in range(steps[0] + max(steps[1:])):
            J = np.array(
                [
                    (system.evaluate(x + h * e, p) - system.evaluate(x - h * e, p)) / (2 * h)
                    for e in np.eye(len(x))
                ]
            ).T
            v = J @ v
            size = np.linalg.norm(v)
            v = v / size
            if steps[0] <= t < steps[0] + steps[2]:
                logs.append(math.log(size))
            x = system.evaluate(x, p)
            if not (np.abs(x) <= bound).all():
                kept[:, :, q] = np.nan
                break
            if 0 <= t - steps[0] < steps[1]:
                kept[t - steps[0], :, q] = x
        else:
            growth[q] = np.mean(logs)
    return kept, growth


@pytest.mark.parametrize(
    ("system", "free", "span", "starts"),
    [(logistic, 0, (2.8, 4.05), [[0.3], [0.6]]), (henon, 0, (0.9, 1.5), [[0.1, 0.1], [0.3, -0.2]])],
)
def test_every_orbit_is_that_of_a_plain_loop(system, free, span, starts):
    parameters, grid, steps = list(system.parameters.values()), np.linspace(*span, 9), (30, 5, 20)
    n = len(system.states)
    run = Run(lane_table(system), parameters, free, grid, starts, steps, observed=tuple(range(n)))
    kept, growth = plainly(system, parameters, free, grid, starts, steps)
    gone = np.isnan(kept).any(axis=(0, 1))
    assert 0 < gone.sum() < len(gone)
    assert (run.marks[0] == gone).all()
    # Chaos multiplies a rounding by e^(0.6 t): 1e-16 becomes 1e-9 in 35 steps at most.
    np.testing.assert_allclose(run.values, kept, atol=1e-8)
    np.testing.assert_allclose(run.growth, growth, atol=1e-6)


def test_functions_by_address_give_the_same_bits_as_generated_ones():
    table = lane_table(henon)
    by_address = LaneTable(*henon.compiled.functions[:2], 2, 2)
    arguments = ([1.3, 0.3], 0, np.linspace(0.2, 1.5, 2 * WIDTH + 3), [[0.1, 0.1]], (STEPS, 4, 4), (1, 0))
    a, b = Run(table, *arguments), Run(by_address, *arguments)
    for one, other in ((a.values, b.values), (a.marks, b.marks), (a.growth, b.growth)):
        np.testing.assert_array_equal(one, other)


@pytest.mark.parametrize("count", [1, WIDTH - 1, WIDTH, WIDTH + 1])
def test_an_orbit_does_not_depend_on_those_beside_it(count):
    grid = np.linspace(3.5, 4.0, 2 * WIDTH)
    whole = Run(lane_table(logistic), [3.7], 0, grid, [[0.3]], (STEPS, 3, 3))
    part = Run(lane_table(logistic), [3.7], 0, grid[-count:], [[0.3]], (STEPS, 3, 3))
    np.testing.assert_array_equal(part.values, whole.values[:, :, -count:])
    np.testing.assert_array_equal(part.growth, whole.growth[-count:])


def test_what_escapes_is_marked_whenever_it_does_and_nothing_of_it_is_kept():
    # From 2 the orbit of x^2 + 0 doubles its exponent: beyond 1e6 at the fifth step; from 1e-3 it never is.
    square = contin.map(_square)
    for transient, keep in ((0, 3), (0, 6), (10, 1), (4, 1)):
        run = Run(lane_table(square), [0.0], 0, [0.0], [[2.0], [1e-3]], (transient, keep, keep))
        late = transient + keep >= 5
        assert run.marks[0].tolist() == [late, 0]
        assert np.isnan(run.values[:, 0, 0]).all() == late
        assert np.isfinite(run.values[:, 0, 1]).all()
        assert math.isnan(run.growth[0]) == late


def _square(x, *, c=0.0):
    return x * x + c


def test_what_is_not_a_number_has_escaped():
    root = contin.map(_root)
    run = Run(lane_table(root), [1.0], 0, [1.0], [[0.5], [4.0]], (6, 2, 0))
    assert run.marks[0].tolist() == [1, 0]


def _root(x, *, a=1.0):
    """From 4: 1, 0, then the root of a negative number; from 1 on the fixed point of sqrt(x) is not met."""
    return (x - a) ** 0.5 + 1.0


def test_a_transient_shorter_than_the_lining_up_is_no_trouble():
    run = Run(lane_table(henon), [1.4, 0.3], 0, [1.4], [[0.1, 0.1]], (0, 1, STEPS))
    assert math.isfinite(run.growth[0])


def test_a_rotation_stretches_nothing():
    run = Run(lane_table(rotation), [1.0], 0, [0.1, 1.0, 2.0], [[1.0, 0.0]], (10, 1, STEPS))
    np.testing.assert_allclose(run.growth, 0.0, atol=1e-15)
    means = np.zeros((4, 2))
    assert exponents(
        lane_table(rotation).table, np.array([1.0]), np.array([1.0, 0.0]), 10.0, 5, 10, means
    ) == (
        OK,
        45,
    )
    np.testing.assert_allclose(means, 0.0, atol=1e-15)


def test_growth_beyond_the_range_of_numbers_is_no_trouble():
    # x -> 1e60 x on [0, 0]: forty steps stretch by 1e2400.
    steep = contin.map(_steep)
    for slope in (1e60, 1e-60):
        run = Run(lane_table(steep), [slope], 0, [slope], [[0.0]], (3, 1, 40))
        assert run.growth[0] == pytest.approx(math.log(slope), rel=1e-14)


def _steep(x, *, s=1.0):
    return s * x


def test_a_direction_that_is_lost_has_the_exponent_minus_infinity():
    # (x, y) -> (2 x, 0): the tangent along y is lost at once, in the first step that counts and in any later one.
    lossy = contin.map(_lossy)
    means = np.zeros((2, 2))
    exponents(lane_table(lossy).table, np.array([2.0]), np.zeros(2), 1.0, 3, 4, means)
    np.testing.assert_allclose(means, [[math.log(2), -math.inf]] * 2)
    run = Run(lane_table(logistic), [2.0], 0, [2.0], [[0.5], [0.3]], (20, 3, 10))
    assert run.growth[0] == -math.inf
    assert run.growth[1] < -1.0


def _lossy(x, y, *, s=2.0):
    return s * x, 0 * y


def test_the_exponents_of_an_orbit_that_escapes_stop_there():
    square = contin.map(_square)
    status, steps = exponents(
        lane_table(square).table, np.array([0.0]), np.array([2.0]), 1e6, 0, 10, np.zeros((1, 1))
    )
    assert (status, steps) == (NOT_FINITE, 4)


@pytest.mark.parametrize(
    ("start", "landed"),
    [(0.0, True), (1.0, True), (-1.0, True), (0.5, False), (1e-9, False)],
)
def test_an_orbit_exactly_on_an_unstable_cycle_is_marked(start, landed):
    # x -> (3 x^3 - 5 x)/2 has the unstable 2-cycle 1, -1 with the multiplier 2^2, and the fixed point 0 with -5/2.
    cubic = contin.map(_cubic)
    run = Run(lane_table(cubic), [1.0], 0, [1.0], [[start]], (12, 2, 0), bound=1e3)
    assert run.marks[1].tolist() == [landed]


def _cubic(x, *, a=1.0):
    return a * (1.5 * x**3 - 2.5 * x)


def test_an_orbit_that_ends_on_something_stable_or_neutral_is_not_marked():
    # At r = 2 the orbit reaches 1/2 to the last bit; x -> -x is periodic everywhere.
    assert not Run(lane_table(logistic), [2.0], 0, [2.0], [[0.3]], (60, 2, 0)).marks[1].any()
    mirror = contin.map(_steep)
    assert not Run(lane_table(mirror), [-1.0], 0, [-1.0], [[0.3]], (60, 2, 0)).marks[1].any()
