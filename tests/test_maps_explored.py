"""Fixed points and cycles of maps in a box, and their kinds, against what is known of them."""

from __future__ import annotations

import numpy as np
import pytest

import contin
from contin.models import delayed_logistic, henon, logistic


@pytest.mark.parametrize(("period", "count"), [(1, 2), (2, 1), (3, 2), (4, 3), (5, 6), (6, 9)])
def test_all_cycles_of_the_logistic_map_at_four_each_once(period, count):
    """There are as many points of period k as binary words: 2^k in all, x = sin^2(pi j / (2^k +- 1))."""
    found = contin.fixed_points(logistic, {"x": (0, 1)}, at={"r": 4.0}, period=period)
    assert len(found) == count
    for point in found:
        assert point.phases.shape == (period, 1)
        assert point.state[0] == point.phases.min()
        places = np.arcsin(np.sqrt(np.clip(point.phases[:, 0], 0, 1))) / np.pi
        whole = np.stack([places * (2**period - 1), places * (2**period + 1)])
        assert np.abs(whole - np.round(whole)).min(axis=0) == pytest.approx(0.0, abs=1e-6)
        if period > 1:
            assert abs(point.multipliers[0]) == pytest.approx(2**period, rel=1e-6)


def test_stable_cycles_are_reached_and_unstable_ones_not_tried():
    found = contin.fixed_points(logistic, {"x": (0, 1)}, at={"r": 3.83}, period=3, confirm=True)
    assert [(point.kind, point.reached) for point in found] == [
        ("stable node", True),
        ("unstable node", None),
    ]
    assert "2 3-cycles found" in repr(found)


def test_kinds_of_fixed_points_of_known_maps():
    kinds = [contin.classify(logistic, [1 - 1 / r], at={"r": r}).kind for r in (1.5, 2.5, 3.5)]
    assert kinds == ["stable node", "stable alternating node", "unstable alternating node"]
    assert contin.classify(logistic, [2 / 3], at={"r": 3.0}).kind == "non-hyperbolic"
    assert contin.classify(delayed_logistic, [1 / 3, 1 / 3], at={"r": 1.5}).kind == "stable spiral"
    # mu^2 - mu + r - 1 = 0 has real roots below r = 5/4.
    assert contin.classify(delayed_logistic, [1 / 6, 1 / 6], at={"r": 1.2}).kind == "stable node"
    assert contin.classify(delayed_logistic, [0.6, 0.6], at={"r": 2.5}).kind == "unstable spiral"
    x = (-0.7 + np.sqrt(0.49 + 4 * 1.4)) / 2.8
    assert contin.classify(henon, [x, 0.3 * x], at={"a": 1.4}).kind == "flip saddle"


def test_the_kind_of_a_cycle_from_a_phase_a_point_or_a_start():
    (flip,) = contin.follow(logistic, "r", start=[0.6], span=(2.5, 3.6)).special["flip"]
    branch = contin.follow(contin.FixedPoints(logistic, "r", period=2), start=flip, span=(2.5, 3.6))
    at = {"r": 3.2}
    root = np.sqrt(4.2 * 0.2)
    for phase in ((4.2 + root) / 6.4, (4.2 - root) / 6.4):
        assert contin.classify(logistic, [phase], at=at, period=2).kind == "stable node"
    (second,) = branch.special["flip"]
    assert contin.classify(logistic, second).kind == "non-hyperbolic"
    with pytest.raises(contin.BadValue, match="is no 2-cycle of 'logistic'"):
        contin.classify(logistic, [0.9], at=at, period=2)
    with pytest.raises(contin.BadValue, match="is a fixed point"):
        contin.classify(logistic, [1 - 1 / 3.2], at=at, period=2)
    with pytest.raises(contin.BadValue, match="`period` is for maps"):
        contin.fixed_points(contin.models.griffith, period=2)
