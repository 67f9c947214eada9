"""The pseudo-Huber loss: quadratic at the minimum, linear far out.

    L = sqrt(1 + theta^2) - 1

The curvature at 0 is 1. Gradient descent has one stable 2-cycle for every eta > 2: +- sqrt(eta^2/4 - 1), with the
multiplier (1 - 8/eta^2)^2.

Source: P. Charbonnier, L. Blanc-Feraud, G. Aubert, M. Barlaud, Deterministic edge-preserving regularization in computed
imaging, IEEE Transactions on Image Processing 6 (1997).
"""

import math

from contin.models.losses.example import Example, Minimum
from contin.systems import Loss


def pseudo_huber(theta):
    """A parabola that becomes straight."""
    return math.sqrt(1 + theta**2) - 1


MODELS = {
    "pseudo_huber": Example(
        Loss(pseudo_huber),
        "Charbonnier et al., IEEE Trans. Image Processing 6 (1997)",
        (Minimum((0.0,), (1.0,)),),
    )
}
