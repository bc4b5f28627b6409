"""Whole machines: what the doctor says of each, and that only what is wrong is called wrong."""

import os
import shutil

import pytest

from tests.station.commissioning.doctor.roots import ADXL345, LIS3DH, MPU6050


def states(checks, state):
    return {name for name, check in checks.items() if check.state == state}


def test_a_healthy_pi_4_has_nothing_to_do(pi) -> None:
    checks = pi.examine()
    assert states(checks, "fail") == states(checks, "warn") == states(checks, "na") == set()
    assert checks["board"].seen == "Raspberry Pi 4 Model B Rev 1.4"
    assert checks["i2c speed"].seen == "400000 Hz"
    assert "0x4b (back left)" in checks["converters"].seen
    assert checks["pigpiod"].seen == "pigpiod -g -f -l -n 127.0.0.1 -x 0x3860000"
    assert checks["pigpiod mask"].seen == "`-x 0x3860000`"
    assert checks["accelerometer"].seen == "0x53 ADXL345"
    assert checks["rtc"].seen == "rtc-pcf8523 1-0068"


def test_a_healthy_pi_5_needs_no_pigpiod_but_the_kernels_pwm(pi5) -> None:
    checks = pi5.examine()
    assert states(checks, "fail") == states(checks, "warn") == set()
    assert states(checks, "na") == {"pigpiod"}
    assert checks["kernel pwm"].seen == "pwmchip2 (1f00098000.pwm)"


def test_a_pi_without_i2c_says_how_to_switch_it_on(pi) -> None:
    pi.remove("/dev/i2c-1")
    checks = pi.examine()
    assert states(checks, "fail") == {"i2c bus"}
    assert "raspi-config nonint do_i2c 0" in checks["i2c bus"].remedy
    assert "converters" not in checks


def test_an_undervolted_pi_is_seen_now_or_since_the_start(pi) -> None:
    file = "/sys/devices/platform/soc/soc:firmware/get_throttled"
    pi.write(file, "50005\n")
    assert pi.examine()["supply"].state == "fail"
    pi.write(file, "50000\n")
    supply = pi.examine()["supply"]
    assert supply.state == "warn"
    assert supply.seen == "since the start: under-voltage, throttled"
    pi.write(file, "80008\n")
    assert pi.examine()["supply"].seen == "soft temperature limit; since the start: soft temperature limit"
    pi.remove(file)
    pi.throttled = 0x50005
    assert pi.examine()["supply"].state == "fail", "by the mailbox"
    pi.throttled = None
    assert "vcgencmd get_throttled" in pi.examine()["supply"].remedy
    pi.write("/sys/class/hwmon/hwmon1/name", "rpi_volt\n")
    pi.write("/sys/class/hwmon/hwmon1/in0_lcrit_alarm", "1\n")
    assert pi.examine()["supply"].state == "fail", "by the kernel's sensor"
    pi.write("/sys/class/hwmon/hwmon1/in0_lcrit_alarm", "0\n")
    assert pi.examine()["supply"].state == "ok"


def test_what_is_no_pi_is_no_fault_of_the_simulated_rig_and_one_of_the_real_ones(pi) -> None:
    for name in ("proc/device-tree/model", "proc/device-tree/compatible", "dev/gpiochip0", "dev/i2c-1"):
        pi.remove(name)
    pi.remove("/proc/612/cmdline")
    pi.rig = "simulated"
    checks = pi.examine()
    assert states(checks, "fail") == set()
    assert states(checks, "na") >= {"board", "pins", "i2c bus", "pigpiod"}
    pi.rig = "pi"
    assert states(pi.examine(), "fail") == {"board", "gpio", "i2c bus", "pigpiod"}


# --- one thing wrong at a time ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("device", "check", "group"), [("/dev/i2c-1", "i2c bus", "i2c"), ("/dev/gpiochip0", "gpio", "gpio")]
)
def test_without_permission_it_names_the_group(pi, device, check, group) -> None:
    os.chmod(pi.path(device), 0o600)
    found = pi.examine()[check]
    assert found.state == "fail"
    assert found.seen.startswith("no permission")
    assert f"usermod -aG {group}" in found.remedy


def test_a_slow_bus_is_a_warning_with_the_line_to_add(pi) -> None:
    pi.write("/sys/bus/i2c/devices/i2c-1/of_node/clock-frequency", (100_000).to_bytes(4, "big"))
    speed = pi.examine()["i2c speed"]
    assert (speed.state, speed.seen) == ("warn", "100000 Hz")
    assert "i2c_arm_baudrate=400000" in speed.remedy


