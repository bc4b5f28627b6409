"""What is looked at before pigpiod is trusted: a fake /proc, a fake chip of pins, functions of pins that were read."""

import os
import struct
from pathlib import Path

import pytest

from hw.errors import HardwareError
from hw.pigpio.checks import check_closed, check_modes, check_unclaimed, check_version, hold
from tests.words import told

HEAD = "  sl  local_address rem_address   st tx_queue rx_queue\n"
LOOPBACK6 = "00000000000000000000000001000000"
MAPPED = "0000000000000000FFFF00000100007F"
ANY6 = "0" * 32


def proc(tmp_path, tcp=(), tcp6=()):
    net = tmp_path / "net"
    net.mkdir()
    for name, rows in (("tcp", tcp), ("tcp6", tcp6)):
        lines = [f"   {i}: {local} 00000000:0000 {state} 00000000:00000000\n" for i, (local, state) in enumerate(rows)]
        net.joinpath(name).write_text(HEAD + "".join(lines))
    return tmp_path


@pytest.mark.parametrize(
    ("tcp", "tcp6"),
    [
        ([], []),
        ([("0100007F:22B8", "0A")], [(f"{LOOPBACK6}:22B8", "0A")]),
        ([("0101007F:22B8", "0A")], [(f"{MAPPED}:22B8", "0A")]),
        ([("00000000:22B9", "0A")], []),
        ([("0A00A8C0:22B8", "01")], [(f"{ANY6}:22B8", "06")]),
    ],
)
def test_a_daemon_of_this_computer_alone_is_closed(tmp_path, tcp, tcp6):
    check_closed(8888, proc(tmp_path, tcp, tcp6))


@pytest.mark.parametrize(
    ("tcp", "tcp6", "at"),
    [
        ([("00000000:22B8", "0A")], [], "0.0.0.0"),
        ([("0A00A8C0:22B8", "0A")], [], "192.168.0.10"),
        ([("0100007F:22B8", "0A"), ("00000000:22B8", "0A")], [], "0.0.0.0"),
        ([], [(f"{ANY6}:22B8", "0A")], "::"),
        ([], [("0000000000000000FFFF00000A00A8C0:22B8", "0A")], "192.168.0.10"),
    ],
)
def test_a_daemon_that_the_network_reaches_is_refused_with_the_way_to_close_it(tmp_path, tcp, tcp6, at):
    with pytest.raises(HardwareError, match="listens-to-network") as caught:
        check_closed(8888, proc(tmp_path, tcp, tcp6))
    assert caught.value.code == "pigpiod-open"
    assert f"at {at}, " in told(caught.value)
    assert "pigpiod -l -n 127" in told(caught.value)


def test_a_kernel_without_ipv6(tmp_path):
    proc(tmp_path)
    (tmp_path / "net" / "tcp6").unlink()
    check_closed(8888, tmp_path)


@pytest.mark.parametrize("version", [78, 79])
def test_known_versions(version):
    check_version(version, 8888)


@pytest.mark.parametrize("version", [0, 71, 77, 80])
def test_other_versions_are_refused(version):
    with pytest.raises(HardwareError, match=f"version={version} ") as caught:
        check_version(version, 8888)
    assert caught.value.code == "pigpiod-version"


@pytest.fixture
def chip(tmp_path: Path) -> Path:
    (tmp_path / "gpiochip0").write_bytes(b"")
    return tmp_path / "gpiochip0"


def kernel(owners):
    """The kernel's answer for these owned lines: GPIO_V2_GET_LINEINFO_IOCTL, 256 bytes."""

    def ask(device, request, line):
        assert request == 0xC100B405
        assert len(line) == 256
        pin = struct.unpack_from("<I", line, 64)[0]
        if pin in owners:
            line[32 : 32 + len(owners[pin])] = owners[pin]
            struct.pack_into("<Q", line, 72, 1)

    return ask


def test_pins_that_nobody_has(chip):
    check_unclaimed({"motor_pwm": 18, "tach": 17}, chip, kernel({4: b"w1"}))


@pytest.mark.parametrize(("owner", "says"), [(b"lg", "by lg."), (b"", "the kernel")])
def test_a_pin_that_somebody_has_is_refused_by_name(chip, owner, says):
    with pytest.raises(HardwareError, match=r"GPIO 17 \(tach\)") as caught:
        check_unclaimed({"motor_pwm": 18, "tach": 17}, chip, kernel({17: owner}))
    assert caught.value.code == "drive-pin-in-use"
    assert says in told(caught.value)


def test_a_chip_that_is_not_there_or_does_not_answer(chip, tmp_path):
    def refuse(*_):
        raise OSError(25, os.strerror(25))

    for path, ask in ((tmp_path / "absent", kernel({})), (chip, refuse)):
        with pytest.raises(HardwareError) as caught:
            check_unclaimed({"tach": 17}, path, ask)
        assert caught.value.code == "gpio-missing"


OTHERS = {"motor_enable": 25, "tach": 17}


@pytest.mark.parametrize("modes", [{}, {18: 2, 25: 1}, {18: 1}, {12: 1}, {13: 4}])
def test_free_pins_and_those_that_a_drive_left(modes):
    check_modes(lambda pin: modes.get(pin, 0), 18, OTHERS)


@pytest.mark.parametrize(
    ("modes", "named"), [({18: 4}, "GPIO 18"), ({25: 4}, "GPIO 25"), ({17: 2}, "GPIO 17"), ({12: 4}, "GPIO 12")]
)
def test_pins_with_another_function_are_refused_by_name(modes, named):
    with pytest.raises(HardwareError) as caught:
        check_modes(lambda pin: modes.get(pin, 0), 18, OTHERS)
    assert caught.value.code == "drive-pin-in-use"
    assert named in f"{caught.value.where} {told(caught.value)}"


def test_one_drive_at_a_daemon():
    lock = hold(31999)
    with pytest.raises(HardwareError) as caught:
        hold(31999)
    assert caught.value.code == "drive-pin-in-use"
    hold(31998).close()
    lock.close()
    hold(31999).close()
