"""Fits to data that are known exactly, and balances that hold exactly."""

from __future__ import annotations

import numpy as np
import pandas
import pytest
from explored import brusselator, concentration, explosion, lotka_volterra, pharmacokinetics, plane, robertson

import contin

T = np.linspace(0, 20, 41)
RATES = ("ke", "k1", "k2")
AT = {"ke": 0.3, "k1": 0.6, "k2": 0.2}


def test_the_rates_of_a_bolus_are_recovered():
    found = contin.fit(
        pharmacokinetics, {"C1": (T, concentration(T))}, parameters=RATES, start=[20, 0], at=AT
    )
    assert [found[name] for name in RATES] == pytest.approx([0.4, 0.45, 0.25], rel=1e-7)
    assert found.success and found.residual < 1e-8 and found.eigenvalues is None
    assert found.trajectory["C1"] == pytest.approx(concentration(T), rel=1e-7)
    assert repr(found).startswith("<Fit: ke = 0.4 +-")


def test_the_standard_error_of_a_decay_is_that_of_linear_regression():
    """x' = -x + b with x(0) = 0 is b (1 - e^-t): linear in b, so the error is sigma / |1 - e^-t|."""

    @contin.flow
    def approach(x, *, b=1.0):
        return b - x

    noise = 0.05 * np.random.default_rng(2).standard_normal(T.size)
    basis = 1 - np.exp(-T)
    values = 2 * basis + noise
    best = basis @ values / (basis @ basis)
    scatter = np.sqrt(np.sum((values - best * basis) ** 2) / (T.size - 1))
    found = contin.fit(approach, {"x": (T, values)}, parameters="b", start=[0.0], sigma={"x": 0.05})
    assert found["b"] == pytest.approx(best, rel=1e-7)
    assert found.errors["b"] == pytest.approx(scatter / np.sqrt(basis @ basis), rel=1e-5)


def test_initial_states_bounds_frames_and_gaps():
    values = concentration(T)
    values[3] = np.nan
    frame = pandas.DataFrame({"t": T, "C1": values})
    found = contin.fit(
        pharmacokinetics,
        frame,
        parameters="ke",
        initial="C1",
        start=[15, 0],
        at={"ke": 0.3},
        bounds={"ke": (0, 1)},
    )
    assert found.values == pytest.approx({"ke": 0.4, "C1": 20}, rel=1e-7)
    held = contin.fit(
        pharmacokinetics, frame.set_index("t"), parameters="ke", start=[20, 0], at={"ke": 0.3},
        bounds={"ke": (0, 0.35)},
    )  # fmt: skip
    assert held["ke"] == pytest.approx(0.35, abs=1e-6)


def test_an_undetermined_value_has_no_error():
    data = {"C1": ([1.0], [concentration(1.0)])}
    found = contin.fit(pharmacokinetics, data, parameters=("ke", "k1"), start=[20, 0])
    assert np.isnan(list(found.errors.values())).all()
    now = contin.fit(pharmacokinetics, {"C1": ([0.0], [5.0])}, parameters="ke", initial="C1", start=[20, 0])
    assert now["C1"] == pytest.approx(5.0)


def damped():
    """The Brusselator's approach to rest at B = 1.8."""
    return contin.simulate(brusselator, [1.2, 1.9], np.linspace(0, 20, 81), at={"B": 1.8}, rtol=1e-10)


def test_a_fit_that_must_oscillate_ends_at_the_hopf_point():
    """Without the condition B = 1.8; with it B >= 1 + A^2 = 2, and the nearest is 2."""
    free = contin.fit(brusselator, damped().to_dataframe(), parameters="B", start=[1.2, 1.9], at={"B": 1.5})
    assert free["B"] == pytest.approx(1.8, rel=1e-6)
    for oscillating in (True, {"x": 1.0, "y": 1.5}):
        bound = contin.fit(
            brusselator, damped().to_dataframe(), parameters="B", start=[1.2, 1.9], at={"B": 1.5},
            oscillating=oscillating,
        )  # fmt: skip
        assert bound.success and bound["B"] == pytest.approx(2.0, abs=1e-4)
        assert bound.eigenvalues.real.min() >= 0 and abs(bound.eigenvalues[0].imag) > 0.9


def test_a_condition_that_holds_changes_nothing():
    data = contin.simulate(brusselator, [1.2, 1.9], np.linspace(0, 20, 81), at={"B": 2.5}).to_dataframe()
    found = contin.fit(
        brusselator, data, parameters=("A", "B"), start=[1.2, 1.9], at={"B": 2.2}, oscillating=True
    )
    assert found.values == pytest.approx({"A": 1.0, "B": 2.5}, rel=1e-5)
    assert found.eigenvalues[0] == pytest.approx(0.25 + 1j * np.sqrt(1 - 1 / 16), rel=1e-4)


