"""The Lorenz equations, a model of convection.

    x' = sigma (y - x)
    y' = rho x - y - x z
    z' = x y - beta z

x is the strength of the convection, y the difference in temperature between rising and falling fluid, z the
distortion of the vertical temperature profile; sigma is the Prandtl number, rho the Rayleigh number over
its critical value, beta the shape of the rolls. Dimensionless. Source: E. N. Lorenz, Deterministic
nonperiodic flow, Journal of the Atmospheric Sciences 20, 130-141 (1963), equations (25)-(27).

The origin loses its stability in a supercritical pitchfork at rho = 1. The two branches from there, x = y =
+-sqrt(beta (rho - 1)), z = rho - 1, lose theirs at rho = sigma (sigma + beta + 3) / (sigma - beta - 1),
470/19 for sigma = 10 and beta = 8/3, in Hopf points with omega^2 = beta (sigma + rho) that are subcritical.
They are reached from the branch point by switching; the trivial branch itself has the branch point only.
"""

from math import sqrt

from contin.models.example import Example, Fact
from contin.systems import flow


@flow
def lorenz(x, y, z, *, sigma=10.0, rho=28.0, beta=8 / 3):
    """Lorenz (1963): convection x, temperature difference y, distortion of the profile z."""
    return sigma * (y - x), x * (rho - z) - y, x * y - beta * z


HOPF = 470 / 19
SIDE = sqrt(8 / 3 * (HOPF - 1))
ROUTH_HURWITZ = (
    "exact: Routh-Hurwitz, rho = sigma (sigma + beta + 3) / (sigma - beta - 1); subcritical: l1 > 0, "
    "Marsden and McCracken, The Hopf Bifurcation and Its Applications (1976), section 4B"
)

MODELS = {
    "lorenz": Example(
        lorenz,
        along="rho",
        span=(0.0, 30.0),
        start={"x": 0.0, "y": 0.0, "z": 0.0},
        at={"rho": 0.5},
        show="x",
        source="Lorenz, J. Atmos. Sci. 20, 130 (1963), equations (25)-(27)",
        facts=(
            Fact(
                "branch point",
                1.0,
                1e-12,
                {"x": 0.0, "y": 0.0, "z": 0.0},
                "supercritical",
                "exact: the block of x and y has determinant sigma (1 - rho); the pair exists for rho > 1",
            ),
            Fact("hopf", HOPF, 1e-10, {"x": SIDE, "y": SIDE, "z": HOPF - 1}, "subcritical", ROUTH_HURWITZ),
            Fact("hopf", HOPF, 1e-10, {"x": -SIDE, "y": -SIDE, "z": HOPF - 1}, "subcritical", ROUTH_HURWITZ),
        ),
    ),
}
