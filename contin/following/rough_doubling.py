"""From a flip at which the map is not smooth to the cycles of twice the period beside it.

There is no normal form to start from: the cycle may grow linearly, as Adam's does from a minimum, where v = 0. Some way along
the critical vector, from one amplitude down to the next, Newton's method looks for a cycle with the parameter free.
"""

from __future__ import annotations

import functools
from typing import Any

import numpy as np
from numpy.typing import NDArray

from contin.branch import SpecialPoint
from contin.errors import NotConverged
from contin.problems.fixed_points import FixedPoints
from contin.problems.start import Start

Floats = NDArray[np.float64]

NEAR, FARTHEST = (
    1e-5,
    0.3,
)  # of the parameter's value at the flip: how far from it the branch should and may begin
SMALLER = 0.1  # from one amplitude to the next
MOST_AMPLITUDES = 24
MOST_STEPS = 30
FINE, KNOWN = 1e-5, 1e-4  # of the way from the flip: a cycle's error should and may be
LEAST = 1e-3  # of the largest size


def rough_start(point: SpecialPoint, problem: FixedPoints, q: Floats) -> Start:
    """The start of the branch of cycles of twice the period, a very little way from the flip.

    At the flip itself the branch has a corner: it comes back as the same cycles begun with another phase.

    Parameters
    ----------
    point : SpecialPoint
        The flip.
    problem : FixedPoints
        Its own.
    q : (m,) array
        The critical vector in all phases.

    Raises
    ------
    NotConverged
        If no cycle is found.
    """
    doubled = problem.with_period(2 * problem.period)
    n = len(point.state)
    phases = point.whole.reshape(-1, n)
    flip = doubled.unknowns(np.concatenate([phases, phases]), point.parameters)
    context = doubled.context(point.parameters)
    across = np.concatenate([q, -q, [0.0]])
    across /= np.linalg.norm(across)
    amplitude = max(1.0, float(np.max(np.abs(flip[:-1]))))
    nearest: tuple[Floats, Floats] | None = None
    for _ in range(MOST_AMPLITUDES):
        (whole, error), (half, _) = (
            cycle_beside(doubled, context, flip, across, part * amplitude) for part in (1.0, 0.5)
        )
        amplitude *= SMALLER
        if nearest is not None and not error <= FINE:
            break  # smaller ones are lost in rounding
        away = abs(whole[-1] - flip[-1])
        if error <= KNOWN and away <= FARTHEST * abs(flip[-1]):
            nearest = whole, half
        if nearest is not None and away <= NEAR * abs(flip[-1]):
            break
    if nearest is not None:
        whole, half = nearest
        way = whole - flip
        return Start(
            doubled.states(whole[None])[0],
            doubled.parameters(whole[None], point.parameters)[0, : len(problem.parameter_names)],
            tangent_at(doubled, context, whole, way),
            functools.partial(expected_sizes, way, half - flip),
            f"from {point.label}",
            point,
            phases=doubled.phases(whole[None])[0],
        )
    raise NotConverged(
        f"no cycle of twice the period is found beside {point.label}, where the map is not smooth; give a start of your own."
    )


def cycle_beside(
    problem: FixedPoints, context: Any, flip: Floats, across: Floats, amplitude: float
) -> tuple[Floats, float]:
    """The cycle (m + 1,) whose part along the unit vector `across` is `amplitude`, the parameter free.

    With its error, the last step of Newton's method relative to the way from the flip; infinite if it did not converge.
    """
    z = flip + amplitude * across
    last = np.inf
    for _ in range(MOST_STEPS):
        F, J = equations(problem, context, z)
        bordered = np.vstack([J, across])
        if not (np.isfinite(F).all() and np.isfinite(J).all()):
            break
        try:
            step = np.linalg.solve(bordered, -np.append(F, across @ (z - flip) - amplitude))
        except np.linalg.LinAlgError:
            break
        error = float(np.max(np.abs(step) / np.maximum(np.abs(z - flip), 1e-290)))
        if last <= KNOWN and error >= 0.1 * last:
            return z, last
        z, last = z + step, error
    return z, np.inf


def equations(problem: FixedPoints, context: Any, z: Floats) -> tuple[Floats, Floats]:
    """F (m,) and F_z (m, m + 1) at `z` (m + 1,)."""
    from contin_kernels.inspection import jacobian_from

    m = len(z) - 1
    phases, parameters = problem.phases(z[None])[0], problem.parameters(z[None], context.parameters)[0]
    following = [problem.system.evaluate(phase, parameters) for phase in phases]
    F = np.roll(following, 1, axis=0) - phases
    return F.ravel(), jacobian_from(context.table, z, np.empty((m, m + 1)))


def tangent_at(problem: FixedPoints, context: Any, z: Floats, way: Floats) -> Floats:
    """The branch's unscaled tangent (m + 1,) at `z`, on the side of `way`."""
    J = equations(problem, context, z)[1]
    sizes = np.maximum(np.abs(way), 1e-290)
    t = sizes * np.linalg.svd(J * sizes)[2][-1]
    return np.asarray(t if (t / sizes) @ (way / sizes) > 0.0 else -t)


def expected_sizes(way: Floats, half: Floats, width: float) -> Floats:
    """Sizes (m,) of the phases once the parameter has moved by `width`: powers of its way, as from `half` the way to all."""
    farther = width / abs(way[-1])
    rate = np.log2(np.abs(way[-1] / half[-1]))
    with np.errstate(divide="ignore", invalid="ignore"):
        powers = np.log2(np.abs(way[:-1] / half[:-1])) / rate
    powers = np.clip(np.nan_to_num(powers, nan=1.0), 0.0, 4.0)
    sizes = np.abs(way[:-1]) * farther**powers
    return np.asarray(np.maximum(sizes, 1e-290))
