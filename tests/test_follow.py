"""`follow`: directions, spans, marks, settings, what it refuses, and what it counts."""

import os
import subprocess
import sys
import textwrap

import numpy as np
import pytest

import contin
from contin import BadValue, ModelError, NotConverged, NotFinite, Settings, UnknownName, flow, follow


@flow
def griffith(x, y, *, a=0.4, b=1.0):
    return y - a * x, x**2 / (1 + x**2) - b * y


START = {"x": 2.0, "y": 0.8}


def test_both_ends_of_the_span_are_hit_exactly():
    branch = follow(griffith, "a", start=START, span=(0.1, 0.45), direction="forward")
    assert branch["a"][0] == 0.4
    whole = follow(griffith, "a", start=START, span=(0.1, 0.45))
    assert whole["a"][0] == 0.1
    assert whole["a"][whole.start] == 0.4
    assert np.all(np.diff(whole.arclength) > 0)


def test_directions_are_parts_of_both():
    both = follow(griffith, "a", start=START, span=(0.05, 1.0))
    forward = follow(griffith, "a", start=START, span=(0.05, 1.0), direction="forward")
    backward = follow(griffith, "a", start=START, span=(0.05, 1.0), direction="backward")
    np.testing.assert_allclose(both.states[both.start :], forward.states, rtol=1e-13)
    np.testing.assert_allclose(both.states[both.start :: -1], backward.states, rtol=1e-13)
    assert len(both) == len(forward) + len(backward) - 1
    assert backward["a"][-1] == 0.05


def test_marked_points_are_solved_exactly():
    branch = follow(griffith, "a", start=START, span=(0.05, 1.0), mark={"a": [0.2, 0.3], "x": [3.0]})
    marked = branch.special["marked"]
    assert sorted(round(p["a"], 12) for p in marked) == [0.2, 0.2, 0.3, 0.3, 0.3]
    for point in marked:
        x = point["x"]
        assert point["a"] * (1 + x * x) == pytest.approx(x, rel=1e-12)
        assert branch["x"][point.index] == x
    assert [p.label for p in marked] == [f"M{i}" for i in range(1, 6)]


def test_special_points_stand_in_the_branch():
    branch = follow(griffith, "a", start=START, span=(0.05, 1.0))
    (fold,) = branch.special
    assert fold.index == int(np.argmax(branch["a"]))
    np.testing.assert_array_equal(branch.states[fold.index], fold.state)
    assert branch.unstable[fold.index - 1] + branch.unstable[fold.index + 1] == 1
    assert branch.unstable[fold.index] == 0
    assert branch.special["SN"][0] is fold and branch.special["LP1"][0] is fold


def test_one_state_may_return_a_scalar_or_a_tuple():
    @flow
    def scalar(x, *, r=-1.0):
        return r + x**2

    @flow
    def one(x, *, r=-1.0):
        return (r + x**2,)

    a = follow(scalar, "r", start=1.0 * np.ones(1), span=(-1, 1))
    b = follow(one, "r", start={"x": 1.0}, span=(-1, 1))
    np.testing.assert_array_equal(a.states, b.states)


def test_derivatives_are_recorded():
    def plain(x, p, out):
        out[0] = p[0] + x[0] ** 2

    def branching(x, p, out):
        if p[0] > 1e9:
            out[0] = 0.0
        else:
            out[0] = p[0] + x[0] ** 2

    def jacobian(x, p, out):
        out[0, 0] = 2 * x[0]

    for function, given, how in (
        (plain, None, "symbolic"),
        (branching, jacobian, "user's Jacobian"),
        (branching, None, "central differences"),
    ):
        system = contin.Flow(function, states=["x"], parameters={"r": -1.0}, jacobian=given)
        branch = follow(system, "r", start=[1.0], span=(-1, 1))
        assert branch.derivatives == how
        (fold,) = branch.special
        assert abs(fold["r"]) < 1e-9


def test_settings_are_checked_with_their_values():
    with pytest.raises(BadValue, match=r"`tolerance` must be a positive number, not -0.1"):
        Settings(tolerance=-0.1)
    with pytest.raises(BadValue, match="`largest_angle` must be at most 45"):
        Settings(largest_angle=90)
    with pytest.raises(BadValue, match="whole number"):
        Settings(most_points=1.5)
    with pytest.raises(BadValue, match="<= `largest_step`"):
        Settings(first_step=1.0)
    with pytest.raises(BadValue, match="at most 1e-3"):
        Settings(tolerance=0.1)
    with pytest.raises(BadValue, match="contin.Settings"):
        follow(griffith, "a", start=START, span=(0.05, 1), settings={"tolerance": 1e-8})


def test_the_angle_between_tangents_is_bounded():
    settings = Settings(largest_angle=4.0)
    coarse = follow(griffith, "a", start=START, span=(0.05, 1.0))
    fine = follow(griffith, "a", start=START, span=(0.05, 1.0), settings=settings)
    assert len(fine) > len(coarse)
    short = follow(griffith, "a", start=START, span=(0.05, 1.0), settings=Settings(most_points=10))
    assert [end.reason for end in short.ends] == ["most points", "most points"]
    assert "10 points" in short.ends[0].text


