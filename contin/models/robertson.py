"""Robertson's reactions, the usual test of stiff solvers: rates that differ by nine decades.

    x' = -k1 x + k3 y z + feed (1 - x)
    y' = k1 x - k3 y z - k2 y^2 - feed y
    z' = k2 y^2 - feed z

Dimensionless: an autocatalytic substance z, made from x through y. Source: H. H. Robertson, The solution of a set of
reaction rate equations, in J. Walsh (ed.), Numerical Analysis: An Introduction, Academic Press 1966, 178-182; the
feed, that of a stirred tank which is filled with x and overflows, was added for contin.

Without the feed x + y + z is conserved, and everything ends as z: so slowly, with x = k3^2/(k1^2 k2 t), because 0 is
an eigenvalue there beside the one of the conserved total. With it the sum tends to 1, and z = k2 y^2/feed at the
equilibrium, a stable one for the feeds here: at 1/1000 half of the x passes through unchanged.
"""

from contin.models.example import Example
from contin.systems import flow


@flow
def robertson(x, y, z, *, feed=0.0, k1=0.04, k2=3e7, k3=1e4):
    """Robertson (1966): x, which becomes y and then z, and helps itself with that."""
    first, second, back = k1 * x, k2 * y**2, k3 * y * z
    return back - first + feed * (1 - x), first - back - second - feed * y, second - feed * z


MODELS = {
    "robertson": Example(
        robertson,
        along="feed",
        span=(1e-4, 0.1),
        start={"x": 0.508946122, "y": 4.045779e-6, "z": 0.49104983},
        at={"feed": 1e-3},
        show="z",
        source="Robertson, in Walsh (ed.), Numerical Analysis: An Introduction (1966), 178",
        facts=(),
    ),
}
