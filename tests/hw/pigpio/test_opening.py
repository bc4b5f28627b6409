"""Opening the drive over pigpio where something is in the way: no daemon is needed for it."""

import socket
from collections.abc import Callable
from pathlib import Path

import pytest

from hw.errors import HardwareError
from hw.pigpio.checks import hold
from hw.pigpio.drive import open_pigpio_drive
from hw.settings import DriveSettings, PinSettings
from station.clock import VirtualClock

LISTENS_TO_ALL = "  sl  local_address rem_address   st\n   0: 00000000:{port:04X} 00000000:0000 0A 0 0 0 0 0 0 0 0\n"
"""As Linux writes /proc/net/tcp (Documentation/networking/proc_net_tcp.rst)."""
Opening = Callable[..., tuple[str, str]]


@pytest.fixture
def port(free_port: Callable[[], int]) -> int:
    return free_port()


@pytest.fixture
def refused(port: int, tmp_path: Path) -> Opening:
    """Code and place of what opening raises; `listens` is what the kernel says of the daemon's port."""

    def refused(chip: Path | None, listens: str = "  sl\n") -> tuple[str, str]:
        (tmp_path / "net").mkdir(exist_ok=True)
        (tmp_path / "net" / "tcp").write_text(listens)
        with pytest.raises(HardwareError) as caught:
            open_pigpio_drive(PinSettings(), DriveSettings(pigpiod_port=port), VirtualClock(), proc=tmp_path, chip=chip)
        # It holds nothing, although who caught the error still has all that was alive where it was raised.
        hold(port).close()
        return caught.value.code, caught.value.where

    return refused


def test_a_daemon_that_the_network_reaches_is_not_used(refused: Opening, port: int, tmp_path: Path) -> None:
    code, where = refused(tmp_path / "gpiochip0", LISTENS_TO_ALL.format(port=port))
    assert (code, where) == ("pigpiod-open", f"pigpiod 127.0.0.1:{port}")


def test_the_kernel_is_asked_who_has_the_pins_before_the_daemon_is(refused: Opening, tmp_path: Path) -> None:
    no_chip = tmp_path / "gpiochip0"
    assert refused(no_chip) == ("gpio-missing", str(no_chip))
    no_chip.write_bytes(b"")  # a file that knows no pins
    assert refused(no_chip) == ("gpio-missing", str(no_chip))


def test_without_a_kernels_chip_only_the_daemon_is_missing(refused: Opening, port: int) -> None:
    assert refused(None) == ("pigpiod-missing", f"pigpiod 127.0.0.1:{port}")


def test_one_daemon_has_one_drive(port: int, tmp_path: Path) -> None:
    with hold(port), pytest.raises(HardwareError) as caught:
        open_pigpio_drive(PinSettings(), DriveSettings(pigpiod_port=port), VirtualClock(), chip=None)
    assert caught.value.code == "drive-pin-in-use"
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as again:
        again.bind(f"\0balance-station/drive/{port}")
