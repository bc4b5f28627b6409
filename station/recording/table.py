"""Reads a table of numbers from a CSV file, plain or gzipped, and says exactly which cell is wrong."""

from __future__ import annotations

import csv
import gzip
import math
import zlib
from pathlib import Path
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from drills.problems import Problem
from station.faults import InputError, because

_GZIP = b"\x1f\x8b"
_UTF_16 = (b"\xff\xfe", b"\xfe\xff")
_GAPS = ("", "nan", "-nan")
"""How other programs write a sample that is missing."""


class Table(NamedTuple):
    """The columns' names, in small letters, and the rows' texts."""

    path: Path
    names: list[str]
    rows: list[list[str]]
    numbers: list[int]
    """Of each row, as a spreadsheet shows it."""

    def column(self, name: str, *, gaps: bool = False) -> npt.NDArray[np.float64]:
        """One column as finite numbers; with `gaps`, NaN where it is empty or says `nan`.

        Raises InputError "csv-value" for anything else in it, naming the row.
        """
        at = self.names.index(name)
        try:
            values = np.array([_number(row[at], gaps) for row in self.rows])
        except (ValueError, IndexError):
            raise self._wrong(name, at, gaps) from None
        return values

    def where(self, index: int, name: str) -> str:
        """The place of row `index` (from 0) of the column, in words."""
        return f"{self.path} row {self.numbers[index]} column {name}"

    def _wrong(self, name: str, at: int, gaps: bool) -> InputError:
        for index, row in enumerate(self.rows):
            if at >= len(row):
                return InputError("csv-value", self.where(index, name), because("row-too-short", n=len(row)))
            try:
                _number(row[at], gaps)
            except ValueError:
                return InputError("csv-value", self.where(index, name), because("no-number", given=repr(row[at])))
        return InputError("csv-value", f"{self.path} column {name}")


def _number(text: str, gaps: bool) -> float:
    """Raises ValueError where the text is none."""
    if gaps and text.strip().lower() in _GAPS:
        return math.nan
    number = float(text)
    if not math.isfinite(number):
        raise ValueError(text)
    return number


def read_table(path: Path) -> Table:
    """The table in a CSV file with a row of names, its columns separated by commas; or by semicolons or tabs, and then
    a decimal comma is understood too. Raises InputError "recording-unreadable" or "csv-columns".
    """
    try:
        data = path.read_bytes()
        data = gzip.decompress(data) if data.startswith(_GZIP) else data
        text = data.decode("utf-16" if data.startswith(_UTF_16) else "utf-8-sig")
    except OSError as problem:  # gzip's BadGzipFile too
        raise InputError(
            "recording-unreadable", str(path), because("system-said", said=str(problem.strerror or problem))
        ) from problem
    except (EOFError, zlib.error) as problem:
        raise InputError("recording-unreadable", str(path), because("compression-damaged")) from problem
    except UnicodeDecodeError as problem:
        raise InputError("recording-unreadable", str(path), because("neither-text-nor-recording")) from problem
    lines = text.splitlines()
    if lines and lines[0].strip('" ').lower().startswith("sep="):
        lines[0] = ""  # Excel's own line
    separator = _separator(next((line for line in lines if line.strip()), ""))
    try:
        reader = csv.reader(lines, delimiter=separator)
        numbered = [(reader.line_num, row) for row in reader if len(row) > 1 or "".join(row).strip()]
    except csv.Error as problem:
        raise InputError("recording-unreadable", str(path), because("system-said", said=str(problem))) from problem
    if len(numbered) < 2:
        raise InputError("csv-columns", str(path), because("no-rows"))
    numbers, rows = [number for number, _ in numbered[1:]], [row for _, row in numbered[1:]]
    names = [name.strip().lower() for name in numbered[0][1]]
    _refuse_odd(path, names, numbers, rows, separator)
    if separator != ",":
        rows = [[text.replace(",", ".") for text in row] for row in rows]
    return Table(path, names, rows, numbers)


def _refuse_odd(path: Path, names: list[str], numbers: list[int], rows: list[list[str]], separator: str) -> None:
    """Raise InputError "csv-columns" where it is not clear which value belongs to which name."""
    twice = next((name for name in names if name and names.count(name) > 1), None)
    if twice is not None:
        raise InputError("csv-columns", str(path), because("column-twice", name=twice))
    for number, row in zip(numbers, rows, strict=True):
        if len(row) > len(names) and any(text.strip() for text in row[len(names) :]):
            raise InputError("csv-columns", f"{path} row {number}", _too_long(names, row, separator))


def _too_long(names: list[str], row: list[str], separator: str) -> Problem:
    """Why a row may have more values than there are names."""
    if not any(_is_number(text) for text in row):
        return because("names-later", shown=", ".join(row[:6]))
    if separator == "," and len(row) <= 2 * len(names) and all(_is_number(text) for text in row):
        return because("row-too-long", values=len(row), names=len(names))
    return because("more-values-than-names", values=len(row), names=len(names))


def _is_number(text: str) -> bool:
    try:
        float(text.replace(",", "."))
    except ValueError:
        return False
    return True


def _separator(names: str) -> str:
    """A comma; or what spreadsheets write instead where the comma is the decimal point."""
    return next((one for one in (";", "\t") if one in names), ",")
