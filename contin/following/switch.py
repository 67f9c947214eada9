"""`switch`: the other branches through a special point."""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from contin.branch import SpecialPoint
from contin.errors import BadValue
from contin.problems.equilibria import Equilibria
from contin.problems.start import Start

if TYPE_CHECKING:
    from contin.systems import Flow

Floats = NDArray[np.float64]

LEAST = 1e-3  # of the largest size: a state that the direction does not move still has one


def switch(point: SpecialPoint, system: Flow | None = None) -> list[Start]:
    """Starts on the other branches through a branch point, one for each way out along them.

    The directions solve the branching equation of the point (Govaerts 2000, section 6.6; Keller 1977).

    Parameters
    ----------
    point : SpecialPoint
        A branch point.
    system : Flow, optional
        The model, if the point was loaded from a file without it.

    Returns
    -------
    list of Start

    Raises
    ------
    BadValue
        If the point is no branch point, or only one branch passes through it.
    """
    if point.kind != "branch point":
        raise BadValue(f"{point.label} is a {point.kind}; only one branch of {'equilibria'} passes through it.")
    model = system or point.system
    if model is None:
        raise BadValue(f"{point.label} was loaded without its model: contin.switch(point, system=model).")
    problem = Equilibria(model, point.along[0])
    z = problem.unknowns(point.state, point.parameters)
    other = other_direction(point, z)
    return [
        Start(
            point.state.copy(),
            point.parameters.copy(),
            sign * other,
            functools.partial(expected_sizes, point, other),
            f"from {point.label}",
            point,
        )
        for sign in (1.0, -1.0)
    ]


def expected_sizes(point: SpecialPoint, direction: Floats, width: float) -> Floats:
    """Sizes of the states (n,) on a branch that leaves `point` in `direction`, once the parameter has moved by `width`.

    A transcritical branch leaves on a straight line, a pitchfork on the parabola b p + c u^2 = 0 of its normal form.
    """
    states = np.abs(direction[:-1])
    b, c = abs(point.coefficients.get("b", 0.0)), abs(point.coefficients.get("c", 0.0))
    if point.form == "pitchfork" and b > 0.0 and c > 0.0:
        sizes = states / np.linalg.norm(states) * np.sqrt(b * width / c)
    elif direction[-1] != 0.0:
        sizes = states * width / abs(direction[-1])
    else:
        sizes = states
    smallest = np.max(sizes[sizes > 0.0], initial=0.0) * LEAST
    return np.asarray(np.maximum(sizes, smallest if smallest > 0.0 else 1.0))


def other_direction(point: SpecialPoint, z: Floats) -> Floats:
    """The unscaled tangent (m + 1,) of the branch that `point` was not met on."""
    from contin.following.follow import first_scale
    from contin_kernels.memory import address_of
    from contin_kernels.points.branch_point import augmented, quadratic, solve_from
    from contin_kernels.status import OK

    problem = Equilibria(point.system, point.along[0])
    context = problem.context(point.parameters)
    scale = first_scale(z, (0.0, max(1.0, abs(float(z[-1])))))
    there = z.copy()
    status, _, _, _, v, w, rows = solve_from(address_of(augmented), context.table, scale, there, point.tangent)
    if status != OK:
        raise BadValue(f"the branching equation of {point.label} has no simple solutions; more than two branches may meet.")
    c = quadratic(context.table, scale, rows, there, v, w)
    directions = [d / np.linalg.norm(d) for d in _solutions(c, v)]
    if len(directions) < 2:
        raise BadValue(f"only one branch passes through {point.label}: its branching equation has no other real solution.")
    along = point.tangent / scale
    along /= np.linalg.norm(along)
    other = min(directions, key=lambda d: abs(float(d @ along)))
    return np.asarray(other * scale)


def _solutions(c: Floats, v: Floats) -> list[Floats]:
    """Directions a v_1 + b v_2 with c_0 a^2 + 2 c_1 a b + c_2 b^2 = 0."""
    size = float(np.max(np.abs(c)))
    inside = c[1] * c[1] - c[0] * c[2]
    if not size > 0.0 or inside < 1e-12 * size * size:
        return []
    root = np.sqrt(inside)
    q = -(c[1] + np.copysign(root, c[1]))
    pairs = [(q, c[0]), (c[2], q)]
    return [np.asarray(a * v[0] + b * v[1]) for a, b in pairs]
