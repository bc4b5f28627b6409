"""A damaged recording leaves a line in the audit log when its result is stored."""

from pathlib import Path

import pytest

from station.recording.books import Books
from station.recording.layout import records_path
from station.records.audit import AuditLog
from station.records.file import open_records

WHOLE = {"marks": ["cut"], "missing": [], "missing_events": 0, "open_end": True}


@pytest.mark.parametrize(
    ("damage", "lines"),
    [(None, 0), (WHOLE, 0), ({**WHOLE, "marks": ["chunk"]}, 1), ({**WHOLE, "missing_events": 2}, 1)],
)
def test_damage_is_a_line_and_a_cut_alone_is_none(tmp_path: Path, damage: dict | None, lines: int) -> None:
    records = open_records(records_path(tmp_path))
    Books(tmp_path, records).store("nobody", {"damage": damage, "dose": {"assumed_s": 0.5}}, 1_700_000_000_000_000_000)
    found = [line for line in AuditLog(records).newest(10) if line["what"] == "recording-damaged"]
    assert len(found) == lines
    records.close()
