"""What the user brings: models as plain Python functions, traced or compiled into function pointers."""

from contin.systems.flow import Flow, flow
from contin.systems.loss import Loss
from contin.systems.map import Map, map
from contin.systems.optimizer_map import OptimizerMap
from contin.systems.source import system_from_source
from contin.systems.system import System

__all__ = ["Flow", "Loss", "Map", "OptimizerMap", "System", "flow", "map", "system_from_source"]
