"""Records in a file of their own, and the file of an earlier program."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from station.records.file import Records, open_records


@pytest.fixture
def records(tmp_path: Path) -> Iterator[Records]:
    opened = open_records(tmp_path / "records.sqlite")
    yield opened
    opened.close()


@pytest.fixture
def old(tmp_path: Path, project: Path) -> Path:
    """A copy of the file that the program at b6890f1 wrote (tests/data)."""
    folder = tmp_path / "old"
    folder.mkdir()
    return Path(shutil.copy(project / "tests" / "data" / "records-b6890f1.sqlite", folder / "records.sqlite"))
