"""Conservation laws: found, named, checked; equilibria of fixed totals, and totals as parameters. Exact values."""

from __future__ import annotations

import numpy as np
import pytest

import contin
from contin.errors import BadValue, ModelError, UnknownName


@contin.flow(conserved={"ligand": "Lf + 2*LD + 2*Rb"})
def receptor(Lf, LD, Rb, Rf, *, k1=2.0, km1=1.0, k2=4.0, km2=1.0):
    dimerise = k1 * Lf**2 - km1 * LD
    bind = k2 * LD * Rf - km2 * Rb
    return -2 * dimerise, dimerise - bind, bind, -bind


@contin.flow
def autocatalysis(x, y, *, k=1.0):
    """x y = 1/k beside x = 0: with x + y = T a fold at T = 2/sqrt(k), x = T/2."""
    return k * y * x**2 - x, x - k * y * x**2


@contin.flow
def rotor(u, v, w, *, mu=-1.0):
    """The Hopf normal form; u + v + w is conserved, and w has no part in it."""
    s = u**2 + v**2
    du, dv = mu * u - v - u * s, u + mu * v - v * s
    return du, dv, -du - dv


@contin.flow
def fork(x, y, z, *, mu=-1.0):
    """A pitchfork in x with x + 2 y conserved, beside a state that decays."""
    dx = mu * x - x**3
    return dx, -dx / 2, -z


def test_laws_are_found_named_and_whole():
    assert receptor.conserved == {"ligand": "Lf + 2*LD + 2*Rb", "total_1": "Rb + Rf"}
    unnamed = contin.flow(receptor.function)
    assert unnamed.conserved == {"total_1": "Lf + 2*LD + 2*Rb", "total_2": "Rb + Rf"}
    assert autocatalysis.conserved == {"total_1": "x + y"}
    assert fork.conserved == {"total_1": "x + 2*y"}


def test_a_law_of_any_units_is_found():
    @contin.flow
    def scaled(a, b, *, k=1.0):
        rate = k * a / 1e9 - b * 1e9
        return -rate * 1e9, rate / 1e9

    assert set(scaled.conserved) == {"total_1"}
    weights = scaled.laws["total_1"].weights
    assert weights[1] / weights[0] == pytest.approx(1e18, rel=1e-9)


@pytest.mark.parametrize("name", ["griffith", "lorenz", "hodgkin_huxley", "brusselator"])
def test_models_without_laws_have_none(name):
    assert contin.models.example(name).system.conserved == {}


def test_a_law_at_the_defaults_alone_is_none():
    @contin.flow
    def leaking(x, y, *, k=1.0, leak=0.0):
        return k * y - x, x - k * y - leak * y

    assert leaking.conserved == {}


@pytest.mark.parametrize(
    ("laws", "words"),
    [
        ({"ligand": "Lf*LD"}, "not a sum of multiples"),
        ({"ligand": "Lf + LD"}, "is not conserved"),
        ({"ligand": "Lf + wrong"}, "must be a sum of multiples of its states"),
        ({"ligand": "Lf +"}, "must be a sum of multiples of its states"),
        ({"ligand": "abs(Lf)"}, "must be a sum of multiples of its states"),
        ({"Lf": "Rb + Rf"}, "cannot name a conservation law"),
    ],
)
def test_wrong_laws_are_told(laws, words):
    system = contin.flow(conserved=laws)(receptor.function)
    with pytest.raises(ModelError, match=words):
        contin.follow(system, "k1", start=[0.5, 0.5, 2.0, 1.0], span=(1.0, 3.0))


def test_the_start_fixes_the_totals():
    branch = contin.follow(receptor, "k1", start=[0.5, 0.5, 2.0, 1.0], span=(1.0, 3.0))
    row = branch.start
    assert branch.states[row] == pytest.approx([0.5, 0.5, 2.0, 1.0], rel=1e-12)
    assert branch["ligand"] == pytest.approx(np.full(len(branch), 5.5), rel=1e-15)
    states = branch.states
    assert states @ [1, 2, 2, 0] == pytest.approx(np.full(len(branch), 5.5), rel=1e-14)
    assert states @ [0, 0, 1, 1] == pytest.approx(np.full(len(branch), 3.0), rel=1e-14)
    k1, (Lf, LD, Rb, Rf) = branch["k1"], states.T
    assert k1 * Lf**2 == pytest.approx(LD, rel=1e-9)
    assert 4 * LD * Rf == pytest.approx(Rb, rel=1e-9)
    assert not len(branch.special)
    assert branch.eigenvalues.shape == (len(branch), 4)
    assert np.all(branch.eigenvalues[:, 2:] == 0)
    assert np.all(branch.eigenvalues[:, :2].real < 0)
    assert branch.stable.all()


