"""The lines of a text file, whatever wrote it; a file of another kind is named as that."""

from __future__ import annotations

import gzip
import re
import zipfile
import zlib
from io import BytesIO
from pathlib import Path
from typing import NamedTuple

from station.faults import InputError, because

_GZIP = b"\x1f\x8b"
_MARKS = (
    (b"\xff\xfe\x00\x00", "utf-32"),
    (b"\x00\x00\xfe\xff", "utf-32"),
    (b"\xff\xfe", "utf-16"),
    (b"\xfe\xff", "utf-16"),
)
"""How a text of wide letters begins."""
_KINDS: tuple[tuple[bytes, str], ...] = (
    (b"MATLAB 5.0 MAT-file", "kind-matlab"),
    (b"MATLAB 7.3 MAT-file", "kind-matlab"),
    (b"\x89HDF\r\n\x1a\n", "kind-hdf5"),
    (b"PK\x03\x04", "kind-zip"),
    (b"PK\x05\x06", "kind-zip"),
    (b"Rar!", "kind-zip"),
    (b"7z\xbc\xaf\x27\x1c", "kind-zip"),
    (b"BZh", "kind-zip"),
    (b"\xfd7zXZ\x00", "kind-zip"),
    (b"\x28\xb5\x2f\xfd", "kind-zip"),
    (b"\x04\x22\x4d\x18", "kind-zip"),
    (b"%PDF", "kind-pdf"),
    (b"{\\rtf", "kind-document"),
    (b"PAR1", "kind-columns"),
    (b"ARROW1", "kind-columns"),
    (b"FEA1", "kind-columns"),
    (b"ORC", "kind-columns"),
    (b"\x93NUMPY", "kind-columns"),
    (b"\x89PNG", "kind-image"),
    (b"\xff\xd8\xff", "kind-image"),
    (b"GIF8", "kind-image"),
    (b"II*\x00", "kind-image"),
    (b"MM\x00*", "kind-image"),
    (b"BM", "kind-image"),
    (b"SQLite format 3\x00", "kind-database"),
    (b"RIFF", "kind-film"),
    (b"\x00\x00\x00\x18ftyp", "kind-film"),
    (b"\x00\x00\x00\x20ftyp", "kind-film"),
    (b"OggS", "kind-film"),
    (b"ID3", "kind-film"),
)
"""How files of other kinds begin, and the reason that says so."""
_OFFICE = b"\xd0\xcf\x11\xe0"
"""Of the older Excel, Word and others alike; what is inside says which, in wide letters."""
_PACKED = (("xl/", "kind-spreadsheet"), ("word/", "kind-document"), ("ppt/", "kind-document"))
"""What a packed file is by the folders in it."""
_OPEN = (("spreadsheet", "kind-spreadsheet"), ("text", "kind-document"), ("presentation", "kind-document"))
"""What an OpenDocument file is by the word in its type."""
_PICKLE = re.compile(rb"\x80[\x02-\x05][\x95}\](c\x8c]")
_C3D_KEY = 0x50
"""Second byte of every C3D file; the first is the number of its parameter section (c3d.org, user guide, Header)."""
_PAGES = ("<!doctype", "<html", "<?xml", "<table", "<html:")
_LINE_ENDS = re.compile("\r\n|\n|\r")
"""Not those that Python knows besides: 0x85 is a letter of Windows, and a name may have it."""
_ODD = frozenset(range(32)) - frozenset(b"\t\n\r\x0b\x0c\x1a")
"""Control characters that no text has; 0x1A ends one of DOS."""


class TextLines(NamedTuple):
    """A text file."""

    lines: list[str]
    encoding: str
    """utf-8, utf-16, utf-32 or latin-1."""


def read_bytes(path: Path) -> bytes:
    """What the file says, unpacked where it is gzipped. Raises InputError "recording-unreadable"."""
    try:
        data = path.read_bytes()
        return gzip.decompress(data) if data.startswith(_GZIP) else data
    except IsADirectoryError as problem:
        raise _unreadable(path, "kind-folder") from problem
    except OSError as problem:  # gzip's BadGzipFile too
        raise _unreadable(path, "system-said", said=str(problem.strerror or problem)) from problem
    except (EOFError, zlib.error) as problem:
        raise _unreadable(path, "compression-damaged") from problem


