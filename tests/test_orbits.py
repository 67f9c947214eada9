"""Orbit diagrams and Lyapunov exponents: exact values, published ones, and what they may not be read as."""

from __future__ import annotations

import math

import numba
import numpy as np
import pytest

import contin

PLAIN = bool(numba.config.DISABLE_JIT)
LONG = 20_000 if PLAIN else 200_000
TRANSIENT = 4_000
MERGING = 1.5 * math.sqrt(3.0) - 1.0


@contin.map
def logistic(x, *, r=3.7):
    return r * x * (1 - x)


@contin.map
def henon(x, y, *, a=1.4, b=0.3):
    return 1 - a * x * x + y, b * x


@contin.map
def quartic(th, *, eta=1.5):
    """Gradient descent on (th^2 - 1)^2 / 4."""
    return th - eta * th * (th * th - 1)


def _tent(x, p, out):
    if x[0] < 0.5:
        out[0] = p[0] * x[0]
    else:
        out[0] = p[0] * (1 - x[0])


def _tent_slope(x, p, out):
    out[0, 0] = p[0] if x[0] < 0.5 else -p[0]


tent = contin.Map(_tent, ("x",), {"s": 1.9}, jacobian=_tent_slope)


def test_the_logistic_map_at_4_separates_by_ln_2():
    found = contin.lyapunov(logistic, {"x": 0.3}, at={"r": 4.0}, steps=LONG)
    assert abs(found.largest - math.log(2)) < 5 * found.errors[0] < 0.01
    over = contin.orbit_diagram(
        logistic, "r", (3.9, 4.0), points=2, starts={"x": 0.3}, transient=100, keep=1, lyapunov=LONG
    )
    assert over.lyapunov[1, 0] == pytest.approx(math.log(2), abs=5 * found.errors[0])


def test_the_quartic_at_its_crisis_separates_by_ln_3():
    found = contin.lyapunov(quartic, {"th": 0.3}, at={"eta": 2.0}, steps=LONG)
    assert abs(found.largest - math.log(3)) < 5 * found.errors[0] < 0.01


def test_beyond_the_crisis_every_orbit_escapes_and_none_below():
    found = contin.orbit_diagram(
        quartic, "eta", (1.9, 2.1), points=11, starts=[0.3, -0.3, 0.77], transient=TRANSIENT, keep=5
    )
    assert (found.escaped.all(axis=1) == (found["eta"] > 2.0)).all()
    assert not found.escaped[found["eta"] <= 2.0].any()
    assert np.isnan(found["th"][found.escaped]).all() and np.isfinite(found["th"][~found.escaped]).all()


def test_the_two_wells_of_the_quartic_mix_where_their_bands_merge():
    found = contin.orbit_diagram(
        quartic, "eta", (MERGING - 0.05, MERGING + 0.05), points=20, starts=[1.1, -1.1], transient=100, keep=1000
    )  # fmt: skip
    left, right = found["th"].min(axis=2), found["th"].max(axis=2)
    apart = found["eta"] < MERGING
    assert (left[apart, 0] > 0).all() and (right[apart, 1] < 0).all()
    assert (left[~apart] < 0).all() and (right[~apart] > 0).all()


def test_wells_that_do_not_mix_mirror_each_other_to_the_last_bit():
    found = contin.orbit_diagram(quartic, "eta", (0.5, 2.0), points=16, starts=[0.4, -0.4], keep=3)
    np.testing.assert_array_equal(found["th"][:, 0], -found["th"][:, 1])


def test_slopes_of_one_size_separate_by_their_logarithm():
    for slope in (1.3, 1.9):
        found = contin.lyapunov(tent, {"x": 0.3}, at={"s": slope}, steps=2000)
        assert found.largest == pytest.approx(math.log(slope), rel=1e-13)
        assert found.errors[0] < 1e-15
    over = contin.orbit_diagram(tent, "s", (1.2, 1.9), starts=[0.3], points=8, keep=50, lyapunov=True)
    np.testing.assert_allclose(over.lyapunov[:, 0], np.log(over["s"]), rtol=1e-13)


def test_the_tent_of_slope_2_falls_onto_the_unstable_0_and_is_marked():
    # Every step shifts the binary digits of x by one place; after 60 none is left.
    found = contin.orbit_diagram(tent, "s", (1.9, 2.0), points=2, starts=[0.3, 0.7], transient=60, keep=5)
    assert found.on_unstable.tolist() == [[False, False], [True, True]]
    assert (found["x"][1] == 0.0).all()
    assert "2 ended exactly on something unstable" in repr(found)


