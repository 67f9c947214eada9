"""A ligand that binds its receptor within microseconds and drives the slow transcription of a gene: a stiff model.

    L' = -on L R + off C                  free ligand
    R' = -on L R + off C                  free receptor
    C' = on L R - off C                   complex
    M' = k C^2/(1 + C^2) - d M            messenger RNA

Concentrations are in units of the complex that makes transcription half as fast as it can be; on, off and d in
1/hour: binding is a million times as fast as the decay of the messenger. Source: mass action; made for contin after a
university lecture, as an example of a stiff model.

Conserved are ligand, L + C, and receptor, R + C. With 2 of each and on = off, L = R = C = 1 is the equilibrium of the
binding, which is reached at once; from then on M = k/(2 d) (1 - e^(-d t)). There is no special point.
"""

from contin.models.example import Example
from contin.systems import flow


@flow(conserved={"ligand": "L + C", "receptor": "R + C"})
def receptor_transcription(L, R, C, M, *, on=1e6, off=1e6, k=4.0, d=1.0):
    """Free ligand L and receptor R, their complex C, messenger RNA M."""
    binding = on * L * R - off * C
    return -binding, -binding, binding, k * C**2 / (1 + C**2) - d * M


MODELS = {
    "receptor_transcription": Example(
        receptor_transcription,
        along="off",
        span=(1e5, 1e7),
        start={"L": 1.0, "R": 1.0, "C": 1.0, "M": 2.0},
        at={},
        show="M",
        source="mass action, after a university lecture",
        facts=(),
    ),
}
