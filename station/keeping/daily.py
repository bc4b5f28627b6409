"""The automatic backup: to the place that the settings name, off the card, and which of the earlier ones stay.

`python -m station.keeping.daily` makes one, takes away what the rule does not keep, and ends; the recorder starts it
once a day. How it went stands in a file of the data folder.
"""

from __future__ import annotations

import argparse
import os
import signal
import sys
import time
from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from pathlib import Path

from station.claim import die_with_parent
from station.faults import StationError, StorageError, as_json, because
from station.keeping.backup import SUFFIX, make_backup
from station.keeping.last import TRIED_FILE, DailyOrder, Keep
from station.recording.disk import storage_error, write_durably
from station.recording.layout import pack_json, records_path
from station.records.file import open_records

BY = "automatic"
"""Who made it, for the audit log."""
_STAMP = "%Y%m%dT%H%M%SZ"


def to_keep(made: Iterable[datetime], keep: Keep) -> set[datetime]:
    """Of backups made at these times, those that stay: the newest of all, and of each of the newest so many days, weeks
    and months that have one.
    """
    newest_first = sorted(made, reverse=True)
    kept = set(newest_first[:1])
    periods: tuple[tuple[int, Callable[[datetime], object]], ...] = (
        (keep.days, lambda at: at.date()),
        (keep.weeks, lambda at: at.isocalendar()[:2]),
        (keep.months, lambda at: (at.year, at.month)),
    )
    for count, period in periods:
        seen: dict[object, datetime] = {}
        for at in newest_first:
            seen.setdefault(period(at), at)
        kept |= set(list(seen.values())[:count])
    return kept


def make_daily(order: DailyOrder) -> Path:
    """Make one now, and take away what is not kept: files of this station in that place alone. Returns where it is.

    Raises StorageError "backup-place" where the place is not there, or is on the disk of the data folder; and as
    `station.keeping.backup.make_backup`. It is noted either way.
    """
    at_ns = time.time_ns()
    try:
        _look_at(order)
        passphrase = "" if order.passphrase_file is None else _secret(order.passphrase_file)
        made = make_backup(order.data, order.place, passphrase, BY, order.settings).path
        _thin_out(order)
    except StationError as problem:
        said = {"code": problem.code, "where": problem.where, "problems": [as_json(one) for one in problem.problems]}
        write_durably(order.data / TRIED_FILE, f"{pack_json({'at_ns': at_ns, **said})}\n".encode())
        raise
    write_durably(order.data / TRIED_FILE, f"{pack_json({'at_ns': at_ns, 'code': ''})}\n".encode())
    return made


def _look_at(order: DailyOrder) -> None:
    try:
        there = order.place.stat()
    except OSError as problem:
        raise StorageError("backup-place", str(order.place), because("place-not-there")) from problem
    if not order.place.is_dir():
        raise StorageError("backup-place", str(order.place), because("place-not-there"))
    if there.st_dev == order.data.stat().st_dev:
        raise StorageError("backup-place", str(order.place), because("place-same-disk"))


def _secret(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8").strip("\r\n")
    except (OSError, UnicodeDecodeError) as problem:
        raise StorageError("backup-place", str(path), because("system-said", said=str(problem))) from problem


def _thin_out(order: DailyOrder) -> None:
    """Take away this station's backups that the rule does not keep. What has another name is nobody's to touch."""
    station = open_records(records_path(order.data), read_only=True).station_id[-8:]
    found: dict[datetime, Path] = {}
    for path in order.place.glob(f"balance-station-{station}-*{SUFFIX}"):
        try:
            found[datetime.strptime(path.name.removesuffix(SUFFIX).rpartition("-")[2], _STAMP).replace(tzinfo=UTC)] = (
                path
            )
        except ValueError:
            continue
    try:
        for at in found.keys() - to_keep(found, order.keep):
            found[at].unlink(missing_ok=True)
    except OSError as problem:
        raise storage_error(problem, order.place) from problem


def main(arguments: list[str] | None = None) -> int:
    """Make the backup that the arguments ask for. Returns the exit code."""
    parser = argparse.ArgumentParser(prog="python -m station.keeping.daily", description=main.__doc__)
    for name in ("data", "place"):
        parser.add_argument(f"--{name}", type=Path, required=True)
    for name in ("passphrase-file", "settings"):
        parser.add_argument(f"--{name}", type=Path)
    for name, count in Keep()._asdict().items():
        parser.add_argument(f"--{name}", type=int, default=count)
    asked = parser.parse_args(arguments)
    os.nice(19)
    die_with_parent(signal.SIGKILL)
    keep = Keep(asked.days, asked.weeks, asked.months)
    try:
        made = make_daily(DailyOrder(asked.data, asked.place, asked.passphrase_file, asked.settings, keep))
    except StationError as problem:
        sys.stderr.write(f"{problem}\n")
        return problem.fault.exit_code or 1
    sys.stdout.write(f"{made}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
