"""The saddle-node (fold) normal form.

    x' = r + x^2

Dimensionless. Source: S. H. Strogatz, Nonlinear Dynamics and Chaos, section 3.1; Yu. A. Kuznetsov, Elements
of Applied Bifurcation Theory, section 3.2.

For r < 0 the equilibrium x = -sqrt(-r) is stable and x = +sqrt(-r) unstable; they meet in a fold at r = 0
and there is none for r > 0.
"""

from contin.models.example import Example, Fact
from contin.systems import flow


@flow
def saddle_node(x, *, r=-1.0):
    """Normal form of the fold."""
    return r + x**2


MODELS = {
    "saddle_node": Example(
        saddle_node,
        along="r",
        span=(-2.0, 1.0),
        start={"x": -1.0},
        at={},
        show="x",
        source="Strogatz, section 3.1; Kuznetsov, section 3.2",
        facts=(Fact("fold", 0.0, 1e-12, {"x": 0.0}, None, "exact: r + x^2 = 0 and 2 x = 0"),),
    ),
}
