"""The kinds of fixed points, and what is left open."""

from __future__ import annotations

import numpy as np
import pytest
from explored import brusselator, exponential_saddle, lotka_volterra, pendulum, pharmacokinetics, plane, root

import contin
from contin.explore.classify import classify_matrix
from contin.models import griffith, lorenz


@pytest.mark.parametrize(
    ("values", "kind", "stability", "counts"),
    [
        ([-1], "stable node", "stable", (1, 0, 0)),
        ([2], "unstable node", "unstable", (0, 1, 0)),
        ([0], "non-hyperbolic", "undecided", (0, 0, 1)),
        ([-1, -3], "stable node", "stable", (2, 0, 0)),
        ([1, 3], "unstable node", "unstable", (0, 2, 0)),
        ([-1, 3], "saddle", "unstable", (1, 1, 0)),
        ([-1 + 2j, -1 - 2j], "stable spiral", "stable", (2, 0, 0)),
        ([1 + 2j, 1 - 2j], "unstable spiral", "unstable", (0, 2, 0)),
        ([2j, -2j], "center-like", "undecided", (0, 0, 2)),
        ([-1, -1], "stable star or degenerate node", "stable", (2, 0, 0)),
        ([0, -1], "non-hyperbolic", "undecided", (1, 0, 1)),
        ([0, 1], "non-hyperbolic", "unstable", (0, 1, 1)),
        ([-1, -2, 3], "saddle", "unstable", (2, 1, 0)),
        ([-1 + 1j, -1 - 1j, 3], "saddle-focus", "unstable", (2, 1, 0)),
        ([1j, -1j, -3], "non-hyperbolic", "undecided", (1, 0, 2)),
        ([1j, -1j, 3], "non-hyperbolic", "unstable", (0, 1, 2)),
        ([-1 + 1j, -1 - 1j, -3], "stable spiral", "stable", (3, 0, 0)),
        ([-1e6, -1e-6], "stable node", "stable", (2, 0, 0)),
    ],
)
def test_kinds_of_equilibria(values, kind, stability, counts):
    found = contin.classify_eigenvalues(values)
    assert (found.kind, found.stability) == (kind, stability)
    assert (found.stable, found.unstable, found.critical) == counts
    assert found.delicate == bool(found.text) == (counts[2] > 0 or "star" in kind)
    assert (np.diff(found.eigenvalues.real) <= 0).all()
    scaled = contin.classify_eigenvalues(1e9 * np.array(values))  # the unit of time does not matter
    assert scaled.kind == kind


@pytest.mark.parametrize(
    ("values", "kind", "stability", "words"),
    [
        ([0.5, 0.25], "stable node", "stable", ""),
        ([0.5, -0.5], "stable alternating node", "stable", ""),
        ([0.5j, -0.5j], "stable spiral", "stable", ""),
        ([0.0], "stable node", "stable", ""),
        ([0.5, 2.0], "saddle", "unstable", ""),
        ([0.5, -2.0], "flip saddle", "unstable", ""),
        ([0.5, 2.0 + 1j, 2.0 - 1j], "saddle-focus", "unstable", ""),
        ([1.5, 2.0], "unstable node", "unstable", ""),
        ([-1.5, 2.0], "unstable alternating node", "unstable", ""),
        ([1.5j, -1.5j], "unstable spiral", "unstable", ""),
        ([1.0, 0.5], "non-hyperbolic", "undecided", "fold"),
        ([-1.0, 0.5], "non-hyperbolic", "undecided", "period doubling"),
        ([np.exp(1j), np.exp(-1j)], "non-hyperbolic", "undecided", "Neimark-Sacker"),
        ([1.0, -1.0, 3.0], "non-hyperbolic", "unstable", "fold .* and .* period doubling"),
    ],
)
def test_kinds_of_fixed_points_of_maps(values, kind, stability, words):
    found = contin.classify_multipliers(values)
    assert (found.kind, found.stability, found.delicate) == (kind, stability, bool(words))
    assert found.text == "" if not words else __import__("re").search(words, found.text)


