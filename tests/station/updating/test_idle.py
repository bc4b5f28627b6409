"""No update while a drill runs or a visit is open."""

from __future__ import annotations

import pytest

from station.faults import StationError
from station.recording.layout import records_path
from station.records.file import open_records
from station.records.visits import Visits
from station.updating.idle import FRESH_NS, refuse_while_used, running_session
from station.wire.places import SAMPLES_RING
from station.wire.ring import RingWriter
from station.wire.sample import SAMPLE_BYTES, Sample, pack, unpack


def test_a_visit_of_today_that_nobody_ended_is_in_the_way(tmp_path) -> None:
    refuse_while_used(tmp_path, tmp_path)
    visits = Visits(open_records(records_path(tmp_path)))
    refuse_while_used(tmp_path, tmp_path)
    visit = visits.open("P07", "AB")
    with pytest.raises(StationError, match="update-visits-open") as refused:
        refuse_while_used(tmp_path, tmp_path)
    assert "count=1" in str(refused.value)
    assert "P07" not in str(refused.value)
    visits.close(visit, "AB")
    refuse_while_used(tmp_path, tmp_path)


def test_a_visit_of_another_day_is_over(tmp_path) -> None:
    then = open_records(records_path(tmp_path), now_ns=lambda: 1_700_000_000_000_000_000)
    Visits(then).open("P07", "AB")
    refuse_while_used(tmp_path, tmp_path)


def test_a_drill_that_runs_is_in_the_way(tmp_path) -> None:
    ring = RingWriter(tmp_path / SAMPLES_RING, SAMPLE_BYTES, 8)
    blank: Sample = unpack(bytes(SAMPLE_BYTES))
    for session, seen in ((0, 0), (3, 3)):
        ring.write(pack(blank._replace(t_ns=1000, session=session)))
        assert running_session(tmp_path, 1000 + FRESH_NS) == seen
    assert running_session(tmp_path, 1001 + FRESH_NS) == 0, "control does not run any more"
    (tmp_path / SAMPLES_RING).write_bytes(b"x" * 4096)
    assert running_session(tmp_path, 1000) == 0
