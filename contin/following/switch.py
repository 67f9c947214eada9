"""`switch`: the other branches through a special point."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, cast

import numpy as np
from numpy.typing import NDArray

from contin.branch import SpecialPoint
from contin.errors import BadValue, with_article
from contin.following.doubling import doubled_start
from contin.following.multiple import ways_out
from contin.following.rows import allocate
from contin.following.scales import first_scale
from contin.problems.equilibria import Equilibria
from contin.problems.fixed_points import FixedPoints
from contin.problems.problem import ContinuationProblem
from contin.problems.start import Start
from contin.systems import Map, System

if TYPE_CHECKING:
    from contin.systems import Flow

Floats = NDArray[np.float64]

BESIDE = ("multiple", "touching")  # forms of points whose ways out are looked for beside them
LEAST = 1e-3  # of the largest size: a state that the direction does not move still has one


def switch(point: SpecialPoint, system: System | None = None) -> list[Start]:
    """Starts on the other branches through a branch point, one for each way out along them, or through a flip.

    The directions solve the branching equation of the point (Govaerts 2000, section 6.6; Keller 1977). From a flip one
    branch of cycles of twice the period leaves, `FixedPoints(map, along, period=2 * k)`. Where a branch of cycles ends on one of
    smaller period, the other branch is that one.

    Parameters
    ----------
    point : SpecialPoint
        A branch point or a flip.
    system : Flow or Map, optional
        The model, if the point was loaded from a file without it.

    Returns
    -------
    list of Start

    Raises
    ------
    BadValue
        If the point is neither, or only one branch passes through it.
    """
    if point.kind not in ("branch point", "flip"):
        raise BadValue(f"{point.label} is {with_article(point.kind)}; only one branch passes through it.")
    model = system or point.system
    if model is None:
        raise BadValue(f"{point.label} was loaded without its model: contin.switch(point, system=model).")
    problem = problem_of(point, model)
    if isinstance(problem, FixedPoints) and point.kind == "flip":
        return [doubled_start(point, problem)]
    if point.form not in ("transcritical", "pitchfork", *BESIDE):
        raise BadValue(
            f"only one branch passes through {point.label}: its branching equation is degenerate, as where a whole line of "
            "solutions stands at one parameter value."
        )
    z = problem.unknowns(point.whole, point.parameters)
    if isinstance(problem, FixedPoints):
        smaller = problem.smallest_period(z, np.maximum(np.abs(z), LEAST * np.max(np.abs(z))))
        if smaller < problem.period:
            shorter = np.append(z[: smaller * len(point.state)], z[-1])
            return [start_at(problem.with_period(smaller), shorter, point)]
    if point.form in BESIDE:
        return starts_beside(point, problem, z)
    other = other_direction(point, problem, z)
    return [
        start_at(problem, z, point, sign * other, functools.partial(expected_sizes, point, other))
        for sign in (1.0, -1.0)
    ]


def starts_beside(point: SpecialPoint, problem: ContinuationProblem, z: Floats) -> list[Start]:
    """Starts at the solutions beside a multiple branch point: at the point itself its branches may be hard to tell apart."""
    tangent, context, scale = surroundings(point, problem, z)
    starts = []
    for way in ways_out(problem, context, z, tangent, scale):
        begin = z + way
        direction = tangent_beside(problem, context, begin, way, scale)
        sizes = functools.partial(expected_sizes, point, problem.directions(way[None])[0])
        starts.append(start_at(problem, begin, point, problem.directions(direction[None])[0], sizes))
    return starts


def problem_of(point: SpecialPoint, model: System) -> ContinuationProblem:
    """The problem whose branch the point lies on; of a flip without a phase condition, for its cycles need none."""
    along = point.along[0]
    if isinstance(model, Map):
        problem = FixedPoints(model, along, point.period or 1)
        return problem if point.kind == "flip" else problem.starting_from(point.state, point.parameters)
    parameters = point.parameters[: len(model.parameters)]
    laws = model.laws_at(parameters, along)
    return Equilibria(cast("Flow", model), along, laws=laws).starting_from(point.state, parameters)


def start_at(
    problem: ContinuationProblem,
    z: Floats,
    point: SpecialPoint,
    tangent: Floats | None = None,
    sizes: Callable[[float], Floats] | None = None,
) -> Start:
    """A start at the unknowns `z` (m + 1,), beside or at the point."""
    k = len(problem.system.parameters)
    phases = problem.phases(z[None])
    return Start(
        problem.states(z[None])[0],
        problem.parameters(z[None], point.parameters)[0, :k],
        tangent,
        sizes,
        f"from {point.label}",
        point,
        phases=None if phases is None else phases[0],
    )


def tangent_beside(
    problem: ContinuationProblem, context: Any, z: Floats, way: Floats, scale: Floats
) -> Floats:
    """The branch's unscaled tangent (m + 1,) at the solution `z` on the side of `way`; `way` itself if it is not unique."""
    from contin_kernels.follow import begin
    from contin_kernels.records import loop_memory
    from contin_kernels.status import OK

    rows = allocate(problem, len(z) - 1, 1)
    found = begin(context.table, z, way / scale, scale, rows, loop_memory(len(z) - 1)) == OK
    return rows.tangent[0].copy() if found else way


