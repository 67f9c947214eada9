"""The logistic map: growth that a crowd limits, from one generation to the next.

    x -> r x (1 - x)

x is the population, as a part of the largest possible one; r the growth rate a generation. Dimensionless.

Source: R. M. May, Simple mathematical models with very complicated dynamics, Nature 261 (1976) 459-467; S. H.
Strogatz, Nonlinear Dynamics and Chaos, sections 10.2 to 10.6.

The fixed points 0 and 1 - 1/r cross at r = 1; the latter has the multiplier 2 - r and flips at r = 3. The 2-cycle, of
sum (r + 1)/r and product (r + 1)/r^2, has the multiplier 4 + 2 r - r^2 and flips at 1 + sqrt(6); the 4-cycle flips at
3.5440903595519228536, the cascade ends at 3.569945671870944901842. In `logistic_three` the 3-cycles are born in a
fold at 1 + sqrt(8).
"""

from math import sqrt

from contin.models.example import Example, Fact
from contin.systems import map


@map
def logistic(x, *, r=2.5):
    """The logistic map (May 1976): the population x of the next generation."""
    return r * x * (1 - x)


R = 1 + sqrt(6)
HIGH = (R + 1 + sqrt((R + 1) * (R - 3))) / (2 * R)

MODELS = {
    "logistic": Example(
        logistic,
        along="r",
        span=(0.5, 4.0),
        start={"x": 0.6},
        at={},
        show="x",
        source="May, Nature 261 (1976) 459; Strogatz, sections 10.2 to 10.6",
        facts=(
            Fact(
                "branch point",
                1.0,
                1e-12,
                {"x": 0.0},
                None,
                "exact: 0 and 1 - 1/r have the multipliers r, 2 - r",
            ),
            Fact(
                "flip", 3.0, 1e-12, {"x": 2 / 3}, "supercritical", "exact: at 1 - 1/r the multiplier is 2 - r"
            ),
            Fact(
                "flip",
                R,
                1e-12,
                {"x": HIGH},
                "supercritical",
                "exact: the 2-cycle has the multiplier 4 + 2 r - r^2",
                period=2,
            ),
            Fact(
                "flip",
                3.544090359551922853615965986604804540583,
                1e-12,
                None,
                "supercritical",
                "exact: a root of a polynomial of degree 12 (Bailey et al., Amer. Math. Monthly 113 (2006) 481)",
                period=4,
            ),
        ),
    ),
    "logistic_three": Example(
        logistic,
        along="r",
        span=(3.6, 4.0),
        start={"x": 0.1561493157},
        at={"r": 3.83},
        show="x",
        source="May, Nature 261 (1976) 459; Strogatz, section 10.4",
        facts=(
            Fact(
                "fold",
                1 + sqrt(8),
                1e-12,
                None,
                None,
                "exact: the discriminant of (f^3(x) - x)/(f(x) - x) vanishes at r = 1 + sqrt(8)",
                period=3,
            ),
            Fact(
                "flip",
                3.8414990075435078,
                1e-12,
                None,
                "supercritical",
                "computed: the 3-cycle with the multiplier -1, by Newton's method with 40 digits",
                period=3,
            ),
        ),
        period=3,
    ),
}
