"""Griffith's genetic control network: a protein that switches on its own gene.

    x' = y - a x                  protein
    y' = x^2 / (1 + x^2) - b y    messenger RNA

x and y are concentrations in units that make the transcription rate saturate at 1 and be half of that at x
= 1; a and b are the degradation rates of protein and mRNA relative to the rate of translation. All are
dimensionless.

Source: J. S. Griffith, Mathematical Neurobiology, Academic Press 1971, pp. 118-122; in this form S. H.
Strogatz, Nonlinear Dynamics and Chaos, example 8.1.1.

Besides the origin the equilibria are x = (1 +- sqrt(1 - 4 a^2 b^2)) / (2 a b), y = a x: a stable node and a
saddle that meet in a fold at 2 a b = 1, x = 1. At a = 2/5, b = 1 the switch is bistable: (0, 0) and (2,
4/5) are stable, the latter with eigenvalues -1/5 and -6/5, and the saddle (1/2, 1/5) lies between them.
"""

from contin.models.example import Example, Fact
from contin.systems import flow


@flow
def griffith(x, y, *, a=0.4, b=1.0):
    """Griffith (1971): protein x, mRNA y."""
    return y - a * x, x**2 / (1 + x**2) - b * y


MODELS = {
    "griffith": Example(
        griffith,
        along="a",
        span=(0.05, 1.0),
        start={"x": 2.0, "y": 0.8},
        at={},
        show="x",
        source="Griffith, Mathematical Neurobiology (1971), pp. 118-122; Strogatz, example 8.1.1",
        facts=(
            Fact(
                "fold",
                0.5,
                1e-12,
                {"x": 1.0, "y": 0.5},
                None,
                "exact: the roots of a b (1 + x^2) = x meet at 2 a b = 1, x = 1",
            ),
        ),
    ),
}
