"""Special points on curves of 2-cycles: folds on their defining system, others where a multiplier meets the circle."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import brentq

from contin.errors import NotConverged
from contin.learning.cycle_curve import CycleCurve, CyclePoint

Floats = NDArray[np.float64]
Multipliers = NDArray[np.complex128]

EPS = float(np.finfo(np.float64).eps)
HALVINGS = 8
NEWTON_STEPS = 12
REAL = 1e-7  # the imaginary part of a multiplier on the circle that counts as real
BESIDE = 1e-5  # of a step
DEPTH = 4
PITCHFORK = 1e-7  # cosine of dF/d eta and the null vector: a fold has more
NEARLY = 1e-3
CLEAR = 1e-9  # of a modulus from 1: on which side it is is no matter of rounding


@dataclass(frozen=True, eq=False)
class Found:
    """A special point: its kind, the point, the residual of its defining system and a bound on eta's error."""

    kind: str
    point: CyclePoint
    residual: float
    error: float


def points_between(
    curve: CycleCurve, before: CyclePoint, after: CyclePoint, spectra: tuple[Multipliers, Multipliers]
) -> list[Found]:
    """The special points between two neighbouring points of the curve, in their order.

    Parameters
    ----------
    spectra : pair of (k,) complex arrays
        The multipliers at both, the largest first.
    """
    stretch = _Stretch(curve, before, after)
    counts = (unstable(spectra[0]), unstable(spectra[1]))
    whole = stretch.length(after)
    if before.tangent[-1] * after.tangent[-1] > 0:
        return [found for _, found in stretch.crossings((0.0, whole), counts)]
    fold = stretch.fold()
    at = stretch.length(fold.point)
    low, high = at - BESIDE * whole, at + BESIDE * whole
    earlier = stretch.crossings((0.0, low), (counts[0], stretch.count(low)))
    later = stretch.crossings((high, whole), (stretch.count(high), counts[1]))
    return [found for _, found in [*earlier, (at, fold), *later]]


def unstable(multipliers: Multipliers) -> int:
    """How many are outside the unit circle."""
    return int((np.abs(multipliers) > 1).sum())


