"""Goodwin's oscillator: a gene that is repressed by the product of its protein.

    x' = 1/(1 + z^n) - b x    messenger RNA
    y' = x - b y              protein
    z' = y - b z              repressor

x, y, z are concentrations and b the common rate of decay, in units that make the other rates and the
repression constant 1; n is the cooperativity of the repression. Dimensionless. Source: B. C. Goodwin,
Oscillatory behavior in enzymatic control processes, Advances in Enzyme Regulation 3, 425-438 (1965); J. S.
Griffith, Mathematics of cellular control processes I, Journal of Theoretical Biology 20, 202-208 (1968).

At the equilibrium x = b^2 z, y = b z, b^3 z (1 + z^n) = 1, and the eigenvalues satisfy (s + b)^3 = -n b^3
z^n/(1 + z^n). They are imaginary where the right side is -8 b^3: z^n = 8/(n - 8), with omega = b sqrt(3). So
there is one Hopf point for n > 8, at b^3 = 1/((1 + z^n) z), and none for n <= 8 (Griffith's result).
`goodwin` has n = 10: z^10 = 4, b = 0.558...; it oscillates below. `goodwin_8` has n = 8 and only comes near.
"""

from contin.models.example import Example, Fact
from contin.systems import flow


@flow
def goodwin(x, y, z, *, b=0.4, n=10.0):
    """Goodwin (1965): messenger RNA x, protein y, repressor z."""
    return 1 / (1 + z**n) - b * x, x - b * y, y - b * z


SOURCE = "Goodwin, Adv. Enzyme Regul. 3, 425 (1965); Griffith, J. Theor. Biol. 20, 202 (1968)"
Z = 4**0.1
B = (5 * Z) ** (-1 / 3)

MODELS = {
    "goodwin": Example(
        goodwin,
        along="b",
        span=(0.1, 1.5),
        start={"x": 0.844397528792, "y": 0.844397528792, "z": 0.844397528792},
        at={"b": 1.0},
        show="z",
        source=SOURCE,
        facts=(
            Fact(
                "hopf",
                B,
                1e-12,
                {"x": B**2 * Z, "y": B * Z, "z": Z},
                "supercritical",
                "exact: (s + b)^3 = -8 b^3 at s = i b sqrt(3); l1 < 0 computed with mpmath, 60 digits",
            ),
        ),
    ),
    "goodwin_8": Example(
        goodwin.with_parameters("goodwin_8", n=8.0),
        along="b",
        span=(0.1, 1.5),
        start={"x": 0.82430056323, "y": 0.82430056323, "z": 0.82430056323},
        at={"b": 1.0},
        show="z",
        source=SOURCE,
        facts=(),
    ),
}
