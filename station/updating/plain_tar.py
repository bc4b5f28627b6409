"""Reads a tar file of the plainest kind, and nothing else: whole regular files under plain names.

The library's own reader knows links, devices, sparse files and headers of any length, each of which a stranger could
use before a signature was looked at. Here every block is one of three: a header of a regular file, its bytes, the end.
"""

from __future__ import annotations

import re
import tarfile
from collections.abc import Iterator
from io import BytesIO
from typing import IO, NamedTuple, Protocol

BLOCK = tarfile.BLOCKSIZE
NAME = re.compile(r"(?!.*(^|/)\.{1,2}(/|$))[A-Za-z0-9_.+!@-]+(/[A-Za-z0-9_.+!@-]+)*")
"""A path below the folder, whatever the folder is: no `..`, no `.`, not absolute, nothing that a shell would read."""
LONGEST_NAME = 240
LARGEST_FILE = 512 << 20
"""Of a whole archive, in bytes. It is not squeezed, so what it becomes is no larger."""
CHUNK_BYTES = 1 << 20
_END = bytes(2 * BLOCK)


class Readable(Protocol):
    """A file, or what a server sends."""

    def read(self, size: int, /) -> bytes:
        """So many bytes; fewer at the end alone."""


class Member(NamedTuple):
    """A file of the archive: what its header says, and its bytes from where the archive stands now."""

    name: str
    size: int
    executable: bool
    file: Readable

    def chunks(self) -> Iterator[bytes]:
        """All of its bytes, once. Raises ValueError where the archive ends before."""
        left = self.size
        while left:
            chunk = self.file.read(min(left, CHUNK_BYTES))
            if not chunk:
                raise ValueError("cut")
            left -= len(chunk)
            yield chunk
        padding = -self.size % BLOCK
        if self.file.read(padding) != bytes(padding):
            raise ValueError("padding")


def members(file: Readable) -> Iterator[Member]:
    """Each file of the archive in its order; each must be read to its end before the next. Raises ValueError for
    anything that is not as above, with what: "cut", "header", "kind", "name", "padding" or "end".
    """
    while True:
        block = file.read(BLOCK)
        if len(block) != BLOCK:
            raise ValueError("cut")
        if block == bytes(BLOCK):
            rest = file.read(len(_END))
            if rest[:BLOCK] != bytes(BLOCK) or rest.strip(b"\0") or file.read(1):
                raise ValueError("end")
            return
        try:
            header = tarfile.TarInfo.frombuf(block, "ascii", "strict")
        except (tarfile.HeaderError, UnicodeDecodeError, ValueError) as problem:
            raise ValueError("header") from problem
        if header.type != tarfile.REGTYPE or header.linkname or header.size < 0:
            raise ValueError("kind")
        if len(header.name) > LONGEST_NAME or not NAME.fullmatch(header.name):
            raise ValueError("name")
        yield Member(header.name, header.size, bool(header.mode & 0o100), file)


class PlainTar:
    """Writes such an archive."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file = file

    def add(self, name: str, size: int, content: IO[bytes], *, executable: bool = False) -> None:
        """A file of `size` bytes. Raises ValueError for a name that could not be read back."""
        if len(name) > LONGEST_NAME or not NAME.fullmatch(name):
            raise ValueError(name)
        header = tarfile.TarInfo(name)
        header.size, header.mode = size, 0o755 if executable else 0o644
        self._file.write(header.tobuf(tarfile.USTAR_FORMAT, "ascii", "strict"))
        left = size
        while left:
            chunk = content.read(min(left, CHUNK_BYTES))
            if not chunk:
                raise ValueError(name)
            self._file.write(chunk)
            left -= len(chunk)
        self._file.write(bytes(-size % BLOCK))

    def add_bytes(self, name: str, content: bytes) -> None:
        """A small file."""
        self.add(name, len(content), BytesIO(content))

    def end(self) -> None:
        """Its last two blocks."""
        self._file.write(_END)
