"""How everything looks: line styles by stability, a marker for each kind of special point, sizes by width.

Tables only: a new kind of point or a new style is a new row.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from contin.branch import SpecialPoint
from contin.errors import unknown

Dashes = tuple[float, tuple[float, ...]]

# Colours that people with any of the usual colour deficiencies tell apart (P. Tol, "Colour schemes", technical note
# SRON/EPS/TN/09-002, schemes "bright" and "vibrant"), with two inks for the lines.
INK, SLATE, GREY, PALE = "#1b2a41", "#7b8794", "#8c8c8c", "#a9bdd1"
RED, BLUE, ORANGE, TEAL, PURPLE = "#cc3311", "#0077bb", "#ee7733", "#009988", "#aa3377"


@dataclass(frozen=True)
class Line:
    """Colour and dashes of a curve; `width` multiplies the diagram's line width."""

    color: str
    dashes: Dashes | None = None
    width: float = 1.0


@dataclass(frozen=True)
class Style:
    """The look of a diagram.

    Attributes
    ----------
    stable, unstable : Line
        Equilibria and fixed points.
    stable_cycles, unstable_cycles : str
        Colours of limit cycles.
    marks : dict
        Colour of a kind's marker where the style differs from the kind's own.
    mark : str or None
        Colour of all markers; None means that each kind has its own.
    """

    stable: Line
    unstable: Line
    stable_cycles: str
    unstable_cycles: str
    marks: Mapping[str, str] = field(default_factory=dict)
    mark: str | None = None


# A dash and its gap in line widths: short, so that the short unstable part of a snaking branch still shows some.
DASHED: Dashes = (0.0, (3.2, 1.7))

STYLES = {
    "contin": Style(Line(INK, width=1.15), Line(SLATE, DASHED), stable_cycles=TEAL, unstable_cycles=ORANGE),
    "xpp": Style(
        Line("#e00000", width=1.3),
        Line("#000000", DASHED),
        stable_cycles="#00a000",
        unstable_cycles="#0000e0",
        mark="#000000",
    ),
}


def style_named(name: str) -> Style:
    """The style called `name`.

    Raises
    ------
    UnknownName
        If there is none of that name.
    """
    if name not in STYLES:
        raise unknown("style", name, STYLES)
    return STYLES[name]


@dataclass(frozen=True)
class Mark:
    """How a kind of special point is drawn.

    Attributes
    ----------
    words : str
        In the legend.
    marker, color : str
        matplotlib's marker; the colour that the kind's curve has in two parameters as well.
    size : float
        Multiplies the diagram's marker size.
    sided : bool
        Filled where supercritical, open where subcritical, and said so in the legend.
    quiet : bool
        Small and grey, without a label and without an entry in the legend.
    """

    words: str
    marker: str
    color: str
    size: float = 1.0
    sided: bool = False
    quiet: bool = False


def _second(words: str, color: str = INK) -> Mark:
    """Mark of a point of codimension two: squares, told apart by their labels."""
    return Mark(words, "s", color)


# Circles are left to limit cycles.
MARKS = {
    "fold": Mark("fold", "D", RED),
    "branch point": Mark("branch point", "P", PURPLE, 1.35),
    "hopf": Mark("Hopf", "^", BLUE, 1.25, sided=True),
    "flip": Mark("flip", "v", ORANGE, 1.25, sided=True),
    "neimark-sacker": Mark("Neimark\N{EN DASH}Sacker", "p", TEAL, 1.3, sided=True),
    "cusp": _second("cusp"),
    "bogdanov-takens": _second("Bogdanov\N{EN DASH}Takens"),
    "bautin": _second("Bautin"),
    "zero-hopf": _second("zero-Hopf"),
    "hopf-hopf": _second("Hopf\N{EN DASH}Hopf"),
    "resonance 1:1": _second("1:1 resonance"),
    "resonance 1:2": _second("1:2 resonance"),
    "resonance 1:3": _second("1:3 resonance"),
    "resonance 1:4": _second("1:4 resonance"),
    "generalised flip": _second("generalised flip"),
    "chenciner": _second("Chenciner"),
    "fold-flip": _second("fold\N{EN DASH}flip"),
    "fold-neimark-sacker": _second("fold\N{EN DASH}Neimark\N{EN DASH}Sacker"),
    "flip-neimark-sacker": _second("flip\N{EN DASH}Neimark\N{EN DASH}Sacker"),
    "double neimark-sacker": _second("double Neimark\N{EN DASH}Sacker"),
    "homoclinic": Mark("homoclinic", "*", INK, 1.6),
    "degenerate fold": Mark("degenerate fold", "d", RED, 1.2),
    "non-hyperbolic": Mark("non-hyperbolic", "h", INK, 1.2),
    "marked": Mark("marked", "+", GREY, 0.9, quiet=True),
    "neutral saddle": Mark("neutral saddle", "x", GREY, 0.75, quiet=True),
}


def mark_of(point: SpecialPoint) -> Mark:
    """The mark of a point's kind; a kind without a row of its own gets a hexagon under its own name."""
    return MARKS.get(point.kind, Mark(point.kind, "h", INK, 1.2))


def words_for(point: SpecialPoint) -> str:
    """The legend's entry for a point: "fold", "subcritical Hopf", "degenerate Hopf"."""
    mark = mark_of(point)
    which = (point.criticality or ("degenerate" if point.form == "degenerate" else "")) if mark.sided else ""
    return f"{which} {mark.words}" if which else mark.words


def rank(point: SpecialPoint) -> tuple[int, bool]:
    """Where a point's kind stands in the legend, for sorting."""
    order = list(MARKS)
    return (order.index(point.kind) if point.kind in MARKS else len(order)), is_open(point)


def is_open(point: SpecialPoint) -> bool:
    """Whether the point's marker is drawn open: a subcritical point of a kind that has two sides."""
    return mark_of(point).sided and point.criticality == "subcritical"


@dataclass(frozen=True)
class Sizes:
    """Sizes in points: of text, of the points' labels and the legend, of lines and of markers."""

    text: float
    small: float
    line: float
    marker: float


def sizes_for(width: float, largest: float) -> Sizes:
    """Sizes for Axes that are `width` inches wide, with text no larger than `largest` points.

    A column of a journal (Axes of about 2.7 inches) gets text of 8 and 7 points, matplotlib's own figure 10 and 9.
    """

    def between(narrow: float, wide: float) -> float:
        share = min(max((width - 2.8) / (4.8 - 2.8), 0.0), 1.0)
        return narrow + share * (wide - narrow)

    text = min(between(8.0, 10.0), largest)
    return Sizes(text, min(between(7.0, 9.0), text), between(1.1, 1.5), between(4.2, 5.6))
