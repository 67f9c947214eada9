"""From the bytes of a file to tables, whichever version wrote them; what is no contin file is refused in a sentence."""

from __future__ import annotations

import io
import re
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from contin.errors import FileError
from contin.storage.schema import COLUMNS, FORMAT, REQUIRED, VERSION, Column, Table, Tables

HDF5_SIGNATURE = b"\x89HDF\r\n\x1a\n"

# What brings an older file's tables up to the version it stands under; applied in order to files older than that.
# A column that older files merely lack needs no entry here: its default stands in the schema.
UPGRADES: dict[tuple[int, int], Callable[[Tables], Tables]] = {}

LATER = frozenset({"orbit"})
"""Groups that older files lack: they are empty there."""

# What h5py, NumPy and the rebuilding raise where bytes are not what they should be.
DAMAGE = (
    OSError,
    KeyError,
    IndexError,
    ValueError,
    TypeError,
    RuntimeError,
    MemoryError,
    OverflowError,
    AttributeError,
)


def from_bytes(data: bytes, path: str) -> Tables:
    """Tables in a file's bytes, brought up to this version.

    Parameters
    ----------
    data : bytes
    path : str
        The file's name, for messages.

    Returns
    -------
    Tables
        Closed lists turned into words. Groups and columns that this version does not know are left out.

    Raises
    ------
    FileError
        If the bytes are no contin file, damaged, or of a newer major version.
    """
    import h5py

    _must_be_hdf5(data, path)
    try:
        file = h5py.File(io.BytesIO(data), "r")
    except DAMAGE as error:
        raise damaged(path, error) from None
    with file:
        version = _version(file, path)
        try:
            attributes = {name: value for name, value in file.attrs.items() if isinstance(value, str)}
            tables = Tables(attributes, {group: _read_group(file, group) for group in COLUMNS})
            for upgraded, upgrade in sorted(UPGRADES.items()):
                if version < upgraded:
                    tables = upgrade(tables)
            return _complete(tables)
        except DAMAGE as error:
            raise damaged(path, error) from None


def damaged(path: str, error: Exception | str) -> FileError:
    """Build the error for a file that is a contin file, but not whole."""
    return FileError(f"'{path}' is damaged and cannot be read ({' '.join(str(error).split())}).")


def is_contin(path: str) -> bool:
    """Whether a file is a contin file of any version, as far as its first attribute tells."""
    import h5py

    try:  # through Python's file: HDF5 opening by name would also want a lock
        with open(path, "rb") as raw, h5py.File(raw, "r") as file:
            return bool(file.attrs.get("format") == FORMAT)
    except DAMAGE:
        return False


def _must_be_hdf5(data: bytes, path: str) -> None:
    if not data:
        raise FileError(f"'{path}' is empty, not a contin file.")
    if not data.startswith(HDF5_SIGNATURE):
        raise FileError(f"'{path}' is not an HDF5 file, so it is not a contin file.")


def _version(file: Any, path: str) -> tuple[int, int]:
    """The file's format version, refused if this version of contin cannot know what it means."""
    try:
        name, text = file.attrs.get("format"), file.attrs.get("format_version")
    except DAMAGE as error:
        raise damaged(path, error) from None
    if name != FORMAT:
        raise FileError(f"'{path}' is an HDF5 file that contin did not write.")
    match = re.fullmatch(r"(\d+)\.(\d+)", text) if isinstance(text, str) else None
    if match is None:
        raise damaged(path, f"its format version is {text!r}")
    if int(match[1]) > VERSION[0]:
        raise FileError(
            f"'{path}' has format version {text}, newer than {VERSION[0]}.x, which this version of contin reads; "
            "upgrade contin to open it."
        )
    return int(match[1]), int(match[2])


def _read_group(file: Any, name: str) -> Table:
    if name not in file and name in LATER:
        return Table({axis: np.empty(0) for spec in COLUMNS[name].values() for axis in spec.axes}, {})
    group = file[name]
    columns = {
        column: _read(group[column], spec) for column, spec in COLUMNS[name].items() if column in group
    }
    axes = {axis for spec in COLUMNS[name].values() for axis in spec.axes if axis in group}
    return Table({axis: _read(group[axis]) for axis in axes}, columns)


def _read(dataset: Any, column: Column | None = None) -> NDArray[Any]:
    if dataset.dtype.kind == "O":
        return np.array(dataset.asstr()[...], dtype=object)
    values = np.array(dataset[...])
    if column is not None and column.words is not None:
        return column.words.read(values, dataset.attrs["flag_values"], dataset.attrs["flag_meanings"])
    return values


def _complete(tables: Tables) -> Tables:
    """Columns that the file lacks have their defaults; a missing one without a default is damage."""
    return Tables(
        tables.attributes,
        {name: _completed(table, COLUMNS[name], name) for name, table in tables.tables.items()},
    )


def _completed(table: Table, specs: Mapping[str, Column], group: str) -> Table:
    columns = dict(table.columns)
    for name, spec in specs.items():
        shape = tuple(len(table.axes[axis]) for axis in spec.axes)
        if name not in columns:
            if spec.default is REQUIRED:
                raise KeyError(f"/{group}/{name} is missing")
            dtype = object if isinstance(spec.default, str) else None
            columns[name] = np.full(shape, spec.default, dtype=dtype)
        if columns[name].shape != shape:
            raise ValueError(f"/{group}/{name} has the shape {columns[name].shape}, not {shape}")
    return Table(table.axes, columns)
