"""The square root that Adam divides by: its derivative where there is none, and its jets where there are."""

from __future__ import annotations

import numpy as np
import pytest
from calling import Called

import contin
from contin_kernels.root import SMALL, root


def rooted(x, v, *, eps=0.1):
    return x / (root(v, eps) + eps), v


ROOTED = contin.map(rooted)


def first_derivatives(v):
    """dF_0/dx and dF_0/dv (2,) of the map at x = 2."""
    return Called(ROOTED).jacobian([2.0, v], [0.1])[0]


def test_the_root_is_the_square_root_and_zero_below():
    assert [root(v, 0.1) for v in (4.0, 0.0, -1e-30)] == [2.0, 0.0, 0.0]
    assert ROOTED.evaluate([2.0, -1e-30], [0.1])[0] == 20.0


def test_its_derivative_is_zero_where_the_root_has_none_or_is_rounding():
    for v in (0.0, 0.99 * SMALL * 0.01, -1e-9):
        assert first_derivatives(v)[1] == 0.0
        assert first_derivatives(v)[0] == pytest.approx(1 / (max(v, 0.0) ** 0.5 + 0.1), rel=1e-15)


def test_its_derivative_is_the_roots_elsewhere():
    for v in (0.25, 1e-9):
        expected = -2.0 / (np.sqrt(v) + 0.1) ** 2 / (2 * np.sqrt(v))
        assert first_derivatives(v)[1] == pytest.approx(expected, rel=1e-14)


def test_its_jets_are_those_of_the_square_root():
    @contin.map
    def plain(x, v, *, eps=0.1):
        return x / (v**0.5 + eps), v

    x, p, u = [2.0, 0.25], [0.1], [0.3, -0.2, 0.1]
    assert Called(ROOTED).jet(x, p, u) == pytest.approx(Called(plain).jet(x, p, u), rel=1e-13)


def test_at_zero_its_jets_are_those_of_a_constant():
    expected = [0.3 / 0.1, 0.0, 0.0]
    assert Called(ROOTED).jet([2.0, 0.0], [0.1], [0.3, -0.2, 0.0])[:, 0] == pytest.approx(expected)
    assert Called(ROOTED).column([2.0, 0.25], [0.1], 0)[0] == pytest.approx(-2.0 / 0.6**2, rel=1e-14)
