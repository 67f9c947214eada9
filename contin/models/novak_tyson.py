"""The switch of the cell cycle: CycB and Cdh1 suppress each other, and the cell's mass decides.

    CycB' = k1 - (k2p + k2pp Cdh1) CycB
    Cdh1' = (k3p + k3pp A)(1 - Cdh1)/(J3 + 1 - Cdh1) - k4 m CycB Cdh1/(J4 + Cdh1)

CycB is the activity of cyclin B, Cdh1 the active fraction of that protein, both dimensionless; A is the
activity of Cdc20, zero here, m the mass of the cell; rates are in 1/min. Source: J. J. Tyson and B. Novak,
Regulation of the eukaryotic cell cycle: molecular antagonism, hysteresis, and irreversible transitions,
Journal of Theoretical Biology 210, 249-263 (2001), the first of its models; values as in the BioModels
database, BIOMD0000000195.

At the equilibria CycB = k1/(k2p + k2pp Cdh1), and m follows from Cdh1 alone: m = k3p (1 - Y)(J4 + Y)(k2p +
k2pp Y)/((J3 + 1 - Y) k4 k1 Y) with Y = Cdh1. This has a maximum and a minimum, two folds, between which
the cell rests either in G1 (Cdh1 near 1) or in S/G2/M (near 0). A cell that grows leaves G1 at m = 0.527
(Start), and returns only when m falls below 0.110 or A rises (Finish).
"""

from contin.models.example import Example, Fact
from contin.systems import flow


@flow
def novak_tyson(
    CycB, Cdh1, *, m=0.3, A=0.0, k1=0.04, k2p=0.04, k2pp=1.0, k3p=1.0, k3pp=10.0, k4=35.0, J3=0.04, J4=0.04
):
    """Tyson and Novak (2001): cyclin B, active Cdh1."""
    activation = (k3p + k3pp * A) * (1 - Cdh1) / (J3 + 1 - Cdh1)
    return k1 - (k2p + k2pp * Cdh1) * CycB, activation - k4 * m * CycB * Cdh1 / (J4 + Cdh1)


COMPUTED = "computed: mpmath, 60 digits"

MODELS = {
    "novak_tyson": Example(
        novak_tyson,
        along="m",
        span=(0.02, 1.0),
        start={"CycB": 0.0386846, "Cdh1": 0.99401469},
        at={"m": 0.1},
        show="CycB",
        source="Tyson and Novak, J. Theor. Biol. 210, 249 (2001)",
        facts=(
            Fact(
                "fold",
                0.10971397984841833102,
                1e-12,
                {"CycB": 0.49916364527951087954, "Cdh1": 0.040134040966869018933},
                None,
                COMPUTED,
            ),
            Fact(
                "fold",
                0.52731930268395346387,
                1e-12,
                {"CycB": 0.046085258833895251682, "Cdh1": 0.82795650088831433346},
                None,
                COMPUTED,
            ),
        ),
    ),
}
