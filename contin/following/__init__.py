"""Following branches: from a problem and a start to branches and diagrams."""

from contin.following.follow import follow
from contin.following.switch import switch

__all__ = ["follow", "switch"]
