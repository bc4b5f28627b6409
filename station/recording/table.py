"""Finds the table of numbers in a text file, and says exactly which cell is wrong.

Before the table a program may have written lines of its own, under the names a row of units, behind it a summary: none
of these is a sample. What a line is shows in what it says, never in its number.
"""

from __future__ import annotations

import csv
import math
import re
from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from drills.problems import Problem
from station.faults import InputError, because
from station.recording.formats import NUMBER, Format, format_of, named, other_unit_of, unit_of
from station.recording.lines import lines_of

_GAPS = ("", "nan", "-nan", "na", "n/a", "#n/a", "#nv", "#value!", "#wert!", "null", "none")
"""How other programs write a sample that is missing."""
_STROKES = ("-", "--", ".")
"""The same, but in a row of units: there it is a unit that is 1."""
_MINUS = "\N{MINUS SIGN}"
"""As word processors write it."""
_COMMENTS = ("#", "%", "//")
_LONGEST_HEAD = 500
"""Lines among which the names are looked for."""
_LONGEST_FOOTER = 50
_THOUSANDS = re.compile(r"[-+]?[1-9][0-9]{0,2}(,[0-9]{3})+([.][0-9]*)?")
"""1,700 or 1,700.5, as English spreadsheets write it; never 0,512."""
_POINTED = re.compile(r"[-+]?[0-9]*[.][0-9]*(e[-+]?[0-9]+)?", re.IGNORECASE)
"""A number with a point: 31.01.2024 and 14:03:05.123 are none."""
_DOTTED_DATE = re.compile(r"[0-9]{1,2}[.][0-9]{1,2}[.][0-9]{2,4}([T ,].*)?")
"""31.01.2024, of people who write a decimal comma."""
_COMMAED = re.compile(r"[-+]?[0-9]*,[0-9,.]*(e[-+]?[0-9]+)?", re.IGNORECASE)


class Table(NamedTuple):
    """The columns' names, in small letters, and the rows' texts."""

    path: Path
    names: list[str]
    rows: list[list[str]]
    numbers: list[int]
    """Of each row, as a spreadsheet shows it."""
    format: Format | None = None
    """None where the names are those of no format."""
    units: Sequence[str | None] = ()
    """By a row of units under the names, a column each; empty where there is none."""
    names_row: int = 1
    head: Sequence[str] = ()
    """The lines above the names."""
    footer: int = 0
    """How many rows behind the last sample are none."""
    separator: str = ","
    """A space for any white space."""
    encoding: str = "utf-8"

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

    def of_plate(self, number: int) -> Table:
        """The same of one plate, where every plate's columns have the same names: each name means its nth column.

        Raises InputError "input-invalid" where no name stands so often.
        """
        seen: dict[str, int] = {}
        order = []
        for name in self.names:
            seen[name] = seen.get(name, 0) + 1
            order.append(seen[name])
        most = max(seen.values())
        if number > most:
            raise InputError("input-invalid", f"{self.path} --plate {number}", because("no-such-plate", count=most))
        names = [
            name if seen[name] == 1 or at == number else f"{name} #{at}"
            for name, at in zip(self.names, order, strict=True)
        ]
        return self._replace(names=names)

    def where(self, index: int, name: str) -> str:
        """The place of row `index` (from 0) of the column, in words."""
        return f"{self.path} row {self.numbers[index]} column {name}"

    def unit(self, name: str) -> str | None:
        """The unit of a column, by its name, else by the row of units; also one that no use has.

        Raises InputError "csv-columns" where they say two.
        """
        at = self.names.index(name)
        own = named(name)
        by_name, by_row = own.unit or own.other, self.units[at] if at < len(self.units) else None
        if by_name and by_row and by_name != by_row:
            seen = because("two-units", name=name, by_name=by_name, by_row=by_row)
            raise InputError("csv-columns", f"{self.path} row {self.names_row + 1}", seen)
        return by_name or by_row

    def _wrong(self, name: str, at: int, gaps: bool) -> InputError:
        for index, row in enumerate(self.rows):
            if at >= len(row):
                seen = because("row-too-short", n=len(row), names=len(self.names))
                return InputError("csv-value", self.where(index, name), seen)
            try:
                _number(row[at], gaps)
            except ValueError:
                return InputError("csv-value", self.where(index, name), because("no-number", given=repr(row[at])))
        return InputError("csv-value", f"{self.path} column {name}")


