"""A data folder with three visits of one patient, and what is made of it."""

from pathlib import Path

import pytest

from station.records.file import open_records
from station.records.visits import Visits
from tests.station.reports.conftest import fill


@pytest.fixture(scope="session")
def visited(tmp_path_factory: pytest.TempPathFactory, project: Path) -> tuple[Path, list[str]]:
    """The data folder of P-7, the last visit signed with a note, and the names of the sessions. Nobody writes to it."""
    data = tmp_path_factory.mktemp("exchange") / "data"
    names = fill(data, project / "tests" / "data" / "calibrated.mcap")
    records = open_records(data / "records.sqlite")
    visits = Visits(records)
    last = visits.newest("P-7")[0]["id"]
    visits.note(last, "Ada K.", "=1+1, steady")
    assert visits.close(last, "Ada K.")
    records.close()
    (data / "recordings" / f"{names[1]}.mcap").unlink()
    return data, names
