"""A closed orbit: times over one period and the states there."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True, eq=False)
class Orbit:
    """A periodic solution over one period.

    Attributes
    ----------
    t : (points,) array
        From 0 to the period, in the model's unit of time.
    x : (points, n) array
        The states; the last is the first again.
    """

    t: NDArray[np.float64]
    x: NDArray[np.float64]

    @property
    def period(self) -> float:
        """The last time."""
        return float(self.t[-1])

    def __len__(self) -> int:
        return len(self.t)
