"""A model for branches from a file: the one that the user passes, or the source in the file if it is trusted."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from contin.branch import Branch, Diagram, SpecialPoints
from contin.errors import BadValue, FileError
from contin.storage.schema import Tables


def model_from_source(tables: Tables, path: str) -> Any:
    """Run the model's source from the file.

    Parameters
    ----------
    tables : Tables
    path : str
        The file's name, for messages.

    Returns
    -------
    Flow or Map

    Raises
    ------
    FileError
        If the file holds no source.
    ModelError
        If the source does not run.
    BadValue
        If its names are not those in the file.
    """
    source = tables.attributes.get("model_source", "")
    if not source:
        raise FileError(
            f"'{path}' holds no source of its model; pass the model itself: load(path, model=...)."
        )
    from contin.systems import system_from_source

    model = system_from_source(source)
    names_must_match(model, tables, path)
    return model


def must_match(model: Any, tables: Tables, path: str) -> None:
    """Check that `model` is the one whose branches the tables hold.

    Parameters
    ----------
    model : Flow or Map
    tables : Tables
    path : str
        The file's name, for messages.

    Raises
    ------
    BadValue
        If the names of states or parameters differ or, where both are known, the hashes.
    """
    names_must_match(model, tables, path)
    stored = tables.attributes.get("model_hash", "")
    here = getattr(model, "hash", None) or ""
    if here and stored and here != stored:
        raise BadValue(
            f"the model's hash is {here[:12]}..., but '{path}' was computed with {stored[:12]}...: "
            "its source or defaults have changed; load it with the model as it was, or without one."
        )


def names_must_match(model: Any, tables: Tables, path: str) -> None:
    """Check that `model` has the states and parameters of the file, in their order; as `must_match`."""
    for what, here in (("state", tuple(model.states)), ("parameter", tuple(model.parameters))):
        stored = tuple(tables["model"][f"{what}_names"].tolist())
        if here != stored:
            raise BadValue(
                f"the model's {what}s are {_listed(here)}, but those in '{path}' are {_listed(stored)}."
            )


def with_model(what: Branch | Diagram, model: Any) -> Branch | Diagram:
    """The same branches and special points with `model` as their system."""
    if isinstance(what, Branch):
        return _branch_with(what, model)
    return replace(what, branches=tuple(_branch_with(branch, model) for branch in what.branches))


def _branch_with(branch: Branch, model: Any) -> Branch:
    points = SpecialPoints([replace(point, system=model) for point in branch.special])
    return replace(branch, special=points, system=model)


def _listed(names: tuple[str, ...]) -> str:
    return ", ".join(names) if names else "none"