def surroundings(point: SpecialPoint, problem: ContinuationProblem, z: Floats) -> tuple[Floats, Any, Floats]:
    """The branch's tangent (m + 1,) at the point, the context for kernels, and the scale (m + 1,) of the unknowns."""
    tangent = problem.direction(point.tangent)
    context = problem.context(point.parameters)
    scale = first_scale(z, (0.0, max(abs(float(tangent[-1])), 1e-3 * abs(float(z[-1])), 1e-300)))
    scale[:-1] = np.maximum(scale[:-1], np.abs(tangent[:-1]))
    problem.rescale(context, scale)
    return tangent, context, scale


def expected_sizes(point: SpecialPoint, direction: Floats, width: float) -> Floats:
    """Sizes of the states (n,) on a branch that leaves `point` in `direction`, once the parameter has moved by `width`.

    A transcritical branch leaves on a straight line, a pitchfork on the parabola b p + c u^2 = 0 of its normal form; at a
    multiple point `direction` leads to a solution, and the branch is taken for such a parabola.
    """
    states = np.abs(direction[:-1])
    b, c = abs(point.coefficients.get("b", 0.0)), abs(point.coefficients.get("c", 0.0))
    if point.form == "pitchfork" and b > 0.0 and c > 0.0 and np.any(states):
        sizes = states / np.linalg.norm(states) * np.sqrt((point.period or 1) * b * width / c)
    elif point.form in BESIDE and direction[-1] != 0.0:
        sizes = states * np.sqrt(width / abs(direction[-1]))
    elif direction[-1] != 0.0:
        sizes = states * width / abs(direction[-1])
    else:
        sizes = states
    smallest = np.max(sizes[sizes > 0.0], initial=0.0) * LEAST
    return np.asarray(np.maximum(sizes, smallest if smallest > 0.0 else 1.0))


def other_direction(point: SpecialPoint, problem: ContinuationProblem, z: Floats) -> Floats:
    """The unscaled tangent (n + 1,) of the branch that `point` was not met on.

    With the kernel's basis q and (h, 1), directions u q + v (h, 1) solve a u^2 + b u v + d v^2 = 0.
    """
    from contin_kernels.points.branch_point import basis_size, kernel_basis

    tangent, context, scale = surroundings(point, problem, z)
    q, across = np.empty(len(z)), np.empty(len(z))
    kernel_basis(context.table, z.copy(), scale, tangent, q, across, np.zeros(basis_size(len(z) - 1)))
    a, b, d = (point.coefficients[name] for name in "abd")
    c = abs(point.coefficients.get("c", 0.0))
    root = -0.5 * (b + np.copysign(np.sqrt(max(0.0, b * b - 4 * a * d)), b))
    phases = problem.period
    met = np.array([q[:-1] @ tangent[:-1] / np.sqrt(phases), tangent[-1]])
    size_u, size_v = abs(met[0]), abs(met[1])
    if a != 0.0:
        sizes = np.array([size_u + abs(root / a) * size_v, size_v + abs(a / root) * size_u])
    else:
        sizes = np.array([size_u + np.sqrt(abs(b) * size_v / c), size_v + c * size_u**2 / abs(b)])

    def alike(pair: Floats) -> float:
        one, other = pair / sizes, met / sizes
        return abs(float(one @ other)) / float(np.linalg.norm(one) * np.linalg.norm(other))

    u, v_part = min((np.array([root, a]), np.array([d, root])), key=alike)
    other = (u * np.sqrt(phases) * q + v_part * across) / max(abs(u), abs(v_part))
    return np.asarray(problem.directions(other[None])[0])
