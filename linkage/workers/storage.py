"""Objects on storage that several machines reach, named by the hash of their content.

An object is a pickle of protocol 5 with its arrays beside it, so that arrays are neither copied to be written nor after
they are read. Whoever reads knows the hash beforehand, over a connection it trusts, and unpickles nothing else.
"""

import hashlib
import pickle
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from os import SEEK_END
from typing import Any, BinaryIO

from fsspec.core import url_to_fs

from linkage.errors import LinkageError

WIDTH = 8


class StorageFailed(LinkageError):
    """Storage that machines share could not be used, or does not hold what was put there."""


@dataclass(frozen=True)
class Packed:
    """An object as the pieces of one file, in order, with the name that follows from them. Pieces are not copies."""

    name: str
    pieces: tuple[memoryview | bytes, ...]


def packed(value: object) -> Packed:
    """Return ``value`` as the pieces of a file: lengths, pickle, arrays.

    Raises:
        LinkageError: the value holds something that cannot be sent to another process.
    """
    arrays: list[pickle.PickleBuffer] = []
    try:
        body = pickle.dumps(value, protocol=5, buffer_callback=arrays.append)
    except Exception:  # noqa: BLE001 - its words may quote the value
        msg = (
            "the work cannot be sent to a worker. Cure: give a function of a module, not a lambda or a method, and "
            "plain data or arrays to work on."
        )
        raise LinkageError(msg) from None
    views = [memoryview(array.raw()).cast("B") for array in arrays]
    lengths = [len(body), *(view.nbytes for view in views)]
    head = b"".join(length.to_bytes(WIDTH, "little") for length in (len(lengths), *lengths))
    pieces: tuple[memoryview | bytes, ...] = (head, body, *views)
    digest = hashlib.sha256()
    for piece in pieces:
        digest.update(piece)
    return Packed(digest.hexdigest(), pieces)


def put(folder: str, item: Packed) -> None:
    """Write an object into ``folder`` (a URL), which is made where it is not there."""
    with _reached(folder):
        system, path = url_to_fs(folder)
        system.makedirs(path, exist_ok=True)
        with system.open(f"{path}/{item.name}", "wb") as file:
            for piece in item.pieces:
                file.write(piece)


def fetched(folder: str, name: str) -> Any:  # noqa: ANN401 - whatever was put there
    """Return the object of that name; its arrays can be written to, as those that were put.

    Raises:
        StorageFailed: the storage cannot be read, or holds something else under that name.
    """
    with _reached(folder):
        system, path = url_to_fs(folder)
        with system.open(f"{path}/{name}", "rb") as file:
            return unpacked(file, name)


def unpacked(file: BinaryIO, name: str) -> Any:  # noqa: ANN401 - whatever was packed
    """Return the object whose pieces ``file`` holds.

    Raises:
        StorageFailed: the file is not the one of that name.
    """
    digest, size = hashlib.sha256(), file.seek(0, SEEK_END)
    file.seek(0)
    pieces = [_read(file, length, digest) for length in _lengths(file, size, digest)]
    if not pieces or digest.hexdigest() != name:
        msg = "an object on the storage is not what was put there. Cure: see who else writes to the storage."
        raise StorageFailed(msg)
    body, *arrays = pieces
    return pickle.loads(body, buffers=arrays)  # noqa: S301 - its hash has just been checked


def removed(folder: str, name: str | None = None) -> None:
    """Remove one object of ``folder``, or the folder with all it holds; nothing happens where it is gone already."""
    with _reached(folder):
        system, path = url_to_fs(folder)
        if name is not None:
            path = f"{path}/{name}"
        with suppress(FileNotFoundError):
            system.rm(path, recursive=name is None)


def _lengths(file: BinaryIO, size: int, digest: "hashlib._Hash") -> list[int]:
    """Lengths of the pieces; none where they do not add up to the file, so that no forged length asks for memory."""
    count = int.from_bytes(_read(file, WIDTH, digest), "little")
    head = WIDTH * (1 + count)
    if head > size:
        return []
    table = _read(file, WIDTH * count, digest)
    lengths = [int.from_bytes(table[place : place + WIDTH], "little") for place in range(0, len(table), WIDTH)]
    return lengths if head + sum(lengths) == size else []


def _read(file: BinaryIO, length: int, digest: "hashlib._Hash") -> bytearray:
    """Return the next ``length`` bytes, which may be changed: kernels are compiled for arrays that may."""
    found = bytearray(length)
    file.readinto(found)  # type: ignore[attr-defined] # all files opened here have it
    digest.update(found)
    return found


@contextmanager
def _reached(folder: str) -> Iterator[None]:
    """Turn whatever a storage says of itself into one error that names the folder."""
    try:
        yield
    except StorageFailed:
        raise
    except Exception as error:  # noqa: BLE001 - every storage has errors of its own
        msg = (
            f"{folder}: storage cannot be used ({type(error).__name__}). Cure: check the URL in [workers], who may "
            "read and write there, and that the package for this kind of storage is installed on every machine."
        )
        raise StorageFailed(msg) from None
