"""What is solved along a branch: problems, and starts."""

from contin.problems.equilibria import Equilibria
from contin.problems.fixed_points import FixedPoints
from contin.problems.orbit import Orbit
from contin.problems.start import Start

__all__ = ["Equilibria", "FixedPoints", "Orbit", "Start"]
