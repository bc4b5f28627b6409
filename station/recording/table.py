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

from station.faults import InputError

_GZIP = b"\x1f\x8b"
_GAPS = ("", "nan")
"""How other programs write a sample that is missing."""


class Table(NamedTuple):
    """The columns' names and the rows' texts. A row's number is the one that a spreadsheet shows: names are row 1."""

    path: Path
    names: list[str]
    rows: list[list[str]]

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
        return f"{self.path} row {index + 2} column {name}"

    def _wrong(self, name: str, at: int, gaps: bool) -> InputError:
        for index, row in enumerate(self.rows):
            if at >= len(row):
                return InputError("csv-value", self.where(index, name), f"The row has {len(row)} values.")
            try:
                _number(row[at], gaps)
            except ValueError:
                return InputError("csv-value", self.where(index, name), f"It is {row[at]!r}.")
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
        text = (gzip.decompress(data) if data.startswith(_GZIP) else data).decode("utf-8-sig")
    except OSError as problem:  # gzip's BadGzipFile too
        raise InputError("recording-unreadable", str(path), f"{problem.strerror or problem}.") from problem
    except (EOFError, zlib.error) as problem:
        raise InputError("recording-unreadable", str(path), "Its compression is damaged or cut off.") from problem
    except UnicodeDecodeError as problem:
        raise InputError("recording-unreadable", str(path), "It is neither text nor a recording.") from problem
    lines = text.splitlines()
    separator = _separator(next((line for line in lines if line.strip()), ""))
    try:
        rows = [row for row in csv.reader(lines, delimiter=separator) if row]
    except csv.Error as problem:
        raise InputError("recording-unreadable", str(path), f"{problem}.") from problem
    if len(rows) < 2:
        raise InputError("csv-columns", str(path), "It has no rows of values.")
    names = [name.strip() for name in rows[0]]
    if separator != ",":
        rows = [[text.replace(",", ".") for text in row] for row in rows]
    return Table(path, names, rows[1:])


def _separator(names: str) -> str:
    """A comma; or what spreadsheets write instead where the comma is the decimal point."""
    return next((one for one in (";", "\t") if one in names), ",")
