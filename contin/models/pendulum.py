"""The damped pendulum.

    theta' = w
    w' = -b w - c sin(theta)

theta is the angle from hanging down in rad, w its rate in rad/s; b is the damping in 1/s, c gravity over
length in 1/s^2. Source: the documentation of scipy.integrate.odeint, with b = 0.25 and c = 5 and the run
from (pi - 0.1, 0) over 101 points on [0, 10]; cf. S. H. Strogatz, Nonlinear Dynamics and Chaos, chapter 6.

Hanging down, (0, 0), has eigenvalues (-b +- sqrt(b^2 - 4 c))/2, a stable spiral for b = 1/4 with real part
-1/8; standing up, (pi, 0), (-b +- sqrt(b^2 + 4 c))/2, a saddle. At b = 0 the pair crosses the imaginary axis
with omega = sqrt(c), but the pendulum conserves its energy w^2/2 - c cos(theta) there, and the cycles all lie
at b = 0: a degenerate Hopf point, l1 = 0, from which no branch of cycles leads to either side.
"""

import math

from contin.models.example import Example, Fact
from contin.systems import flow


@flow
def pendulum(theta, w, *, b=0.25, c=5.0):
    """Damped pendulum: angle theta (rad), rate w (rad/s)."""
    return w, -b * w - c * math.sin(theta)


MODELS = {
    "pendulum": Example(
        pendulum,
        along="b",
        span=(-0.5, 1.0),
        start={"theta": 0.0, "w": 0.0},
        at={},
        show="theta",
        source="documentation of scipy.integrate.odeint; Strogatz, chapter 6",
        facts=(
            Fact(
                "hopf",
                0.0,
                1e-12,
                {"theta": 0.0, "w": 0.0},
                None,
                "exact: the trace is -b; degenerate, because the energy is conserved at b = 0",
            ),
        ),
    ),
}
