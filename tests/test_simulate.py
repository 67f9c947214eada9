"""Solutions in time, against solutions in closed form and against quantities that the flow keeps."""

from __future__ import annotations

import builtins
import ctypes
from types import SimpleNamespace

import matplotlib
import numpy as np
import pytest
from explored import concentration, explosion, lotka_volterra, pendulum, pharmacokinetics, robertson, root
from matplotlib.figure import Figure

import contin
from contin.explore.simulate import METHODS
from contin.systems import rates

BOLUS = {"C1": 20.0, "C2": 0.0}


@pytest.mark.parametrize("method", ["auto", *METHODS])
def test_a_bolus_follows_its_two_exponentials(method):
    found = contin.simulate(pharmacokinetics, BOLUS, (0, 10), method=method)
    assert found["C1"] == pytest.approx(concentration(found.t), abs=2e-6)
    assert found.method == ("LSODA" if method == "auto" else method)


def test_the_area_under_the_curve_of_a_bolus_is_50():
    t = np.linspace(0, 300, 60_001)
    found = contin.simulate(pharmacokinetics, BOLUS, t, rtol=1e-10)
    assert np.trapezoid(found["C1"], t) == pytest.approx(50, rel=1e-5)  # trapezoids of 0.005: h^2/12 (f'(0))
    assert np.trapezoid(found["C1"], t) - 0.005**2 / 12 * 17 == pytest.approx(50, abs=1e-7)


def test_the_pendulum_of_the_lecture_has_101_points():
    found = contin.simulate(pendulum, [np.pi - 0.1, 0.0], np.linspace(0, 10, 101))
    assert len(found) == 101 and found.states.shape == (101, 2)
    energy = found["w"] ** 2 / 2 - 5 * np.cos(found["theta"])
    assert (np.diff(energy) < 1e-6).all()
    late = contin.simulate(pendulum, [np.pi - 0.1, 0.0], 200)
    assert late.final == pytest.approx({"theta": 0, "w": 0}, abs=1e-5)


def test_without_friction_the_energy_stays():
    found = contin.simulate(pendulum, [3.0, 0.0], 20.0, at={"b": 0.0}, rtol=1e-11)
    energy = found["w"] ** 2 / 2 - 5 * np.cos(found["theta"])
    assert np.ptp(energy) < 1e-7


def test_lotka_volterra_keeps_its_first_integral():
    found = contin.simulate(lotka_volterra, {"x": 0.5, "y": 1.0}, np.linspace(0, 30, 300), rtol=1e-11)
    x, y = found["x"], found["y"]
    assert np.ptp(x - np.log(x) + y - np.log(y)) < 1e-8


def test_robertson_is_solved_in_few_steps_to_the_published_values():
    """Hairer and Wanner II, section IV.10 (problem ROBER), t = 10^11."""
    found = contin.simulate(robertson, [1, 0, 0], (0, 1e11), rtol=1e-10, atol=1e-18)
    assert found["x"][-1] == pytest.approx(0.2083340149701255e-7, rel=1e-4)
    assert found["y"][-1] == pytest.approx(0.8333360770334713e-13, rel=1e-4)
    assert len(found) < 10_000


@pytest.mark.parametrize("method", ["auto", "DOP853"])
def test_backwards_returns_to_the_start(method):
    there = contin.simulate(pendulum, [1.0, 0.0], 5.0, method=method, rtol=1e-11)
    back = contin.simulate(pendulum, there.final, (5.0, 0.0), method=method, rtol=1e-11)
    assert back.t[0] == 5.0 and back.t[-1] == 0.0
    assert back.states[-1] == pytest.approx([1.0, 0.0], abs=1e-8)


def test_events_are_found_and_may_end_it():
    def upright(t, state):
        return state[0]

    upright.terminal = True
    found = contin.simulate(pendulum, [1.0, 0.0], 50.0, at={"b": 0.0}, events=upright)
    assert found.events["event"].shape == (1,)
    assert found.t[-1] == found.events["event"][0] < 2
    assert found.event_states["event"][0, 1] == pytest.approx(-np.sqrt(10 * (1 - np.cos(1))), rel=1e-6)
    none = contin.simulate(pendulum, [1.0, 0.0], 0.1, events={"far": lambda t, x: x[0] - 9})
    assert none.events["far"].shape == (0,) and none.event_states["far"].shape == (0, 2)
    both = contin.simulate(pendulum, [1.0, 0.0], 1.0, events=[lambda t, x: x[0], lambda t, x: x[1] + 1])
    assert list(both.events) == ["event_0", "event_1"]


def test_an_explosion_is_told_with_its_time():
    with pytest.raises(
        contin.NotFinite, match=r"'explosion' becomes not finite after t = 1, .*without bound"
    ):
        contin.simulate(explosion, [1.0], 2.0)
    with pytest.raises(contin.NotConverged, match="could not be followed beyond t = 1"):
        contin.simulate(explosion, [1.0], 2.0, method="DOP853")
    with pytest.raises(contin.NotConverged, match="could not be followed beyond t = 1"):
        contin.simulate(explosion, [1.0], 2.0, method="Radau")


