"""Branches and diagrams in HDF5 files: `save` and `load`.

The files open in anything that reads HDF5. In xarray, a table at a time and by name::

    points = xarray.open_dataset("griffith.h5", engine="h5netcdf", group="point")
    points.states.sel(state="x")
"""

from __future__ import annotations

import os
from typing import Any

from contin.branch import Branch, Diagram
from contin.errors import BadValue, FileError

Path = str | os.PathLike[str]


def save(path: Path, what: Branch | Diagram) -> None:
    """Write a branch or a diagram to an HDF5 file, whole or not at all.

    A contin file of that name is replaced in one instant, also if the program is killed meanwhile; any other file of
    that name is left alone.

    Parameters
    ----------
    path : str or path
    what : Branch or Diagram

    Raises
    ------
    FileError
        If the file cannot be written, or a file that is not a sound contin file has that name.
    BadValue
        If `what` is neither a branch nor a diagram, or holds branches of different models.
    """
    from contin.storage.atomic import replace_file, sealed
    from contin.storage.flatten import flatten
    from contin.storage.read import is_contin
    from contin.storage.write import to_bytes

    name = _file_name(path)
    if not isinstance(what, Branch | Diagram):
        raise BadValue(f"only a branch or a diagram can be saved, not {type(what).__name__}.")
    if os.path.isdir(name):
        raise FileError(f"'{name}' is a folder; give the name of a file in it.")
    if os.path.exists(name) and not is_contin(name):
        raise FileError(
            f"'{name}' exists and is not a sound contin file; remove it first or choose another name."
        )
    replace_file(name, sealed(to_bytes(flatten(what))))


def load(path: Path, model: Any = None, trust: bool = False) -> Branch | Diagram:
    """Read what `save` wrote: a `Branch` if a branch was saved, a `Diagram` if a diagram was.

    Numbers come back equal to the last bit. The model's source in the file is not run: to continue from what was
    loaded, pass the model, or say that the file's source is trusted.

    Parameters
    ----------
    path : str or path
    model : Flow or Map, optional
        Becomes `system` of the branches and points, if its names and its hash are those in the file.
    trust : bool
        Run the model's source from the file, with all that this source may do.

    Returns
    -------
    Branch or Diagram

    Raises
    ------
    FileError
        If the file is missing, damaged, not a contin file, or of a newer major version of the format.
    BadValue
        If `model` is not the model of the file, or both `model` and `trust` are given.
    """
    from contin.storage.atomic import read_file, seal_broken
    from contin.storage.attach import model_from_source, must_match, with_model
    from contin.storage.read import DAMAGE, damaged, from_bytes
    from contin.storage.rebuild import rebuild

    name = _file_name(path)
    if model is not None and trust:
        raise BadValue("give either `model` or `trust=True`, not both.")
    data = read_file(name)
    if seal_broken(data):
        raise damaged(name, "its bytes are not those that were written")
    tables = from_bytes(data, name)
    try:
        what = rebuild(tables)
    except DAMAGE as error:
        raise damaged(name, error) from None
    if trust:
        return with_model(what, model_from_source(tables, name))
    if model is None:
        return what
    must_match(model, tables, name)
    return with_model(what, model)


def _file_name(path: Path) -> str:
    if not isinstance(path, str | os.PathLike):
        raise BadValue(f"the path of a file must be a text or a path, not {type(path).__name__}.")
    return os.fspath(path)


__all__ = ["load", "save"]
