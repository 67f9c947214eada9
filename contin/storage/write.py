"""From tables to the bytes of an HDF5 file, made in memory so that only whole files reach the disk."""

from __future__ import annotations

import math
import platform
import secrets
from collections.abc import Mapping
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version
from typing import Any

import numpy as np
from numpy.typing import NDArray

from contin.errors import BadValue
from contin.storage.schema import COLUMNS, FORMAT, VERSION, Column, Table, Tables

LARGEST_CHUNK = 2**20
USUAL_CHUNK = 2**19


def to_bytes(tables: Tables) -> bytes:
    """The HDF5 file that holds `tables`.

    Parameters
    ----------
    tables : Tables

    Returns
    -------
    bytes

    Raises
    ------
    BadValue
        If a text cannot be stored (HDF5 strings end at a NUL character).
    """
    import h5py

    # The format of HDF5 1.10, whatever library is installed: a sixth of the size of older ones for small tables.
    # The name is random because HDF5 takes two open in-memory files of one name for the same file.
    name = f"{FORMAT}-{secrets.token_hex(8)}"
    with h5py.File(name, "w", driver="core", backing_store=False, libver=("v110", "v110")) as file:
        for attribute, value in {**_stamps(), **tables.attributes}.items():
            file.attrs[attribute] = _storable(value)
        for group, table in tables.tables.items():
            _write_group(file.create_group(group), table, COLUMNS[group])
        file.flush()
        return bytes(file.id.get_file_image())


def _stamps() -> dict[str, str]:
    """Attributes that tell of the file: its format, when and by what it was written."""
    return {
        "format": FORMAT,
        "format_version": ".".join(map(str, VERSION)),
        "Conventions": "CF-1.11",
        "created": datetime.now(UTC).isoformat(timespec="seconds"),
        "creator_version": _version_of("contin"),
        "python_version": platform.python_version(),
        "numpy_version": np.__version__,
        "numba_version": _version_of("numba"),
    }


def _version_of(package: str) -> str:
    try:
        return version(package)
    except PackageNotFoundError:
        return "unknown"


def _write_group(group: Any, table: Table, columns: Mapping[str, Column]) -> None:
    scales = {axis: _write(group, axis, names) for axis, names in table.axes.items()}
    for axis, scale in scales.items():
        scale.make_scale(axis)
    for name, values in table.columns.items():
        column = columns[name]
        dataset = _write(group, name, values)
        dataset.attrs["long_name"] = column.text
        if column.words is not None:
            dataset.attrs["flag_values"] = np.arange(len(column.words.words), dtype=np.int8)
            dataset.attrs["flag_meanings"] = column.words.meanings()
        for dimension, axis in enumerate(column.axes):
            dataset.dims[dimension].attach_scale(scales[axis])


def _write(group: Any, name: str, values: NDArray[Any]) -> Any:
    import h5py

    if values.dtype == object:
        texts = np.array([_storable(text) for text in values.ravel()], dtype=object).reshape(values.shape)
        return group.create_dataset(name, data=texts, dtype=h5py.string_dtype("utf-8"))
    if values.size == 0:  # HDF5 has no empty chunks
        return group.create_dataset(name, data=values)
    return group.create_dataset(
        name,
        data=values,
        chunks=chunk_shape(values.shape, values.itemsize),
        compression="gzip",
        compression_opts=1,
        shuffle=True,
    )


def chunk_shape(shape: tuple[int, ...], itemsize: int) -> tuple[int, ...]:
    """Whole rows, at most 1 MiB: everything if it fits, else pieces of about half of that.

    Parameters
    ----------
    shape : tuple of int
        Of the dataset; no entry 0.
    itemsize : int
        Bytes of one entry.

    Returns
    -------
    tuple of int
    """
    row = itemsize * math.prod(shape[1:])
    if row * shape[0] <= LARGEST_CHUNK:
        return shape
    return (max(1, USUAL_CHUNK // row), *shape[1:])


def _storable(text: str) -> str:
    if "\0" in text:
        raise BadValue(f"the text {text[:40]!r} cannot be stored: it contains a NUL character.")
    try:
        text.encode()
    except UnicodeEncodeError:
        raise BadValue(f"the text {text[:40]!r} cannot be stored: it is not valid Unicode.") from None
    return text
