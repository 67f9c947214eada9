"""The facts that the built-in models state are true, checked without contin's engine.

The right-hand sides are evaluated as plain Python functions; Jacobians are central differences.
"""

from __future__ import annotations

from importlib import import_module
from pathlib import Path

import numpy as np
import pytest
import sympy
from reference_values import KNOWN

import contin

FOLDER = Path(__file__).parent.parent / "contin" / "models"
FILES = sorted(
    path.stem
    for path in FOLDER.glob("*.py")
    if not path.stem.startswith("_") and hasattr(import_module(f"contin.models.{path.stem}"), "MODELS")
)
EXAMPLES = {}
for file in FILES:
    EXAMPLES |= import_module(f"contin.models.{file}").MODELS
FACTS = [
    pytest.param(name, fact, id=f"{name}-{fact.kind}-{fact.value:.4g}-{i}")
    for name, example in EXAMPLES.items()
    for i, fact in enumerate(example.facts)
]
WITH_STATE = [case for case in FACTS if case.values[1].state is not None]
FOLDS_AND_HOPFS = [case for case in FACTS if case.values[1].kind in ("fold", "hopf")]


def right_hand_side(example, x, p, period=None):
    """Return f (n,) at the state `x` (n,) and the parameters `p`; of a map f(x) - x, of its cycles f(...f(x)) - x."""
    y = np.asarray(x, dtype=float)
    is_map = isinstance(example.system, contin.Map)
    for _ in range((period or example.period) if is_map else 1):
        y = np.atleast_1d(np.asarray(example.system(*map(float, y), **p), dtype=float))
    return y - x if is_map else y


def derivative(f, x):
    """Return the matrix of central differences of `f` at `x`, accurate to about 1e-9."""
    x = np.asarray(x, dtype=float)
    columns = []
    for i in range(len(x)):
        h = np.finfo(float).eps ** (1 / 3) * max(1.0, abs(x[i])) * (0.01 if abs(x[i]) < 0.1 else 1.0)
        step = np.zeros(len(x))
        step[i] = h
        # fourth order, so that a curved f does not look regular at a singular point
        near, far = f(x + step) - f(x - step), f(x + 2 * step) - f(x - 2 * step)
        columns.append((8 * near - far) / (12 * h))
    return np.stack(columns, axis=1)


def at_fact(example, fact):
    """Return the state (n,), the parameters and the matrix [F_x F_p] (n, n + 1) at a fact."""
    x = np.array([fact.state[name] for name in example.system.states])
    p = dict(example.system.parameters) | {example.along: fact.value}

    def f(z):
        return right_hand_side(example, z[:-1], p | {example.along: float(z[-1])}, fact.period)

    return x, p, derivative(f, [*x, fact.value])


@pytest.mark.parametrize("file", FILES)
def test_names_start_with_the_name_of_the_file(file):
    names = import_module(f"contin.models.{file}").MODELS
    assert file in names
    assert all(name.startswith(file) for name in names)


@pytest.mark.parametrize("file", FILES)
def test_model_is_explained(file):
    assert "Source:" in import_module(f"contin.models.{file}").__doc__


@pytest.mark.parametrize("name", EXAMPLES)
def test_names_in_the_example_are_names_of_the_model(name):
    example = EXAMPLES[name]
    assert example.along in example.system.parameters
    assert set(example.start) == set(example.system.states)
    assert set(example.at) <= set(example.system.parameters)
    assert example.show in example.system.states
    for fact in example.facts:
        assert fact.state is None or set(fact.state) == set(example.system.states)


@pytest.mark.parametrize("name", EXAMPLES)
def test_start_is_an_equilibrium_within_the_span(name):
    example = EXAMPLES[name]
    p = dict(example.system.parameters) | example.at
    x = np.array([example.start[state] for state in example.system.states])
    jacobian = derivative(lambda z: right_hand_side(example, z, p), x)
    newton = np.linalg.lstsq(jacobian, right_hand_side(example, x, p), rcond=1e-9)[
        0
    ]  # totals may be conserved
    assert np.all(np.abs(newton) <= 1e-3 * np.maximum(1.0, np.abs(x)))
    lower, upper = example.span
    assert lower <= p[example.along] <= upper


