"""The day's doses beside the recordings: committed before a session begins, and made again from the recordings where
the records were lost. What is on the disk always counts.
"""

from __future__ import annotations

import logging
from pathlib import Path
from typing import Any

from station.clock import NS_PER_S, VirtualClock, VouchedMoment, local_date, local_midnight_ns
from station.faults import InputError
from station.recording.layout import RECORDINGS_FOLDER
from station.recording.prescribed import WHOLE_DAY, prescribed_dose
from station.recording.scan import Scan
from station.records.day import Placed
from station.records.dose import NO_DOSE, Claim, Day, Dose, Doses
from station.records.file import Records
from station.records.ids import named_ns
from station.records.sessions import Sessions

_LOG = logging.getLogger(__name__)

_REHEARSED_NS = 7 * 86_400 * NS_PER_S
"""After the virtual clock's beginning: a session of that time was none, and gave nobody anything."""
_BEGINS_NS = 60 * NS_PER_S
"""A recording begins so soon after its dose was committed, at most."""


class DayBook:
    """The doses of the records of the folder `data`."""

    def __init__(self, data: Path, records: Records) -> None:
        self.doses = Doses(records)
        self._records = records
        self._data = data
        self._looked_at: set[str] = set()

    def commit(self, asked: dict[str, Any], origin: tuple[int, int], now: VouchedMoment) -> Day:
        """Put down the dose of the session that this event asks for (`origin`: which life of control, which of its
        sessions), after all that lies on the disk. Returns what else the patient has had.
        """
        self.enter_recordings(now)
        ring_epoch, number = origin
        placed = Placed(now.boot_id, now.mono_ns, "")
        patient = str(asked.get("patient", ""))
        return self.doses.commit(Claim(patient, ring_epoch, number, placed, now.wall_ns, prescribed_dose(asked)), now)

    def enter_recordings(self, now: VouchedMoment) -> None:
        """Count what nobody has committed: sessions of an earlier program, and recordings whose rows were lost."""
        claims = [self._of_session(row, now) for row in self.doses.uncommitted() if not rehearsed(row["started_ns"])]
        known = {*self.doses.known(), *((claim.ring_epoch, claim.ring_session) for claim in claims)}
        names, _ = Sessions(self._records).known()
        for path in sorted((self._data / RECORDINGS_FOLDER).glob("*.mcap")):
            if path.name in self._looked_at or path.stem in names:
                continue
            claim = self._of_file(path, now)
            if claim is not None and (claim.ring_epoch, claim.ring_session) not in known:
                _LOG.warning("%s: its dose was not in the records; it counts now", path.name)
                claims.append(claim)
            self._looked_at.add(path.name)
        if claims:
            self.doses.enter(claims, now)

    def _of_session(self, row: dict[str, Any], now: VouchedMoment) -> Claim:
        """A session that has a row, and no commitment. One of an earlier program had what was measured of it."""
        path = self._data / row["recording"]
        header = _header(path)
        whole = WHOLE_DAY if header is None else prescribed_dose(header)
        given: Dose | None = None
        if header is None or "clock" not in header:
            given = row["dose"]
            whole = whole if given is None else given
        who = (row["patient"], row["ring_epoch"], row["ring_session"])
        return self._claim(who, header or {}, row["started_ns"], now)._replace(
            dose=whole, given=given, recording=path.stem
        )

    def _of_file(self, path: Path, now: VouchedMoment) -> Claim | None:
        """A recording without a row that could be read; None for a rehearsal, and for what never was a session."""
        header = _header(path)
        if header is None:
            return self._of_nobody(path)
        try:
            epoch_ns, wall_ns = int(header["epoch_ns"]), int(header["started_wall_ns"])
            who = (str(header["patient"]), int(header["ring_epoch"]), int(header["ring_session"]))
        except (KeyError, TypeError, ValueError):
            return self._of_nobody(path)
        if rehearsed(epoch_ns):
            return None
        return self._claim(who, header, wall_ns, now)._replace(dose=prescribed_dose(header), recording=path.stem)

    def _claim(self, who: tuple[str, int, int], header: dict[str, Any], wall_ns: int, now: VouchedMoment) -> Claim:
        """When it was, by what the header says of the clock. Earlier programs counted by the clock on the wall."""
        if "clock" not in header:
            placed = Placed("", 0, local_date(wall_ns).isoformat())
            return Claim(*who, placed, wall_ns, NO_DOSE, over=wall_ns < local_midnight_ns(now.wall_ns))
        placed = _placed(header)
        if header.get("station_id", self._records.station_id) != self._records.station_id:
            placed = placed._replace(boot_id="")  # of another computer: its boots are not to be told from ours
        return Claim(*who, placed, wall_ns, NO_DOSE)

    def _of_nobody(self, path: Path) -> Claim | None:
        """A recording of which nothing can be read: the whole day's allowance, of whoever it was. One that was begun
        for a dose that is committed counts as that.
        """
        try:
            at_ns = named_ns(path.stem)
        except ValueError:
            return None
        if rehearsed(at_ns) or self.doses.expected(at_ns, _BEGINS_NS):
            return None
        _LOG.error("%s cannot be read: it counts as a whole day's dose, of every patient", path.name)
        ring_epoch = int.from_bytes(path.stem.encode()[-7:], "big")
        day = local_date(at_ns).isoformat()
        return Claim("", ring_epoch, 0, Placed("", 0, day), at_ns, WHOLE_DAY, path.stem)


def rehearsed(wall_ns: int) -> bool:
    """Whether this is a time of the virtual clock, not of a day."""
    return VirtualClock.epoch_ns <= wall_ns < VirtualClock.epoch_ns + _REHEARSED_NS


def _header(path: Path) -> dict[str, Any] | None:
    try:
        with Scan(path) as scan:
            return scan.header or None
    except (InputError, OSError):
        return None


def _placed(header: dict[str, Any]) -> Placed:
    """When a session was, by what its recording says of the clock."""
    mono_ns, boot = int(header.get("started_mono_ns", 0)), str(header.get("boot_id", ""))
    clock = header["clock"]
    epoch_ns = clock.get("epoch_ns") if isinstance(clock, dict) else None
    day = local_date(int(epoch_ns) + mono_ns).isoformat() if isinstance(epoch_ns, int) else ""
    return Placed(boot, mono_ns, day)
