"""Special points exactly at an end of the span, or within rounding of it, from either end."""

import pytest
from trouble import assert_special, hopf, pitchfork, reasons, transcritical

from contin import flow, follow


@flow
def hopf_on_a_curve(x, y, z, *, r=-1.0):
    return (z - 0.5) * x - y - x**3, x + (z - 0.5) * y - y**3, r - z


@flow
def fold(x, *, r=-1.0):
    return r + x * x


MODELS = {
    "branch point": [(transcritical, 0.0), (pitchfork, 0.0)],
    "hopf": [(hopf, 0.0), (hopf_on_a_curve, 0.5)],
}
CASES = [(kind, model, at) for kind, models in MODELS.items() for model, at in models]


def start_at(model, r):
    """The trivial equilibrium at r."""
    return [0.0] * (len(model.states) - 1) + [r if model is hopf_on_a_curve else 0.0]


@pytest.mark.parametrize(("kind", "model", "at"), CASES)
@pytest.mark.parametrize("side", [-1, 1])
@pytest.mark.parametrize("from_the_point", [False, True])
def test_a_point_at_an_end_of_the_span_is_reported(kind, model, at, side, from_the_point):
    r = at if from_the_point else at + side
    span = (min(at, at + side), max(at, at + side))
    branch = follow(model, "r", start=start_at(model, r), at={"r": r}, span=span)
    assert_special(branch, {kind: [at]}, rounding=1e-15)
    assert reasons(branch) == ["span", "span"]


@pytest.mark.parametrize(("kind", "model", "at"), CASES)
@pytest.mark.parametrize("beyond", [1e-15, 1e-14, 1e-8])
def test_so_is_one_within_rounding_of_it(kind, model, at, beyond):
    branch = follow(model, "r", start=start_at(model, at - 1), at={"r": at - 1}, span=(at - 1, at + beyond))
    assert_special(branch, {kind: [at]}, rounding=1e-15)


@pytest.mark.parametrize(("kind", "model", "at"), CASES)
def test_a_point_just_outside_the_span_is_not(kind, model, at):
    branch = follow(model, "r", start=start_at(model, at - 1), at={"r": at - 1}, span=(at - 1, at - 1e-6))
    assert len(branch.special) == 0
    assert reasons(branch) == ["span", "span"]


def test_a_fold_at_the_end_of_the_span_turns_there():
    branch = follow(fold, "r", start=[1.0], span=(-1, 0))
    assert_special(branch, {"fold": [0.0]})
    assert branch["r"].min() == -1 and branch["x"][0] * branch["x"][-1] < 0
