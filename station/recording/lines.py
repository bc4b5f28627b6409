"""The lines of a text file, whatever wrote it; a file of another kind is named as that."""

from __future__ import annotations

import gzip
import zlib
from pathlib import Path
from typing import NamedTuple

from station.faults import InputError, because

_GZIP = b"\x1f\x8b"
_UTF_16 = (b"\xff\xfe", b"\xfe\xff")
_KINDS: tuple[tuple[bytes, str], ...] = (
    (b"MATLAB 5.0 MAT-file", "kind-matlab"),
    (b"\x89HDF\r\n\x1a\n", "kind-hdf5"),
    (b"\xd0\xcf\x11\xe0", "kind-spreadsheet"),
    (b"PK\x03\x04", "kind-zip"),
    (b"Rar!", "kind-zip"),
    (b"7z\xbc\xaf\x27\x1c", "kind-zip"),
    (b"BZh", "kind-zip"),
    (b"\xfd7zXZ\x00", "kind-zip"),
    (b"\x28\xb5\x2f\xfd", "kind-zip"),
    (b"%PDF", "kind-pdf"),
    (b"\x89PNG", "kind-image"),
    (b"\xff\xd8\xff", "kind-image"),
    (b"GIF8", "kind-image"),
    (b"II*\x00", "kind-image"),
    (b"MM\x00*", "kind-image"),
    (b"BM", "kind-image"),
    (b"SQLite format 3\x00", "kind-database"),
    (b"RIFF", "kind-film"),
)
"""How files of other kinds begin, and the reason that says so."""
_C3D_KEY = 0x50
"""Second byte of every C3D file; the first is the number of its parameter section (c3d.org, user guide, Header)."""
_SHEET = (b"xl/workbook", b"[Content_Types].xml", b"mimetypeapplication/vnd.oasis.opendocument.spreadsheet")
_PAGES = ("<!doctype", "<html", "<?xml")
_ODD = frozenset(range(32)) - frozenset(b"\t\n\r\x0b\x0c\x1a")
"""Control characters that no text has; 0x1A ends one of DOS."""


class TextLines(NamedTuple):
    """A text file."""

    lines: list[str]
    encoding: str
    """utf-8, utf-16 or latin-1."""


def read_lines(path: Path) -> TextLines:
    """The file's lines, plain or gzipped, in UTF-8, UTF-16 or Latin-1.

    Raises InputError "recording-unreadable" for what cannot be read or is no text, with the kind where it is known.
    """
    try:
        data = path.read_bytes()
        data = gzip.decompress(data) if data.startswith(_GZIP) else data
    except OSError as problem:  # gzip's BadGzipFile too
        raise _unreadable(path, "system-said", said=str(problem.strerror or problem)) from problem
    except (EOFError, zlib.error) as problem:
        raise _unreadable(path, "compression-damaged") from problem
    kind = kind_of(data)
    if kind is not None:
        raise _unreadable(path, kind)
    text, encoding = _decoded(path, data)
    if text.lstrip().lower().startswith(_PAGES):
        raise _unreadable(path, "kind-page")
    return TextLines(text.splitlines(), encoding)


def kind_of(data: bytes) -> str | None:
    """The reason that names what else this is; None where it may be a text."""
    kind = next((kind for begin, kind in _KINDS if data.startswith(begin)), None)
    if kind is None and b"\x00" in data[:512] and len(data) > 2 and data[1] == _C3D_KEY and 1 < data[0] < 128:
        return "kind-c3d"
    if kind == "kind-image" and data.startswith(b"BM") and b"\x00" not in data[:64]:
        return None  # a text may well begin with these two letters
    if kind == "kind-zip" and any(name in data[:4096] for name in _SHEET):
        return "kind-spreadsheet"
    return kind


def _decoded(path: Path, data: bytes) -> tuple[str, str]:
    try:
        if data.startswith(_UTF_16):
            return data.decode("utf-16"), "utf-16"
        return data.decode("utf-8-sig"), "utf-8"
    except UnicodeDecodeError as problem:
        # Older programs write names in their country's own letters; numbers are the same in all of them.
        if data.startswith(_UTF_16) or not _ODD.isdisjoint(data):
            raise _unreadable(path, "neither-text-nor-recording") from problem
        return data.decode("latin-1"), "latin-1"


def _unreadable(path: Path, reason: str, **values: str) -> InputError:
    return InputError("recording-unreadable", str(path), because(reason, **values))
