"""The van der Pol oscillator: a circuit with a valve that feeds small oscillations and damps large ones.

    x' = y
    y' = (mu - x^2) y - x

x is the voltage, in units that make the frequency and the nonlinear damping 1; mu is the feedback.
Dimensionless. Source: B. van der Pol, On relaxation oscillations, Philosophical Magazine 2, 978-992 (1926),
equation v'' - (alpha - 3 gamma v^2) v' + omega^2 v = 0. The textbooks' mu (1 - X^2) X' is the same
for mu > 0, with x = sqrt(mu) X; but in that form mu = 0 is a centre, and in this one a Hopf point.

The origin is the only equilibrium, with trace mu and determinant 1: a supercritical Hopf point at mu = 0 with
omega = 1 and l1 = -1/4 (<q, q> = 1, divided by omega). The cycle is x = 2 sqrt(mu) cos t near it.
"""

from contin.models.example import Example, Fact
from contin.systems import flow


@flow
def van_der_pol(x, y, *, mu=1.0):
    """Van der Pol (1926): voltage x and its rate y."""
    return y, (mu - x**2) * y - x


MODELS = {
    "van_der_pol": Example(
        van_der_pol,
        along="mu",
        span=(-1.0, 3.0),
        start={"x": 0.0, "y": 0.0},
        at={},
        show="x",
        source="van der Pol, Phil. Mag. 2, 978 (1926)",
        facts=(
            Fact(
                "hopf",
                0.0,
                1e-12,
                {"x": 0.0, "y": 0.0},
                "supercritical",
                "exact: the trace is mu, the determinant 1, and l1 = -1/4",
            ),
        ),
    ),
}
