"""States of 1e-6 beside 1e6, all of 1e-9 or of 1e9, and parameters too: the same points in any units."""

import numpy as np
import pytest
from trouble import assert_special, reasons, values

import contin
from contin import flow, follow

SIZES = [1e-9, 1e9]
UNITS = [1e-9, 1.0, 1e9]


@flow
def griffith(x, y, *, a=0.4, b=1.0, size=1.0, unit=1.0):
    return y - a / unit * x, (x / size) ** 2 / (1 + (x / size) ** 2) * size - b * y


@flow
def pitchfork(x, *, r=-1.0, size=1.0, unit=1.0):
    return (r / unit) * x - x * (x / size) ** 2


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("unit", UNITS)
def test_states_and_parameters_in_any_units(size, unit):
    at = {"size": size, "unit": unit}
    branch = follow(
        griffith, "a", start=[2 * size, 0.8 * size], at={**at, "a": 0.4 * unit}, span=(0.05 * unit, unit)
    )
    found, errors = values(branch, "fold", "a")
    assert len(found) == len(branch.special) == 1 and abs(found[0] - unit / 2) <= errors[0] < 1e-9 * unit
    branch = follow(pitchfork, "r", start=[0.0], at={**at, "r": -unit}, span=(-unit, unit))
    (point,) = branch.special
    assert abs(point["r"]) <= point.error
    for start in contin.switch(point):
        other = follow(pitchfork, "r", start=start, span=(-unit, unit))
        assert other.ends[1].reason == "span"
        assert abs(other["x"][-1]) == pytest.approx(size, rel=1e-9)


@flow
def huge_beside_tiny(x, y, z, *, r=0.5, big=1e6, small=1e-6, unit=1.0):
    """Griffith's switch with the protein in units of `small`, the mRNA in units of `big`, and z that follows r."""
    a = r / unit
    u, v = x / small, y / big
    return (v - a * u) * small, (u**2 / (1 + u**2) - v) * big, a * small - z


@pytest.mark.parametrize("big", [1e-6, 1e-3, 1e3, 1e6])
@pytest.mark.parametrize("unit", UNITS)
def test_states_of_1e_6_and_1e6_in_one_model(big, unit):
    at = {"big": big, "small": 1 / big, "unit": unit, "r": 0.4 * unit}
    start = [2 / big, 0.8 * big, 0.4 / big]
    branch = follow(huge_beside_tiny, "r", start=start, at=at, span=(0.05 * unit, unit))
    assert_special(branch, {"fold": [0.5 * unit]})
    fold = branch.special[0]
    np.testing.assert_allclose(fold.state, [1 / big, 0.5 * big, 0.5 / big], rtol=1e-8)
    assert reasons(branch) == ["span", "span"]
    assert (branch.unstable[0], branch.unstable[-1]) == (0, 1)


@flow
def hopf(x, y, *, r=-1.0, size=1.0, other=1.0, unit=1.0):
    """The normal form with x in units of `size`, y in units of `other`."""
    m, u, v = r / unit, x / size, y / other
    s = u * u + v * v
    return (m * u - v - u * s) * size, (u + m * v - v * s) * other


@pytest.mark.parametrize(("size", "other"), [(1e-9, 1e-9), (1e9, 1e9), (1e-3, 1e3), (1e3, 1e-3), (1.0, 1e6)])
@pytest.mark.parametrize("unit", UNITS)
def test_a_hopf_point_between_states_of_any_units(size, other, unit):
    at = {"size": size, "other": other, "unit": unit, "r": -unit}
    branch = follow(hopf, "r", start=[0.0, 0.0], at=at, span=(-unit, 1.2 * unit))
    assert_special(branch, {"hopf": [0.0]})
    assert branch.special[0].coefficients["omega"] == pytest.approx(1.0, rel=1e-9)
    assert branch.special[0].criticality == "supercritical"


@pytest.mark.parametrize("offset", [1e1, 1e2, 1e3, -1e3])
def test_a_fold_far_from_the_origin(offset):
    """r - offset = -(x - offset)^2: what happens is 1e3 times smaller than where it happens."""

    @flow
    def far(x, *, r=0.0, offset=1e3):
        return (r - offset) + (x - offset) ** 2

    at = {"r": offset - 1, "offset": offset}
    branch = follow(far, "r", start=[offset + 1], at=at, span=(offset - 1, offset + 1))
    assert [p.kind for p in branch.special] == ["fold"]
    point = branch.special[0]
    assert abs(point["r"] - offset) <= point.error + 2e-16 * offset


@flow
def griffith_apart(x, y, *, r=0.4, big=1.0, small=1.0):
    u, v = x / small, y / big
    return (v - r * u) * small, (u**2 / (1 + u**2) - v) * big


@flow
def hopf_apart(x, y, *, r=-1.0, size=1.0, other=1.0):
    u, v = x / size, y / other
    s = u * u + v * v
    return (r * u - v - u * s) * size, (u + r * v - v * s) * other


@pytest.mark.parametrize("size", [1e3, 1e-3, 1e6, 1e-6, 1e7, 1e-8, 1e9, 1e-9])
def test_states_of_very_different_size_also_where_they_are_zero(size):
    at = {"big": size, "small": 1 / size}
    branch = follow(griffith_apart, "r", start=[2 / size, 0.8 * size], at=at, span=(0.05, 1))
    assert_special(branch, {"fold": [0.5]})
    assert branch.unstable[[0, -1]].tolist() == [0, 1]
    branch = follow(hopf_apart, "r", start=[0, 0], at={"size": size, "other": 1 / size}, span=(-1, 1.2))
    assert_special(branch, {"hopf": [0.0]})
    assert branch.unstable[[0, -1]].tolist() == [0, 2]