def test_what_cannot_oscillate_is_told():
    """x' = a x + y, y' = x - y: the discriminant (a + 1)^2 + 4 is positive for every a."""
    found = contin.fit(
        plane, {"x": (T, np.exp(-T))}, parameters="a", start=[1, 0], at={"b": 1.0, "c": 1.0, "a": -2.0},
        bounds={"a": (-3, -1.5)}, oscillating=True, max_nfev=10,
    )  # fmt: skip
    assert not found.success and "oscillates" in found.text
    alone = contin.fit(
        one_state, {"x": (T, np.exp(-T))}, parameters="k", start=[1.0], oscillating=True, max_nfev=5,
    )  # fmt: skip
    assert not alone.success


@contin.flow
def one_state(x, *, k=1.2):
    return -k * x


def test_values_where_the_model_explodes_are_left():
    """x = 1/(1 - a t) reaches infinity before t = 1 for a > 1; the data have a = 0.99."""
    t = np.linspace(0, 1, 11)
    found = contin.fit(explosion, {"x": (t, 1 / (1 - 0.99 * t))}, parameters="a", start=[1.0], at={"a": 0.3})
    assert found["a"] == pytest.approx(0.99, rel=1e-6)


@pytest.mark.parametrize(
    ("options", "error", "words"),
    [
        ({"parameters": "kx"}, contin.UnknownName, "no parameter 'kx'"),
        ({"parameters": ()}, contin.BadValue, "names nothing"),
        ({"initial": "C3"}, contin.UnknownName, "no state 'C3'"),
        ({"data": {"C3": (T, T)}}, contin.UnknownName, "no state 'C3'"),
        ({"data": {}}, contin.BadValue, "must be a dict"),
        ({"data": {"C1": 3}}, contin.BadValue, "must be a pair"),
        ({"data": {"C1": (T, T[1:])}}, contin.BadValue, "shape"),
        ({"data": {"C1": ([0.0], [np.nan])}}, contin.BadValue, "at least one value"),
        ({"sigma": {"C1": -1.0}}, contin.BadValue, "`sigma` of C1 must be positive"),
        ({"bounds": {"k1": (0, 1)}}, contin.UnknownName, "no fitted value 'k1'"),
        ({"bounds": {"ke": (0.5, 1)}}, contin.BadValue, "ke starts at 0.4"),
        ({"begin": 1.0}, contin.BadValue, "before `begin`"),
    ],
)
def test_what_cannot_be_meant_is_told(options, error, words):
    with pytest.raises(error, match=words):
        contin.fit(
            **{
                "system": pharmacokinetics,
                "data": {"C1": (T, T)},
                "parameters": "ke",
                "start": [20, 0],
                **options,
            }
        )


def test_a_fit_knows_its_values_only():
    found = contin.fit(one_state, {"x": (T, np.exp(-T))}, parameters="k", start=[1.0])
    with pytest.raises(contin.UnknownName, match="no fitted value 'a'"):
        found["a"]


def test_amounts_are_conserved_where_nothing_is_eliminated():
    closed = contin.mass_balance(pharmacokinetics, {"C1": 5, "C2": 10}, at={"ke": 0.0})
    assert closed and closed.derivative < 1e-15 and np.isnan(closed.drift)
    assert str(closed).startswith("5 C1 + 10 C2 is conserved")
    open_ = contin.mass_balance(pharmacokinetics, {"C1": 5, "C2": 10})
    assert not open_ and "is not conserved" in open_.text


def test_robertson_keeps_its_mass_along_the_way():
    way = contin.simulate(robertson, [1, 0, 0], 1e4)
    found = contin.mass_balance(way, {"x": 1, "y": 1, "z": 1})
    assert found.conserved and found.total == 1.0 and found.drift < 1e-5
    assert found.text.startswith("x + y + z is conserved")
    same = contin.mass_balance(robertson, {"x": 1, "y": 1, "z": 1}, trajectory=way)
    assert same.drift == found.drift
    assert not contin.mass_balance(way, {"x": 1, "y": 1})


def test_a_trajectory_brings_its_parameters():
    way = contin.simulate(pharmacokinetics, [20, 0], 10.0, at={"ke": 0.0})
    assert contin.mass_balance(way, {"C1": 5, "C2": 10}).drift < 1e-13
    assert not contin.mass_balance(way, {"C1": 5, "C2": 10}, at={"ke": 0.1})


def test_weights_that_cannot_be_meant():
    with pytest.raises(contin.UnknownName, match="no state 'z'"):
        contin.mass_balance(lotka_volterra, {"z": 1})
    with pytest.raises(contin.BadValue, match="not all zero"):
        contin.mass_balance(lotka_volterra, {"x": 0})
    with pytest.raises(contin.NotFinite, match="finite at none"):
        contin.mass_balance(nowhere, {"x": 1})


@contin.flow
def nowhere(x, *, a=1.0):
    return a * np.log(x - 10)
