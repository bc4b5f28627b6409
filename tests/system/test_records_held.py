"""Another process holds the records in a drill: nothing trips, every sample is kept, and the rows come later."""

import sqlite3

from station.recording.layout import records_path
from station.recording.reader import read_recording
from station.records.audit import AuditLog
from station.records.file import open_records
from station.records.sessions import Sessions

HELD_SAMPLES = 2500
"""Ten seconds of a drill."""


def test_records_that_are_held_for_ten_seconds_trip_nothing(start_station, wait_for) -> None:
    station = start_station()
    station.wait_until_healthy()
    before = station.start_vibrating()
    holder = sqlite3.connect(records_path(station.data), isolation_level=None, timeout=30.0)
    holder.execute("BEGIN IMMEDIATE")
    held = wait_for(
        "ten seconds of vibration, or its end",
        lambda: (s := station.latest()) and (s.seq > before.seq + HELD_SAMPLES or s.output_hz == 0.0) and s,
    )
    assert (held.trip, held.output_hz > 20.0, held.session) == (0, True, before.session)
    (path,) = (station.data / "recordings").glob("*.mcap")
    # While the lock is still held.
    wait_for("them on the disk", lambda: read_recording(path).samples["seq"][-1] >= held.seq)
    station.link.request("stop", by="test")
    wait_for("the end", lambda: (s := station.latest()) and s.session == 0)
    assert station.latest().trip == 0
    holder.execute("COMMIT")
    holder.close()
    records = open_records(records_path(station.data), read_only=True)
    (row,) = wait_for("the row", lambda: [r for r in Sessions(records).newest() if r["state"] == "done"])
    assert (row["id"], row["outcome"]) == (path.stem, "stopped")
    lines = [line["what"] for line in AuditLog(records).newest(9)]
    assert lines[0] == "session-started"
    assert set(lines) == {"session-started", "stop", "drill-ended"}
    assert AuditLog(records).first_broken() is None
