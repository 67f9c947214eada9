"""Multiple branch points: several real eigenvalues cross zero at one point of a branch, on straight and on curved ones."""

import numpy as np
import pytest
from trouble import assert_special, mixed, reasons

from contin import flow, follow

Y = -0.6823278038280193  # y + y^3 = -1


@flow
def opposite(x, y, *, r=-1.0):
    return r * x - x**3, -r * y - y**3


@flow
def alike(x, y, *, r=-1.0):
    return r * x - x**3, r * y - y**3 + x * y


@flow
def speeds(x, y, w, *, r=-1.0):
    return (r - 0.3) * x - x**3 + x * y, -3 * (r - 0.3) * y - y**2, w - x * y


@flow
def along_a_state(x, y, w, *, r=-1.0):
    return (w - 0.3) * (1 + w * w) * x - x**3, -(w - 0.3) * y - y**3, r - w - w * x


@flow
def on_a_curve(x, y, w, *, r=-1.0):
    return (w - 0.2) * (1 + w * w) * x - x**3, -(w - 0.2) * (2 - w) * y - y**2, r - w - w**3 + x * y


@flow
def on_curves(x, y, w, *, r=-1.0):
    """x = w^2 and y = w / (2 + w), with r = w + w^3."""
    u, v = x - w * w, y - w / (2 + w)
    return (w - 0.2) * (1 + w * w) * u - u**3, -(w - 0.2) * (2 - w) * v - v**2 + u * v, r - w - w**3


@flow
def three(x, y, w, *, r=-1.0):
    """On x = r^2 / 4 three eigenvalues cross, one of them downwards."""
    a, u = r + 0.1 * r * r, x - r * r / 4
    return a * u - u**3, -a * (1 + r / 2) * y - y**2 + u * y, 2 * a * w - w**3


@flow
def simple_one_beside(x, y, w, *, r=-1.0):
    """A transcritical point 0.01 behind."""
    return r * x - x**3, -r * y - y**3, (r - 0.01) * w - w * w


MULTIPLE = [
    (opposite, [0, 0], [0.0]),
    (alike, [0, 0], [0.0]),
    (speeds, [0, 0, 0], [0.3]),
    (along_a_state, [0, 0, -1], [0.3]),
    (on_a_curve, [0, 0, Y], [0.208]),
    (on_curves, [Y * Y, Y / (2 + Y), Y], [0.208]),
    (three, [0.25, 0, 0], [0.0]),
    (simple_one_beside, [0, 0, 0], [0.0, 0.01]),
]


@pytest.mark.parametrize(("model", "start", "exact"), MULTIPLE)
@pytest.mark.parametrize("seed", [None, 0, 1, 3, 6, 9, 13])
def test_a_multiple_branch_point_is_found_within_its_bound(model, start, exact, seed):
    model, T = (model, np.eye(len(start))) if seed is None else mixed(model, seed)
    branch = follow(model, "r", start=T @ start, span=(-1, 1.3))
    assert_special(branch, {"branch point": exact})
    assert branch.special[0].form == "multiple"
    assert branch.special[0].error <= 2e-11
    assert reasons(branch) == ["span", "span"]