def test_where_the_model_ends_is_told():
    found = contin.simulate(root, [1.0], 1.0)
    assert found["x"][-1] == pytest.approx(0.25, rel=1e-6)
    with pytest.raises(contin.ContinError, match="'root'"):
        contin.simulate(root, [1.0], 3.0)
    with pytest.raises(contin.NotFinite, match="not finite at the start: x = -1"):
        contin.simulate(root, [-1.0], 3.0)
    with pytest.raises(contin.NotFinite, match='the Jacobian of .root. is not finite .* method="DOP853"'):
        contin.simulate(root, [0.0], 1.0, method="BDF")


@pytest.mark.parametrize(
    ("options", "error", "words"),
    [
        ({"start": {"C1": 1.0, "c2": 0.0}}, contin.UnknownName, "did you mean 'C2'"),
        ({"start": {"C1": 1.0}}, contin.BadValue, "lacks the state C2"),
        ({"at": {"k3": 1.0}}, contin.UnknownName, "no parameter 'k3'"),
        ({"t": "soon"}, contin.BadValue, "must be a final time"),
        ({"t": []}, contin.BadValue, "shape"),
        ({"t": [0, 1, 1]}, contin.BadValue, "strictly"),
        ({"t": 0.0}, contin.BadValue, "strictly"),
        ({"t": np.inf}, contin.BadValue, "must be finite, not inf"),
        ({"method": "lsode"}, contin.UnknownName, "did you mean 'LSODA'"),
        ({"rtol": -1.0}, contin.BadValue, "`rtol` must be positive and finite, not -1.0"),
        ({"rtol": "x"}, contin.BadValue, "`rtol` must be a positive number"),
        ({"rtol": 1e-16}, contin.BadValue, "at least 1e-13"),
        ({"atol": [1.0, 1.0, 1.0]}, contin.BadValue, "one for each of 2 states"),
        ({"events": {"late": 3}}, contin.BadValue, "'late' must be a function"),
        ({"system": 3}, contin.BadValue, "@contin.flow"),
    ],
)
def test_what_cannot_be_meant_is_told(options, error, words):
    with pytest.raises(error, match=words):
        contin.simulate(**{"system": pharmacokinetics, "start": BOLUS, "t": 1.0, **options})


def test_a_start_brings_its_parameters():
    start = contin.Start(np.array([20.0, 0.0]), np.array([0.0, 0.45, 0.25, 5.0, 10.0]))
    found = contin.simulate(pharmacokinetics, start, 3.0, at={"k1": 0.0})
    assert found["C1"] == pytest.approx(20.0) and found["ke"] == 0.0 and found["k1"] == 0.0
    with pytest.raises(contin.UnknownName, match="k9"):
        contin.simulate(pharmacokinetics, start, 3.0, at={"k9": 0.0})
    with pytest.raises(contin.BadValue, match="another model"):
        contin.simulate(explosion, start, 3.0)


def test_names_frames_and_words(monkeypatch):
    found = contin.simulate(pharmacokinetics, BOLUS, [0, 1, 2])
    frame = found.to_dataframe()
    assert list(frame.columns) == ["C1", "C2"] and frame.index.name == "t"
    assert frame["C1"].to_numpy() == pytest.approx(found["C1"])
    assert "3 points, t = 0 to 2 (LSODA); at the end C1 = " in repr(found)
    with pytest.raises(contin.UnknownName, match="no state or parameter 'C3'"):
        found["C3"]
    real = builtins.__import__

    def without(name, *rest):
        if name == "pandas":
            raise ImportError(name)
        return real(name, *rest)

    monkeypatch.setattr(builtins, "__import__", without)
    with pytest.raises(contin.MissingExtra, match="pip install"):
        found.to_dataframe()


def test_many_states_are_shortened_in_messages():
    def decay(x, p, out):
        for i in range(len(x)):
            out[i] = -p[0] * x[i]

    system = contin.Flow(decay, 9, {"k": 1.0})
    found = contin.simulate(system, np.ones(9), 1.0)
    assert found.states[-1] == pytest.approx(np.exp(-1) * np.ones(9), rel=1e-6)
    assert "x4" in repr(found) and "x5" not in repr(found)
    assert "x5" not in contin.settle(system, np.ones(9)).text


def test_a_trajectory_is_drawn_with_its_names():
    matplotlib.use("Agg")
    found = contin.simulate(pharmacokinetics, BOLUS, 10.0)
    ax = found.plot(ax=Figure().subplots())
    assert [line.get_label() for line in ax.lines] == ["C1", "C2"]
    assert [text.get_text() for text in ax.get_legend().get_texts()] == ["C1", "C2"]
    alone = found.plot("C1", color="red")
    assert alone.get_ylabel() == "C1" and alone.get_xlabel() == "t" and alone.get_legend() is None
    assert alone.lines[0].get_color() == "red"
    matplotlib.pyplot.close(alone.figure)
    with pytest.raises(contin.UnknownName):
        found.plot("C3")


def test_compiled_functions_are_called_by_address(monkeypatch):
    monkeypatch.setattr(rates, "uncompiled", lambda: False)
    numbers = ctypes.POINTER(ctypes.c_double)

    @ctypes.CFUNCTYPE(None, numbers, ctypes.c_int64, numbers)
    def last_doubled(x, n, out):
        out[0] = 2 * x[n - 1]

    address = ctypes.cast(last_doubled, ctypes.c_void_p).value
    x, out = np.array([1.0, 2.0, 3.0]), np.zeros(1)
    call = rates._bound(SimpleNamespace(address=address), (x, 3, out))
    call()
    assert out[0] == 6.0
    x[2] = 5.0
    call()
    assert out[0] == 10.0