def test_gradient_descent_that_starts_on_the_maximum_stays_and_is_marked():
    found = contin.orbit_diagram(quartic, "eta", (0.5, 0.9), points=3, starts=[0.0, 0.1], keep=5)
    assert found.on_unstable.tolist() == [[True, False]] * 3
    assert (found["th"][:, 0] == 0.0).all() and found["th"][:, 1] == pytest.approx(1.0)


def test_the_exponents_of_henon_s_map_add_up_to_ln_b():
    for b in (0.3, -0.2):
        found = contin.lyapunov(henon, [0.1, 0.1], at={"a": 1.2, "b": b}, steps=2000)
        assert found.values.sum() == pytest.approx(math.log(abs(b)), rel=1e-12)


@pytest.mark.skipif(PLAIN, reason="needs many steps")
def test_henon_s_exponents_are_the_published_ones():
    # Sprott, Chaos and Time-Series Analysis (2003): 0.41922, -1.62319 at a = 1.4, b = 0.3.
    found = contin.lyapunov(henon, [0.1, 0.1], steps=1_000_000)
    assert np.abs(found.values - [0.41922, -1.62319]).max() < 4 * found.errors[0] < 2e-3
    one = contin.orbit_diagram(
        henon, "a", (1.3, 1.4), points=2, starts=[[0.1, 0.1]], keep=1, lyapunov=1_000_000
    )
    assert one.lyapunov[1, 0] == pytest.approx(0.41922, abs=4 * found.errors[0])


@pytest.mark.parametrize(
    ("span", "period"),
    [
        ((1.05, 2.98), 1),
        ((3.02, 1 + math.sqrt(6) - 0.01), 2),
        ((1 + math.sqrt(6) + 0.005, 3.5435), 4),
        ((3.5445, 3.5640), 8),
        ((1 + math.sqrt(8) + 0.0005, 3.841), 3),
    ],
)
def test_the_windows_of_the_logistic_map_have_their_periods(span, period):
    points = 3 if PLAIN else 30
    found = contin.orbit_diagram(
        logistic, "r", span, points=points, starts={"x": 0.3}, transient=TRANSIENT, keep=20
    )
    assert (found.periods() == period).all()
    assert not found.on_unstable.any()


def test_chaos_has_no_period():
    found = contin.orbit_diagram(logistic, "r", (3.9, 4.0), points=2, starts=[0.3], keep=60)
    assert (found.periods() == 0).all()
    assert (found.periods(most=3) == 0).all()


def test_attracting_cycles_have_the_exponent_of_their_multiplier():
    # The 2-cycle of the logistic map has the multiplier 4 + 2 r - r^2.
    found = contin.orbit_diagram(
        logistic, "r", (3.1, 3.4), points=7, starts={"x": 0.3}, transient=TRANSIENT, lyapunov=True
    )
    r = found["r"]
    np.testing.assert_allclose(found.lyapunov[:, 0], np.log(np.abs(4 + 2 * r - r * r)) / 2, rtol=1e-9)


def test_exponents_do_not_depend_on_the_coordinates():
    # y = (x - 1/2) * 1e6 turns the logistic map into this one.
    scaled = contin.map(_scaled)
    one = contin.lyapunov(logistic, [0.3], at={"r": 3.83}, steps=2000)
    other = contin.lyapunov(scaled, [-0.2e6], at={"r": 3.83}, steps=2000, escape=1e9)
    assert one.largest < 0
    assert other.largest == pytest.approx(one.largest, rel=1e-6)


def _scaled(y, *, r=3.7):
    x = y / 1e6 + 0.5
    return (r * x * (1 - x) - 0.5) * 1e6


@pytest.mark.parametrize(
    "system", [henon, contin.Map(henon.function, henon.states, {"a": 1.4, "b": 0.3}, named=True)]
)
def test_any_number_of_threads_gives_the_same_bits(system):
    results = [
        contin.orbit_diagram(
            system, "a", (0.2, 1.5), points=400, starts=3, box={"x": (-0.1, 0.1), "y": (-0.1, 0.1)}, seed=3,
            transient=20, keep=5, lyapunov=True, threads=threads,
        )
        for threads in (1, 2, 5, None)
    ]  # fmt: skip
    for other in results[1:]:
        for name in ("values", "escaped", "on_unstable", "lyapunov", "starts"):
            np.testing.assert_array_equal(getattr(results[0], name), getattr(other, name))
    assert results[0].escaped.any() and not results[0].escaped.all()