def _number(text: str, gaps: bool) -> float:
    """Raises ValueError where the text is none."""
    if gaps and text.strip().lower() in (*_GAPS, *_STROKES):
        return math.nan
    number = float(text.replace(_MINUS, "-"))
    if not math.isfinite(number) or "_" in text:  # Python takes 1_5 for 15
        raise ValueError(text)
    return number


def table_of(path: Path, data: bytes) -> Table:
    """The table in the bytes of a text file with a row of names, its columns separated by commas; or by semicolons,
    tabs, bars or spaces, and then a decimal comma is understood too.

    Raises InputError "recording-unreadable" or "csv-columns".
    """
    lines, encoding = lines_of(path, data)
    at, separator = _names_at(lines)
    body = [lines[at].lstrip("#% \t/"), *lines[at + 1 :]] if _is_comment(lines[at]) else lines[at:]
    body = [body[0], *("" if _is_comment(line) else line for line in body[1:])]
    if separator == " ":
        body = [" ".join(line.split()) for line in body]
    try:
        reader = csv.reader(body, delimiter=separator)
        numbered = [(at + reader.line_num, row) for row in reader if len(row) > 1 or "".join(row).strip()]
    except csv.Error as problem:
        raise InputError("recording-unreadable", str(path), because("system-said", said=str(problem))) from problem
    if len(numbered) < 2:
        raise InputError("csv-columns", str(path), because("no-rows"))
    names = [name.strip(" #").lower() for name in numbered[0][1]]
    units = _units(numbered[1][1])
    numbers, rows = _samples(numbered[2:] if units else numbered[1:])
    under = bool(units)
    units = units or _units_above(lines[:at], separator, len(names))
    if not rows:
        raise InputError("csv-columns", str(path), because("no-rows"))
    footer = len(numbered) - 1 - under - len(rows)
    table = Table(path, names, rows, numbers, format_of(names), units, numbered[0][0], lines[:at], footer, separator)
    _refuse_odd(table)
    return table._replace(rows=_with_points(rows, separator), encoding=encoding)


def _with_points(rows: list[list[str]], separator: str) -> list[list[str]]:
    """The rows with points where they have decimal commas; as they are where the commas part thousands, of which no
    number is made: so a person is told which cell it is.
    """
    commas = [text.strip() for row in rows for text in row if "," in text]
    if not commas:
        return rows
    commas = [text for text in commas if _COMMAED.fullmatch(text)]
    dated = any(_DOTTED_DATE.fullmatch(text.strip()) for text in rows[0])
    points = separator == "," and not dated
    pointed = points or any(_POINTED.fullmatch(text.strip()) for row in rows for text in row if "." in text)
    if pointed and all(map(_THOUSANDS.fullmatch, commas)):
        return rows
    # What has two commas is no number either way: it is named as it was written.
    return [
        [text.replace(",", ".") if text.count(",") == 1 and "." not in text else text for text in row] for row in rows
    ]


def _names_at(lines: Sequence[str]) -> tuple[int, str]:
    """Where the names stand, and what separates them: where a format is known by them; else above the first numbers, or
    in the first line of all.
    """
    written = [at for at, line in enumerate(lines[:_LONGEST_HEAD]) if line.strip() and not _is_sep(line)] or [0]
    for at in written:
        line = lines[at].lstrip("#% \t/") if _is_comment(lines[at]) else lines[at]
        for separator in dict.fromkeys((_separator(line), " ")):
            if format_of(_cells(line, separator)) is not None:
                return at, separator
    plain = [at for at in written if not _is_comment(lines[at])] or written
    for above, at in pairwise(plain):
        if _looks_like_samples(lines[at]):
            return above, _separator(lines[above])
    return plain[0], _separator(lines[plain[0]])


