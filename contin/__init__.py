"""Bifurcation diagrams of plain Python functions, at the speed of compiled code.

    import contin

    @contin.flow
    def griffith(x, y, *, a=0.4, b=1.0):
        return y - a * x, x**2 / (1 + x**2) - b * y

    diagram = contin.diagram(griffith, "a", span=(0.05, 1.0))

Importing contin loads nothing else: each name below is fetched from its module when it is first used.
"""

from __future__ import annotations

import sys
from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from contin import models
    from contin.branch import Branch, Diagram, End, SpecialPoint, SpecialPoints
    from contin.errors import (
        BadValue,
        ContinError,
        FileError,
        MissingExtra,
        ModelError,
        NotConverged,
        NotFinite,
        UnknownName,
    )
    from contin.explore import (
        Accumulation,
        Classification,
        Fit,
        FixedPoint,
        FixedPointList,
        LyapunovExponents,
        MassBalance,
        OrbitDiagram,
        Sharpness,
        Trajectory,
        accumulation_of,
        classify,
        classify_eigenvalues,
        classify_multipliers,
        fit,
        fixed_points,
        iterate,
        lyapunov,
        mass_balance,
        orbit_diagram,
        settle,
        sharpness,
        simulate,
    )
    from contin.following import diagram, follow, switch
    from contin.plotting import phase_portrait
    from contin.problems import Equilibria, FixedPoints, Orbit, Start
    from contin.settings import Settings
    from contin.storage import load, save
    from contin.systems import Flow, Loss, Map, OptimizerMap, flow, map

__all__ = [
    "Accumulation",
    "BadValue",
    "Branch",
    "Classification",
    "ContinError",
    "Diagram",
    "End",
    "Equilibria",
    "FileError",
    "Fit",
    "FixedPoint",
    "FixedPointList",
    "FixedPoints",
    "Flow",
    "Loss",
    "LyapunovExponents",
    "Map",
    "MassBalance",
    "MissingExtra",
    "ModelError",
    "NotConverged",
    "NotFinite",
    "OptimizerMap",
    "Orbit",
    "OrbitDiagram",
    "Settings",
    "Sharpness",
    "SpecialPoint",
    "SpecialPoints",
    "Start",
    "Trajectory",
    "UnknownName",
    "accumulation_of",
    "classify",
    "classify_eigenvalues",
    "classify_multipliers",
    "diagram",
    "fit",
    "fixed_points",
    "flow",
    "follow",
    "iterate",
    "load",
    "lyapunov",
    "map",
    "mass_balance",
    "models",
    "orbit_diagram",
    "phase_portrait",
    "save",
    "settle",
    "sharpness",
    "simulate",
    "switch",
]

_NAMES_OF = {
    "contin.branch": ("Branch", "Diagram", "End", "SpecialPoint", "SpecialPoints"),
    "contin.errors": (
        "BadValue",
        "ContinError",
        "FileError",
        "MissingExtra",
        "ModelError",
        "NotConverged",
        "NotFinite",
        "UnknownName",
    ),
    "contin.explore": (
        "Accumulation",
        "Classification",
        "Fit",
        "FixedPoint",
        "FixedPointList",
        "LyapunovExponents",
        "MassBalance",
        "OrbitDiagram",
        "Sharpness",
        "Trajectory",
        "accumulation_of",
        "classify",
        "classify_eigenvalues",
        "classify_multipliers",
        "fit",
        "fixed_points",
        "iterate",
        "lyapunov",
        "mass_balance",
        "orbit_diagram",
        "settle",
        "sharpness",
        "simulate",
    ),
    "contin.following": ("diagram", "follow", "switch"),
    "contin.plotting": ("phase_portrait",),
    "contin.problems": ("Equilibria", "FixedPoints", "Orbit", "Start"),
    "contin.settings": ("Settings",),
    "contin.storage": ("load", "save"),
    "contin.systems": ("Flow", "Loss", "Map", "OptimizerMap", "flow", "map"),
}
_MODULE_OF = {name: module for module, names in _NAMES_OF.items() for name in names}


def __getattr__(name: str) -> Any:
    if name == "models":
        return import_module("contin.models")
    if name == "__version__":
        from importlib.metadata import PackageNotFoundError, version

        try:
            return version("contin")
        except PackageNotFoundError:  # a checkout on the path that was never installed
            return "0+unknown"
    try:
        module = _MODULE_OF[name]
    except KeyError:
        message = f"module 'contin' has no attribute '{name}'"
        raise AttributeError(message, name=name, obj=sys.modules[__name__]) from None
    value = getattr(import_module(module), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted([*__all__, "__version__"])