def test_names_lead_to_arrays_of_the_documented_shapes():
    found = contin.orbit_diagram(
        henon, "a", (0.2, 0.4), points=7, starts=[{"x": 0.1, "y": 0.0}, {"x": 0.0, "y": 0.1}], keep=4, states="y"
    )  # fmt: skip
    assert len(found) == 7
    assert found.values.shape == (7, 2, 4, 1) and found["y"].shape == (7, 2, 4)
    assert found["a"].tolist() == np.linspace(0.2, 0.4, 7).tolist()
    assert found.lyapunov is None
    with pytest.raises(contin.UnknownName, match="no kept state 'x'"):
        found["x"]
    # y is b times the x of the step before.
    both = contin.orbit_diagram(henon, "a", (0.2, 0.4), points=7, starts=[[0.1, 0.0]], keep=4)
    np.testing.assert_array_equal(both["y"][:, :, 1:], 0.3 * both["x"][:, :, :-1])


def test_a_start_may_be_a_state_a_start_or_a_number_of_one_state():
    on = contin.Start(np.array([0.3]), np.array([3.1]))
    for start in ({"x": 0.3}, [0.3], np.array([[0.3]]), 0.3, on):
        found = contin.orbit_diagram(logistic, "r", (3.1, 3.2), points=2, starts=start)
        assert found.starts.tolist() == [[0.3]]


@pytest.mark.parametrize(
    ("options", "error", "message"),
    [
        ({"along": "s"}, contin.UnknownName, "no parameter 's'"),
        ({"span": (4, 3)}, contin.BadValue, "reversed"),
        ({"starts": [[0.1, 0.2]]}, contin.BadValue, r"1 values \(x\), not shape \(2,\)"),
        ({"starts": []}, contin.BadValue, "empty"),
        ({"starts": [math.nan]}, contin.BadValue, "finite"),
        ({"starts": "here"}, contin.BadValue, "not 'here'"),
        ({"starts": 5}, contin.BadValue, "need a `box`"),
        ({"starts": 0, "box": {"x": (0, 1)}}, contin.BadValue, "at least 1, not 0"),
        ({"starts": 2, "box": {"y": (0, 1)}}, contin.UnknownName, "no state 'y'"),
        ({"starts": 2, "box": {}}, contin.BadValue, "lacks the state x"),
        ({"box": {"x": (0, 1)}}, contin.BadValue, "random starts"),
        ({"points": 1}, contin.BadValue, "`points` must be a whole number of at least 2, not 1"),
        ({"keep": 0}, contin.BadValue, "`keep`"),
        ({"transient": -1}, contin.BadValue, "`transient`"),
        ({"transient": 1.5}, contin.BadValue, "not 1.5"),
        ({"lyapunov": -3}, contin.BadValue, "`lyapunov`"),
        ({"escape": 0.0}, contin.BadValue, "`escape` must be positive"),
        ({"threads": 0}, contin.BadValue, "`threads`"),
        ({"states": "z"}, contin.UnknownName, "no state 'z'"),
        ({"at": {"q": 1.0}}, contin.UnknownName, "no parameter 'q'"),
    ],
)
def test_what_cannot_be_meant_is_told(options, error, message):
    given = {"along": "r", "span": (3.0, 4.0), "starts": [0.3], **options}
    with pytest.raises(error, match=message):
        contin.orbit_diagram(logistic, given.pop("along"), given.pop("span"), **given)


def test_a_flow_has_no_orbit_diagram():
    with pytest.raises(contin.BadValue, match=r"@contin.map or contin.Map\(...\), not Flow"):
        contin.orbit_diagram(contin.models.lorenz, "rho", (1.0, 2.0), starts=[1, 1, 1])
    with pytest.raises(contin.BadValue, match=r"@contin.map"):
        contin.lyapunov(contin.models.lorenz, [1, 1, 1])


def test_exponents_of_what_escapes_are_refused_in_words():
    with pytest.raises(contin.NotFinite, match="from x = 2, r = 3.7 escapes at step 4: .*`escape` = 1e\\+06"):
        contin.lyapunov(logistic, [2.0])
    with pytest.raises(contin.BadValue, match="at most 2, the number of states of 'henon', not 3"):
        contin.lyapunov(henon, [0.1, 0.1], count=3)


def test_fewer_exponents_are_the_first_ones():
    both = contin.lyapunov(henon, [0.1, 0.1], steps=1000)
    one = contin.lyapunov(henon, [0.1, 0.1], steps=1000, count=1)
    assert len(one) == 1 and len(both) == 2
    assert one.values[0] == pytest.approx(both.values[0], rel=1e-14)
    assert both.largest == both.values[0]
    assert both.steps == 1024 and set(both.final) == {"x", "y"}
    assert repr(both).startswith("<LyapunovExponents 0.")
