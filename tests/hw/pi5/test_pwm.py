"""The kernel's PWM over a fake sysfs."""

import pytest

from hw.errors import HardwareError
from hw.pi5.pwm import SysfsPwm


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


def test_no_pwm_and_no_channel_are_named(tmp_path, root):
    with pytest.raises(HardwareError, match="no pwmchip") as caught:
        SysfsPwm(18, 20_000, tmp_path / "nothing")
    assert caught.value.code == "pwm-missing"
    with pytest.raises(HardwareError, match="GPIO 21"):
        SysfsPwm(21, 20_000, root.folder)
