"""Following branches: from a problem and a start to branches and diagrams."""

from contin.following.diagram import diagram
from contin.following.follow import follow
from contin.following.switch import switch

__all__ = ["diagram", "follow", "switch"]
