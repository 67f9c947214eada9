"""Pseudo-arclength along a curve of 2-cycles: tangents, Newton's corrector, points."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from contin.learning.cycle_equations import CycleEquations

Floats = NDArray[np.float64]

MOST_ITERATIONS = 8
EPS = float(np.finfo(np.float64).eps)


@dataclass(frozen=True, eq=False)
class CyclePoint:
    """A point of the curve: `z` (2n,), `eta`, the unit `tangent` (2n + 1,) in scaled variables, how it was reached."""

    z: Floats
    eta: float
    tangent: Floats
    iterations: int = 0
    residual: float = 0.0


@dataclass(frozen=True)
class CycleCurve:
    """The curve F(z, eta) = 0 in scaled variables y = (z/length, eta/width).

    Parameters
    ----------
    equations : CycleEquations
    length, width : float
    tolerance : float
        Of Newton's last step, scaled.
    """

    equations: CycleEquations
    length: float
    width: float
    tolerance: float

    def scaled(self, z: Floats, eta: float) -> Floats:
        """y (2n + 1,)."""
        return np.append(z / self.length, eta / self.width)

    def along(self, point: CyclePoint, step: float) -> tuple[Floats, float]:
        """z and eta a scaled arclength ahead on the tangent."""
        y = self.scaled(point.z, point.eta) + step * point.tangent
        return y[:-1] * self.length, float(y[-1] * self.width)

    def corrected(self, z: Floats, eta: float, normal: Floats, sense: Floats) -> CyclePoint | None:
        """The point of the curve in the plane through (z, eta) across `normal` (2n + 1,), its tangent along `sense`.

        None if Newton's method does not converge.
        """
        start = self.scaled(z, eta)
        row, corner = normal[:-1] / self.length, normal[-1] / self.width
        last = np.inf
        for iteration in range(1, MOST_ITERATIONS + 1):
            if not (eta > 0 and np.isfinite(z).all()):
                return None
            F = self.equations.residual(z, eta)
            if not np.isfinite(F).all():
                return None
            solve = self.equations.jacobian(z, eta).bordered(self.equations.by_eta(z, eta), row, corner)
            change = solve(np.append(F, normal @ (self.scaled(z, eta) - start)))
            z, eta = z - change[:-1], eta - float(change[-1])
            size = float(np.linalg.norm(self.scaled(change[:-1], change[-1])))
            if not np.isfinite(size) or size > 2 * last:
                return None
            if size <= self.tolerance:
                direction = solve(np.append(np.zeros_like(z), 1.0))
                tangent = self.scaled(direction[:-1], direction[-1])
                tangent /= np.linalg.norm(tangent) * (1 if tangent @ sense > 0 else -1)
                left = float(np.abs(self.equations.residual(z, eta)).max())
                return CyclePoint(z, eta, tangent, iteration, left)
            last = size
        return None

    def at(self, point: CyclePoint, step: float) -> CyclePoint | None:
        """The point a scaled arclength ahead of `point`."""
        z, eta = self.along(point, step)
        return self.corrected(z, eta, point.tangent, point.tangent)

    def between(self, before: CyclePoint, after: CyclePoint, length: float) -> CyclePoint | None:
        """The point a scaled arclength ahead of `before`, predicted by the cubic through both points and tangents."""
        n = before.tangent
        y, end = self.scaled(before.z, before.eta), self.scaled(after.z, after.eta)
        whole = float(n @ (end - y))
        s = length / whole
        slope = after.tangent * (whole / float(n @ after.tangent))
        y = (
            y * ((1 + 2 * s) * (1 - s) ** 2)
            + n * (whole * s * (1 - s) ** 2)
            + end * (s**2 * (3 - 2 * s))
            + slope * (s**2 * (s - 1))
        )
        return self.corrected(y[:-1] * self.length, float(y[-1] * self.width), n, n)

    def at_eta(self, point: CyclePoint, eta: float) -> CyclePoint | None:
        """The point near `point` at a given learning rate."""
        t = point.tangent
        if t[-1] == 0:
            return None
        z, _ = self.along(point, (eta - point.eta) / self.width / t[-1])
        normal = np.append(np.zeros_like(z), 1.0)
        found = self.corrected(z, eta, normal, t)
        return None if found is None else replace(found, eta=eta)
