"""The Bautin (generalised Hopf) normal form: where a Hopf point changes from supercritical to subcritical.

    x' = (mu + s r^2 - r^4) x - y
    y' = x + (mu + s r^2 - r^4) y,      r^2 = x^2 + y^2

In polar coordinates r' = mu r + s r^3 - r^5, theta' = 1. Dimensionless. Source: Yu. A. Kuznetsov, Elements
of Applied Bifurcation Theory, section 8.3; J. Guckenheimer and Yu. A. Kuznetsov, Bautin bifurcation,
Scholarpedia 2(5):1853 (2007), with mu and s for beta_1 and beta_2.

The origin has eigenvalues mu +- i: Hopf at mu = 0 with omega = 1 and l1 = 2 s (for <q, q> = 1), subcritical
for s > 0 and supercritical for s < 0. In the plane of mu and s the Bautin point is the origin. For s > 0
the unstable cycle born at mu = 0 turns in a fold of cycles at mu = -s^2/4, r^2 = s/2: at mu = -1/4 for s =
1.
"""

from contin.models.example import Example, Fact
from contin.systems import flow


@flow
def bautin(x, y, *, mu=-0.5, s=1.0):
    """Normal form of the Bautin bifurcation with a stabilising fifth-order term."""
    r2 = x**2 + y**2
    growth = mu + s * r2 - r2**2
    return growth * x - y, x + growth * y


MODELS = {
    "bautin": Example(
        bautin,
        along="mu",
        span=(-1.0, 1.0),
        start={"x": 0.0, "y": 0.0},
        at={},
        show="x",
        source="Kuznetsov, section 8.3; Guckenheimer and Kuznetsov, Scholarpedia 2(5):1853",
        facts=(
            Fact(
                "hopf",
                0.0,
                1e-12,
                {"x": 0.0, "y": 0.0},
                "subcritical",
                "exact: the eigenvalues of the origin are mu +- i, and the cubic coefficient is s = 1 > 0",
            ),
        ),
    ),
}
