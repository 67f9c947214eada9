"""Every special learning rate of an optimiser at a minimum, from the Hessian's eigenvalues."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from contin.systems.optimizers import Change, Rule

Floats = NDArray[np.float64]
Kind = Change | Literal["flip"]

SENTENCES = {
    "flip": "a multiplier is -1: the minimum loses stability in this direction, a 2-cycle appears",
    "dead-beat": "a multiplier is 0: this direction converges in one step or two; no bifurcation",
    "node to spiral": "two multipliers become a complex pair: oscillations begin; no bifurcation",
    "spiral to node": "the complex pair becomes two negative multipliers: an alternating node; no bifurcation",
}


@dataclass(frozen=True, eq=False)
class SpecialRate:
    """A learning rate at which multipliers along one eigenvector of the Hessian are special.

    Attributes
    ----------
    eta : float
    kind : str
        "flip" (a bifurcation), "dead-beat", "node to spiral" or "spiral to node" (none).
    eigenvalue : float
        Of the (preconditioned) Hessian.
    direction : (n,) array
        Unit vector of parameters.
    """

    eta: float
    kind: Kind
    eigenvalue: float
    direction: Floats

    @property
    def bifurcation(self) -> bool:
        """Whether stability changes there."""
        return self.kind == "flip"

    @property
    def text(self) -> str:
        """What happens, in words."""
        return SENTENCES[self.kind]

    def __repr__(self) -> str:
        return f"<{self.kind} at eta = {self.eta:.10g}, eigenvalue {self.eigenvalue:.6g}>"


def special_rates(
    rule: Rule,
    values: Mapping[str, float],
    eigenvalues: Floats,
    directions: Floats,
    floor: float,
) -> tuple[SpecialRate, ...]:
    """The special rates of each positive eigenvalue, the smallest rate first.

    Parameters
    ----------
    rule, values : Rule, dict
        The optimiser and its hyperparameters.
    eigenvalues, directions : (k,) and (k, n) arrays
    floor : float
        Eigenvalues up to this count as zero and have none.
    """
    found = [
        SpecialRate(float(eta), kind, float(h), direction)
        for h, direction in zip(eigenvalues, directions, strict=True)
        if h > floor
        for kind, eta in _special(rule, h, values)
    ]
    return tuple(sorted(found, key=lambda rate: rate.eta))


def _special(rule: Rule, h: float, values: Mapping[str, float]) -> list[tuple[Kind, float]]:
    return [("flip", rule.flip(h, **values)), *rule.changes(h, **values)]