class _Stretch:
    """The curve between two neighbouring points; places by their scaled arclength from the first."""

    def __init__(self, curve: CycleCurve, before: CyclePoint, after: CyclePoint) -> None:
        self.curve, self.before, self.after = curve, before, after

    def length(self, point: CyclePoint) -> float:
        """How far a point is ahead of the first."""
        before = self.curve.scaled(self.before.z, self.before.eta)
        return float(self.before.tangent @ (self.curve.scaled(point.z, point.eta) - before))

    def at(self, length: float) -> CyclePoint:
        """The point there.

        Raises
        ------
        NotConverged
        """
        point = self.curve.between(self.before, self.after, length)
        if point is None:
            raise NotConverged(
                f"a special point of the 2-cycle near eta = {self.before.eta:.10g} was not solved; "
                "try a smaller `largest_step`."
            )
        return point

    def multipliers(self, length: float) -> Multipliers:
        """The multipliers there."""
        point = self.at(length)
        return self.curve.equations.multipliers(point.z, point.eta)

    def count(self, length: float) -> int:
        """How many of them are outside the unit circle."""
        return unstable(self.multipliers(length))

    def crossings(
        self, ends: tuple[float, float], counts: tuple[int, int], depth: int = 0
    ) -> list[tuple[float, Found]]:
        """Where multipliers leave or enter the unit circle between two lengths, with these lengths.

        Where the number outside changes from k, the (k + 1)-th largest modulus is 1: it is continuous, whatever becomes
        complex.
        """
        if counts[0] == counts[1] or ends[1] <= ends[0] or depth > DEPTH:
            return []
        which = min(counts)
        seen: dict[float, tuple[float, Multipliers, CyclePoint]] = {}

        def modulus(length: float) -> float:
            point = self.at(length)
            multipliers = self.curve.equations.multipliers(point.z, point.eta)
            seen[length] = float(np.abs(multipliers[which])) - 1, multipliers, point
            return seen[length][0]

        if modulus(ends[0]) * modulus(ends[1]) > 0:  # within rounding of the circle at an end
            return []
        try:
            brentq(modulus, *ends, xtol=1e-15, rtol=4 * EPS)
        except (
            NotConverged
        ):  # at a branch point the equations are singular: the nearest that was solved is taken
            pass
        root = min(seen, key=lambda length: abs(seen[length][0]))
        left, multipliers, point = seen[root]
        clear = [length for length, (value, _, _) in seen.items() if abs(value) > CLEAR] or list(ends)
        low = max((length for length in clear if length < root), default=ends[0])
        high = min((length for length in clear if length > root), default=ends[1])
        slope = max(abs(seen[high][0] - seen[low][0]) / (high - low), EPS)
        off = (abs(left) + 32 * EPS) / slope * self.curve.width * abs(float(point.tangent[-1]))
        found = Found(_kind(multipliers[which]), point, abs(left), off + EPS * point.eta)
        earlier = self.crossings((ends[0], low), (counts[0], unstable(seen[low][1])), depth + 1)
        later = self.crossings((high, ends[1]), (unstable(seen[high][1]), counts[1]), depth + 1)
        return [*earlier, (root, found), *later]

    def fold(self) -> Found:
        """The fold: halving until it is near, then Newton's method on F = 0, s = 0 with [[J, b], [b, 0]] (r, s) = (0, 1).

        J is symmetric, so that s changes by -r.(dJ) r (Govaerts, Numerical Methods for Bifurcations of Dynamical
        Equilibria, section 3.4).
        """
        curve, before = self.curve, self.before
        low, high = 0.0, self.length(self.after)
        for _ in range(HALVINGS):
            middle = (low + high) / 2
            near = self.at(middle)
            low, high = (low, middle) if near.tangent[-1] * before.tangent[-1] < 0 else (middle, high)
        z, eta, equations = near.z, near.eta, curve.equations
        b = near.tangent[:-1] / np.linalg.norm(near.tangent[:-1])
        last = np.inf
        for _ in range(NEWTON_STEPS):
            J = equations.jacobian(z, eta)
            solved = J.bordered(b, b, 0.0)(np.append(np.zeros_like(z), 1.0))
            r, s = solved[:-1], float(solved[-1])
            bend_z, bend_eta = equations.bend(z, eta, r)
            F, by_eta = equations.residual(z, eta), equations.by_eta(z, eta)
            if abs(r @ by_eta) <= PITCHFORK * float(np.linalg.norm(r) * np.linalg.norm(by_eta)):
                return self._pitchfork(low, high)
            change = J.bordered(by_eta, -bend_z, -bend_eta)(np.append(F, s))
            z, eta = z - change[:-1], eta - float(change[-1])
            size = float(np.linalg.norm(curve.scaled(change[:-1], change[-1])))
            b = r / np.linalg.norm(r)
            if size <= 1e-14 or (size <= curve.tolerance and size >= last / 2):
                break
            last = size
        else:
            return self._pitchfork(low, high)
        tangent = curve.scaled(r, 0.0)
        tangent *= np.sign(tangent @ near.tangent) / np.linalg.norm(tangent)
        F = equations.residual(z, eta)
        residual = float(max(np.abs(F).max(), abs(s)))
        # eta answers to F through the part of F along r only: d eta = r.dF / r.F_eta.
        rounding = EPS * len(z) ** 0.5 * float(
            np.linalg.norm(equations.loss.gradient(z[: len(z) // 2]))
        ) + float(np.linalg.norm(F))
        error = float(np.linalg.norm(r)) * rounding / max(abs(float(r @ equations.by_eta(z, eta))), 1e-300)
        return Found("fold", CyclePoint(z, eta, tangent, 0, residual), residual, error + EPS * eta)

    def _pitchfork(self, low: float, high: float) -> Found:
        """Where eta turns though dF/d eta has no part along the null vector: another branch of cycles crosses there.

        Raises
        ------
        NotConverged
            If it is not that either.
        """
        curve = self.curve

        def turning(length: float) -> float:
            return float(self.at(length).tangent[-1])

        root = float(brentq(turning, low, high, xtol=1e-12))
        point = self.at(root)
        column, r = curve.equations.by_eta(point.z, point.eta), point.tangent[:-1]
        part = abs(float(r @ column)) / float(np.linalg.norm(r) * np.linalg.norm(column))
        if part > NEARLY:
            raise NotConverged(
                f"the fold of the 2-cycle near eta = {point.eta:.10g} was not solved; try a smaller `largest_step`."
            )
        beside = (turning(high) - turning(low)) / (high - low)
        off = curve.width * abs(beside) * (abs(float(point.tangent[-1]) / beside) + 1e-6 * (high - low)) ** 2
        return Found("branch point", point, abs(float(point.tangent[-1])), off + 8 * EPS * point.eta)


def _kind(multiplier: complex) -> str:
    """What happens where this multiplier is on the circle."""
    if abs(multiplier.imag) > REAL:
        return "neimark-sacker"
    return "flip" if multiplier.real < 0 else "branch point"
