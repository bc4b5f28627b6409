"""A command socket as control has it."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from station.wire.server import CommandServer


@pytest.fixture
def server(tmp_path: Path) -> Iterator[CommandServer]:
    server = CommandServer(tmp_path / "control.sock")
    yield server
    server.close()
