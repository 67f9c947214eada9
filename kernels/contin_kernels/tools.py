"""The functions of the engine that many kernels share, called by address: compiled once, not in each of their callers."""

from __future__ import annotations

from contin_kernels.branching import confirm_tool
from contin_kernels.corrector import correct_tool, tangent_tool
from contin_kernels.jets import second_tool
from contin_kernels.lu import complex_units_tool, units_tool
from contin_kernels.points.branch_point import augmented, cross_tool
from contin_kernels.points.newton import solve_tool
from contin_kernels.points.piece import halve_tool

TOOLS = (
    confirm_tool,
    correct_tool,
    tangent_tool,
    second_tool,
    units_tool,
    complex_units_tool,
    solve_tool,
    halve_tool,
    cross_tool,
    augmented,
)
"""In the order of the places in `contin_kernels.abi`."""
