"""A healthy Pi 4 and a healthy Pi 5 to break, with an lgpio that is installed."""

from pathlib import Path

import pytest

from tests.station.commissioning.doctor.roots import Root


@pytest.fixture(autouse=True)
def lgpio(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("station.commissioning.doctor.board.version", lambda name: "0.2.2.0")


@pytest.fixture
def pi(tmp_path: Path) -> Root:
    return Root(tmp_path / "pi")


@pytest.fixture
def pi5(tmp_path: Path) -> Root:
    return Root(tmp_path / "pi5", "5")
