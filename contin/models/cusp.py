"""The cusp: two folds that merge when a second parameter changes, the simplest hysteresis.

    x' = h + r x - x^3

Dimensionless. Source: S. H. Strogatz, Nonlinear Dynamics and Chaos, section 3.6 (imperfect bifurcations and
catastrophes).

For r > 0 there are folds at h = +-2 (r/3)^(3/2), x = -+sqrt(r/3), that is at h = +-2/(3 sqrt(3)) for r = 1;
in the plane of h and r the fold curve 27 h^2 = 4 r^3 has a cusp at h = r = 0.
"""

from math import sqrt

from contin.models.example import Example, Fact
from contin.systems import flow


@flow
def cusp(x, *, h=0.0, r=1.0):
    """Normal form of the cusp."""
    return h + r * x - x**3


EXACT = "exact: h = x^3 - r x and r = 3 x^2, with r = 1"

MODELS = {
    "cusp": Example(
        cusp,
        along="h",
        span=(-1.0, 1.0),
        start={"x": 1.0},
        at={},
        show="x",
        source="Strogatz, section 3.6",
        facts=(
            Fact("fold", -2 / (3 * sqrt(3)), 1e-12, {"x": 1 / sqrt(3)}, None, EXACT),
            Fact("fold", 2 / (3 * sqrt(3)), 1e-12, {"x": -1 / sqrt(3)}, None, EXACT),
        ),
    ),
}
