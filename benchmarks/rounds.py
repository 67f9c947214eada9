"""Rounds of paired measurements, and what is made of them: CPU times, and ratios of times of the same round.

The rivals take turns (A B A B ...), so that what else the machine does meets both. A ratio is taken within a
round; of the rounds the least, the median and the greatest are told.
"""

from __future__ import annotations

import statistics
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence


@dataclass(frozen=True)
class Spread:
    """Least, median and greatest of a number over the rounds."""

    least: float
    median: float
    greatest: float

    def __str__(self) -> str:
        return f"{self.median:.3g} ({self.least:.3g} to {self.greatest:.3g})"


def spread(values: Sequence[float]) -> Spread:
    """The spread of `values`."""
    return Spread(min(values), statistics.median(values), max(values))


def cpu(work: Callable[[], Any]) -> float:
    """CPU seconds (user and system, all threads) of this process during `work()`."""
    began = time.process_time()
    work()
    return time.process_time() - began


def take_turns(rivals: Mapping[str, Callable[[], float]], rounds: int) -> dict[str, list[float]]:
    """What each rival measured in each round."""
    times: dict[str, list[float]] = {name: [] for name in rivals}
    for _ in range(rounds):
        for name, measure in rivals.items():
            times[name].append(measure())
    return times


def ratios(slower: Sequence[float], faster: Sequence[float]) -> Spread:
    """How many times longer one rival took than the other, round by round."""
    return spread([a / b for a, b in zip(slower, faster, strict=True)])


def slope(short: float, long: float, steps: tuple[int, int]) -> float:
    """Microseconds per step, from the CPU seconds of a short and a long run."""
    return 1e6 * (long - short) / (steps[1] - steps[0])


def table(head: Sequence[str], rows: Sequence[Sequence[object]]) -> str:
    """Plain text with aligned columns, the first to the left and the others to the right."""
    cells = [list(head), *([f"{c:.4g}" if isinstance(c, float) else str(c) for c in row] for row in rows)]
    widths = [max(len(row[i]) for row in cells) for i in range(len(head))]
    lines = (
        "  ".join(c.rjust(w) if i else c.ljust(w) for i, (c, w) in enumerate(zip(row, widths, strict=True)))
        for row in cells
    )
    return "\n".join(line.rstrip() for line in lines)
