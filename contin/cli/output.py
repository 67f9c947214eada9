"""What the commands print: results on stdout, everything else on stderr."""

from __future__ import annotations

import json
import math
import os
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from contin.branch import Branch, Diagram, SpecialPoint


def put(text: str) -> None:
    """Print a result; a reader that has gone away (``contin models | head -1``) is no error."""
    try:
        print(_printable(text), flush=True)
    except BrokenPipeError:
        # Python flushes stdout once more at its end: let that go nowhere.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def say(text: str) -> None:
    """Print an announcement."""
    try:
        print(text, file=sys.stderr, flush=True)
    except BrokenPipeError:
        pass


def put_json(document: Any) -> None:
    """Print one JSON document; NaN and infinity, which JSON does not have, become null."""
    put(json.dumps(_plain(document), indent=2, allow_nan=False))


@contextmanager
def progress_bar(what: str) -> Iterator[Callable[[int], None]]:
    """A bar on a terminal, nothing elsewhere; give the function the number of points done so far."""
    from tqdm import tqdm

    with tqdm(desc=what, unit=" points", leave=False, disable=None, file=sys.stderr) as bar:

        def show(done: int) -> None:
            bar.update(done - bar.n)

        yield show


def diagram_document(diagram: Diagram) -> dict[str, Any]:
    """The diagram as plain data: every point of every branch, every special point."""
    return {
        "model": diagram.name,
        "along": diagram.along,
        "branches": [_branch_document(branch) for branch in diagram.branches],
        "special": [_point_document(point) for point in diagram.special],
    }


def _branch_document(branch: Branch) -> dict[str, Any]:
    return {
        "problem": branch.problem,
        "points": len(branch),
        "start": branch.start,
        "ends": [{"reason": end.reason, "text": end.text} for end in branch.ends],
        "derivatives": branch.derivatives,
        "special": [point.label for point in branch.special],
        "columns": {
            **{name: branch[name] for name in branch.along + branch.state_names},
            "unstable": branch.unstable,
        },
    }


def _point_document(point: SpecialPoint) -> dict[str, Any]:
    return {
        "label": point.label,
        "kind": point.kind,
        "form": point.form,
        "criticality": point.criticality,
        "state": dict(zip(point.state_names, point.state, strict=True)),
        "parameters": dict(zip(point.parameter_names, point.parameters, strict=True)),
        "eigenvalues": [{"re": value.real, "im": value.imag} for value in point.eigenvalues],
        "coefficients": point.coefficients,
        "residual": point.residual,
        "error": point.error,
    }


def _plain(value: Any) -> Any:
    """The value in JSON's own types."""
    if isinstance(value, Mapping):
        return {str(key): _plain(item) for key, item in value.items()}
    if isinstance(value, np.ndarray | np.generic):
        return _plain(value.tolist())
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    if isinstance(value, float) and not math.isfinite(value):
        return None
    return value


def _printable(text: str) -> str:
    """The text in what stdout can encode."""
    return text.encode(_encoding(), errors="backslashreplace").decode(_encoding())


def _encoding() -> str:
    return getattr(sys.stdout, "encoding", None) or "utf-8"
