"""One minus the cosine: minima at every multiple of 2 pi.

    L = 1 - cos(theta)

Gradient descent is the circle map theta' = theta - eta sin(theta). At 0 the curvature is 1 and the flip, at eta = 2, is
supercritical: L4 = -1 gives c = 1/3. Its 2-cycle +- x has 2 x = eta sin(x).

Source: the standard circle map without rotation; V. I. Arnold, Small denominators I (1961).
"""

import math

from contin.models.losses.example import Example, Minimum
from contin.systems import Loss


def cosine(theta):
    """One minus the cosine."""
    return 1 - math.cos(theta)


MODELS = {"cosine": Example(Loss(cosine), "Arnold's circle map without rotation", (Minimum((0.0,), (1.0,)),))}
