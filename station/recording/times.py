"""When the samples of a table were taken: by its own times, whatever they are written in, else by a rate."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

import numpy as np

from station.faults import InputError, because
from station.measures.signal import Array
from station.recording.beside import refuse_other
from station.recording.formats import TIMES, UNITS_S, WRITTEN, columns_of, unit_of
from station.recording.table import Table

_DATE = r"(?:[^:]*\d[^:]*[T ,_]\s*)?"
"""Left aside: midnight shows in the clock."""
_CLOCK = re.compile(
    _DATE + r"(?:(\d{1,3}):)?(\d{1,2}):(\d{2})(?:[.,:](\d+))?\.?"
    r"\s*([ap]\.?\s?m\.?)?(?:Z|[+-]\d{2}:?\d{2}|\s*Uhr)?",
    re.IGNORECASE,
)
"""hh:mm:ss.fff or mm:ss.fff, also behind a date, with a colon or a comma before the fraction, in twelve hours."""
_OTHER_CLOCK = re.compile(
    _DATE + r"([01]?\d|2[0-3])(?:\.|\s?h\s?)([0-5]\d)(?:\.|\s?m(?:in)?\s?)([0-5]\d)(?:[.,s](\d+))?\s?s?()",
    re.IGNORECASE,
)
"""14.03.05,123 or 14h03m05,123s."""
_DAY_S = 86400.0
SLOWEST_STEP_S = 0.5
"""Nobody records a stance in longer steps: a number without a unit that grows faster is one of a smaller unit."""
QUICKEST_STEP_S = 2e-5
"""Nobody records a stance in shorter steps: such numbers are none of seconds."""
_GUESSED = ("s", "ms", "us", "ns")
LEAST_OF_A_STAMP = 3.0
"""So many samples on average have one time where a clock is read less often than the plate."""
RATES_ALIKE = 0.02
"""Share by which a stated rate may differ from the file's times."""
_RATE = re.compile(
    r"(?:(?:sampl\w*|frame|abtast|capture|export)[\s_-]*(?:frame[\s_-]*)?(?:rate|frequency|freq|frequenz)\b"
    r"|\b(?:d'échantillonnage|de muestreo|di campionamento|de amostragem)\b|^\W*(?:rate|fs)\b)"
    r"\W*(?:hz)?\W*(\d+(?:[.,]\d+)?)\s*(?:,|;|\t|(k?)hz|$)",
    re.IGNORECASE,
)
"""A line that says the sampling rate."""
_PERIOD = re.compile(
    r"(?:sampl\w*[\s_-]*(?:interval|period|time)|abtast(?:intervall|zeit|periode))\W*(?:(ms|us|µs|s)\b)?\W*"
    r"(\d+(?:[.,]\d+)?)\s*(ms|us|µs|s|sec)?\W*",
    re.IGNORECASE,
)
"""A line that says how long it is from sample to sample."""
SLOWEST_SAID_HZ = 10.0
"""A longer "sampling time" is how long it was recorded."""


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
    if name is None:
        return _by_rate(table, rate_hz, said_hz)
    unit, taken = table.unit(name), False
    if _is_clock(table, name):
        times, unit = _clock_times(table, name), "clock"
    elif unit is not None and unit not in UNITS_S:
        seen = because("other-unit", unit=unit, units=list(UNITS_S))
        raise InputError("csv-columns", f"{table.path} column {name}", seen)
    else:
        times = table.column(name)
    if unit == "clock" and _is_coarse(times):
        return _behind_coarse(table, name, times, (rate_hz, said_hz))
    _refuse_backward(table, name, times)
    elapsed: Array = times - times[0]
    step = float(np.median(np.diff(times))) if len(times) > 1 else 0.1
    if unit is None:
        unit, taken = _guessed(step, rate_hz), True
    step *= UNITS_S.get(unit, 1.0)
    if step < QUICKEST_STEP_S:
        raise InputError("csv-time", f"{table.path} column {name}", because("steps-too-short", rate_hz=1.0 / step))
    factor = UNITS_S.get(unit, 1.0)
    return Times(elapsed if factor == 1.0 else elapsed * factor, name, unit, taken, said_hz)


def _by_rate(table: Table, rate_hz: float | None, said_hz: float | None) -> Times:
    """The times of a table without a column of them, by what a person says, else by the lines above it."""
    rate_from = "head" if rate_hz is None else "asked"
    rate_hz = said_hz if rate_hz is None else rate_hz
    if rate_hz is None or not 0.0 < rate_hz < math.inf:
        seen = because("no-rate") if rate_hz is None else because("impossible-rate", hz=rate_hz)
        raise InputError("csv-time", str(table.path), seen)
    return Times(np.arange(len(table.rows)) / rate_hz, None, None, False, said_hz, rate_from)


def _is_coarse(times: Array) -> bool:
    """Whether a clock is written in longer steps than the samples were taken in."""
    steps = np.diff(times)
    ticks = int(np.count_nonzero(steps > 0.0))
    return len(times) > LEAST_OF_A_STAMP * (ticks + 1) and not bool(np.any(steps < 0.0))