def test_a_missing_converter_is_named_by_its_cell_and_a_spare_one_by_its_address(pi) -> None:
    pi.chips = [0x48, 0x49, 0x4B]
    assert pi.examine()["converters"].seen == "no answer from 0x4a (back right)"
    pi.chips = []
    checks = pi.examine()
    assert checks["converters"].state == "fail"
    assert checks["accelerometer"].seen == "no answer from 0x53"
    pi.settings["rig"]["accelerometer"]["fitted"] = False
    assert pi.examine()["accelerometer"].state == "na"


@pytest.mark.parametrize(
    ("chips", "identity", "state", "seen"),
    [
        ([0x53], ADXL345, "ok", "0x53 ADXL345"),
        ([0x53], MPU6050, "fail", "0x53: DEVID 0x68; ADXL345: 0xe5"),
        ([0x18], LIS3DH, "fail", "no answer from 0x53; instead: 0x18"),
        ([0x1D], ADXL345, "fail", "no answer from 0x53; instead: 0x1d"),
    ],
)
def test_the_accelerometer_is_asked_who_it_is(pi, chips, identity, state, seen) -> None:
    pi.chips, pi.identity = [0x48, 0x49, 0x4A, 0x4B, *chips], identity
    found = pi.examine()["accelerometer"]
    assert found.state == state
    assert seen in found.seen


@pytest.mark.parametrize(
    ("words", "state", "seen"),
    [
        (("-x", "0x3860000"), "ok", "-x 0x3860000"),
        (("-x", "59113472"), "ok", "-x 0x3860000"),
        (("-x0x3860000",), "ok", "-x 0x3860000"),
        (("-x", "0x3060000", "-x", "0x0800000"), "ok", "-x 0x3860000"),
        ((), "warn", "every pin"),
        (("-x", "-1"), "warn", "every pin"),
        (("-x", "0xfffffff"), "warn", "`-x 0xfffffff`, not 0x3860000"),
        (("-x", "0x2860000"), "fail", "motor_relay (GPIO 24)"),
        (("-x", "0"), "fail", "motor_pwm (GPIO 18)"),
        (("-x", "pins"), "fail", "-x pins"),
    ],
)
def test_the_pins_that_pigpiod_may_change(pi, words, state, seen) -> None:
    pi.pigpiod("/usr/bin/pigpiod", "-l", "-n", "127.0.0.1", *words)
    found = pi.examine()["pigpiod mask"]
    assert found.state == state
    assert seen in found.seen
    assert ("-x 0x3860000" in found.remedy) is (state != "ok")


def test_the_mask_is_that_of_the_pins_of_the_settings(pi) -> None:
    pi.settings["rig"]["pins"] = {"motor_enable": 9}
    found = pi.examine()["pigpiod mask"]
    assert "motor_enable (GPIO 9)" in found.seen
    assert "-x 0x1860200" in found.remedy


def test_a_bare_pigpiod_is_the_hazard_that_is_looked_for(pi) -> None:
    pi.pigpiod("pigpiod")
    for table in ("/proc/net/tcp", "/proc/net/tcp6"):
        pi.write(table, "")
    found = pi.examine()["pigpiod network"]
    assert (found.state, found.seen) == ("fail", "`-l` is missing")
    pi.pigpiod("pigpiod", "-l")
    assert pi.examine()["pigpiod network"].state == "warn"


def test_two_pigpiods_and_flags_that_it_would_refuse(pi) -> None:
    pi.pigpiod("pigpiod", "-n", "127.0.0.1", process=700)
    assert "Two of them" in pi.examine()["pigpiod"].remedy
    pi.remove("/proc/700/cmdline")
    pi.pigpiod("pigpiod", "--local")
    assert pi.examine()["pigpiod flags"].state == "fail"


def test_spi_takes_pins_that_the_station_uses(pi) -> None:
    pi.write("/dev/spidev0.0", "")
    pins = pi.examine()["pins"]
    assert pins.state == "fail"
    assert "relay_feedback (GPIO 7)" in pins.seen


def test_no_pigpiod_says_how_to_get_one(pi) -> None:
    pi.remove("/proc/612/cmdline")
    found = pi.examine()["pigpiod"]
    assert (found.state, found.seen) == ("fail", "not running")
    assert "apt install pigpio" in found.remedy


@pytest.mark.parametrize(
    ("v4", "v6", "state", "seen"),
    [
        (("00000000",), (), "fail", "open to the network"),
        ((), ("0" * 32,), "fail", "open to the network"),
        (("0100007F", "0A01A8C0"), (), "fail", "open to the network"),
        ((), ("00000000000000000000000001000000",), "warn", "`::1` alone"),
        (("0100007F",), ("00000000000000000000000001000000",), "ok", "this computer alone"),
        ((), (), "fail", "nobody listens"),
    ],
)
def test_who_can_reach_pigpiod(pi, v4, v6, state, seen) -> None:
    pi.write("/proc/net/tcp", pi.listening(*v4))
    pi.write("/proc/net/tcp6", pi.listening(*v6))
    found = pi.examine()["pigpiod network"]
    assert found.state == state
    assert seen in found.seen
    if seen == "open to the network":
        assert "-l -n 127.0.0.1" in found.remedy


