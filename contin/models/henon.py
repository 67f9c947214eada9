"""The map of Henon: a stretched and folded plane.

    x -> 1 - a x^2 + y
    y -> b x

b is minus the factor by which areas change at each step. Dimensionless.

Source: M. Henon, A two-dimensional mapping with a strange attractor, Communications in Mathematical Physics 50 (1976)
69-77; S. H. Strogatz, Nonlinear Dynamics and Chaos, section 12.2.

The fixed points a x^2 + (1 - b) x - 1 = 0 are born in a fold at a = -(1 - b)^2/4, and the stable one flips at a = 3
(1 - b)^2/4. The 2-cycle has the sum (1 - b)/a and the product ((1 - b)^2 - a)/a^2 of its x, and multipliers of
product b^2 and sum 4 a^2 x1 x2 + 2 b: it flips at a = (1 - b)^2 + (1 + b)^2/4.
"""

from math import sqrt

from contin.models.example import Example, Fact
from contin.systems import map

B = 0.3
FOLD, FLIP, SECOND = -((1 - B) ** 2) / 4, 3 * (1 - B) ** 2 / 4, (1 - B) ** 2 + (1 + B) ** 2 / 4
MIDDLE, WIDE = (1 - B) / (2 * SECOND), sqrt(4 * SECOND - 3 * (1 - B) ** 2) / (2 * SECOND)


@map
def henon(x, y, *, a=0.2, b=0.3):
    """Henon (1976): a quadratic map of the plane."""
    return 1 - a * x**2 + y, b * x


MODELS = {
    "henon": Example(
        henon,
        along="a",
        span=(-0.5, 1.4),
        start={"x": 1.089454, "y": 0.326836},
        at={},
        show="x",
        source="Henon, Communications in Mathematical Physics 50 (1976) 69; Strogatz, section 12.2",
        facts=(
            Fact(
                "fold",
                FOLD,
                1e-12,
                {"x": 2 / (1 - B), "y": 2 * B / (1 - B)},
                None,
                "exact: the roots of a x^2 + (1 - b) x = 1 meet",
            ),
            Fact(
                "flip",
                FLIP,
                1e-12,
                {"x": 2 / (3 * (1 - B)), "y": 2 * B / (3 * (1 - B))},
                "supercritical",
                "exact: mu^2 + 2 a x mu = b has the root -1",
            ),
            Fact(
                "flip",
                SECOND,
                1e-12,
                {"x": MIDDLE + WIDE, "y": B * (MIDDLE - WIDE)},
                "supercritical",
                "exact: the product of the 2-cycle's derivatives has the trace -1 - b^2",
                period=2,
            ),
        ),
    ),
}
