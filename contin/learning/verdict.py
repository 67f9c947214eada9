"""What `thresholds` gives back: numbers, the 2-cycle that they predict, and plain sentences."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from contin.errors import BadValue
from contin.learning.flip import FlipForm, flip_form
from contin.learning.scaled import Scaled
from contin.learning.special_rates import SpecialRate
from contin.learning.spectrum import Spectrum

Floats = NDArray[np.float64]

AT_REST = 1e-6  # of the parameters: how far a step of eta = 1/h moves them


@dataclass(frozen=True, eq=False)
class PredictedCycle:
    """A 2-cycle to leading order: `centre` (n,) +- `half` (n,)."""

    eta: float
    centre: Floats
    half: Floats

    @property
    def states(self) -> Floats:
        """Both points, (2, n)."""
        return np.array([self.centre + self.half, self.centre - self.half])

    @property
    def half_distance(self) -> float:
        """Half the distance of the two points."""
        return float(np.linalg.norm(self.half))


@dataclass(frozen=True, eq=False)
class Thresholds:
    """Special learning rates at a minimum.

    Attributes
    ----------
    optimizer, hyperparameters : str, dict
        Of its choices those that were made.
    at : (n,) array
    largest : float
        The largest stable learning rate: the minimum is stable for 0 < eta < `largest`. 0 at a saddle.
    limited_by : str
        What happens there: "flip", "neimark-sacker"; "not a minimum" (`largest` is 0); "nothing" (infinite).
    error : float
        Bound on the error of `largest`.
    eigenvalues, eigenvalue_errors : (k,) arrays
        Of the (preconditioned) Hessian, the largest first; all of them if `complete`.
    directions : (k, n) array
        Unit vectors of parameters, a row each.
    smallest_eigenvalue : float
        The smallest if `complete`, else a number that it does not exceed.
    zeros : int or None
        Dimension of the manifold of minima: that many multipliers are 1 for every eta. None if not `complete`.
    gradient : float
        Length of the gradient at `at`; `stationary` if it is zero to the accuracy that matters.
    special : tuple of SpecialRate
        All special learning rates, the smallest first.
    smooth : bool
        False where the flip has no coefficient: with v = 0, Adam and RMSProp are differentiable only once.
    """

    optimizer: str
    hyperparameters: Mapping[str, float]
    at: Floats = field(repr=False)
    largest: float
    limited_by: str
    error: float
    eigenvalues: Floats = field(repr=False)
    eigenvalue_errors: Floats = field(repr=False)
    directions: Floats = field(repr=False)
    smallest_eigenvalue: float
    complete: bool
    zeros: int | None
    gradient: float
    stationary: bool
    special: tuple[SpecialRate, ...] = field(repr=False)
    smooth: bool
    rate_per_s: float = field(repr=False)
    inside: float = field(repr=False)
    preconditioned: bool
    spectrum: Spectrum = field(repr=False)
    scaled: Scaled = field(repr=False)
    remarks: tuple[str, ...] = ()

    @property
    def names(self) -> tuple[str, ...]:
        """The parameters' names."""
        return self.scaled.names

    @property
    def sharpness(self) -> float:
        """The largest eigenvalue of the (preconditioned) Hessian."""
        return float(self.eigenvalues[0])

    @property
    def direction(self) -> Floats:
        """The unit vector (n,) along which the minimum loses stability."""
        direction: Floats = self.directions[0]
        return direction

    @property
    def products(self) -> int:
        """Hessian-vector products spent so far: on the spectrum, and on H^-1 once the coefficient has been asked for."""
        asked = self.__dict__.get("form")
        return self.spectrum.products + (asked.products if asked is not None else 0)

    @cached_property
    def form(self) -> FlipForm:
        """The flip's form for plain gradient descent in preconditioned coordinates."""
        if (reason := self._without_coefficient) is not None:
            return FlipForm(None, 0.0, np.zeros(len(self.at)), 0, reason)
        return flip_form(self.scaled, self.at, self.spectrum)

    @property
    def _without_coefficient(self) -> str | None:
        if self.limited_by != "flip":
            return "there is no flip"
        if not self.stationary:
            return "`at` is not a minimum"
        if not self.smooth:
            return "the map is differentiable only once where v = 0"
        return None

    @property
    def _stretch(self) -> float:
        """Length of the parameters' change along the unit top eigenvector of the scaled Hessian."""
        return float(np.linalg.norm(self.scaled.root * self.spectrum.vectors[0]))

    @property
    def coefficient(self) -> float | None:
        """c: the 2-cycle's half-distance is sqrt(h (eta - largest)/c) to leading order. None where there is none."""
        c = self.form.coefficient
        return None if c is None else (c + self._denominator) * self.rate_per_s / 2 / self._stretch**2

    @property
    def coefficient_error(self) -> float:
        """Bound on the coefficient's error."""
        return self.form.error * self.rate_per_s / 2 / self._stretch**2

    @property
    def _denominator(self) -> float:
        """What sqrt(v + eps) adds to c: on the cycle v = g^2, so that larger steps are damped."""
        if not self.inside:
            return 0.0
        return self.sharpness**2 * float((self.spectrum.vectors[0] ** 4).sum()) / self.inside

    @property
    def criticality(self) -> str | None:
        """Of the flip: "supercritical" (a stable 2-cycle above), "subcritical" (an unstable one below); None if c is zero."""
        c = self.coefficient
        if c is None or abs(c) <= self.coefficient_error:
            return None
        return "supercritical" if c > 0 else "subcritical"

    def cycle(self, eta: float) -> PredictedCycle:
        """The 2-cycle at `eta`, near `largest`, to leading order.

        Raises
        ------
        BadValue
            If there is no flip with a coefficient, or `eta` is on the side on which no cycle is predicted.
        """
        c = self.coefficient
        if c is None:
            raise BadValue(f"no 2-cycle is predicted: {self.form.reason}.")
        if self.criticality is None:
            raise BadValue("no 2-cycle is predicted: the flip is degenerate, its coefficient is zero.")
        square = self.sharpness * (eta - self.largest) / c
        if not (square > 0 and math.isfinite(square)):
            side = "above" if c > 0 else "below"
            raise BadValue(f"the 2-cycle is predicted {side} eta = {self.largest:.10g}, not at {eta!r}.")
        shift = self.scaled.root * self.form.shift * square / self._stretch**2
        return PredictedCycle(float(eta), self.at + shift, math.sqrt(square) * self.direction)

    def __str__(self) -> str:
        from contin.learning.report import thresholds_text

        return thresholds_text(self)


def stationary(gradient: Floats, found: Spectrum, x: Floats) -> bool:
    """Whether the preconditioned gradient P^-1 g (n,) is so small that `x` (n,) is a stationary point."""
    size = max(1.0, float(np.linalg.norm(x)))
    return bool(np.linalg.norm(gradient) <= AT_REST * max(float(np.abs(found.values).max()), 0.0) * size)
