"""Cells in two phases of the cycle: a linear model whose population grows, stays or dies out.

    G1' = -alpha G1 + 2 beta G2 - gamma G1
    G2' = alpha G1 - beta G2 - gamma G2

G1 and G2 are the numbers of cells before and after the doubling of their DNA; alpha is the rate of passing
from G1 to G2, beta that of division, into two cells in G1, gamma that of death; all in 1/time. Source: a
university lecture on dynamical models in biology; cf. M. Takahashi, Theoretical basis for cell cycle
analysis II, Journal of Theoretical Biology 18, 195-209 (1968), which has death.

The eigenvalues at the equilibrium 0 are (-alpha - beta - 2 gamma +- sqrt(alpha^2 + 6 alpha beta +
beta^2))/2: real for positive rates, so the numbers never oscillate. The larger one passes through zero
where gamma^2 + gamma (alpha + beta) = alpha beta, at gamma = sqrt(2) - 1 for alpha = beta = 1: below it
the population grows. There, and only there, all of a line is in equilibrium, since the model is linear: a
branch point whose other branch stands upright, all of its coefficients but one being zero (degenerate).
"""

from math import sqrt

from contin.models.example import Example, Fact
from contin.systems import flow


@flow
def cell_cycle(G1, G2, *, gamma=0.2, alpha=1.0, beta=1.0):
    """Numbers of cells before (G1) and after (G2) the doubling of their DNA."""
    return -alpha * G1 + 2 * beta * G2 - gamma * G1, alpha * G1 - beta * G2 - gamma * G2


MODELS = {
    "cell_cycle": Example(
        cell_cycle,
        along="gamma",
        span=(0.1, 1.0),
        start={"G1": 0.0, "G2": 0.0},
        at={},
        show="G1",
        source="a university lecture; cf. Takahashi, J. Theor. Biol. 18, 195 (1968)",
        facts=(
            Fact(
                "branch point",
                sqrt(2) - 1,
                1e-12,
                {"G1": 0.0, "G2": 0.0},
                None,
                "exact: the determinant is gamma^2 + 2 gamma - 1 for alpha = beta = 1; the line of "
                "equilibria there makes it degenerate",
            ),
        ),
    ),
}
