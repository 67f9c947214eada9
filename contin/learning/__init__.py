"""Optimisers at a minimum: thresholds of the learning rate, and the 2-cycles beyond, for models of any size."""

from contin.learning.adamw import DecayedLoss
from contin.learning.loss import Loss, MatrixFreeLoss
from contin.learning.minimum import Minimum, minimum
from contin.learning.thresholds import thresholds
from contin.learning.torch_loss import TorchLoss, torch_loss
from contin.learning.traced_loss import TracedLoss
from contin.learning.two_cycles import TwoCycles, two_cycles
from contin.learning.verdict import PredictedCycle, Thresholds

__all__ = [
    "DecayedLoss",
    "Loss",
    "MatrixFreeLoss",
    "Minimum",
    "PredictedCycle",
    "Thresholds",
    "TorchLoss",
    "TracedLoss",
    "TwoCycles",
    "minimum",
    "thresholds",
    "torch_loss",
    "two_cycles",
]
