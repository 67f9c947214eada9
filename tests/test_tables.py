"""Tables: what a person reads of branches, and what xarray and pandas get."""

from __future__ import annotations

import builtins
import re
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from exact_branches import fold_branch, hopf_branch, pitchfork_diagram

from contin.branch import Branch, Diagram, Known, SpecialPoint, SpecialPoints
from contin.errors import MissingExtra
from contin.tables import branch_text, distinct_points
from contin.tables.digits import with_error


def with_point(branch: Branch, **changes: Any) -> Branch:
    return replace(branch, special=SpecialPoints([replace(branch.special[0], **changes)]))


def test_branch_reads_as_heading_ends_and_special_points() -> None:
    assert repr(fold_branch()).splitlines() == [
        "parabola: equilibria along p from 0 to 1; 41 points, 21 stable",
        "  first end: left the span at p = 1",
        "  last end:  left the span at p = 1",
        "",
        "  point  kind  p  x  y",
        "  LP1    fold  0  0  0",
    ]


def test_diagram_lists_branches_and_each_special_point_once() -> None:
    assert repr(pitchfork_diagram()).splitlines() == [
        "parabola: diagram along p; 2 branches, 42 points, 1 special point",
        "",
        "  branch  problem     span            points  stable  special  from      ends",
        "  0       equilibria  p from -1 to 1      21      11  BP1      -         span",
        "  1       equilibria  p from 0 to 1       21      21  BP1      BP1 of 0  span, most points",
        "",
        "  point  kind                                  p  x  y",
        "  BP1    supercritical pitchfork branch point  0  0  0",
    ]


def test_parent_that_is_not_in_the_diagram_is_named_by_its_number() -> None:
    assert " branch 7 " in repr(Diagram((replace(fold_branch(), parent=(7, 0)),)))


def test_branch_without_special_points_says_so() -> None:
    assert "special points: none" in branch_text(replace(fold_branch(), special=SpecialPoints([])))


def test_empty_and_single_things_read_well() -> None:
    branch = fold_branch(1)
    assert "; 1 point, 1 stable" in repr(branch)
    assert repr(Diagram(())) == "a diagram without branches"
    assert "1 branch, 1 point, 1 special point" in repr(Diagram((branch,)))
    nothing = replace(
        branch,
        special=SpecialPoints([]),
        spectra=Known(branch.eigenvalues[:0]),
        **{
            name: getattr(branch, name)[:0]
            for name in (
                "states",
                "parameters",
                "unstable",
                "arclength",
                "tangents",
                "residual",
            )
        },
    )
    assert "along p; 0 points" in repr(nothing)
    assert SpecialPoints([])._repr_html_() == "<div>no special points</div>"


@pytest.mark.parametrize(
    ("value", "error", "text"),
    [
        (470 / 19, 1e-15, "24.7368421053"),
        (470 / 19, 0.0, "24.7368421053"),
        (470 / 19, 3e-4, "24.737"),
        (-470 / 19, 3e-4, "-24.737"),
        (0.5, 1e-16, "0.500000000000"),
        (100.0, 0.4, "100"),
        (1.0, float("nan"), "1"),
        (1.0, float("inf"), "1"),
        (float("nan"), 1e-9, "nan"),
        (1e-17, 1e-15, "0"),
        (0.0, 0.0, "0"),
        (2.4, 5.0, "2"),
        (1.25e9, 3e7, "1.2e+09"),
        (2.5e9, 3e8, "2e+09"),
    ],
)
def test_parameter_has_the_digits_that_its_error_justifies(value: float, error: float, text: str) -> None:
    assert with_error(value, error) == text


def test_shown_parameter_is_right_within_its_error_in_every_digit() -> None:
    random = np.random.default_rng(1)
    for exponent, digits in random.integers((-9, 1), (10, 12), size=(200, 2)):
        value = float(random.uniform(1, 10) * 10.0**exponent)
        error = value * 10.0 ** -float(digits)
        shown = with_error(value, error)
        unit = 10.0 ** (exponent - len(re.sub(r"e.*|^[0.]*|\.", "", shown)) + 1)
        assert abs(float(shown) - value) <= 0.5000001 * unit
        assert error <= 0.5 * unit or len(re.sub(r"e.*|^[0.]*|\.", "", shown)) == 1


def test_many_states_are_cut_short() -> None:
    branch = fold_branch(3)
    names = tuple(f"u{k}" for k in range(9))
    point = replace(branch.special[0], state_names=names, state=np.arange(9.0))
    header = branch_text(replace(branch, special=SpecialPoints([point]))).splitlines()[-2]
    assert header.split() == ["point", "kind", "p", "u0", "u1", "u2", "u3", "u4", "(4", "more)"]


def test_html_shows_the_same_and_escapes_everything() -> None:
    branch = replace(
        with_point(fold_branch(), label="<LP>", form="<script>alert(1)</script>", kind="fold"), name="<b>&\"'"
    )
    for html in (branch._repr_html_(), Diagram((branch,))._repr_html_(), branch.special._repr_html_()):
        assert "<script>" not in html and "<b>" not in html and "<LP>" not in html
        assert "&lt;LP&gt;" in html and "<table" in html
        assert html.count("<td") % 5 == 0 or "equilibria" in html
    assert "left the span at p = 1" in branch._repr_html_()