@pytest.mark.parametrize(
    ("entries", "kind"),
    [
        ({"a": -2.0, "d": -2.0}, "stable star"),
        ({"a": 3.0, "d": 3.0}, "unstable star"),
        ({"a": -2.0, "b": 1.0, "d": -2.0}, "stable degenerate node"),
        ({"a": 1.0, "b": 4.0, "c": 0.0, "d": 1.0}, "unstable degenerate node"),
        ({"a": -3.0, "b": 1.0, "c": -1.0, "d": -1.0}, "stable degenerate node"),
        ({"a": 0.0, "b": 1.0, "c": -1.0, "d": 0.0}, "center-like"),
        ({"a": 0.0, "b": 1.0, "c": 0.0, "d": 0.0}, "non-hyperbolic"),
        ({"a": -1.0, "b": 1.0, "c": 1.0, "d": -1.0}, "non-hyperbolic"),
        ({"a": -1.0, "b": 5.0, "c": 0.0, "d": 2.0}, "saddle"),
    ],
)
def test_the_linear_flows_of_the_plane(entries, kind):
    found = contin.classify(plane, [0, 0], at={"b": 0.0, "c": 0.0, **entries})
    assert found.kind == kind
    assert str(found).startswith(kind)


def test_a_change_of_coordinates_leaves_the_kind():
    random = np.random.default_rng(3)
    for J in (np.diag([-1.0, -1.0, -2.0]), np.diag([0.0, -1.0, 2.0]), np.array([[0, 1.0], [-1, 0]])):
        T = random.standard_normal(J.shape)
        assert classify_matrix(T @ J @ np.linalg.inv(T)).kind == classify_matrix(J).kind


def test_griffith_at_two_fifths():
    assert contin.classify(griffith, [0, 0], at={"a": 0.4}).kind == "stable node"
    assert contin.classify(griffith, {"x": 0.5, "y": 0.2}).kind == "saddle"
    upper = contin.classify(griffith, {"x": 2.0001, "y": 0.8}, at={"a": 0.4})  # Newton finds the other digits
    assert upper.eigenvalues == pytest.approx([-0.2, -1.2], rel=1e-13)
    assert contin.classify(griffith, [1, 0.5], at={"a": 0.5}).kind == "non-hyperbolic"


def test_models_of_the_lecture():
    assert contin.classify(pendulum, [0, 0]).kind == "stable spiral"
    assert contin.classify(pendulum, [np.pi, 0]).kind == "saddle"
    centre = contin.classify(pendulum, [0, 0], at={"b": 0.0})
    assert (centre.kind, centre.stability, centre.delicate) == ("center-like", "undecided", True)
    assert "+-2.23607i" in centre.text
    assert contin.classify(lotka_volterra, [1, 1]).kind == "center-like"
    assert contin.classify(exponential_saddle, [-1, 0]).eigenvalues == pytest.approx([1, -1])
    drug = contin.classify(pharmacokinetics, [0, 0])
    assert drug.eigenvalues == pytest.approx([-0.1, -1], rel=1e-13)
    assert contin.classify(brusselator, [1, 2], at={"B": 2.0}).kind == "center-like"
    point = contin.Start(np.array([1.0, 2.5]), np.array([1.0, 2.5]))
    assert contin.classify(brusselator, point).kind == "unstable spiral"


def test_lorenz_has_a_saddle_and_a_saddle_focus():
    assert contin.classify(lorenz, [0, 0, 0], at={"rho": 28.0}).kind == "saddle"
    c = np.sqrt(8 / 3 * 27)
    assert contin.classify(lorenz, [c, c, 27], at={"rho": 28.0}).kind == "saddle-focus"
    assert contin.classify(lorenz, [0, 0, 0], at={"rho": 1.0}).kind == "non-hyperbolic"


def test_what_is_no_equilibrium_is_told():
    with pytest.raises(contin.BadValue, match=r"no equilibrium of 'griffith': dx/dt = 0.4, dy/dt = -0.3"):
        contin.classify(griffith, [1, 0.8])
    with pytest.raises(contin.BadValue, match="no equilibrium"):
        contin.classify(root, [0.5])
    with pytest.raises(contin.BadValue, match="@contin.flow"):
        contin.classify(None, [0.5])
    with pytest.raises(contin.BadValue, match="must be finite"):
        contin.classify_eigenvalues([np.nan])
    with pytest.raises(contin.BadValue, match="list of numbers"):
        contin.classify_multipliers([])