def lines_of(path: Path, data: bytes) -> TextLines:
    """The lines of a text, in UTF-8, UTF-16, UTF-32 or Latin-1; `path` is named where it is none.

    Raises InputError "recording-unreadable" for what is no text, with the kind where it is known.
    """
    kind = kind_of(data)
    if kind is not None:
        raise _unreadable(path, kind)
    text, encoding = _decoded(path, data)
    text = text.rstrip("\0\x1a")
    begin = text.lstrip()[:40].lower()
    if begin.startswith(_PAGES):
        raise _unreadable(path, "kind-page")
    if begin.startswith("{") or re.match(r"\[\s*[\[{\"]", begin):
        raise _unreadable(path, "kind-json")
    if "\0" in text:
        raise _unreadable(path, "neither-text-nor-recording")
    return TextLines(_LINE_ENDS.split(text), encoding)


def is_c3d(data: bytes) -> bool:
    """Whether these bytes begin as a C3D file does, and as none of the other kinds: the second letter of `%PDF` is its
    mark too.
    """
    marked = len(data) >= 512 and data[1] == _C3D_KEY and 1 < data[0] < 128 and b"\x00" in data[:512]
    return marked and not any(data.startswith(begin) for begin, _ in _KINDS)


def kind_of(data: bytes) -> str | None:
    """The reason that names what else this is; None where it may be a text."""
    kind = next((kind for begin, kind in _KINDS if data.startswith(begin)), None)
    if is_c3d(data):
        return "kind-c3d"
    if data.startswith(_OFFICE):
        return "kind-document" if "WordDocument".encode("utf-16-le") in data else "kind-spreadsheet"
    if _PICKLE.match(data):
        return "kind-columns"
    if kind is None or b"\x00" in data[:64] or data.startswith(b"PK"):
        return _packed_kind(data) if data.startswith(b"PK\x03\x04") else kind
    # A text may well begin with these letters.
    return None if data[:3].isalnum() and not data.startswith(b"RIFF") and _is_ascii(data[:512]) else kind


def _is_ascii(data: bytes) -> bool:
    return data.isascii() and _ODD.isdisjoint(data)


def _packed_kind(data: bytes) -> str:
    """What a ZIP file is by what is in it: an office program's file is one too."""
    try:
        with zipfile.ZipFile(BytesIO(data)) as packed:
            names = packed.namelist()
            said = packed.read("mimetype")[:100].decode("ascii", "replace") if "mimetype" in names else ""
    except (zipfile.BadZipFile, zlib.error, RuntimeError, NotImplementedError, OSError, ValueError):
        return "kind-zip"
    if names and all(name.endswith(".npy") for name in names):
        return "kind-columns"
    by_folder = (kind for folder, kind in _PACKED if any(name.startswith(folder) for name in names))
    by_type = (kind for word, kind in _OPEN if "opendocument" in said and word in said.rsplit(".", 1)[-1])
    return next(by_folder, None) or next(by_type, "kind-zip")


def _decoded(path: Path, data: bytes) -> tuple[str, str]:
    wide = next((encoding for begin, encoding in _MARKS if data.startswith(begin)), None) or _wide(data)
    try:
        if wide is not None:
            return data.decode(wide), wide[:6]
        return data.decode("utf-8-sig"), "utf-8"
    except UnicodeDecodeError as problem:
        # Older programs write names in their country's own letters; numbers are the same in all of them.
        if wide is not None or not _ODD.isdisjoint(data):
            raise _unreadable(path, "neither-text-nor-recording") from problem
        return data.decode("latin-1"), "latin-1"


def _wide(data: bytes) -> str | None:
    """UTF-16 that does not say so: every other byte of plain letters is nothing."""
    begin = data[:512]
    for first, encoding in ((1, "utf-16-le"), (0, "utf-16-be")):
        if len(begin) >= 8 and not any(begin[first::2]) and all(begin[1 - first :: 2]):
            return encoding
    return None


def _unreadable(path: Path, reason: str, **values: str) -> InputError:
    return InputError("recording-unreadable", str(path), because(reason, **values))