@pytest.mark.parametrize(("name", "fact"), FACTS)
def test_fact_lies_within_the_span(name, fact):
    lower, upper = EXAMPLES[name].span
    assert lower < fact.value < upper
    assert 0 < fact.tolerance < 0.1


@pytest.mark.parametrize(("name", "fact"), WITH_STATE)
def test_right_hand_side_vanishes_at_the_fact(name, fact):
    example = EXAMPLES[name]
    x, p, matrix = at_fact(example, fact)
    rounding = np.abs(matrix) @ np.abs([*x, fact.value]) + 1.0
    allowed = 1e-13 * rounding + np.abs(matrix[:, -1]) * fact.tolerance
    assert np.all(np.abs(right_hand_side(example, x, p, fact.period)) <= allowed)


@pytest.mark.parametrize(("name", "fact"), WITH_STATE)
def test_jacobian_is_singular_as_stated(name, fact):
    _, _, matrix = at_fact(EXAMPLES[name], fact)
    eigenvalues = np.linalg.eigvals(matrix[:, :-1])
    laws = len(
        getattr(EXAMPLES[name].system, "given_laws", None) or {}
    )  # each makes an eigenvalue zero everywhere
    eigenvalues = eigenvalues[np.argsort(np.abs(eigenvalues))][laws:]
    scale = max(1.0, np.abs(eigenvalues).max())
    # rows scaled alike, so that the rank of [F_x F_p] does not depend on units of time
    rows = np.linalg.norm(matrix, axis=1, keepdims=True).clip(1e-8)
    singular = np.linalg.svd(matrix / rows, compute_uv=False)
    if fact.kind == "fold":
        assert np.abs(eigenvalues).min() < 1e-7 * scale
        assert singular[-1] > 1e-4
    elif fact.kind == "branch point":
        assert np.abs(eigenvalues).min() < 1e-7 * scale
        assert singular[-1] < 1e-7
    elif fact.kind == "hopf":
        critical = eigenvalues[np.argsort(np.abs(eigenvalues.real))[:2]]
        assert np.abs(critical.real).max() < 1e-7 * scale
        assert critical[0].imag == -critical[1].imag != 0
    elif fact.kind == "flip":
        assert np.abs(eigenvalues + 2.0).min() < 1e-7 * scale
    elif fact.kind == "neimark-sacker":
        critical = eigenvalues[np.argsort(np.abs(np.abs(eigenvalues + 1.0) - 1.0))[:2]]
        assert np.abs(np.abs(critical + 1.0) - 1.0).max() < 1e-7 * scale
        assert critical[0].imag == -critical[1].imag != 0
    else:
        pytest.fail(f"no check for {fact.kind}")


@pytest.mark.parametrize(("name", "fact"), FOLDS_AND_HOPFS)
def test_fact_agrees_with_the_table_of_20_digits(name, fact):
    example = EXAMPLES[name]
    same = [
        known
        for known in KNOWN
        if (known.model, known.kind, known.along) == (name, fact.kind, example.along)
        and abs(float(known.value) - fact.value) <= fact.tolerance
    ]
    if not same and name in {known.model for known in KNOWN}:
        pytest.fail(f"the table has {name} but not its {fact.kind} at {fact.value}")
    for known in same:
        if fact.criticality is not None and known.l1 is not None:
            assert fact.criticality == ("subcritical" if float(known.l1) > 0 else "supercritical")


@pytest.mark.parametrize("name", sorted({known.model for known in KNOWN}))
def test_every_point_of_the_table_is_a_fact_of_its_model(name):
    """Mirror images under a symmetry of the model share a value, which is compared once."""
    facts = [fact for fact in EXAMPLES[name].facts if fact.kind in ("fold", "hopf")]
    table = [known for known in KNOWN if known.model == name]
    stated = {(fact.kind, round(fact.value, 6)) for fact in facts}
    assert stated == {(known.kind, round(float(known.value), 6)) for known in table}


