"""The condition that a model oscillates: a complex pair at its equilibrium, with no negative real part."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from contin.explore.equilibrium import nearest_equilibrium
from contin.systems.rates import Rates

Floats = NDArray[np.float64]

MARGIN = 1e-6  # of the largest eigenvalue: the penalty ends a little inside


class Oscillation:
    """By how much an equilibrium fails to be an unstable spiral.

    Parameters
    ----------
    guess : (n,) array or None
        Where the equilibrium is searched; None means the mean of the trajectory. The last one found is tried next.
    """

    def __init__(self, guess: Floats | None) -> None:
        self._guess = guess

    def eigenvalues(self, rates: Rates, mean: Floats) -> NDArray[np.complex128] | None:
        """Eigenvalues (n,) at the equilibrium, the most unstable first; None if there is none near."""
        for guess in (self._guess, mean):
            found = None if guess is None else nearest_equilibrium(rates, guess)
            if found is not None:
                self._guess = found
                values = np.linalg.eigvals(rates.jacobian(found)).astype(np.complex128)
                return np.asarray(values[np.lexsort((-values.imag, -values.real))])
        return None

    def violation(self, rates: Rates, mean: Floats) -> Floats:
        """How far the real part is below zero, and how far the two leading real eigenvalues are apart: (2,).

        Both relative to the largest eigenvalue, zero where the condition holds, continuous in the parameters.
        """
        values = self.eigenvalues(rates, mean)
        if values is None or len(values) < 2:
            return np.ones(2)
        size = float(np.abs(values).max()) or 1.0
        pairs = values[values.imag > 0]
        if len(pairs):
            return np.array(
                [max(MARGIN - float(pairs.real.max()) / size, 0.0) if pairs.real.max() < 0 else 0.0, 0.0]
            )
        middle, apart = float(values[:2].real.mean()), float(values[0].real - values[1].real)
        return np.array([max(MARGIN - middle / size, 0.0), MARGIN + apart / size])