def test_another_port_of_pigpiod_is_the_one_that_is_looked_at(pi) -> None:
    pi.pigpiod("/usr/bin/pigpiod", "-p", "8890", "-l")
    checks = pi.examine()
    assert "nobody listens at port 8890" in checks["pigpiod network"].seen
    assert checks["pigpiod port"].seen == "8890, and the settings say 8888"


@pytest.mark.parametrize(("version", "state"), [(78, "ok"), (79, "ok"), (71, "fail"), (0, "fail")])
def test_the_version_of_pigpiod(pi, version, state) -> None:
    pi.version = version
    assert pi.examine()["pigpiod version"].state == state


@pytest.mark.parametrize("words", [("-t", "0"), ("-t0",)])
def test_a_pigpiod_that_takes_the_pwm_for_its_clock(pi, words) -> None:
    pi.pigpiod("pigpiod", *words)
    assert pi.examine()["pigpiod clock"].state == "fail"


@pytest.mark.parametrize(("milli_c", "state"), [("74900", "ok"), ("75000", "warn"), ("82000", "fail"), ("?", "na")])
def test_heat(pi, milli_c, state) -> None:
    pi.write("/sys/class/thermal/thermal_zone0/temp", milli_c)
    assert pi.examine()["temperature"].state == state


def test_clock_rtc_memory_real_time_and_governor(pi) -> None:
    pi.remove("/run/systemd/timesync/synchronized")
    shutil.rmtree(pi.path("/sys/class/rtc/rtc0"))
    pi.write("/proc/meminfo", "MemTotal: 900000 kB\nMemAvailable: 100000 kB\n")
    pi.real_time = (0, 8 << 20)
    pi.write("/sys/devices/system/cpu/cpu0/cpufreq/scaling_governor", "ondemand\n")
    checks = pi.examine()
    assert states(checks, "warn") == {"clock", "rtc", "memory", "real time", "governor"}
    pi.real_time = (60, 8 << 20)
    assert "LimitMEMLOCK" in pi.examine()["real time"].remedy


def test_a_clock_that_was_never_set(pi, monkeypatch) -> None:
    monkeypatch.setattr("station.commissioning.doctor.system.time.time", lambda: 1_000.0)
    assert pi.examine()["clock"].state == "fail"


@pytest.mark.parametrize(("free_mib", "state"), [(5000, "ok"), (1000, "warn"), (100, "fail")])
def test_disk(pi, monkeypatch, free_mib, state) -> None:
    real = os.statvfs(pi.root)
    monkeypatch.setattr("station.commissioning.doctor.system.os.statvfs", lambda path: _Free(free_mib << 20, real))
    assert pi.examine()["disk"].state == state


class _Free:
    def __init__(self, free: int, real: os.statvfs_result) -> None:
        self.f_frsize = 4096
        self.f_bavail = free // 4096


def test_a_pi_5_without_the_kernels_pwm_or_without_permission(pi5) -> None:
    os.chmod(pi5.path("/sys/class/pwm/pwmchip2/export"), 0o600)
    assert "no permission" in pi5.examine()["kernel pwm"].seen
    pi5.pwm({0: "107d517a80.pwm", 1: "1f0009c000.pwm"})
    found = pi5.examine()["kernel pwm"]
    assert (found.state, found.seen) == (
        "fail",
        "none for the header, only pwmchip0 (107d517a80.pwm), pwmchip1 (1f0009c000.pwm)",
    )
    pi5.pwm({})
    assert "dtoverlay=pwm-2chan" in pi5.examine()["kernel pwm"].remedy


def test_an_rtc_that_has_forgotten_has_no_battery_or_cannot_be_asked(pi, pi5) -> None:
    for root in (pi, pi5):
        root.battery_uv, root.clock_flags = 2_780, 1
        assert "without a battery" in root.examine()["rtc"].seen
        root.battery_uv = root.clock_flags = None
        assert "cannot be asked" in root.examine()["rtc"].seen
        root.battery_uv, root.clock_flags = 3_000_000, 0
        assert root.examine()["rtc"].state == "ok"
        root.write("/sys/class/rtc/rtc0/since_epoch", "12\n")
        assert "does not know the time" in root.examine()["rtc"].seen
