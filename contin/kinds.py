"""The kinds of special points: a closed list of names, labels and the aliases people know."""

from __future__ import annotations

from dataclasses import dataclass

from contin.errors import unknown


@dataclass(frozen=True)
class Kind:
    """A kind of special point: its `name`, its `label`'s letters, the `aliases` that look-ups accept."""

    name: str
    label: str
    aliases: tuple[str, ...] = ()


KINDS = (
    Kind("fold", "LP", ("saddle-node", "SN", "LPC", "limit point", "turning point")),
    Kind("branch point", "BP", ("BPC", "transcritical", "pitchfork")),
    Kind("hopf", "H", ("HB", "andronov-hopf", "HP")),
    Kind("flip", "PD", ("period doubling", "period-doubling")),
    Kind("neimark-sacker", "NS", ("TR", "torus")),
    Kind("cusp", "CP"),
    Kind("bogdanov-takens", "BT", ("takens-bogdanov",)),
    Kind("bautin", "GH", ("generalised hopf", "generalized hopf")),
    Kind("zero-hopf", "ZH", ("fold-hopf", "gavrilov-guckenheimer")),
    Kind("hopf-hopf", "HH", ("double hopf",)),
    Kind("resonance 1:1", "R1"),
    Kind("resonance 1:2", "R2"),
    Kind("resonance 1:3", "R3"),
    Kind("resonance 1:4", "R4"),
    Kind("generalised flip", "GPD", ("generalized flip",)),
    Kind("chenciner", "CH"),
    Kind("fold-flip", "LPPD"),
    Kind("fold-neimark-sacker", "LPNS"),
    Kind("flip-neimark-sacker", "PDNS"),
    Kind("double neimark-sacker", "NSNS"),
    Kind("homoclinic", "HOM"),
    Kind("marked", "M", ("UZ", "user point")),
    Kind("neutral saddle", "NSA"),
    Kind("degenerate fold", "DLP", ("inflection",)),
    Kind("non-hyperbolic", "NH"),
)

_BY_WORD = {word.lower(): kind for kind in KINDS for word in (kind.name, kind.label, *kind.aliases)}


def kind_named(word: str) -> Kind:
    """The kind with this name, label or alias, upper or lower case.

    Raises
    ------
    UnknownName
        With the nearest word that is known.
    """
    try:
        return _BY_WORD[word.lower()]
    except KeyError:
        raise unknown("kind", word, [kind.name for kind in KINDS]) from None
