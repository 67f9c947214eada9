"""What a program says of one branch, in one form for all programs."""

from __future__ import annotations

from dataclasses import dataclass

LIKE = {
    "LP": "fold",
    "BP": "branch point",
    "HB": "hopf",
}
"""AUTO's labels as kinds."""


@dataclass(frozen=True)
class Found:
    """A special point: its kind, the parameter value, and the bound of its error where the program gives one."""

    kind: str
    value: float
    bound: float | None = None


@dataclass(frozen=True)
class Findings:
    """The special points within the span, and how the branch went.

    `strayed`: it ended on another branch; `stopped`: in words, if it ended where it should not have; `miscounted`: the
    numbers of unstable eigenvalues at the ends are wrong; `failed`: in words, if it was not followed, and `why`.
    """

    points: tuple[Found, ...] = ()
    strayed: bool = False
    stopped: str = ""
    miscounted: bool = False
    failed: str = ""
    why: str = ""
