"""Two compartments: a drug injected into the blood, its exchange with the tissue, its elimination.

    V1 C1' = -ke C1 V1 - k1 C1 V1 + k2 C2 V2    blood
    V2 C2' = k1 C1 V1 - k2 C2 V2                tissue

C1 and C2 are concentrations in mg/l, V1 and V2 volumes in l; ke, the rate of elimination, and k1 and k2,
those of exchange, are in 1/h. A dose given at once is C1(0) = dose/V1. Source: T. Teorell, Kinetics of
distribution of substances administered to the body, Archives Internationales de Pharmacodynamie et de
Therapie 57 (1937), in two parts; the numbers are those of a university lecture.

The system is linear with the one equilibrium 0, trace -(ke + k1 + k2) and determinant ke k2: a stable node
for all positive rates, without any special point. With the values here the eigenvalues are -1/10 and -1;
a dose of 100 mg gives C1 = 20 (5/6 e^-t + 1/6 e^(-t/10)), and the area under that curve is dose/(ke V1) = 50.
"""

from contin.models.example import Example
from contin.systems import flow


@flow
def pharmacokinetics(C1, C2, *, ke=0.4, k1=0.45, k2=0.25, V1=5.0, V2=10.0):
    """Concentrations in blood C1 and tissue C2 (mg/l) after a dose."""
    return -ke * C1 - k1 * C1 + k2 * C2 * V2 / V1, k1 * C1 * V1 / V2 - k2 * C2


MODELS = {
    "pharmacokinetics": Example(
        pharmacokinetics,
        along="ke",
        span=(0.05, 1.0),
        start={"C1": 0.0, "C2": 0.0},
        at={},
        show="C1",
        source="Teorell, Arch. Int. Pharmacodyn. 57 (1937)",
        facts=(),
    ),
}
