"""When the samples of a table were taken: by its own times, whatever they are written in, else by a rate."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

import numpy as np

from station.faults import InputError, because
from station.measures.signal import Array
from station.recording.formats import TIMES, UNITS_S, WRITTEN, columns_of
from station.recording.table import Table

_CLOCK = re.compile(r"(?:(\d{1,3}):)?(\d{1,2}):(\d{2}(?:\.\d*)?)")
"""hh:mm:ss.fff or mm:ss.fff."""
_DAY_S = 86400.0
SLOWEST_STEP_S = 0.5
"""Nobody records a stance in longer steps: a number without a unit that grows faster is one of milliseconds."""
_RATE = re.compile(
    r"(?:sampl\w*|frame|abtast|capture|export)[\s_-]*(?:frame[\s_-]*)?(?:rate|frequency|freq|frequenz)\b"
    r"\W*(?:hz)?\W*(\d+(?:[.,]\d+)?)\s*(?:,|;|\t|hz|$)",
    re.IGNORECASE,
)
"""A line that says the sampling rate."""


class Times(NamedTuple):
    """The times of N samples."""

    t_s: Array
    """(N,) seconds since the first sample, increasing."""
    column: str | None
    """None where they come from a rate."""
    unit: str | None
    """As in `formats.UNITS_S`, or "clock"; None without a column."""
    unit_taken: bool = False
    """Whether nothing said that unit."""
    rate_said_hz: float | None = None
    """By the lines above the table."""
    rate_from: str = "asked"
    """Without a column: "asked", or "head", those lines."""


def times_of(table: Table, rate_hz: float | None) -> Times:
    """The times of the table's samples; `rate_hz` is what a person says.

    Raises InputError "csv-time" where there are none, or one does not increase, "csv-value" for one that is no time,
    "csv-columns" where two columns could be meant.
    """
    said_hz = _rate_said(table.head)
    name = _column(table)
    if name is None or (rate_hz is not None and table.unit(name) is None):
        rate_from = "head" if rate_hz is None else "asked"
        rate_hz = said_hz if rate_hz is None else rate_hz
        if rate_hz is None or not 0.0 < rate_hz < math.inf:
            seen = because("no-rate") if rate_hz is None else because("impossible-rate", hz=rate_hz)
            raise InputError("csv-time", str(table.path), seen)
        return Times(np.arange(len(table.rows)) / rate_hz, None, None, False, said_hz, rate_from)
    at, unit, taken = table.names.index(name), table.unit(name), False
    if at < len(table.rows[0]) and ":" in table.rows[0][at]:
        times, unit = _clock_times(table, name), "clock"
    elif unit is not None and unit not in UNITS_S:
        seen = because("other-unit", unit=unit, units=list(UNITS_S))
        raise InputError("csv-columns", f"{table.path} column {name}", seen)
    else:
        times = table.column(name)
    _refuse_backward(table, name, times)
    elapsed: Array = times - times[0]
    if unit is None:
        step = float(np.median(np.diff(times))) if len(times) > 1 else 0.0
        unit, taken = ("ms" if step > SLOWEST_STEP_S else "s"), True
    factor = UNITS_S.get(unit, 1.0)
    return Times(elapsed if factor == 1.0 else elapsed * factor, name, unit, taken, said_hz)


def _column(table: Table) -> str | None:
    written = next((name for name in WRITTEN[:2] if name in table.names), None)
    if written is not None:
        return written
    for bare in TIMES:
        found = columns_of(table.names, bare)
        if len(found) > 1:
            raise InputError("csv-columns", str(table.path), because("column-twice", name=table.names[found[0]]))
        if found:
            return table.names[found[0]]
    return None


def _refuse_backward(table: Table, name: str, times: Array) -> None:
    backward = np.flatnonzero(np.diff(times) <= 0.0)
    if not len(backward):
        return
    index = int(backward[0]) + 1
    at = table.names.index(name)
    texts = [table.rows[one][at].strip() for one in (index, index - 1)]
    time, before = texts if ":" in texts[0] else (f"{times[one]:.12g}" for one in (index, index - 1))
    raise InputError("csv-time", table.where(index, name), because("backward-time", time=time, before=before))


def _clock_times(table: Table, name: str) -> Array:
    """Seconds of times as hh:mm:ss.fff, mm:ss.fff or with a date before them; midnight may pass.

    Raises InputError "csv-value" for anything else.
    """
    at = table.names.index(name)
    found = np.empty(len(table.rows))
    first = table.rows[0][at].strip()
    day = None if _CLOCK.fullmatch(first) else first[:10]
    for index, row in enumerate(table.rows):
        text = row[at].strip() if at < len(row) else ""
        try:
            found[index] = _clock_s(text, day)
        except ValueError:
            seen = because("no-time", given=repr(text))
            raise InputError("csv-value", table.where(index, name), seen) from None
    days = np.concatenate(([0.0], np.cumsum(np.diff(found) < -_DAY_S / 2.0)))
    times: Array = found + days * _DAY_S
    return times


def _clock_s(text: str, day: str | None) -> float:
    """Seconds since midnight of the day, or of its own. Raises ValueError for what is neither form."""
    clock = _CLOCK.fullmatch(text)
    if clock is None:
        since = datetime.fromisoformat(text).replace(tzinfo=None) - datetime.fromisoformat(day or "")
        return since.total_seconds()
    hours, minutes, seconds = clock.groups()
    return 3600.0 * int(hours or 0) + 60.0 * int(minutes) + float(seconds)


def _rate_said(head: Sequence[str]) -> float | None:
    """The sampling rate in Hz that the lines above the table say; None where they say none, or two."""
    found = {float(match[1].replace(",", ".")) for line in head if (match := _RATE.search(line))}
    return found.pop() if len(found) == 1 else None
