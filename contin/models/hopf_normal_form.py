"""The Hopf normal form, supercritical and subcritical.

    x' = mu x - y + s x (x^2 + y^2)
    y' = x + mu y + s y (x^2 + y^2)

In polar coordinates r' = mu r + s r^3, theta' = 1. Dimensionless. Source: Yu. A. Kuznetsov, Elements of
Applied Bifurcation Theory, section 3.4.

The origin has eigenvalues mu +- i: Hopf at mu = 0 with omega = 1. The cycle is the circle r = sqrt(-mu/s)
of period 2 pi: stable for s = -1 (`hopf_normal_form`, supercritical), unstable for s = 1
(`hopf_normal_form_subcritical`). With eigenvectors normalised by <q, q> = 1 the first Lyapunov coefficient
is l1 = 2 s: q = (1, -i)/sqrt(2) makes x + i y = sqrt(2) z.
"""

from contin.models.example import Example, Fact
from contin.systems import flow


@flow
def hopf_normal_form(x, y, *, mu=-0.5, s=-1.0):
    """Normal form of the Hopf bifurcation; `s` is the sign of the cubic term."""
    r2 = x**2 + y**2
    return mu * x - y + s * x * r2, x + mu * y + s * y * r2


EXACT = "exact: the eigenvalues of the origin are mu +- i"
SOURCE = "Kuznetsov, section 3.4"

MODELS = {
    "hopf_normal_form": Example(
        hopf_normal_form,
        along="mu",
        span=(-1.0, 1.0),
        start={"x": 0.0, "y": 0.0},
        at={},
        show="x",
        source=SOURCE,
        facts=(Fact("hopf", 0.0, 1e-12, {"x": 0.0, "y": 0.0}, "supercritical", EXACT),),
    ),
    "hopf_normal_form_subcritical": Example(
        hopf_normal_form.with_parameters("hopf_normal_form_subcritical", s=1.0),
        along="mu",
        span=(-1.0, 1.0),
        start={"x": 0.0, "y": 0.0},
        at={},
        show="x",
        source=SOURCE,
        facts=(Fact("hopf", 0.0, 1e-12, {"x": 0.0, "y": 0.0}, "subcritical", EXACT),),
    ),
}
