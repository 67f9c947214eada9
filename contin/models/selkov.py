"""Selkov's model of glycolysis: ADP speeds up the enzyme that makes it.

    x' = -x + a y + x^2 y    ADP
    y' = b - a y - x^2 y     fructose-6-phosphate

Concentrations, and the rates a and b, are dimensionless. Source: E. E. Sel'kov, Self-oscillations in
glycolysis, European Journal of Biochemistry 4, 79-86 (1968); in this form S. H. Strogatz, Nonlinear
Dynamics and Chaos, chapter 7.

The equilibrium is (b, b/(a + b^2)) with determinant a + b^2 and trace -(b^4 + (2 a - 1) b^2 + a + a^2)/(a +
b^2), which vanishes at b^2 = (1 - 2 a +- sqrt(1 - 8 a))/2. For a = 0.08: b^2 = 3/25 and 18/25, two Hopf points,
both supercritical, with omega^2 = 1/5 and 4/5; between them glycolysis oscillates.
"""

from math import sqrt

from contin.models.example import Example, Fact
from contin.systems import flow


@flow
def selkov(x, y, *, b=0.6, a=0.08):
    """Sel'kov (1968): ADP x, fructose-6-phosphate y."""
    made = a * y + x**2 * y
    return made - x, b - made


EXACT = (
    "exact: the trace vanishes at b^2 = (1 - 2 a +- sqrt(1 - 8 a))/2; l1 < 0 computed with mpmath, 60 digits"
)


def _hopf(b2):
    """Return the Hopf point with this square of b."""
    b = sqrt(b2)
    return Fact("hopf", b, 1e-12, {"x": b, "y": b / (0.08 + b2)}, "supercritical", EXACT)


MODELS = {
    "selkov": Example(
        selkov,
        along="b",
        span=(0.1, 1.5),
        start={"x": 0.6, "y": 0.6 / 0.44},
        at={},
        show="x",
        source="Sel'kov, Eur. J. Biochem. 4, 79 (1968); Strogatz, chapter 7",
        facts=(_hopf(0.12), _hopf(0.72)),
    ),
}
