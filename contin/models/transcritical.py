"""The transcritical normal form: two branches cross and exchange stability.

    x' = r x - x^2

Dimensionless. Source: S. H. Strogatz, Nonlinear Dynamics and Chaos, section 3.2.

x = 0 is stable for r < 0, x = r for r > 0; they cross in a branch point at r = 0.
"""

from contin.models.example import Example, Fact
from contin.systems import flow


@flow
def transcritical(x, *, r=-0.5):
    """Normal form of the transcritical bifurcation."""
    return r * x - x**2


MODELS = {
    "transcritical": Example(
        transcritical,
        along="r",
        span=(-1.0, 1.0),
        start={"x": 0.0},
        at={},
        show="x",
        source="Strogatz, section 3.2",
        facts=(Fact("branch point", 0.0, 1e-12, {"x": 0.0}, None, "exact: the lines x = 0 and x = r cross"),),
    ),
}