def test_the_equilibrium_of_ligand_and_receptor_is_exact_and_stable():
    example = EXAMPLES["ligand_receptor"]
    x, p = np.array([0.5, 0.5, 2.0, 1.0]), dict(example.system.parameters)
    np.testing.assert_array_equal(right_hand_side(example, x, p), 0.0)
    ligand, receptor = np.array([1, 2, 2, 0]), np.array([0, 0, 1, 1])
    assert (ligand @ x, receptor @ x) == (5.5, 3.0)
    eigenvalues = np.linalg.eigvals(derivative(lambda z: right_hand_side(example, z, p), x))
    assert np.count_nonzero(np.abs(eigenvalues) < 1e-8) == 2
    assert np.all(np.sort(eigenvalues.real)[:2] < -0.1)
    elsewhere = right_hand_side(example, np.array([3.0, 0.7, 0.2, 5.0]), p)
    assert abs(ligand @ elsewhere) < 1e-14 and abs(receptor @ elsewhere) < 1e-14


def test_the_equilibrium_of_receptor_and_transcription_is_exact():
    example = EXAMPLES["receptor_transcription"]
    np.testing.assert_array_equal(
        right_hand_side(example, np.array([1.0, 1.0, 1.0, 2.0]), example.system.parameters), 0.0
    )


def test_robertson_conserves_its_sum_without_the_feed_and_has_a_zero_eigenvalue_more():
    example = EXAMPLES["robertson"]
    p = dict(example.system.parameters)
    assert sum(right_hand_side(example, np.array([0.3, 1e-5, 0.6]), p)) == pytest.approx(0.0, abs=1e-12)
    jacobian = np.array([[-0.04, 1e4, 0.0], [0.04, -1e4, 0.0], [0.0, 0.0, 0.0]])
    x = np.array([0.0, 0.0, 1.0])
    np.testing.assert_allclose(
        derivative(lambda z: right_hand_side(example, z, p), x), jacobian, rtol=1e-6, atol=1e-6
    )
    assert np.linalg.matrix_rank(jacobian) == 1


def test_griffith_with_a_basal_rate_has_a_cusp():
    """SymPy solves for the state where the equilibria's a b and its first two derivatives in x agree."""
    a, b, s, x = sympy.symbols("a b s x", positive=True)
    system = EXAMPLES["griffith_basal"].system
    protein, messenger = system.function(x, a * x, a=a, b=b, s=s)
    assert sympy.simplify(protein) == 0
    conditions = [sympy.diff(messenger, x, order) for order in range(3)]
    (found,) = sympy.solve([sympy.numer(sympy.together(c)) for c in conditions], [x, a, s], dict=True)
    assert found[x] == 1 / sympy.sqrt(3)
    assert sympy.simplify(found[a] * b - 3 * sympy.sqrt(3) / 8) == 0
    assert found[s] == sympy.Rational(1, 8)
    assert sympy.simplify(sympy.diff(messenger, x, 3).subs(found)) != 0


@pytest.mark.parametrize("k6", [0.2, 1.0, 3.0])
def test_six_states_of_the_cell_cycle_are_the_five_and_what_they_leave_of_cdc2(k6):
    six, five = EXAMPLES["tyson_1991_6"], EXAMPLES["tyson_1991"]
    x = np.array([0.6, 0.2, 0.05, 0.002, 0.03])
    p = dict(five.system.parameters) | {"k6": k6}
    assert six.system.parameters == five.system.parameters
    rates = right_hand_side(six, np.array([1 - 0.6 - 0.2 - 0.05, *x]), p)
    np.testing.assert_allclose(rates[1:], right_hand_side(five, x, p), rtol=1e-12)
    assert rates[:4].sum() == pytest.approx(0.0, abs=1e-9)
