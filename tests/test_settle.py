"""Where the flow comes to rest: exact equilibria, exact totals, and the sentences where it does not."""

from __future__ import annotations

import numpy as np
import pytest
from explored import (
    brusselator,
    cubic,
    explosion,
    exponential_saddle,
    lotka_volterra,
    pharmacokinetics,
    plane,
    robertson,
    root,
)
from scipy.integrate import solve_ivp

import contin
from contin.explore.recurrence import period_of
from contin.models import griffith, lorenz, tyson_1991, tyson_1991_2


@pytest.mark.parametrize(
    ("start", "reached"), [({"x": 0.6, "y": 0.3}, (2, 0.8)), ({"x": 0.4, "y": 0.1}, (0, 0))]
)
def test_griffiths_switch_goes_where_the_saddle_sends_it(start, reached):
    found = contin.settle(griffith, start, at={"a": 0.4})
    assert found.state == pytest.approx(reached, rel=1e-15, abs=0)
    assert found.parameters.tolist() == [0.4, 1.0]
    assert found.text.startswith(f"stable node x = {reached[0]:g}, y = {reached[1]:g}, reached at t = ")


def test_what_is_reached_is_a_start_for_following():
    start = contin.settle(griffith, {"x": 2.5, "y": 1.0})
    branch = contin.follow(griffith, "a", start=start, span=(0.3, 0.6))
    assert branch.special["fold"][0]["a"] == pytest.approx(0.5, rel=1e-12)


def test_a_conserved_total_stays_what_it_was():
    found = contin.settle(pharmacokinetics, {"C1": 20.0, "C2": 0.0}, at={"ke": 0.0})
    assert 5 * found.state[0] + 10 * found.state[1] == pytest.approx(100, rel=1e-12)
    assert 0.45 * 5 * found.state[0] == pytest.approx(0.25 * 10 * found.state[1], rel=1e-12)
    assert found.text.startswith("stable node")


def test_the_ligand_of_the_lecture_rests_at_its_exact_state():
    @contin.flow
    def receptor(Lf, LD, Rb, Rf, *, k1=2.0, km1=1.0, k2=4.0, km2=1.0):
        dimerise, bind = k1 * Lf**2 - km1 * LD, k2 * LD * Rf - km2 * Rb
        return -2 * dimerise, dimerise - bind, bind, -bind

    found = contin.settle(receptor, [5.5, 0, 0, 3.0])
    assert found.state == pytest.approx([0.5, 0.5, 2, 1], rel=1e-12)
    totals = {law.text: name for name, law in receptor.laws.items()}
    assert len(totals) == 2
    name = next(name for text, name in totals.items() if "Lf" in text)
    total = receptor.laws[name].weights @ [5.5, 0, 0, 3]
    same = contin.settle(receptor, [1.0, 0, 0, 3.0], at={name: total})
    assert same.state == pytest.approx([0.5, 0.5, 2, 1], rel=1e-12)
    with pytest.raises(contin.UnknownName, match="no parameter or total 'total_9'"):
        contin.settle(receptor, [1.0, 0, 0, 3.0], at={"total_9": total})


def test_robertson_uses_up_what_it_starts_with():
    found = contin.settle(robertson, [1, 0, 0])
    assert found.state == pytest.approx([0, 0, 1], abs=1e-6)
    assert found.state.sum() == pytest.approx(1, rel=1e-13)


def test_slow_rest_is_found_and_said_to_be_open():
    found = contin.settle(cubic)
    assert found.state == pytest.approx([0], abs=1e-6)
    assert found.text.startswith("non-hyperbolic x = 0") and "nonlinear terms decide" in found.text


def test_without_a_start_zeros_then_ones():
    assert contin.settle(griffith).text == "stable node x = 0, y = 0, at once: the start is it"
    fold = contin.settle(contin.Flow(lambda x, p, out: logistic(x, p, out), 1, {"r": 1.0}))
    assert fold.state == pytest.approx([1.0], rel=1e-14)
    assert contin.settle(plane, at={"a": -2.0}).state.tolist() == [0, 0]
    with pytest.raises(contin.ContinError, match="'root'"):
        contin.settle(root)  # no Jacobian at 0; from 1 it reaches 0 in finite time


def logistic(x, p, out):
    out[0] = p[0] * x[0] * (1.0 - x[0])


@pytest.mark.parametrize(
    ("system", "start", "at", "period"),
    [
        (lotka_volterra, [1.01, 1.0], {}, 2 * np.pi),
        (lotka_volterra, [1.01, 1.0], {"alpha": 4.0}, np.pi),
        (brusselator, [1.0, 2.0], {"B": 2.001}, 2 * np.pi),
        (plane, [1.0, 0.0], {"a": 0.0, "b": 3.0, "c": -3.0, "d": 0.0}, 2 * np.pi / 3),
    ],
)
def test_a_cycle_is_told_with_its_period(system, start, at, period):
    at = {**at, "gamma": 1.0} if system is lotka_volterra else at
    start = [start[0], at.get("alpha", 1.0)] if system is lotka_volterra else start
    found = contin.settle(system, start, at=at)
    assert found.period == pytest.approx(period, rel=2e-3)
    assert f"cycle of period {found.period:.6g} through" in found.text


@contin.flow
def turning(x, y, z, *, mu=0.25, omega=2.0):
    """The cycle x^2 + y^2 = mu with the period 2 pi / omega; x + y + z is conserved."""
    r2 = x * x + y * y
    dx, dy = (mu - r2) * x - omega * y, omega * x + (mu - r2) * y
    return dx, dy, -dx - dy