def _behind_coarse(table: Table, name: str, times: Array, rates_hz: tuple[float | None, float | None]) -> Times:
    """By the rate that a person says, else the lines above the table, where the clock goes on as that says.

    Raises InputError "csv-time" for another rate, and for none.
    """
    ticks = np.flatnonzero(np.diff(times) > 0.0)
    between = ticks[-1] - ticks[0] if len(ticks) > 1 else 0
    clock_hz = float(between / (times[ticks[-1]] - times[ticks[0]])) if between else 0.0
    if rates_hz == (None, None):
        raise InputError("csv-time", f"{table.path} column {name}", because("clock-too-coarse", rate_hz=clock_hz))
    by_rate = _by_rate(table, *rates_hz)
    rate_hz = 1.0 / float(by_rate.t_s[1])
    if between and abs(clock_hz / rate_hz - 1.0) > RATES_ALIKE + 2.0 / between:
        seen = because("rates-disagree", rate_hz=clock_hz, given_hz=rate_hz)
        raise InputError("csv-time", f"{table.path} column {name}", seen)
    return by_rate


def _guessed(step: float, rate_hz: float | None) -> str:
    """The unit of times that grow by `step`: the one that gives the rate that a person says, else the largest in which
    somebody may have recorded.
    """
    if rate_hz is not None:
        fits = [one for one in _GUESSED if abs(step * UNITS_S[one] * rate_hz - 1.0) <= RATES_ALIKE]
        if fits:
            return fits[0]
    return next((one for one in _GUESSED if step * UNITS_S[one] <= SLOWEST_STEP_S), _GUESSED[-1])


def _column(table: Table) -> str | None:
    """The column of times: by its name; else one that shows them, whatever it is called."""
    written = next((name for name in WRITTEN[:2] if name in table.names), None)
    if written is not None:
        refuse_other(table, written, UNITS_S)
        return written
    found: list[str] = []
    for bare in TIMES:
        columns = columns_of(table.names, bare)
        if len(columns) > 1:
            raise InputError("csv-columns", str(table.path), because("column-twice", name=table.names[columns[0]]))
        found += [table.names[at] for at in columns]
    found += [] if found else [name for name in dict.fromkeys(table.names) if _shows_times(table, name)]
    if len(found) < 2:
        return next(iter(found), None)
    fine = (name for name in found if not (_is_clock(table, name) and _is_coarse(_clock_times(table, name))))
    return next(fine, found[0])


def _shows_times(table: Table, name: str) -> bool:
    """Whether a column of an unknown name is one of times: of a clock that goes on, or numbers in a unit of time that
    grow.
    """
    try:
        if _is_clock(table, name):
            times = _clock_times(table, name)
            return bool(times[-1] > times[0])
        times = table.column(name) if table.unit(name) in UNITS_S else np.zeros(2)
    except InputError:
        return False
    return len(times) > 1 and bool(np.all(np.diff(times) > 0.0))


def _is_clock(table: Table, name: str) -> bool:
    """Whether the column's first text is the time of a clock."""
    at = table.names.index(name)
    text = table.rows[0][at].strip() if at < len(table.rows[0]) else ""
    return ":" in text or _OTHER_CLOCK.fullmatch(text) is not None


def _refuse_backward(table: Table, name: str, times: Array) -> None:
    backward = np.flatnonzero(np.diff(times) <= 0.0)
    if not len(backward):
        return
    index = int(backward[0]) + 1
    at = table.names.index(name)
    time, before = (table.rows[one][at].strip() for one in (index, index - 1))
    raise InputError("csv-time", table.where(index, name), because("backward-time", time=time, before=before))


def _clock_times(table: Table, name: str) -> Array:
    """Seconds of times as hh:mm:ss.fff or mm:ss.fff, also behind a date; midnight may pass.

    Raises InputError "csv-value" for anything else.
    """
    at = table.names.index(name)
    found = np.empty(len(table.rows))
    for index, row in enumerate(table.rows):
        text = row[at].strip() if at < len(row) else ""
        clock = _CLOCK.fullmatch(text) or _OTHER_CLOCK.fullmatch(text)
        if clock is None:
            seen = because("no-time", given=repr(text))
            raise InputError("csv-value", table.where(index, name), seen)
        found[index] = _seconds(*clock.groups())
    days = np.concatenate(([0.0], np.cumsum(np.diff(found) < -_DAY_S / 2.0)))
    times: Array = found + days * _DAY_S
    return times


def _seconds(hours: str | None, minutes: str, seconds: str, fraction: str | None, half: str | None) -> float:
    """Seconds since midnight; `half` is am or pm."""
    of_day = int(hours or 0)
    if half:
        of_day = of_day % 12 + (12 if half.lower().startswith("p") else 0)
    return 3600.0 * of_day + 60.0 * int(minutes) + float(f"{seconds}.{fraction or 0}")


def _rate_said(head: Sequence[str]) -> float | None:
    """The sampling rate in Hz that the lines above the table say; None where they say none, or two. A time from sample
    to sample, which is often rounded, says the same rate where it is alike.
    """
    found = {
        float(match[1].replace(",", ".")) * (1000.0 if match[2] else 1.0)
        for line in head
        if (match := _RATE.search(line))
    }
    by_periods = set(_rates_of_periods(head))
    if not found:
        found = by_periods
    elif any(abs(one / hz - 1.0) > RATES_ALIKE for one in by_periods for hz in found):
        return None
    return found.pop() if len(found) == 1 else None


def _rates_of_periods(head: Sequence[str]) -> Iterator[float]:
    for line in head:
        period = _PERIOD.fullmatch(line.strip(' "#%/*'))
        unit = None if period is None else unit_of(period[1] or period[3] or "")
        if period is not None and unit in UNITS_S and (step := float(period[2].replace(",", "."))) > 0.0:
            rate_hz = 1.0 / (step * UNITS_S[unit])
            if rate_hz >= SLOWEST_SAID_HZ:
                yield rate_hz
