"""Whether the station may be stopped now: nobody is on the plate, and no visit goes on."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path

from station.clock import NS_PER_S, this_moment
from station.faults import StationError, because
from station.recording.layout import records_path
from station.records.file import open_records
from station.records.models import OPEN
from station.records.visits import Visits
from station.wire.places import SAMPLES_RING
from station.wire.ring import RingReader
from station.wire.sample import unpack

FRESH_NS = 3 * NS_PER_S
"""A sample that is older is of a control that does not run any more."""


def refuse_while_used(data: Path, runtime: Path) -> None:
    """Raise StationError "update-busy" while a drill runs or a visit of today is open; InputError and StorageError
    where that cannot be found out.
    """
    session = running_session(runtime, this_moment().mono_ns)
    if session:
        raise StationError("update-busy", "", because("update-drill-runs"))
    path = records_path(data)
    if not path.exists():
        return
    with closing(open_records(path, read_only=True)) as records:
        going_on = sum(visit["state"] == OPEN for visit in Visits(records).today())
    if going_on:  # how many, not whose: what became of an update is told to who may see no patient
        raise StationError("update-busy", "", because("update-visits-open", count=going_on))


def running_session(runtime: Path, now_ns: int) -> int:
    """The number of the session that runs now, by control's newest sample; 0 for none. `now_ns` is monotonic."""
    try:
        with closing(RingReader(runtime / SAMPLES_RING)) as ring:
            found = ring.latest()
    except (OSError, ValueError):
        return 0
    sample = None if found is None else unpack(found[1])
    return 0 if sample is None or now_ns - sample.t_ns > FRESH_NS else sample.session
