"""What the tests of who may come in share."""

import pytest

from station.access import pins


@pytest.fixture
def quick_pins(monkeypatch: pytest.MonkeyPatch) -> None:
    """PINs that are kept as ever, by far less work: how much it is, test_pins.py looks at."""
    monkeypatch.setattr(pins, "_N", 2**5)
