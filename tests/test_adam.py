"""Adam on a parabola: the flip at which it is not smooth, the 2-cycle that grows linearly, its Neimark-Sacker point.

On h theta^2/2 the 2-cycle is +- a, a = eta (1 - b1)/(2 (1 + b1)) - eps/h. With rho = 1 - eta_flip/eta its multipliers over
two steps are the squares of the roots of mu^3 - (1 + b1 + b2 - 2 rho (1 - b2)) mu^2 + (b1 + b2 + b1 b2 + 2 b1 rho (1 - b2)) mu
- b1 b2, and a pair of them passes the unit circle at rho = (1 - b1)(1 - b1 b2)/(2 b1 (1 + b2)).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pytest

import contin
from contin.models import losses


def parabola(theta, *, h=1.0):
    return h * theta**2 / 2


@dataclass(frozen=True)
class Setting:
    """Hyperparameters, and what is known in closed form."""

    b1: float
    b2: float
    eps: float
    h: float

    @property
    def adam(self):
        return contin.OptimizerMap(
            parabola, "adam", {"beta1": self.b1, "beta2": self.b2, "eps": self.eps, "h": self.h}
        )

    @property
    def flip(self):
        return 2 * self.eps * (1 + self.b1) / ((1 - self.b1) * self.h)

    def amplitude(self, eta):
        return eta * (1 - self.b1) / (2 * (1 + self.b1)) - self.eps / self.h

    def multipliers(self, eta):
        b1, b2, rho = self.b1, self.b2, 1 - self.flip / eta
        square = -(1 + b1 + b2 - 2 * rho * (1 - b2))
        linear = b1 + b2 + b1 * b2 + 2 * b1 * rho * (1 - b2)
        return np.roots([1.0, square, linear, -b1 * b2]) ** 2

    @property
    def rho(self):
        return (1 - self.b1) * (1 - self.b1 * self.b2) / (2 * self.b1 * (1 + self.b2))

    @property
    def span(self):
        beyond = self.flip * max(1 / (1 - self.rho) - 1, 0.1) if self.rho < 0.9 else self.flip
        return 0.5 * self.flip, self.flip + 2 * beyond

    def branch(self):
        return contin.follow(
            self.adam, "eta", start={"theta": 0.0}, at={"eta": 0.7 * self.flip}, span=self.span
        )


def random_settings(count):
    random = np.random.default_rng(1)
    for _ in range(count):
        yield Setting(
            random.uniform(0.1, 0.99),
            1 - 10 ** random.uniform(-3, -0.3),
            10 ** random.uniform(-9, -2),
            10 ** random.uniform(-1, 1),
        )


USUAL = Setting(0.9, 0.999, 1e-8, 1.0)
SETTINGS = [USUAL, Setting(0.5, 0.9, 1e-8, 3.0), *random_settings(60)]


@pytest.fixture(scope="module")
def cycles():
    """The flip and the branch of 2-cycles with a point marked on it, for all settings."""
    found = []
    for setting in SETTINGS:
        (flip,) = setting.branch().special["flip"]
        low, high = setting.flip, setting.span[1]
        marks = [low + 0.3 * (high - low), low + 0.8 * (high - low)]
        (start,) = contin.switch(flip)
        cycle = contin.follow(setting.adam, "eta", start=start, span=setting.span, mark={"eta": marks})
        found.append((setting, flip, cycle))
    return found


def test_the_flip_is_solved_where_the_root_has_no_derivative(cycles):
    for setting, flip, _ in cycles:
        assert flip["eta"] == pytest.approx(setting.flip, rel=1e-13)
        assert flip.state.tolist() == [0.0, 0.0, 0.0]


def test_the_flip_has_no_normal_form_and_says_so(cycles):
    for _, flip, _ in cycles:
        assert flip.kind == "flip"
        assert flip.form == "non-smooth"
        assert flip.criticality is None
        assert flip.coefficients == {}


def test_the_two_cycle_grows_linearly_from_the_flip(cycles):
    for setting, flip, cycle in cycles:
        assert cycle.period == 2
        assert cycle["eta"][0] == pytest.approx(flip["eta"], rel=2e-5)
        assert cycle["eta"][-1] == setting.span[1]
        largest = setting.amplitude(setting.span[1])
        expected = setting.amplitude(cycle["eta"])
        for phase, sign in ((0, 1), (1, -1)):
            theta = sign * np.sign(cycle.phases[-1, 0, 0]) * cycle.phases[:, phase, 0]
            assert theta == pytest.approx(expected, abs=1e-8 * largest)
        assert len(cycle.special["marked"]) == 2
        for point in cycle.special["marked"]:
            a = setting.amplitude(point["eta"])
            b = (1 - setting.b1) / (1 + setting.b1)
            assert np.sort(point.phases[:, 0]) == pytest.approx([-a, a], rel=1e-10)
            assert np.abs(point.phases[:, 1]) == pytest.approx(b * setting.h * a, rel=1e-10)
            assert point.phases[:, 2] == pytest.approx((setting.h * a) ** 2, rel=1e-10)


def test_the_two_cycles_multipliers_are_the_squares_of_a_cubics_roots(cycles):
    for setting, _, cycle in cycles:
        for point in cycle.special["marked"]:
            expected = np.poly(setting.multipliers(point["eta"]))
            assert np.poly(point.multipliers) == pytest.approx(expected, abs=1e-10)


def test_the_two_cycle_loses_its_stability_at_the_neimark_sacker_point_of_the_closed_form(cycles):
    with_one = 0
    for setting, _, cycle in cycles:
        points = cycle.special["neimark-sacker"]
        if setting.rho > 0.9:
            assert len(points) == 0
            continue
        with_one += 1
        (point,) = points
        expected = setting.flip / (1 - setting.rho)
        assert point["eta"] == pytest.approx(expected, rel=1e-11)
        assert abs(point["eta"] - expected) <= point.error
        pair = point.multipliers[np.abs(point.multipliers.imag) > 0]
        assert np.abs(pair) == pytest.approx(1.0, abs=1e-9)
        inside = cycle["eta"] < 0.999 * expected
        assert np.all(cycle.stable[1:][inside[1:]])
        assert np.all(cycle.unstable[cycle["eta"] > 1.001 * expected] == 2)
    assert with_one >= 50


def test_cycles_of_size_1e_minus_10_are_as_exact_as_large_ones(cycles):
    setting, _, cycle = cycles[0]
    point = cycle.special["neimark-sacker"][0]
    assert abs(point["theta"]) < 1e-10
    assert point["v_theta"] < 1e-20
    assert abs(point["theta"]) == pytest.approx(setting.amplitude(point["eta"]), rel=1e-8)


def test_with_eps_inside_the_root_the_flip_is_smooth_and_the_law_a_square_root():
    b1, eps = 0.5, 1e-4
    adam = contin.OptimizerMap(parabola, "adam", {"beta1": b1, "beta2": 0.9, "eps": eps}, eps_inside=True)
    rate = 2 * np.sqrt(eps) * (1 + b1) / (1 - b1)
    branch = contin.follow(adam, "eta", start=[0.0], at={"eta": 0.5 * rate}, span=(0.2 * rate, 2 * rate))
    (flip,) = branch.special["flip"]
    assert flip["eta"] == pytest.approx(rate, rel=1e-13)
    assert flip.criticality == "supercritical"
    marks = [1.001 * rate, 1.5 * rate]
    cycle = contin.follow(
        adam, "eta", start=contin.switch(flip)[0], span=(0.2 * rate, 1.6 * rate), mark={"eta": marks}
    )
    for point in cycle.special["marked"]:
        # 2 theta = eta b theta/sqrt(theta^2 + eps), b = (1 - b1)/(1 + b1)
        squared = (point["eta"] * (1 - b1) / (2 * (1 + b1))) ** 2 - eps
        assert point["theta"] ** 2 == pytest.approx(squared, rel=1e-8)


def test_rmsprops_two_cycle_is_adams_without_the_mean_gradient():
    alpha, eps, h = 0.9, 1e-3, 2.0
    rmsprop = contin.OptimizerMap(parabola, "rmsprop", {"alpha": alpha, "eps": eps, "h": h})
    rate = 2 * eps / h
    branch = contin.follow(rmsprop, "eta", start=[0.0], at={"eta": 0.5 * rate}, span=(0.2 * rate, 3 * rate))
    (flip,) = branch.special["flip"]
    assert flip["eta"] == pytest.approx(rate, rel=1e-13)
    assert flip.form == "non-smooth"
    cycle = contin.follow(
        rmsprop, "eta", start=contin.switch(flip)[0], span=(0.2 * rate, 3 * rate), mark={"eta": [2 * rate]}
    )
    (point,) = cycle.special["marked"]
    assert np.abs(point.phases[:, 0]) == pytest.approx(rate - eps / h, rel=1e-10)


def test_bias_correction_leaves_the_two_cycle_as_it_is():
    setting = Setting(0.5, 0.9, 1e-3, 1.0)
    adam = contin.OptimizerMap(
        parabola, "adam", {"beta1": 0.5, "beta2": 0.9, "eps": 1e-3}, bias_correction=True
    )
    branch = contin.follow(adam, "eta", start=[0.0], at={"eta": 0.7 * setting.flip}, span=setting.span)
    (flip,) = branch.special["flip"]
    cycle = contin.follow(adam, "eta", start=contin.switch(flip)[0], span=setting.span)
    (point,) = cycle.special["neimark-sacker"]
    assert point["eta"] == pytest.approx(setting.flip / (1 - setting.rho), rel=1e-11)
    clocks = np.sort(point.multipliers[np.argsort(np.abs(np.abs(point.multipliers) - 1))[2:]].real)
    assert set(np.round(clocks, 9)) >= {0.25, 0.81}


def test_adam_in_a_well_away_from_zero():
    b1, eps = 0.9, 1e-8
    adam = contin.OptimizerMap(losses.double_well, "adam", {"eps": eps})
    rate = 2 * eps * (1 + b1) / ((1 - b1) * 2)
    branch = contin.follow(adam, "eta", start=[0.9], at={"eta": rate / 2}, span=(rate / 5, 3 * rate))
    (flip,) = branch.special["flip"]
    assert flip["eta"] == pytest.approx(rate, rel=1e-12)
    assert flip.form == "non-smooth"
    cycle = contin.follow(
        adam, "eta", start=contin.switch(flip)[0], span=(rate / 5, 1e-3), mark={"eta": [1e-5, 1e-3]}
    )
    for point in cycle.special["marked"]:
        half = np.ptp(point.phases[:, 0]) / 2
        expected = point["eta"] * (1 - b1) / (2 * (1 + b1)) - eps / 2
        assert half == pytest.approx(expected, rel=1e-4)  # the parabola's, up to the well's curvature


def test_two_parameters_at_once_have_one_non_smooth_flip_for_the_larger_curvature():
    adam = contin.OptimizerMap(losses.quadratic, "adam", {"eps": 1e-3, "beta2": 0.9, "beta1": 0.5})
    rate = adam.rule.flip(100.0, **adam.hyperparameters())
    branch = contin.follow(adam, "eta", start=[0.0, 0.0], at={"eta": rate / 2}, span=(rate / 5, 2 * rate))
    (flip,) = branch.special["flip"]
    assert flip["eta"] == pytest.approx(rate, rel=1e-13)
    cycle = contin.follow(
        adam, "eta", start=contin.switch(flip)[0], span=(rate / 5, 2 * rate), mark={"eta": [1.5 * rate]}
    )
    (point,) = cycle.special["marked"]
    assert np.abs(point.phases[:, 0]) == pytest.approx(0.5 * 1e-3 / 100.0, rel=1e-9)
    assert np.abs(point.phases[:, 1]).max() < 1e-15
