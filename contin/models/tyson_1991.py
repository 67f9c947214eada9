"""Tyson's model of the cell cycle: cdc2 and cyclin make the factor that drives mitosis.

    C2' = k6 M - k8 C2 + k9 CP                             cdc2
    CP' = -k3 CP Y + k8 C2 - k9 CP                         cdc2, phosphorylated
    pM' = k3 CP Y - pM (k4p + k4 M^2) + k5 M               inactive factor (MPF)
    M'  = pM (k4p + k4 M^2) - k5 M - k6 M                  active factor
    Y'  = kappa - k2 Y - k3 CP Y                           cyclin
    YP' = k6 M - k7 YP                                     cyclin, phosphorylated

All concentrations are relative to the total of cdc2; rates are in 1/min, kappa = k1 [aa]/[CT] is the
synthesis of cyclin, k8 and k9 are much faster than the rest. Source: J. J. Tyson, Modeling the cell
division cycle: cdc2 and cyclin interactions, Proceedings of the National Academy of Sciences of the USA 88,
7328-7332 (1991); values as in the BioModels database, BIOMD0000000005 and BIOMD0000000006.

`tyson_1991_6` is this system; it conserves C2 + CP + pM + M = 1. `tyson_1991` is the same without C2, which that gives:
five states are left of the six. `tyson_1991_2` is the paper's reduction to the plane, with u = M, v = Y + pM + M:

    u' = (v - u)(k4p + k4 u^2) - k6 u
    v' = kappa - k6 u

The equilibrium is M = kappa/k6, pM = kappa/(k4p + k4 M^2) for k2 = k5 = 0. In the plane the determinant is
positive, and the trace vanishes where kappa (u^2 - k4p/k4) = k4 u (u^2 + k4p/k4)^2: two Hopf points in k6 =
kappa/u, both supercritical. Between them, at 0.364 < k6 < 1.463, the cycle runs by itself; below, the
factor is always active (the egg that waits for fertilisation); above, the system is excitable. The full
system has them at nearly the same places.
"""

from contin.models.example import Example, Fact
from contin.systems import flow


@flow
def tyson_1991(
    CP,
    pM,
    M,
    Y,
    YP,
    *,
    k6=1.0,
    kappa=0.015,
    k2=0.0,
    k3=200.0,
    k4=180.0,
    k4p=0.018,
    k5=0.0,
    k7=0.6,
    k8=1e6,
    k9=1e3,
):
    """Tyson (1991): cdc2 and cyclin, alone and together, relative to the total of cdc2."""
    C2 = 1 - CP - pM - M
    binding = k3 * CP * Y
    activation = pM * (k4p + k4 * M**2) - k5 * M
    return (
        k8 * C2 - k9 * CP - binding,
        binding - activation,
        activation - k6 * M,
        kappa - k2 * Y - binding,
        k6 * M - k7 * YP,
    )


@flow(conserved={"cdc2": "C2 + CP + pM + M"})
def tyson_1991_6(
    C2,
    CP,
    pM,
    M,
    Y,
    YP,
    *,
    k6=1.0,
    kappa=0.015,
    k2=0.0,
    k3=200.0,
    k4=180.0,
    k4p=0.018,
    k5=0.0,
    k7=0.6,
    k8=1e6,
    k9=1e3,
):
    """Tyson (1991): all six forms of cdc2 and cyclin, relative to the total of cdc2."""
    exchange = k8 * C2 - k9 * CP
    binding = k3 * CP * Y
    activation = pM * (k4p + k4 * M**2) - k5 * M
    return (
        k6 * M - exchange,
        exchange - binding,
        binding - activation,
        activation - k6 * M,
        kappa - k2 * Y - binding,
        k6 * M - k7 * YP,
    )


@flow
def tyson_1991_2(u, v, *, k6=1.0, kappa=0.015, k4=180.0, k4p=0.018):
    """Tyson (1991): active factor u, cyclin free and bound v."""
    return (v - u) * (k4p + k4 * u**2) - k6 * u, kappa - k6 * u


SOURCE = "Tyson, Proc. Natl. Acad. Sci. USA 88, 7328 (1991)"
COMPUTED = "computed: mpmath, 60 digits"


def _full(k6, CP, pM, M, Y):
    """Return a Hopf point of the full system, computed with 60 digits."""
    state = {"CP": CP, "pM": pM, "M": M, "Y": Y, "YP": 0.025}
    return Fact("hopf", k6, 1e-10, state, "supercritical", COMPUTED)


def _six(fact):
    """Return the same point with the state that the total of cdc2 gives."""
    C2 = 1 - fact.state["CP"] - fact.state["pM"] - fact.state["M"]
    return Fact(fact.kind, fact.value, fact.tolerance, {"C2": C2, **fact.state}, fact.criticality, COMPUTED)


def _reduced(k6, u, v):
    """Return a Hopf point of the reduced system, computed with 60 digits."""
    return Fact("hopf", k6, 1e-10, {"u": u, "v": v}, "supercritical", COMPUTED)


FULL = (
    _full(
        0.36406590880196798295,
        0.911527721296568571,
        0.046359405021593914326,
        0.041201330960540946104,
        0.000082279450473891293703,
    ),
    _full(
        1.4625889818813649105,
        0.58301601533841777666,
        0.40614516737558208926,
        0.010255786270661716309,
        0.00012864140611380197053,
    ),
)

MODELS = {
    "tyson_1991": Example(
        tyson_1991,
        along="k6",
        span=(0.1, 5.0),
        start={"CP": 0.7278523, "pM": 0.25641026, "M": 0.015, "Y": 1.030429e-4, "YP": 0.025},
        at={},
        show="M",
        source=SOURCE,
        facts=FULL,
    ),
    "tyson_1991_6": Example(
        tyson_1991_6,
        along="k6",
        span=(0.1, 5.0),
        start={
            "C2": 7.3744e-4,
            "CP": 0.7278523,
            "pM": 0.25641026,
            "M": 0.015,
            "Y": 1.030429e-4,
            "YP": 0.025,
        },
        at={},
        show="M",
        source=SOURCE,
        facts=tuple(_six(fact) for fact in FULL),
    ),
    "tyson_1991_2": Example(
        tyson_1991_2,
        along="k6",
        span=(0.1, 5.0),
        start={"u": 0.015, "v": 0.27141025641},
        at={},
        show="u",
        source=SOURCE,
        facts=(
            _reduced(0.36406588408319731916, 0.04120133375796387306, 0.087560732834497220487),
            _reduced(1.4625890895367050878, 0.010255785515774258408, 0.41640098354097039198),
        ),
    ),
}