def test_a_total_is_a_parameter():
    branch = contin.follow(receptor, "ligand", start=[0.5, 0.5, 2.0, 1.0], span=(1.0, 20.0))
    assert [end.reason for end in branch.ends] == ["span", "span"]
    assert (branch["ligand"].min(), branch["ligand"].max()) == (1.0, 20.0)
    # With l = Lf: LD = 2 l^2, Rb = 3 LD 4 / (1 + 4 LD), and the total follows.
    LD = 2 * branch["Lf"] ** 2
    Rb = 12 * LD / (1 + 4 * LD)
    assert branch["Lf"] + 2 * LD + 2 * Rb == pytest.approx(branch["ligand"], rel=1e-9)
    assert branch["total_1"] == pytest.approx(np.full(len(branch), 3.0), rel=1e-15)
    assert not len(branch.special)


def test_a_fold_in_a_total_and_in_a_parameter():
    branch = contin.follow(autocatalysis, "total_1", start=[2.0, 0.5], span=(0.5, 5.0))
    (point,) = branch.special
    assert (point.kind, point["total_1"], point["x"], point["y"]) == (
        "fold",
        pytest.approx(2.0, abs=1e-13),
        *2 * (pytest.approx(1.0, abs=1e-9),),
    )
    assert abs(point["total_1"] - 2.0) <= point.error
    branch = contin.follow(autocatalysis, "k", start=[2.0, 0.5], span=(0.3, 2.0))
    (point,) = branch.special["fold"]
    assert abs(point["k"] - 4 / 2.5**2) <= point.error <= 1e-12
    # Backwards from the point itself.
    again = contin.follow(autocatalysis, "k", start=point, span=(0.3, 2.0))
    assert again.special["fold"][0]["k"] == pytest.approx(4 / 2.5**2, rel=1e-13)


def test_hopf_beside_a_conserved_total():
    branch = contin.follow(rotor, "mu", start=[0.0, 0.0, 1.0], span=(-1.0, 1.0))
    (point,) = branch.special
    assert (point.kind, point.criticality) == ("hopf", "supercritical")
    assert abs(point["mu"]) <= point.error <= 1e-12
    assert point.coefficients["omega"] == pytest.approx(1.0, abs=1e-12)
    assert point["w"] == pytest.approx(1.0, abs=1e-12)
    assert sorted(set(branch.unstable.tolist())) == [0, 2]


def test_switching_keeps_the_totals():
    diagram = contin.diagram(fork, "mu", span=(-1.0, 1.0), start=[0.0, 0.5, 0.0])
    (point,) = diagram.special
    assert (point.kind, point.form, point.criticality) == ("branch point", "pitchfork", "supercritical")
    assert abs(point["mu"]) <= point.error
    assert len(diagram) == 3
    for branch in diagram.branches[1:]:
        inside = branch["mu"] > 1e-3
        assert branch["x"][inside] ** 2 == pytest.approx(branch["mu"][inside], rel=1e-8)
        assert branch["x"] + 2 * branch["y"] == pytest.approx(np.ones(len(branch)), rel=1e-14)


def test_diagram_needs_the_totals_and_takes_them():
    with pytest.raises(BadValue, match=r"conserves ligand = Lf \+ 2\*LD \+ 2\*Rb, total_1 = Rb \+ Rf"):
        contin.diagram(receptor, "k1", span=(0.5, 20.0))
    diagram = contin.diagram(receptor, "ligand", span=(0.5, 20.0), at={"total_1": 3.0})
    feasible = [branch for branch in diagram if np.all(branch.states > 0)]
    assert len(feasible) == 1 and feasible[0].stable.all()
    assert not len(diagram.special)


def test_totals_of_a_start_may_be_given():
    branch = contin.follow(
        receptor, "k1", start=[1, 1, 1, 1], at={"ligand": 5.5, "total_1": 3.0, "k1": 2.0}, span=(1, 3)
    )
    assert branch.states[branch.start] == pytest.approx([0.5, 0.5, 2.0, 1.0], rel=1e-9)