def test_a_cycle_comes_with_its_orbit_and_period():
    found = contin.settle(turning, [0.1, 0.0, 1.9])
    assert found.text.startswith("stable cycle of period 3.14159 through x = ")
    assert found.period == found.orbit.period == pytest.approx(np.pi, rel=1e-9)
    t, (x, y, z) = found.orbit.t, found.orbit.x.T
    assert (t[0], t[-1], len(t)) == (0.0, found.period, len(found.orbit))
    np.testing.assert_allclose(np.hypot(x, y), 0.5, rtol=1e-9)
    np.testing.assert_allclose(np.unwrap(np.arctan2(y, x)) - np.arctan2(y[0], x[0]), 2 * t, atol=1e-8)
    np.testing.assert_allclose(x + y + z, 2.0, rtol=1e-9)
    np.testing.assert_array_equal(found.orbit.x[0], found.orbit.x[-1])
    np.testing.assert_array_equal(found.state, found.orbit.x[0])
    once = contin.simulate(turning, found, found.period, rtol=1e-11)
    np.testing.assert_allclose(once.states[-1], found.state, atol=1e-8)


def test_the_cycle_of_van_der_pol_has_the_period_between_two_crossings():
    """Another solver, on the plain Python function: x passes zero upwards once a period."""

    @contin.flow
    def van_der_pol(x, y, *, mu=1.0):
        return y, mu * (1 - x * x) * y - x

    def upwards(t, state):
        return state[0]

    upwards.direction = 1.0
    run = solve_ivp(
        lambda t, s: van_der_pol(*s), (0, 120), [2, 0], "DOP853", rtol=1e-12, atol=1e-14, events=upwards
    )
    found = contin.settle(van_der_pol, [0.1, 0.0])
    assert found.period == pytest.approx(np.diff(run.t_events[0])[-1], rel=1e-9)


def test_a_centre_is_among_neutral_cycles():
    found = contin.settle(lotka_volterra, [1.5, 1.0])
    assert found.text.startswith("neutral cycle")
    x, y = found.orbit.x.T
    integral = x - np.log(x) + y - np.log(y)
    np.testing.assert_allclose(integral, integral[0], rtol=1e-9)


def test_a_stiff_cycle():
    """Binding a million times as fast as the rest: the period is that of the model without it, to a thousandth."""
    full = contin.settle(tyson_1991, [0.75, 0.2, 0.01, 1e-4, 0.02])
    reduced = contin.settle(tyson_1991_2, [0.01, 0.3])
    assert full.period == pytest.approx(reduced.period, rel=1e-3)


def test_equilibria_are_not_followed_from_a_cycle():
    cycle = contin.settle(turning, [0.1, 0.0, 1.9])
    with pytest.raises(contin.BadValue, match="the start is a cycle of period 3.14159, and equilibria are"):
        contin.follow(turning, "mu", start=cycle, span=(0.0, 1.0))
    with pytest.raises(contin.BadValue, match="the start is a cycle"):
        contin.diagram(turning, "mu", span=(0.0, 1.0), start=cycle)
    assert contin.settle(griffith, {"x": 2.5, "y": 1.0}).period is None


def test_a_slow_spiral_is_no_cycle():
    found = contin.settle(brusselator, [1.1, 2.0], at={"B": 1.99})
    assert found.state == pytest.approx([1, 1.99], rel=1e-12)
    assert found.text.startswith("stable spiral")


def test_what_never_rests_is_told():
    with pytest.raises(contin.NotConverged, match="'explosion' grows without bound from x = 1"):
        contin.settle(explosion, [1.0])
    with pytest.raises(contin.NotConverged, match="'plane' grows without bound"):
        contin.settle(plane, [1.0, 1.0], at={"a": 1.0})
    with pytest.raises(
        contin.NotConverged, match="rests at an unstable equilibrium, the saddle x = -1, y = 0"
    ):
        contin.settle(exponential_saddle, [-1.0, 0.0])
    with pytest.raises(contin.NotConverged, match="still moves at t = 5.*larger `longest`"):
        contin.settle(lorenz, [1.0, 1.0, 20.0], longest=5.0)
    with pytest.raises(contin.NotFinite, match="not finite at the start"):
        contin.settle(root, [-1.0])
    with pytest.raises(contin.BadValue, match="`longest` must be positive and finite, not 0"):
        contin.settle(griffith, longest=0)


def test_chaos_ends_in_words_too(monkeypatch):
    monkeypatch.setattr("contin.explore.walk.MOST_CALLS", 4000)
    with pytest.raises(
        contin.NotConverged, match="still moves .* without repeating itself.*try another start"
    ):
        contin.settle(lorenz, [1.0, 1.0, 20.0])


def test_periods_of_known_signals():
    t = np.linspace(0, 80, 8000)
    assert period_of(t, np.column_stack([np.cos(t), np.sin(t)])) == pytest.approx(2 * np.pi, rel=1e-6)
    t2 = np.linspace(0, 100, 8000)
    twice = np.column_stack([np.cos(t2) + 0.5 * np.cos(t2 / 2), np.sin(t2) + 0.5 * np.sin(t2 / 2)])
    assert period_of(t2, twice) == pytest.approx(4 * np.pi, rel=1e-6)
    damped = np.exp(-0.05 * t)
    assert period_of(t, np.column_stack([damped * np.cos(t), damped * np.sin(t)])) is None
    assert period_of(t, np.ones((8000, 1))) is None
    assert period_of(t[:5], np.ones((5, 1))) is None
