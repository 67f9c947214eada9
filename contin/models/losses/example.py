"""What a built-in loss brings with it: its source, and minima with the curvatures that decide the learning rate."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from contin.systems import Loss


@dataclass(frozen=True)
class Minimum:
    """A minimum, exact to rounding or to the digits that are given.

    Attributes
    ----------
    theta : tuple of float
        The loss's numbers there.
    curvatures : tuple of float
        The Hessian's eigenvalues, the smallest first; zeros where the minimum is one of a manifold.
    value : float
        The loss.
    """

    theta: tuple[float, ...]
    curvatures: tuple[float, ...]
    value: float = 0.0


@dataclass(frozen=True)
class Example:
    """A loss and what is known of it.

    Attributes
    ----------
    system : Loss
        The loss.
    source : str
        Paper or book.
    minima : tuple of Minimum
        At the defaults of its parameters.
    """

    system: Loss
    source: str
    minima: tuple[Minimum, ...]