def test_unknown_names_are_told_with_the_laws():
    with pytest.raises(UnknownName, match="ligand"):
        contin.follow(receptor, "ligands", start=[0.5, 0.5, 2.0, 1.0], span=(1.0, 3.0))


def test_files_keep_totals(tmp_path):
    branch = contin.follow(autocatalysis, "total_1", start=[2.0, 0.5], span=(0.5, 5.0))
    contin.save(tmp_path / "a.h5", branch)
    again = contin.load(tmp_path / "a.h5")
    again = again if isinstance(again, contin.Branch) else again[0]
    assert np.array_equal(again["total_1"], branch["total_1"])
    assert again.special[0]["total_1"] == branch.special[0]["total_1"]
    loaded = contin.load(tmp_path / "a.h5", model=autocatalysis)
    loaded = loaded if isinstance(loaded, contin.Branch) else loaded[0]
    onward = contin.follow(autocatalysis, "k", start=loaded.special[0], span=(0.5, 2.0))
    assert onward.special["fold"][0]["k"] == pytest.approx(1.0, rel=1e-12)


@contin.flow
def decaying(x, y, *, k=1.0, back=0.5, k_deg=0.2, feed=0.1):
    """x and y turn into each other; x is fed and y decays: x + y is conserved where feed and k_deg are zero."""
    rate = k * x - back * y
    return feed - rate, rate - k_deg * y


CLOSED = {"feed": 0.0, "k_deg": 0.0}


def test_a_law_that_holds_at_given_values_only_is_reduced_by_follow():
    assert decaying.conserved == {}
    branch = contin.follow(decaying, "k", start=[1.0, 2.0], at={**CLOSED, "k": 1.0}, span=(0.1, 5.0))
    assert branch.parameter_names == ("k", "back", "k_deg", "feed", "total_1")
    np.testing.assert_allclose(branch["total_1"], 3.0, rtol=1e-15)
    np.testing.assert_allclose(branch["x"], 3 * 0.5 / (branch["k"] + 0.5), rtol=1e-9)
    np.testing.assert_allclose(branch["x"] + branch["y"], 3.0, rtol=1e-14)
    np.testing.assert_allclose(branch.eigenvalues[:, 0].real, -(branch["k"] + 0.5), rtol=1e-12)
    assert branch.stable.all() and not len(branch.special)


def test_the_free_parameter_stays_free_when_laws_are_looked_for():
    """From k_deg = 0 along k_deg nothing is conserved: x = feed (back + k_deg)/(k k_deg), y = feed/k_deg."""
    branch = contin.follow(decaying, "k_deg", start=[0.35, 0.5], at={"k_deg": 0.2}, span=(0.01, 1.0))
    assert branch.parameter_names == ("k", "back", "k_deg", "feed")
    np.testing.assert_allclose(branch["y"], 0.1 / branch["k_deg"], rtol=1e-8)
    assert decaying.laws_at(decaying.parameter_vector(CLOSED), "k_deg") == {}
    assert decaying.laws_at(decaying.parameter_vector(CLOSED), "feed") == {}
    (law,) = decaying.laws_at(decaying.parameter_vector(CLOSED), "back").values()
    assert law.text == "x + y"


def test_a_total_that_is_there_at_given_values_only_may_be_the_parameter():
    branch = contin.follow(decaying, "total_1", start=[1.0, 2.0], at=CLOSED, span=(0.5, 9.0))
    np.testing.assert_allclose(branch["x"], branch["total_1"] / 3, rtol=1e-9)
    again = contin.follow(decaying, "k", start=[1, 1], at={**CLOSED, "total_1": 6.0}, span=(0.5, 2.0))
    np.testing.assert_allclose(again["total_1"], 6.0, rtol=1e-15)
    with pytest.raises(UnknownName, match="no parameter 'total_1'"):
        contin.follow(decaying, "total_1", start=[1.0, 2.0], span=(0.5, 9.0))


def test_files_keep_totals_that_are_there_at_given_values_only(tmp_path):
    @contin.flow
    def leaking(x, y, *, k=1.0, leak=0.0):
        """`autocatalysis` with a leak: at leak = 0 a fold at the total 2/sqrt(k)."""
        return k * y * x**2 - x, x - k * y * x**2 - leak * y

    branch = contin.follow(leaking, "total_1", start=[2.0, 0.5], span=(0.5, 5.0))
    contin.save(tmp_path / "a.h5", branch)
    again = contin.load(tmp_path / "a.h5", model=leaking)
    again = again if isinstance(again, contin.Branch) else again[0]
    assert np.array_equal(again["total_1"], branch["total_1"])
    (fold,) = again.special
    assert abs(fold["total_1"] - 2.0) <= fold.error
    onward = contin.follow(leaking, "k", start=fold, span=(0.5, 2.0))
    assert onward.special["fold"][0]["k"] == pytest.approx(1.0, rel=1e-12)


