"""Bytes on disk, whole or not at all: a temporary file in the same folder, fsync, rename, fsync of the folder.

Files end with a seal, a line with the SHA-256 digest of all before it. HDF5 readers ignore what follows the end of
the HDF5 file, and programs that change the file cut it off; so a seal that is there and wrong means damage, and a
file without one is read as far as HDF5 finds it sound. HDF5's own check sums do not do: of 4500 files with one random
byte changed, one made the library loop for ever, and a changed byte in a string goes unnoticed.
"""

from __future__ import annotations

import hashlib
import os
import secrets
import stat
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from contin.errors import FileError

SEAL = b"\ncontin sha256 "
SEAL_LENGTH = len(SEAL) + 64 + 1


def sealed(data: bytes) -> bytes:
    """`data` with its seal at the end."""
    return data + SEAL + hashlib.sha256(data).hexdigest().encode() + b"\n"


def seal_broken(data: bytes) -> bool:
    """Whether `data` ends with a seal that is not the seal of what comes before it."""
    body, seal = data[:-SEAL_LENGTH], data[-SEAL_LENGTH:]
    return seal.startswith(SEAL) and sealed(body) != data


def read_file(path: str) -> bytes:
    """All bytes of a file.

    Parameters
    ----------
    path : str

    Returns
    -------
    bytes

    Raises
    ------
    FileError
        If there is no file, it is a folder, or it cannot be read.
    """
    try:
        return Path(path).read_bytes()
    except FileNotFoundError:
        raise FileError(f"there is no file '{path}'.") from None
    except IsADirectoryError:
        raise FileError(f"'{path}' is a folder, not a contin file.") from None
    except (OSError, ValueError) as error:
        raise FileError(f"'{path}' cannot be read: {_reason(error)}.") from None


def replace_file(path: str, data: bytes) -> None:
    """Write `data` to `path` so that at every moment, also after a power cut, the old or the new file is there whole.

    Parameters
    ----------
    path : str
        A link is followed: what it points to is replaced. The permissions of a replaced file are kept.
    data : bytes

    Raises
    ------
    FileError
        If the file cannot be written; an old one is then untouched and no temporary file is left.
    """
    target = Path(os.path.realpath(path))
    if not target.parent.is_dir():
        raise FileError(f"'{path}' cannot be written: the folder '{target.parent}' does not exist.")
    if target.exists() and not os.access(target, os.W_OK):
        raise FileError(f"'{path}' cannot be written: the file is read-only.")
    try:
        with _temporary_beside(target) as temporary:
            _write_through(temporary, data)
            if target.exists():
                os.chmod(temporary, stat.S_IMODE(target.stat().st_mode))
            os.replace(temporary, target)
        _sync_folder(target.parent)
    except (OSError, ValueError) as error:
        raise FileError(f"'{path}' cannot be written: {_reason(error)}.") from None


@contextmanager
def _temporary_beside(target: Path) -> Iterator[Path]:
    """A name in the same folder, and nothing of that name left if what follows fails or is interrupted."""
    temporary = target.with_name(f".{target.name}.{secrets.token_hex(6)}.tmp")
    try:
        yield temporary
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise


def _write_through(path: Path, data: bytes) -> None:
    with open(path, "xb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())


def _sync_folder(folder: Path) -> None:
    """Make the rename itself last, where folders can be synced: not on Windows, not on all network disks."""
    with suppress(OSError):
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


def _reason(error: Exception) -> str:
    return (getattr(error, "strerror", None) or str(error)).lower()
