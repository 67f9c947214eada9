"""How a branch is followed: few numbers, each with a default that works, checked once."""

from __future__ import annotations

import math
from dataclasses import dataclass, fields

from contin.errors import BadValue


@dataclass(frozen=True)
class Settings:
    """Numbers that govern the following of a branch.

    Lengths are scaled arclengths: the length 1 is the width of the span in the parameter's direction, and the size
    of a state (its largest magnitude so far) in a state's direction; they carry no units.

    Attributes
    ----------
    tolerance : float
        Largest error of a point of the branch, estimated from Newton's contraction, in scaled units.
    first_step, smallest_step, largest_step : float
        Arclengths; below `smallest_step` the branch ends with the reason "step too small".
    largest_angle : float
        Degrees. A step whose tangent turns by more is refused and halved; half of it is aimed for.
    most_iterations : int
        Newton iterations in a step before it is refused.
    most_points : int
        Points in one direction before the branch ends with the reason "most points".
    spectrum_every : int
        The most steps from one point at which all eigenvalues are computed to the next, in models of eight states or
        more; 1 computes them at every point on the way. In between, how far they can have moved is told from the
        Jacobian, and stability is known as well.
    largest_state : float
        A state above this multiple of its size at the start (or of 1, if that is larger) "diverges".

    Raises
    ------
    BadValue
        If a value is outside what is allowed; the message gives the value.
    """

    tolerance: float = 1e-10
    first_step: float = 0.005
    smallest_step: float = 1e-11
    largest_step: float = 0.03
    largest_angle: float = 10.0
    most_iterations: int = 7
    most_points: int = 20_000
    spectrum_every: int = 32
    largest_state: float = 1e8

    def __post_init__(self) -> None:
        for field in fields(self):
            value = getattr(self, field.name)
            if (
                isinstance(value, bool)
                or not isinstance(value, int | float)
                or not math.isfinite(value)
                or value <= 0
            ):
                raise BadValue(f"`{field.name}` must be a positive number, not {value!r}.")
        for name in ("most_iterations", "most_points", "spectrum_every"):
            if int(getattr(self, name)) != getattr(self, name):
                raise BadValue(f"`{name}` must be a whole number, not {getattr(self, name)!r}.")
        if self.largest_angle > 45:
            raise BadValue(f"`largest_angle` must be at most 45 degrees, not {self.largest_angle!r}.")
        if not self.smallest_step <= self.first_step <= self.largest_step:
            raise BadValue(
                "`smallest_step` <= `first_step` <= `largest_step` must hold, not "
                f"{self.smallest_step!r}, {self.first_step!r}, {self.largest_step!r}."
            )
        if self.tolerance > 1e-3:
            raise BadValue(f"`tolerance` must be at most 1e-3, not {self.tolerance!r}.")