def test_one_set_of_laws_for_settle_fixed_points_and_diagram():
    rest = contin.settle(decaying, [3.0, 0.0], at=CLOSED)
    assert rest.state == pytest.approx([1.0, 2.0], rel=1e-14)
    onward = contin.follow(decaying, "k", start=rest, span=(0.1, 5.0))
    np.testing.assert_allclose(onward["total_1"], 3.0, rtol=1e-14)
    with pytest.raises(BadValue, match=r"conserves total_1 = x \+ y"):
        contin.fixed_points(decaying, at=CLOSED)
    (point,) = contin.fixed_points(decaying, at={**CLOSED, "total_1": 3.0}, confirm=True)
    assert point.state == pytest.approx([1.0, 2.0], rel=1e-12)
    assert point.reached and point.eigenvalues == pytest.approx([-1.5])
    diagram = contin.diagram(decaying, "k", span=(0.1, 5.0), at={**CLOSED, "total_1": 3.0})
    assert len(diagram) == 1
    np.testing.assert_allclose(diagram[0]["x"], 1.5 / (diagram[0]["k"] + 0.5), rtol=1e-9)


def test_a_branch_point_beside_a_law_at_given_values_is_switched_at():
    @contin.flow
    def leaking_fork(x, y, z, *, mu=-1.0, leak=0.0):
        """`fork` with a leak: x + 2 y is conserved at leak = 0."""
        dx = mu * x - x**3
        return dx, -dx / 2 - leak * y, -z

    diagram = contin.diagram(leaking_fork, "mu", span=(-1.0, 1.0), start=[0.0, 0.5, 0.0])
    assert len(diagram) == 3
    for branch in diagram.branches[1:]:
        np.testing.assert_allclose(branch["x"] + 2 * branch["y"], 1.0, rtol=1e-13)
    fold = contin.follow(autocatalysis, "total_1", start=[2.0, 0.5], span=(0.5, 5.0)).special[0]
    after = contin.simulate(autocatalysis, fold, 1.0)
    np.testing.assert_allclose(after.states.sum(axis=1), 2.0, rtol=1e-9)


@pytest.mark.parametrize("leak", [1e-2, 1e-5, 1e-9, 1e-12])
def test_a_leak_however_slow_breaks_a_law(leak):
    @contin.flow
    def slow(x, y, z, *, k=1e4, leak=1.0):
        rate = k * (x - y)
        return -rate, rate - leak * k * y, leak * k * (1.0 - z)

    assert slow.laws_at(slow.parameter_vector({"leak": leak})) == {}
    assert [law.text for law in slow.laws_at(slow.parameter_vector({"leak": 0.0})).values()] == ["x + y", "z"]


def test_laws_at_given_values_are_numbered_after_those_that_always_hold():
    @contin.flow
    def pools(a, b, c, d, *, k=1.0, loss=0.5):
        one, other = k * (a - b), c - d**2
        return -one, one, -other, other - loss * d

    assert pools.conserved == {"total_1": "a + b"}
    texts = {name: law.text for name, law in pools.laws_at(pools.parameter_vector({"loss": 0.0})).items()}
    assert texts == {"total_1": "a + b", "total_2": "c + d"}


def test_marks_are_those_of_the_state_that_is_named():
    common = {"start": [0.5, 0.5, 2.0, 1.0], "span": (1.0, 20.0)}
    free = [name for name in receptor.states if marked(name, common) is not None]
    assert len(free) == 2
    for name in free:
        (point,) = marked(name, common).special
        assert point.kind == "marked"
        assert point[name] == 0.6
    (point,) = contin.follow(receptor, "ligand", **common, mark={"ligand": [6.0]}).special
    assert (point.kind, point["ligand"]) == ("marked", 6.0)


def marked(name, common):
    """The branch with a mark at 0.6 of a state, None where the totals tell the state from the others."""
    try:
        return contin.follow(receptor, "ligand", **common, mark={name: [0.6]})
    except BadValue as error:
        assert f"cannot be used with {name}" in str(error)
        return None
