"""2-cycles of gradient descent over the learning rate: closed forms, and the equations themselves."""

from __future__ import annotations

import numpy as np
import pytest
from polynomial_losses import QuarticPolynomial, double_well, log_cosh, one_dimensional, random_quartic

import contin


def followed(loss, at, span, **settings):
    t = contin.thresholds(loss, at=at)
    return contin.two_cycles(loss, t, span, settings=contin.Settings(**settings))


def test_the_double_wells_cycle_is_the_closed_form():
    branch = followed(double_well, [1.0], (0.5, 2.0))
    eta = branch["eta"]
    exact = np.array([np.sqrt(eta + 3) + s * np.sqrt(eta - 1) for s in (-1, 1)]) / (2 * np.sqrt(eta))
    assert np.sort([branch.states[:, 0], branch.second[:, 0]], axis=0) == pytest.approx(exact, abs=1e-13)
    assert branch.eigenvalues[:, 0].real == pytest.approx(9 - 2 * (1 + eta) ** 2, abs=1e-12)
    second = branch.special["flip"][1]
    assert abs(second["eta"] - (np.sqrt(5) - 1)) <= second.error < 1e-13
    assert (branch.stable == (eta < second["eta"] + 1e-13)).all()
    assert branch.ends[1].reason == "span"
    assert eta[-1] == 2


def test_log_cosh_has_one_stable_cycle_above_2():
    branch = followed(log_cosh, [0.0], (1.0, 6.0))
    assert branch.stable.all()
    assert [point.kind for point in branch.special] == ["flip"]
    half, eta = branch.half_distance, branch["eta"]
    assert 2 * half == pytest.approx(eta * np.tanh(half), abs=1e-11)  # theta' = -theta
    assert branch.states == pytest.approx(-branch.second, abs=1e-9)  # near neutral where tanh is flat


def test_the_fold_that_ends_a_cycle_is_solved():
    """L = x^2/2 - x^4/4 + x^6/6: on the cycle +-a, 2/eta = 1 - a^2 + a^4, folded where a^2 = 1/2 and eta = 8/3."""
    loss = one_dimensional(
        lambda t: t**2 / 2 - t**4 / 4 + t**6 / 6,
        lambda t: t - t**3 + t**5,
        lambda t: 1 - 3 * t**2 + 5 * t**4,
    )
    branch = followed(loss, [0.0], (0.5, 4.0))
    (fold,) = branch.special["fold"]
    assert abs(fold["eta"] - 8 / 3) <= max(fold.error, 1e-13)
    assert fold.error < 1e-9
    assert abs(fold.state[0]) == pytest.approx(np.sqrt(0.5), abs=1e-9)
    assert branch.stable[1 : fold.index].all()
    assert not branch.stable[fold.index + 1]


def test_a_subcritical_branch_starts_unstable_and_turns_at_a_fold():
    """L = x^2/2 + x^4/4 - x^6/6 - the other way round: 2/eta = 1 + a^2 - a^4, folded at eta = 8/5."""
    loss = one_dimensional(
        lambda t: t**2 / 2 + t**4 / 4 - t**6 / 6,
        lambda t: t + t**3 - t**5,
        lambda t: 1 + 3 * t**2 - 5 * t**4,
    )
    t = contin.thresholds(loss, at=[0.0])
    assert t.criticality == "subcritical"
    branch = contin.two_cycles(loss, t, (0.5, 3.0))
    (fold,) = branch.special["fold"]
    assert fold["eta"] == pytest.approx(1.6, abs=1e-12)
    assert branch.unstable[1 : fold.index].min() == 1
    assert branch["eta"][1] < 2


@pytest.mark.parametrize("preconditioner", [None, [0.5, 2.0, 1.0]])
def test_every_row_is_a_cycle_of_plain_steps(preconditioner):
    loss = random_quartic(np.random.default_rng(8), 3, 0.3)
    P = np.ones(3) if preconditioner is None else np.array(preconditioner)
    t = contin.thresholds(loss, at=np.zeros(3), preconditioner=preconditioner)
    span = (0.7 * t.largest, 1.3 * t.largest)
    branch = contin.two_cycles(loss, t, span)
    for row in range(0, len(branch), 7):
        eta, (first, second) = branch["eta"][row], branch.orbit(row)
        assert first - eta * loss.gradient(first) / P == pytest.approx(second, abs=1e-11)
        assert second - eta * loss.gradient(second) / P == pytest.approx(first, abs=1e-11)
    assert branch.states[0] == pytest.approx(np.zeros(3), abs=1e-15)
    assert branch.special["flip"][0].coefficients["c"] == t.coefficient


def large(n):
    """sum h x^2/2 + x^4/24 coupled by (a.x)^3/6, n parameters; h[0] = 5 is the largest curvature."""
    rng = np.random.default_rng(4)
    h = np.concatenate([[5.0, 3.0], rng.uniform(0.5, 1.5, n - 2)])
    a = 0.3 * rng.standard_normal(n) / np.sqrt(n)
    a[0] = 1.0
    return contin.MatrixFreeLoss(
        lambda x: h * x + a * (a @ x) ** 2 / 2 + x**3 / 6,
        lambda x, v: h * v + a * (a @ x) * (a @ v) + x**2 * v / 2,
        n,
    )


def test_a_large_model_is_followed_without_matrices():
    loss = large(600)
    t = contin.thresholds(loss, at=np.zeros(600), tolerance=1e-11)
    assert t.criticality is not None
    span = (0.9 * t.largest, 1.1 * t.largest)
    branch = contin.two_cycles(loss, t, span)
    assert branch.ends[1].reason == "span"
    assert branch.eigenvalues.shape == (len(branch), 4)
    first, second = branch.orbit(-1)
    eta = branch["eta"][-1]
    assert first - eta * loss.gradient(first) == pytest.approx(second, abs=1e-9)
    assert second - eta * loss.gradient(second) == pytest.approx(first, abs=1e-9)
    near = 2
    predicted = t.cycle(branch["eta"][near])
    assert branch.half_distance[near] == pytest.approx(predicted.half_distance, rel=0.02)


@pytest.mark.parametrize(
    ("loss", "arguments", "span", "words"),
    [
        (double_well, {"optimizer": "heavy ball"}, (0, 2), "not heavy ball: with momentum they are the same"),
        (double_well, {}, (1.5, 2), "must contain the threshold 1, not be"),
        (QuarticPolynomial([[1.0]]), {"at": [0.0]}, (0, 3), "the flip is degenerate"),
    ],
)
def test_what_has_no_branch_is_said(loss, arguments, span, words):
    t = contin.thresholds(loss, **{"at": [1.0], **arguments})
    with pytest.raises(contin.BadValue, match=words):
        contin.two_cycles(loss, t, span)