@pytest.mark.parametrize(
    ("change", "error", "words"),
    [
        ({"along": "A"}, UnknownName, "did you mean 'a'"),
        ({"along": None}, BadValue, "`along` must name a parameter"),
        ({"start": {"x": 2.0}}, BadValue, "lacks the state y"),
        ({"start": {"x": 2.0, "z": 1.0}}, UnknownName, "no state 'z'"),
        ({"start": [1.0]}, BadValue, "must have 2 values"),
        ({"start": [np.nan, 1.0]}, BadValue, "finite"),
        ({"start": ["a", 1.0]}, BadValue, "must be numbers"),
        ({"start": None}, BadValue, "`start` is missing"),
        ({"at": {"c": 1.0}}, UnknownName, "no parameter 'c'"),
        ({"at": {"b": np.inf}}, BadValue, "finite"),
        ({"span": (1.0, 0.05)}, BadValue, "reversed"),
        ({"span": (0.4, 0.4)}, BadValue, "empty"),
        ({"span": (0.05, np.inf)}, BadValue, "finite"),
        ({"span": 3}, BadValue, "pair"),
        ({"span": (0.5, 1.0)}, BadValue, "outside the span"),
        ({"mark": {"q": [1.0]}}, UnknownName, "no state or free parameter 'q'"),
        ({"mark": {"a": [np.nan]}}, BadValue, "finite"),
        ({"direction": "up"}, BadValue, "'both', 'forward' or 'backward'"),
    ],
)
def test_what_cannot_be_meant_is_refused_with_names_and_values(change, error, words):
    options = {"along": "a", "start": START, "span": (0.05, 1.0), **change}
    along = options.pop("along")
    with pytest.raises(error, match=words):
        follow(griffith, along, **options)


def test_a_start_from_which_newton_fails():
    @flow
    def none(x, *, r=1.0):
        return r + x**2

    with pytest.raises(NotConverged, match=r"no equilibrium of 'none' at r = 1 from x = 0.3"):
        follow(none, "r", start=[0.3], span=(-2, 2))


def test_a_model_that_is_not_finite():
    @flow
    def log(x, *, r=1.0):
        return np.log(x) - r

    with pytest.raises(NotFinite, match=r"not finite at the start \(dx/dt\)"):
        follow(log, "r", start=[-1.0], span=(0, 2))


def test_models_that_cannot_be_used():
    @flow
    def three(x, y, *, a=1.0):
        return x, y, a

    @flow
    def nothing(x, *, a=1.0):
        x + a

    @flow
    def raises(x, *, a=1.0):
        raise RuntimeError("broken on purpose")

    with pytest.raises(ModelError, match=r"returns 3 values for 2 states \(x, y\)"):
        follow(three, "a", start=[1, 1], span=(0, 2))
    with pytest.raises(ModelError, match="None"):
        follow(nothing, "a", start=[1], span=(0, 2))
    with pytest.raises(ModelError, match="RuntimeError.*broken on purpose"):
        follow(raises, "a", start=[1], span=(0, 2))
    with pytest.raises(BadValue, match="made with @contin.flow"):
        follow(lambda x: x, "a", start=[1], span=(0, 2))


def test_a_point_of_another_model_is_no_start():
    @flow
    def other(u, *, a=1.0):
        return a - u**2

    point = follow(griffith, "a", start=START, span=(0.05, 1.0)).special[0]
    with pytest.raises(BadValue, match="another model"):
        follow(other, "a", start=point, span=(0, 2))
    with pytest.raises(BadValue, match="carries its parameters"):
        follow(griffith, "a", start=point, at={"b": 2.0}, span=(0, 2))
    with pytest.raises(BadValue, match="only one branch"):
        contin.switch(point)


def test_a_special_point_is_a_start():
    fold = follow(griffith, "a", start=START, span=(0.05, 1.0)).special[0]
    again = follow(griffith, "a", start=fold, span=(0.05, 1.0))
    assert again.special["fold"][0]["a"] == pytest.approx(0.5, rel=1e-13)
    assert again.ends[0].reason == again.ends[1].reason == "span"


def test_progress_counts_points():
    counts = []
    branch = follow(griffith, "a", start=START, span=(0.05, 1.0), progress=counts.append)
    assert counts and max(counts) <= len(branch)


def test_an_interruption_keeps_what_is_there(monkeypatch):
    def interrupt(count):
        raise KeyboardInterrupt

    branch = follow(griffith, "a", start=START, span=(0.05, 1.0), progress=interrupt)
    assert "interrupted" in [end.reason for end in branch.ends]
    assert len(branch) > 1


SPECIALISATIONS = """
    import contin, numba
    from contin_kernels import follow as loop

    def model(i):
        text = f"def m{i}(x, y, *, r=-1.0, s={i}.5):\\n    return r + x**2 * s, -y + x * {i}\\n"
        space = {}
        exec(text, space)
        return contin.flow(space[f"m{i}"])

    for i in range(20):
        branch = contin.follow(model(i), "r", start=[(1 / (i + 0.5)) ** 0.5, 0.0], span=(-1.0, 1.0))
        assert [p.kind for p in branch.special] == ["fold"], i
    print(len(loop.advance.signatures), sum(len(d.signatures) for d in (loop.begin,)))
"""


@pytest.mark.skipif(os.environ.get("NUMBA_DISABLE_JIT") == "1", reason="counts compilations")
def test_twenty_models_compile_the_loop_once():
    done = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(SPECIALISATIONS)], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    loops, others = map(int, done.stdout.split())
    assert loops == 1
    assert others <= 2
