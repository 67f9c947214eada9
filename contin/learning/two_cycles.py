"""`two_cycles`: the 2-cycles of gradient descent beyond the edge of stability, followed over the learning rate."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import brentq

from contin.branch import Branch, End, Known, SpecialPoint, SpecialPoints
from contin.errors import BadValue, NotConverged
from contin.kinds import kind_named
from contin.learning.accepted import as_loss
from contin.learning.cycle_curve import CycleCurve, CyclePoint
from contin.learning.cycle_equations import CycleEquations
from contin.learning.cycle_points import Found, points_between
from contin.learning.loss import Loss
from contin.learning.verdict import Thresholds
from contin.settings import Settings

Floats = NDArray[np.float64]

GROW, SHRINK = 1.3, 0.5
EASY = 3  # Newton iterations after which the step may grow
SAME = 1e-5  # relative difference of curvatures that are the same
OUTSIDE = 1e-9  # beyond 1, from where a multiplier counts as unstable


@dataclass(frozen=True, eq=False, repr=False)
class TwoCycles(Branch):
    """A branch of 2-cycles: `states` are the first points, `second` (points, n) those to which a step leads."""

    second: Floats = field(default_factory=lambda: np.empty((0, 0)), repr=False)

    def orbit(self, index: int) -> Floats:
        """Both points (2, n) of a row."""
        return np.array([self.states[index], self.second[index]])

    @property
    def half_distance(self) -> Floats:
        """(points,) half the distance of the two points."""
        half: Floats = np.linalg.norm(self.states - self.second, axis=1) / 2
        return half


def two_cycles(
    loss: Any,
    thresholds: Thresholds,
    span: tuple[float, float],
    *,
    parameters: Mapping[str, float] | None = None,
    settings: Settings | None = None,
) -> TwoCycles:
    """The branch of 2-cycles that leaves a minimum at its largest stable learning rate.

    Parameters
    ----------
    loss : callable or Loss
        As for `contin.thresholds`.
    thresholds : Thresholds
        Of gradient descent at a minimum, with a coefficient.
    span : (float, float)
        Learning rates; the branch ends where it leaves them.
    parameters : dict, optional
        Parameters of a plain function or `contin.Loss` that differ from their defaults.
    settings : Settings, optional
        Of these, `tolerance`, the steps, `largest_angle` and `most_points` are used.

    Returns
    -------
    TwoCycles
        A `contin.Branch` over "eta". Its first row is the flip. Special points: "fold" (solved on its defining system), and
        "flip", "branch point", "neimark-sacker" of the cycle, located by Brent's method on the multiplier.

    Raises
    ------
    BadValue
        If the thresholds are another optimiser's, have no coefficient, lie outside `span`, or are those of another loss.

    Notes
    -----
    Matrices are formed up to 200 parameters. Above that equations are solved by GMRES with Hessian-vector products, and
    `eigenvalues` are the four largest multipliers.
    """
    loss, settings = as_loss(loss, parameters), settings or Settings()
    _check(thresholds, span)
    _check_loss(loss, thresholds)
    began = time.perf_counter()
    P = 1 / thresholds.scaled.root**2
    walk = _Walk(CycleEquations(loss, P), thresholds, (float(span[0]), float(span[1])), settings)
    end = walk.run()
    return walk.branch(tuple(loss.names), end, time.perf_counter() - began)


def _check(t: Thresholds, span: tuple[float, float]) -> None:
    if t.optimizer != "gradient descent":
        raise BadValue(
            f"2-cycles are followed for gradient descent, not {t.optimizer}: with momentum they are the same cycles at "
            "other learning rates, eta times the ratio of both thresholds."
        )
    if t.criticality is None:
        raise BadValue(f"no 2-cycle leaves this point: {t.form.reason or 'the flip is degenerate'}.")
    if not 0 <= span[0] < t.largest < span[1]:
        raise BadValue(f"`span` must contain the threshold {t.largest:.10g}, not be {span!r}.")


def _check_loss(loss: Loss, t: Thresholds) -> None:
    """Refuse another loss, or other parameters, than those of the thresholds."""
    x, q = t.at, t.scaled.root * t.spectrum.vectors[0]
    if len(x) == loss.size and abs(float(q @ loss.hvp(x, q)) - t.sharpness) <= SAME * t.sharpness:
        return
    raise BadValue("`thresholds` are not those of this loss: its curvature at that minimum is another one.")


class _Walk:
    """Steps along the curve, and the rows that they leave."""

    def __init__(
        self, equations: CycleEquations, t: Thresholds, span: tuple[float, float], settings: Settings
    ) -> None:
        self.equations, self.span, self.settings = equations, span, settings
        size = max(
            float(np.linalg.norm(t.at)),
            t.cycle(t.largest * (1 + np.sign(t.coefficient or 0) * 0.1)).half_distance,
        )
        self.curve = CycleCurve(equations, 2**0.5 * size, span[1] - span[0], settings.tolerance)
        leaving = np.concatenate([t.direction, -t.direction, [0.0]])
        flip = CyclePoint(np.concatenate([t.at, t.at]), t.largest, leaving / 2**0.5)
        self.rows = [flip]
        self.spectra = [equations.multipliers(flip.z, flip.eta)]
        self.lengths = [0.0]
        self.special: list[tuple[int, Found]] = [(0, Found("flip", flip, 0.0, t.error))]
        self.flip_coefficient = t.coefficient
        self.criticality = t.criticality

    def run(self) -> End:
        """Follow until an end."""
        step, here = self.settings.first_step, self.rows[0]
        spectrum = self.spectra[0]
        while len(self.rows) < self.settings.most_points:
            new = self._next(here, step)
            if new is not None and len(self.rows) > 1 and _half(new.z) @ _half(self.rows[-1].z) < 0:
                return End(
                    "known branch",
                    f"The two points of the cycle meet near eta = {new.eta:.10g}: a flip of a fixed point.",
                )
            leaves = new is not None and not self.span[0] <= new.eta <= self.span[1]
            if new is not None and leaves:
                edge = self.span[0] if new.eta < self.span[0] else self.span[1]
                new = self._at_edge(here, step, edge) or new
            passed = None if new is None else self._passed(here, new, spectrum)
            if new is None or passed is None:
                step *= SHRINK
                if step < self.settings.smallest_step:
                    return End("step too small", f"The step became too small at eta = {here.eta:.10g}.")
                continue
            found_ones, new_spectrum = passed
            for found in found_ones:
                self._add(found.point, self.equations.multipliers(found.point.z, found.point.eta))
                self.special.append((len(self.rows) - 1, found))
            self._add(new, new_spectrum)
            if leaves:
                return End("span", f"eta = {new.eta:.10g} is the end of the span.")
            here, spectrum = new, new_spectrum
            step = min(step * (GROW if new.iterations <= EASY else 1), self.settings.largest_step)
        return End("most points", f"{self.settings.most_points} points were computed; the branch goes on.")

    def _passed(
        self, here: CyclePoint, new: CyclePoint, spectrum: NDArray[np.complex128]
    ) -> tuple[list[Found], NDArray[np.complex128]] | None:
        """The special points of a step and the multipliers at its end; None if one is not solved in so long a step."""
        after = self.equations.multipliers(new.z, new.eta)
        if len(self.rows) == 1:
            return [], after
        try:
            return points_between(self.curve, here, new, (spectrum, after)), after
        except NotConverged:
            return None

    def _at_edge(self, here: CyclePoint, step: float, edge: float) -> CyclePoint | None:
        """The point within the step at which eta is `edge`."""

        def beyond(length: float) -> float:
            point = self.curve.at(here, length) if length > 0 else here
            return np.nan if point is None else point.eta - edge

        length = float(brentq(beyond, 0.0, step, xtol=1e-13))
        point = self.curve.at(here, length)
        return None if point is None else self.curve.at_eta(point, edge)

    def _next(self, here: CyclePoint, step: float) -> CyclePoint | None:
        """The point a step ahead, unless it is not solved or the curve turns too far."""
        new = self.curve.at(here, step)
        if new is None or len(self.rows) == 1:
            return new
        cosine = float(here.tangent @ new.tangent)
        return new if cosine >= np.cos(np.radians(self.settings.largest_angle)) else None

    def _add(self, point: CyclePoint, spectrum: NDArray[np.complex128]) -> None:
        last = self.rows[-1]
        distance = self.curve.scaled(point.z - last.z, point.eta - last.eta)
        self.lengths.append(self.lengths[-1] + float(np.linalg.norm(distance)))
        self.rows.append(point)
        self.spectra.append(spectrum)

    def branch(self, names: tuple[str, ...], end: End, seconds: float) -> TwoCycles:
        """The rows as a branch."""
        z, eta = np.array([p.z for p in self.rows]), np.array([p.eta for p in self.rows])
        n = z.shape[1] // 2
        multipliers = np.array(self.spectra)
        unstable = (np.abs(multipliers) > 1 + OUTSIDE).sum(axis=1)
        count: dict[str, int] = {}
        special = []
        for row, found in self.special:
            count[found.kind] = count.get(found.kind, 0) + 1
            critical = _critical(found.kind, multipliers[row])
            unstable[row] = (np.abs(multipliers[row][~critical]) > 1 + OUTSIDE).sum()
            special.append(self._special(row, found, names, count[found.kind], multipliers[row]))
        return TwoCycles(
            problem="2-cycles",
            name="gradient descent",
            state_names=names,
            parameter_names=("eta",),
            along=("eta",),
            states=z[:, :n],
            parameters=eta[:, None],
            spectra=Known(multipliers),
            unstable=unstable,
            arclength=np.array(self.lengths),
            tangents=np.array([p.tangent for p in self.rows]),
            newton_iterations=np.array([p.iterations for p in self.rows]),
            residual=np.array([p.residual for p in self.rows]),
            start=0,
            ends=(End("known branch", "Starts at the flip of the minimum."), end),
            special=SpecialPoints(special),
            settings=self.settings,
            derivatives="the loss's own",
            wall_time=seconds,
            second=z[:, n:],
        )

    def _special(
        self, row: int, found: Found, names: tuple[str, ...], number: int, multipliers: NDArray[np.complex128]
    ) -> SpecialPoint:
        at_minimum = row == 0
        return SpecialPoint(
            kind=found.kind,
            label=f"{kind_named(found.kind).label}{number}",
            index=row,
            state_names=names,
            parameter_names=("eta",),
            along=("eta",),
            state=found.point.z[: len(names)],
            parameters=np.array([found.point.eta]),
            eigenvalues=multipliers,
            coefficients={"c": self.flip_coefficient}
            if at_minimum and self.flip_coefficient is not None
            else {},
            criticality=self.criticality if at_minimum else None,
            form="",
            residual=found.residual,
            error=found.error,
            tangent=found.point.tangent,
        )


def _half(z: Floats) -> Floats:
    first, second = np.split(z, 2)
    return (first - second) / 2


def _critical(kind: str, multipliers: NDArray[np.complex128]) -> NDArray[np.bool_]:
    """Which multipliers are on the unit circle at a special point."""
    if kind == "neimark-sacker":
        moduli = np.where(multipliers.imag != 0, np.abs(np.abs(multipliers) - 1), np.inf)
        return np.asarray(moduli <= moduli.min() * (1 + 1e-6) + 1e-15)
    target = -1.0 if kind == "flip" and multipliers.real.min() < 0 else 1.0
    distance = np.abs(multipliers - target)
    return np.asarray(distance == distance.min())
