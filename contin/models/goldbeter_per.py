"""Goldbeter's model of the circadian clock of the fly: the protein PER represses its own gene.

    M'  = vs KI^n/(KI^n + PN^n) - vm M/(Km + M)                  messenger RNA
    P0' = ks M - V1 P0/(K1 + P0) + V2 P1/(K2 + P1)               PER
    P1' = V1 P0/(K1 + P0) - V2 P1/(K2 + P1) - V3 P1/(K3 + P1) + V4 P2/(K4 + P2)    phosphorylated once
    P2' = V3 P1/(K3 + P1) - V4 P2/(K4 + P2) - k1 P2 + k2 PN - vd P2/(Kd + P2)      phosphorylated twice
    PN' = k1 P2 - k2 PN                                          in the nucleus

Concentrations in uM, time in h; maximum rates v and V in uM/h, constants K in uM, k in 1/h, ks in 1/h, n the
cooperativity of repression. Source: A. Goldbeter, A model for circadian oscillations in the Drosophila
period protein (PER), Proceedings of the Royal Society B 261, 319-324 (1995); values as in the BioModels
database, BIOMD0000000016.

There is one equilibrium with positive concentrations, as long as the first phosphorylation can carry what is
degraded: P0 grows without bound as vd comes near 3.25. It is unstable between two supercritical Hopf points,
near vd = 0.40 and 2.70, and there the clock runs, with a period near 24 h at vd = 0.95 (23.66 h).
"""

from contin.models.example import Example, Fact
from contin.systems import flow


@flow
def goldbeter_per(
    M,
    P0,
    P1,
    P2,
    PN,
    *,
    vd=0.95,
    vs=0.76,
    vm=0.65,
    Km=0.5,
    ks=0.38,
    k1=1.9,
    k2=1.3,
    KI=1.0,
    Kd=0.2,
    n=4.0,
    K1=2.0,
    K2=2.0,
    K3=2.0,
    K4=2.0,
    V1=3.2,
    V2=1.58,
    V3=5.0,
    V4=2.5,
):
    """Goldbeter (1995): messenger RNA M, PER with 0, 1, 2 phosphates and in the nucleus (uM)."""
    first = V1 * P0 / (K1 + P0) - V2 * P1 / (K2 + P1)
    second = V3 * P1 / (K3 + P1) - V4 * P2 / (K4 + P2)
    entry = k1 * P2 - k2 * PN
    return (
        vs * KI**n / (KI**n + PN**n) - vm * M / (Km + M),
        ks * M - first,
        first - second,
        second - entry - vd * P2 / (Kd + P2),
        entry,
    )


COMPUTED = "computed: mpmath, 60 digits"

MODELS = {
    "goldbeter_per": Example(
        goldbeter_per,
        along="vd",
        span=(0.1, 3.0),
        start={"M": 1.8514756, "P0": 1.0496, "P1": 0.6729, "P2": 0.571, "PN": 0.8345},
        at={},
        show="M",
        source="Goldbeter, Proc. R. Soc. Lond. B 261, 319 (1995)",
        facts=(
            Fact(
                "hopf",
                0.40075201358011610187,
                1e-10,
                {
                    "M": 0.81066741162857822996,
                    "P0": 0.46385742705680212439,
                    "P1": 0.45798381111880673572,
                    "P2": 0.66463633860459419989,
                    "PN": 0.97139157180671459984,
                },
                "supercritical",
                COMPUTED,
            ),
            Fact(
                "hopf",
                2.6978113579372482637,
                1e-10,
                {
                    "M": 5.0702505899591379568,
                    "P0": 10.634715269055497144,
                    "P1": 1.8857103360814428136,
                    "P2": 0.4997159675048847376,
                    "PN": 0.73035410635329307803,
                },
                "supercritical",
                COMPUTED,
            ),
        ),
    ),
}
