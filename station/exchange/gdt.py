"""GDT 2.1, by which practice software and devices exchange files: records of lines, read with suspicion and written.

A line is its own length (3 digits, the line's end counted), a field's number (4 digits), and what it holds, ended by CR
LF (docs/exchange.md). Field 8000 comes first and says which kind of record it is.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from drills.problems import Problem
from station.faults import InputError, because

KIND, TOTAL, RECEIVER, SENDER, CHARSET, VERSION = "8000", "8100", "8315", "8316", "9206", "9218"
NUMBER, SURNAME, FIRST_NAME, BORN, HEIGHT_CM, TEST = "3000", "3101", "3102", "3103", "3622", "8402"
DAY, TIME, TEXT = "8432", "8439", "6228"
RESULT, RESULT_NAME, VALUE, UNIT = "8410", "8411", "8420", "8421"
FILE_NAME, FILE_KIND, FILE_ABOUT, FILE_PATH = "6302", "6303", "6304", "6305"
REQUEST, RESULTS = "6302", "6310"
"""Kinds of records: a test is asked for; its results."""
CHARSETS = {"1": "ascii", "2": "cp437", "3": "iso8859-1", "4": "iso8859-15"}
USUAL_CHARSET = "2"
"""Where a record does not say it."""
OWN_CHARSET = "3"
LONGEST_BYTES = 65_536
_FRAME = 9
"""Length, number and end of a line."""
_MOST_IN_A_LINE = 60


class GdtRecord(NamedTuple):
    """One record, its fields in their order."""

    kind: str
    fields: tuple[tuple[str, str], ...]

    def get(self, number: str) -> str:
        """The first field of this number, without spaces round it; "" for none."""
        return next((held.strip() for one, held in self.fields if one == number), "")


def read_gdt(content: bytes, where: str) -> GdtRecord:
    """The record in these bytes. Raises InputError "practice-file" with the line, or what of it cannot be."""
    if len(content) > LONGEST_BYTES:
        raise _wrong(where, because("gdt-large", most=LONGEST_BYTES))
    lines = [_line(line, number, where) for number, line in enumerate(_lines(content), 1)]
    found = dict(reversed(lines))  # of several of a number the first
    if not lines or lines[0][0] != KIND:
        raise _wrong(where, because("gdt-no-kind"))
    numbers = {held.strip() for number, held in lines if number == NUMBER}
    if len(numbers) > 1 or sum(number == KIND for number, _ in lines) > 1:
        raise _wrong(where, because("gdt-several"))  # whom it is about must not depend on what stands first
    charset = CHARSETS.get(_plain(found.get(CHARSET, USUAL_CHARSET.encode())))
    if charset is None:
        raise _wrong(where, because("gdt-charset", named=_plain(found[CHARSET])))
    total = _plain(found.get(TOTAL, b""))
    if total.isdecimal() and int(total) > len(content):
        raise _wrong(where, because("gdt-cut-off", said=int(total), there=len(content)))
    if _is_utf8(content):
        charset = "utf-8"  # whatever it says: no name in another set is UTF-8 by chance
    fields = tuple((number, held.decode(charset, errors="replace")) for number, held in lines)
    return GdtRecord(fields[0][1].strip(), fields)


def write_gdt(kind: str, fields: Iterable[tuple[str, str]]) -> bytes:
    """A record of this kind, with its length, in ISO 8859-1; a sign that this does not have becomes "?"."""
    after = b"".join(_written(number, held) for number, held in fields)
    head = _written(KIND, kind)
    length = len(head) + len(_written(TOTAL, "00000")) + len(after)
    return head + _written(TOTAL, f"{length:05d}") + after


def text_lines(words: str) -> list[str]:
    """Words in lines that a field of text takes."""
    lines, line = [], ""
    for word in words.split():
        if line and len(line) + 1 + len(word) > _MOST_IN_A_LINE:
            lines.append(line)
            line = ""
        line = f"{line} {word}" if line else word
    return [*lines, line] if line else lines


def _lines(content: bytes) -> list[bytes]:
    """Without ends, empty lines and the sign that DOS puts behind a text."""
    return [line for line in (each.rstrip(b"\r\x1a") for each in content.split(b"\n")) if line]


def _line(line: bytes, number: int, where: str) -> tuple[str, bytes]:
    length, name, held = line[:3], line[3:7], line[7:]
    if not (length.isdigit() and len(name) == 4 and name.isdigit() and int(length) == len(held) + _FRAME):
        raise _wrong(where, because("gdt-line", line=number))
    return name.decode(), held


def _written(number: str, held: str) -> bytes:
    flat = " ".join(held.split()).encode(CHARSETS[OWN_CHARSET], errors="replace")
    content = flat[: 999 - _FRAME]
    return f"{len(content) + _FRAME:03d}{number}".encode() + content + b"\r\n"


def _is_utf8(content: bytes) -> bool:
    try:
        return not content.isascii() and bool(content.decode("utf-8"))
    except UnicodeDecodeError:
        return False


def _plain(held: bytes) -> str:
    return held.decode("ascii", errors="replace").strip()


def _wrong(where: str, problem: Problem) -> InputError:
    return InputError("practice-file", where, problem)
