"""A network on Fisher's irises: threshold, square-root law and the fold of the 2-cycle against plain runs."""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
import pytest

import contin

torch = pytest.importorskip("torch")
pytest.importorskip("sklearn")
torch.set_num_threads(1)
sys.path.insert(0, str(Path(__file__).parents[1] / "examples"))

from iris_edge_of_stability import descend, half_step, iris  # noqa: E402


@pytest.fixture(scope="module")
def trained():
    loss = iris()
    found = contin.minimum(loss, loss.start)
    return loss, found, contin.thresholds(loss, at=found.x)


@pytest.fixture(scope="module")
def squared():
    """Squared errors: the loss, its minimum's thresholds and the 2-cycles."""
    loss = iris("squared", l2=0.1)
    t = contin.thresholds(loss, at=contin.minimum(loss, loss.start).x)
    return loss, t, contin.two_cycles(loss, t, (1.0, 2.4), settings=contin.Settings(largest_step=0.05))


def test_the_network_is_at_a_true_minimum(trained):
    _, found, t = trained
    assert found.gradient < 1e-12
    assert found.smallest_eigenvalue > 0
    assert t.stationary
    assert t.zeros == 0


def test_plain_runs_settle_below_the_threshold_and_leave_above_it(trained):
    loss, found, t = trained
    aside = found.x + 1e-4 * t.direction
    for factor, settles in ((0.999, True), (1.001, False)):
        x = descend(loss, aside, factor * t.largest, 2000)
        distance = np.linalg.norm(x - found.x)
        assert (distance < 1e-4) == settles
        rate = np.log(np.linalg.norm(descend(loss, aside, factor * t.largest, 100) - found.x) / 1e-4) / 100
        assert rate == pytest.approx(np.log(2 * factor - 1), rel=0.05)  # |1 - eta h|


def test_at_1001_thousandths_of_the_threshold_the_square_root_law_holds_to_a_thousandth(trained):
    loss, found, t = trained
    assert t.criticality == "supercritical"
    eta = 1.001 * t.largest
    x = descend(loss, found.x + 0.01 * t.direction, eta, 10_000)
    assert half_step(loss, x, eta) == pytest.approx(t.cycle(eta).half_distance, rel=1e-3)


def test_followed_cycles_agree_with_plain_runs(squared):
    loss, _, branch = squared
    fold = branch.special["fold"][0]
    for row in range(5, fold.index - 3, 8):
        eta = branch["eta"][row]
        x = descend(loss, branch.states[row] + 1e-3, eta, 3000)
        assert half_step(loss, x, eta) == pytest.approx(branch.half_distance[row], rel=1e-6)


def test_the_stable_cycle_ends_at_a_fold_beyond_which_runs_leave(squared):
    loss, _, branch = squared
    fold = branch.special["fold"][0]
    assert [point.kind for point in branch.special][:2] == ["flip", "fold"]
    assert branch.stable[: fold.index].all()
    assert not branch.stable[fold.index + 1]
    assert fold.residual < 1e-13
    assert fold.error < 1e-11
    assert np.abs(fold.eigenvalues - 1).min() < 1e-5
    inside = descend(loss, fold.state, 0.9999 * fold["eta"], 4000)
    outside = descend(loss, fold.state, 1.001 * fold["eta"], 4000)
    near = np.argmin(np.abs(branch["eta"][: fold.index] - 0.9999 * fold["eta"]))
    assert np.linalg.norm(inside - fold.state) < 3 * np.linalg.norm(branch.states[near] - fold.state) + 0.02
    assert np.linalg.norm(outside - fold.state) > 0.15


def test_a_branch_that_meets_a_more_symmetric_one_turns_there_into_its_mirror_image():
    """Swapping the two hidden units and the two phases is a symmetry: a pitchfork, no fold, and all is passed twice."""
    loss = iris(hidden=2, l2=0.1)
    t = contin.thresholds(loss, at=contin.minimum(loss, loss.start).x)
    branch = contin.two_cycles(
        loss, t, (0.5, 6.0), settings=contin.Settings(largest_step=0.05, most_points=100)
    )
    assert not branch.special["fold"]
    (turn,) = branch.special["branch point"]
    passed = [point["eta"] for point in branch.special][1:]
    assert len(passed) == 7
    assert passed == pytest.approx(passed[::-1], rel=1e-12)
    assert turn["eta"] == pytest.approx(branch["eta"].max(), rel=1e-9)
