"""The kernel's PWM over a fake sysfs."""

from __future__ import annotations

import errno
from typing import TYPE_CHECKING

import pytest

from hw.errors import HardwareError
from hw.pi5.pwm import SysfsPwm
from tests.words import told

if TYPE_CHECKING:
    from tests.hw.pi5.conftest import Root


def test_it_begins_at_duty_0_and_runs_at_its_frequency(root):
    (root.chip / "pwm2" / "duty_cycle").write_text("49999\n")
    SysfsPwm(18, 20_000, root.folder)
    assert (root.pwm("period"), root.pwm("duty_cycle"), root.pwm("enable")) == (50_000, 0, 1)


@pytest.mark.parametrize(
    ("millionths", "ns"), [(0, 0), (500_000, 25_000), (1_000_000, 50_000), (-5, 0), (2_000_000, 50_000)]
)
def test_a_duty_is_a_part_of_the_period_and_never_more(root, millionths, ns):
    pwm = SysfsPwm(18, 20_000, root.folder)
    pwm.duty(millionths)
    assert root.pwm("duty_cycle") == ns


def test_closing_switches_it_off_and_gives_the_channel_back(root):
    pwm = SysfsPwm(18, 20_000, root.folder)
    pwm.duty(700_000)
    pwm.close()
    pwm.close()
    assert (root.pwm("duty_cycle"), root.pwm("enable")) == (0, 0)
    assert (root.chip / "unexport").read_text() == "2\n"


@pytest.mark.parametrize(("pin", "channel"), [(12, 0), (13, 1), (18, 2), (19, 3)])
def test_the_headers_block_of_a_pi_5_is_not_mistaken_for_the_fans(root, pin, channel):
    SysfsPwm(pin, 25_000, root.folder)
    assert root.pwm("enable", channel) == 1
    assert (root.fan / f"pwm{channel}" / "enable").read_text() == "0\n"


@pytest.mark.parametrize(("pin", "channel"), [(12, 0), (18, 0), (13, 1), (19, 1)])
def test_an_earlier_pi_has_two_channels(tmp_path, root, pin, channel):
    folder = tmp_path / "pi4"
    old = type(root)(folder)
    old.chip = old.add("pwmchip1", 2, "fe20c000.pwm")
    for name in ("pwmchip0", "pwmchip2"):
        (folder / "sys/class/pwm" / name / "npwm").write_text("0\n")
    SysfsPwm(pin, 20_000, folder)
    assert old.pwm("enable", channel) == 1


def test_a_channel_that_is_not_there_yet_is_exported_first(root):
    for key in ("period", "duty_cycle", "enable"):
        (root.chip / "pwm2" / key).unlink()
    (root.chip / "pwm2").rmdir()
    with pytest.raises(HardwareError) as caught:
        SysfsPwm(18, 20_000, root.folder)  # a folder does not make the channel as the kernel would
    assert caught.value.code == "pwm-missing"
    assert (root.chip / "export").read_text() == "2\n"


class Udev:
    """A kernel whose new channels belong to root alone until so many pauses have passed."""

    def __init__(self, root, monkeypatch):
        self.pauses, self.needs, self.error = [], 3, errno.EACCES
        write = type(root.chip).write_text

        def guarded(path, *args, **kwargs):
            if path.parent.name.startswith("pwm") and len(self.pauses) < self.needs:
                raise PermissionError(self.error, "Permission denied", str(path))
            return write(path, *args, **kwargs)

        monkeypatch.setattr(type(root.chip), "write_text", guarded)

    def pause(self, seconds):
        self.pauses.append(seconds)


@pytest.fixture
def udev(monkeypatch: pytest.MonkeyPatch, root: Root) -> Udev:
    return Udev(root, monkeypatch)


def test_a_channel_that_udev_has_not_given_yet_is_waited_for(root, udev):
    SysfsPwm(18, 20_000, root.folder, pause=udev.pause)
    assert len(udev.pauses) == 3
    assert (root.pwm("period"), root.pwm("enable")) == (50_000, 1)


def test_one_that_it_never_gives_is_named_after_five_seconds(root, udev):
    udev.needs = 10**9
    with pytest.raises(HardwareError, match="Permission denied") as caught:
        SysfsPwm(18, 20_000, root.folder, pause=udev.pause)
    assert caught.value.code == "pwm-missing"
    assert 4.0 <= sum(udev.pauses) <= 5.0


def test_a_kernel_that_refuses_is_not_waited_for(root, udev):
    udev.error = errno.EPERM
    with pytest.raises(HardwareError):
        SysfsPwm(18, 20_000, root.folder, pause=udev.pause)
    assert udev.pauses == []


def no_header(root, tmp_path):
    """A Pi 5 whose overlay is not loaded: the fan's PWM, one on I2C and one on USB are there."""
    other = type(root)(tmp_path / "bare")
    for key in ("device", "npwm"):
        (other.chip / key).unlink()
    (other.chip / "npwm").write_text("16\n")
    (other.chip / "device").symlink_to(tmp_path)
    other.add("pwmchip5", 16, "1-0040")
    other.add("pwmchip6", 2, "fe20c800.pwm")
    return other


@pytest.mark.parametrize("pin", [12, 13, 18, 19])
def test_another_chip_is_never_taken_in_place_of_the_headers(root, tmp_path, pin):
    other = no_header(root, tmp_path)
    with pytest.raises(HardwareError, match=f"no-pwm-for-pin pin={pin} ") as caught:
        SysfsPwm(pin, 20_000, other.folder)
    assert caught.value.code == "pwm-missing"
    assert "9c000.pwm" in told(caught.value), "what is there instead"
    for chip in (other.folder / "sys/class/pwm").iterdir():
        assert (chip / "export").read_text() == ""
        assert all(enable.read_text() == "0\n" for enable in chip.glob("pwm*/enable"))


def test_no_pwm_and_no_channel_are_named(tmp_path, root):
    with pytest.raises(HardwareError, match="no-pwm-chip") as caught:
        SysfsPwm(18, 20_000, tmp_path / "nothing")
    assert caught.value.code == "pwm-missing"
    with pytest.raises(HardwareError, match="pin=21"):
        SysfsPwm(21, 20_000, root.folder)
