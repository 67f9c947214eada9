"""What the user brings: models as plain Python functions, traced or compiled into function pointers."""

from contin.systems.flow import Flow, flow
from contin.systems.source import system_from_source

__all__ = ["Flow", "flow", "system_from_source"]
