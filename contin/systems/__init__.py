"""What the user brings: models as plain Python functions, traced or compiled into function pointers."""

from contin.systems.flow import Flow, flow
from contin.systems.map import Map, map
from contin.systems.source import system_from_source
from contin.systems.system import System

__all__ = ["Flow", "Map", "System", "flow", "map", "system_from_source"]
