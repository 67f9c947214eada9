"""What a class of trouble is: variants of a model, each with what is true of it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from contin import Flow, Settings

Points = Mapping[str, Sequence[float]]
"""Exact parameter values of the special points, by kind."""


@dataclass(frozen=True)
class Variant:
    """One branch: the model, where it starts, and what is on it.

    `points` are the special points within the span, none but these. `ends` are the reasons for which the branch stops at
    either side, None where there is no one right word. `belongs(r, state)` tells whether a point is on this branch or on
    another one that passes near. `unstable` is the number of unstable eigenvalues at the first and the last point.
    `unit` is the largest size among states and parameter where it is far from 1: a user of AUTO would choose steps by it.
    `reflected` models are hidden in dense coordinates (`reflection.py`); `start` is in the plain ones.
    """

    label: str
    model: Flow
    start: Sequence[float]
    span: tuple[float, float]
    at: Mapping[str, float] = field(default_factory=dict)
    points: Points = field(default_factory=dict)
    ends: tuple[str, str] | None = ("span", "span")
    belongs: Callable[[float, Sequence[float]], bool] | None = None
    unstable: tuple[int, int] | None = None
    unit: float = 1.0
    reflected: bool = False
    settings: Settings | None = None
    along: str = "r"

    @property
    def parameters(self) -> dict[str, float]:
        """All parameters at the start; the free one is at the lower end of the span unless `at` says otherwise."""
        return {**self.model.parameters, self.along: self.span[0], **self.at}


@dataclass(frozen=True)
class Trouble:
    """A class of trouble: its name, the truth about all its variants in words, and the variants."""

    name: str
    truth: str
    variants: Sequence[Variant]
