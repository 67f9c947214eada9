"""What a model does in time, and what its equilibria are: simulate, settle, orbits, classify, fit, mass balance."""

from contin.explore.accumulation import Accumulation, accumulation_of
from contin.explore.classify import (
    Classification,
    classify,
    classify_eigenvalues,
    classify_multipliers,
)
from contin.explore.fit import Fit, fit
from contin.explore.fixed_points import FixedPoint, FixedPointList, fixed_points
from contin.explore.iterate import iterate
from contin.explore.lyapunov import LyapunovExponents, lyapunov
from contin.explore.mass_balance import MassBalance, mass_balance
from contin.explore.orbit_diagram import OrbitDiagram
from contin.explore.orbits import orbit_diagram
from contin.explore.settle import settle
from contin.explore.sharpness import Sharpness, sharpness
from contin.explore.simulate import simulate
from contin.explore.trajectory import Trajectory

__all__ = [
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
]