def _cells(line: str, separator: str) -> list[str]:
    if separator == " ":
        return line.lower().split()
    return [cell.strip().lower() for cell in next(csv.reader([line], delimiter=separator), [])]


def _looks_like_samples(line: str) -> bool:
    cells = [cell for cell in _cells(line, _separator(line)) if cell]
    return len(cells) > 1 and all(_is_number(cell) for cell in cells)


def _is_sep(line: str) -> bool:
    """Excel's own line."""
    return line.strip('" ').lower().startswith("sep=")


def _is_comment(line: str) -> bool:
    return line.lstrip(' "').startswith(_COMMENTS)


def _units(row: Sequence[str]) -> list[str | None]:
    """The units that this row says; empty where it is none of units."""
    found = [unit_of(text) for text in row]
    words = not any(_is_number(text) or text.strip().lower() in _GAPS[1:] for text in row)
    if not words or len(found) - found.count(None) <= 1:
        return []
    others = [other_unit_of(text) for text in row]
    return [unit or (None if other == NUMBER else other) for unit, other in zip(found, others, strict=True)]


def _units_above(head: Sequence[str], separator: str, columns: int) -> list[str | None]:
    """The units of a row above the names, as some programs write them; empty where the row there says none."""
    above = next((line for line in reversed(head) if line.strip() and not _is_comment(line)), "")
    row = _cells(above, separator)
    said = [text for text in row if text]
    return _units(row) if len(row) == columns and all(unit_of(text) or other_unit_of(text) for text in said) else []


def _samples(numbered: Sequence[tuple[int, list[str]]]) -> tuple[list[int], list[list[str]]]:
    """The samples, and the numbers of their rows, without the summary that may stand behind them.

    A summary begins with a word where samples begin with a number, and nothing that looks like a sample follows it.
    """
    begin = max(1, len(numbered) - _LONGEST_FOOTER)
    tail = next((at for at in range(begin, len(numbered)) if _is_word(numbered[at][1])), len(numbered))
    first = numbered[0][1] if numbered else []
    rest = [row for _, row in numbered[tail:]]
    if not first or _is_word(first) or any(not _is_word(row) and len(row) >= len(first) for row in rest):
        tail = len(numbered)
    return [number for number, _ in numbered[:tail]], [row for _, row in numbered[:tail]]


def _is_word(row: Sequence[str]) -> bool:
    """Whether the first thing that stands in the row begins as a word does."""
    text = next((text.strip() for text in row if text.strip()), "")
    return text[:1].isalpha() and text.lower() not in _GAPS and not _is_number(text)


def _refuse_odd(table: Table) -> None:
    """Raise InputError "csv-columns" where it is not clear which value belongs to which name."""
    names = table.names
    for number, row in zip(table.numbers, table.rows, strict=True):
        if len(row) > len(names) and any(text.strip() for text in row[len(names) :]):
            raise InputError("csv-columns", f"{table.path} row {number}", _too_long(table, row))


def _too_long(table: Table, row: list[str]) -> Problem:
    """Why a row may have more values than there are names."""
    names, values = len(table.names), len(row)
    if not any(_is_number(text) for text in row):
        return because("names-later", shown=", ".join(row[:6]))
    counted = values == names + 1 and _counts([own[0].strip() for own in table.rows])
    if table.separator == "," and values <= 2 * names and all(_is_number(text) for text in row) and not counted:
        return because("row-too-long", values=values, names=names)
    return because("more-values-than-names", values=values, names=names, row=table.names_row)


def _counts(texts: Sequence[str]) -> bool:
    """Whether these count the rows, as some programs write without a name above."""
    return len(texts) > 1 and any(texts == [str(at) for at in range(begin, begin + len(texts))] for begin in (0, 1))


def _is_number(text: str) -> bool:
    try:
        float(text.replace(",", "."))
    except ValueError:
        return False
    return "_" not in text


def _separator(names: str) -> str:
    """A comma; or what spreadsheets write instead where the comma is the decimal point."""
    return next((one for one in (";", "\t", "|") if one in names), ",")
