"""Special points: one file a kind, each with `find(path, marks) -> list of Found`; this package finds the files itself."""

from __future__ import annotations

import functools
import importlib
import pkgutil
from types import ModuleType

from contin.points.finder import SAME, Found, Path


@functools.cache
def finders() -> tuple[ModuleType, ...]:
    """The modules of this package that find special points."""
    modules = [importlib.import_module(f"{__name__}.{info.name}") for info in pkgutil.iter_modules(__path__)]
    return tuple(module for module in modules if hasattr(module, "find"))


def find_points(path: Path, marks: dict[str, list[float]]) -> list[Found]:
    """All special and marked points of a path, in its order, each once."""
    found: list[Found] = []
    for module in finders():
        if path.problem.kind in module.PROBLEMS and len(path.rows.z) > 1:
            found += module.find(path, marks)
    found.sort(key=lambda f: f.arclength)
    return [f for f in found if not any(_explained(f, other, path) for other in found)]


def _explained(point: Found, other: Found, path: Path) -> bool:
    """Whether `point` is only another view of `other`: a turn of the branch at a pitchfork, or a point found twice."""
    if point is other or abs(point.arclength - other.arclength) > 1e-3:
        return False
    apart = max(abs((point.z - other.z) / path.scale))
    if point.kind in ("fold", "degenerate fold") and other.kind == "branch point":
        return bool(apart < max(1e-6, 10 * point.error / path.scale[-1]))
    return False


__all__ = ["SAME", "Found", "Path", "find_points", "finders"]