def test_html_sets_no_colours_of_its_own() -> None:
    html = pitchfork_diagram()._repr_html_()
    assert not re.search(r"#[0-9a-f]{3}|rgb\(|(?<!-)color:", html)


def test_branch_point_of_two_branches_counts_once() -> None:
    diagram = pitchfork_diagram()
    assert [point.label for point in diagram.special] == ["BP1"]
    assert diagram.special[0] is diagram[0].special[0]


@pytest.mark.parametrize(
    ("changes", "count"),
    [
        ({}, 1),
        ({"parameters": np.array([5e-9, 2.0])}, 1),
        ({"parameters": np.array([5e-8, 2.0])}, 2),
        ({"parameters": np.array([5e-8, 2.0]), "error": 1e-7}, 1),
        ({"parameters": np.array([0.0, 2.1])}, 2),
        ({"state": np.array([5e-8, 0.0])}, 2),
        ({"kind": "hopf"}, 2),
        ({"error": float("nan")}, 1),
        ({"parameters": np.array([5e-8, 2.0]), "error": float("inf")}, 2),
    ],
)
def test_points_are_the_same_within_their_errors(changes: dict[str, Any], count: int) -> None:
    branch = fold_branch()
    assert len(distinct_points([branch, with_point(branch, **changes)])) == count


def test_distinct_points_scale_with_the_variables() -> None:
    """Two folds 1e-6 apart are one or two by the width of the branch, not by its units."""

    def scaled(branch: Branch, factor: float, shift: float) -> Branch:
        point: SpecialPoint = branch.special[0]
        moved = replace(point, parameters=(point.parameters + [shift, 0]) * [factor, 1], error=0.0)
        return replace(branch, parameters=branch.parameters * [factor, 1], special=SpecialPoints([moved]))

    for factor in (1e-12, 1.0, 1e12):
        apart = [scaled(fold_branch(), factor, shift) for shift in (0.0, 1e-6)]
        close = [scaled(fold_branch(), factor, shift) for shift in (0.0, 1e-9)]
        assert len(distinct_points(apart)) == 2
        assert len(distinct_points(close)) == 1


def test_distinct_points_of_different_models_and_of_nothing() -> None:
    other = replace(fold_branch(), state_names=("u", "v"))
    other = with_point(other, state_names=("u", "v"))
    assert len(distinct_points([fold_branch(), other])) == 2
    assert distinct_points([]) == []


def test_xarray_has_named_dimensions_and_complex_eigenvalues() -> None:
    branch = hopf_branch()
    data = branch.to_xarray()
    assert data.states.dims == ("point", "state")
    np.testing.assert_array_equal(data.states.sel(state="x"), branch["x"])
    np.testing.assert_array_equal(data.parameters.sel(parameter="p"), branch["p"])
    assert data.eigenvalues.dtype == complex
    np.testing.assert_array_equal(data.eigenvalues, branch.eigenvalues)
    assert data.stable.dtype == bool
    np.testing.assert_array_equal(data.coords["p"], branch["p"])
    assert list(data.tangents.coords["unknown"].values) == ["x", "y", "p"]
    assert data.attrs["problem"] == "equilibria" and data.attrs["along"] == ["p"]
    assert data.attrs["first_end"] == "f is not finite: c = nan"


def test_xarray_has_special_points_by_label() -> None:
    point = hopf_branch().to_xarray().sel(special="H1")
    assert point.special_kind == "hopf" and point.special_criticality == "supercritical"
    assert point.special_coefficients.sel(coefficient="l1") == -1.0
    np.testing.assert_array_equal(point.special_eigenvalues, [1j, -1j])
    assert point.special_parameters.sel(parameter="p") == 0.0
    assert np.isnan(point.special_error)


def test_xarray_of_a_branch_without_special_points() -> None:
    data = replace(fold_branch(), special=SpecialPoints([]), tangents=np.zeros((41, 7))).to_xarray()
    assert data.sizes["special"] == 0
    assert data.sizes["unknown"] == 7


def test_dataframe_has_one_row_a_point() -> None:
    branch = fold_branch()
    frame = branch.to_dataframe()
    assert list(frame.columns) == ["p", "x", "y", "unstable", "stable", "arclength", "point"]
    assert len(frame) == len(branch)
    np.testing.assert_array_equal(frame["x"] ** 2, frame["p"])
    assert frame.point[20] == "LP1" and (frame.point != "").sum() == 1


def test_dataframe_joins_labels_on_one_row_and_prefers_the_states_names() -> None:
    branch = fold_branch(3)
    twice = replace(branch, special=SpecialPoints([*branch.special, replace(branch.special[0], label="H1")]))
    assert twice.to_dataframe().point[1] == "LP1, H1"
    named = replace(branch, state_names=("stable", "y"))
    np.testing.assert_array_equal(named.to_dataframe()["stable"], branch["x"])


@pytest.mark.parametrize(("package", "method"), [("xarray", "to_xarray"), ("pandas", "to_dataframe")])
def test_missing_package_gives_the_pip_command(
    monkeypatch: pytest.MonkeyPatch, package: str, method: str
) -> None:
    real = builtins.__import__

    def without(name: str, *rest: Any, **options: Any) -> Any:
        if name == package:
            raise ImportError(name)
        return real(name, *rest, **options)

    monkeypatch.setattr(builtins, "__import__", without)
    with pytest.raises(MissingExtra, match=r'pip install "contin\[xarray\]"'):
        getattr(fold_branch(), method)()
