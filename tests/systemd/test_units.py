"""The units as systemd itself reads them, and the users and folders that they rely on, made in an empty root folder."""

import configparser
import os
import re
import shutil
import stat
import subprocess
from pathlib import Path

import pytest

from hw.pi5.guard import PRIORITY
from hw.settings import DriveSettings, PinSettings
from station.settings import ControlSettings, load_settings
from station.wire.places import PRACTICE_WANTED

PROCESSES = ("control", "recorder", "web")


def _tool(name: str) -> str:
    found = shutil.which(name)
    assert found, f"{name} is not installed: `make setup-test`, or apt-get install systemd"
    return found


def _run(*command: str | Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(command, capture_output=True, text=True, timeout=250, stdin=subprocess.DEVNULL)


@pytest.fixture
def units(project: Path, tmp_path: Path) -> Path:
    """The units with a program that exists here in the place of the one that an installed station has."""
    program = tmp_path / "station"
    program.write_text("#!/bin/sh\n")
    program.chmod(0o755)
    folder = tmp_path / "units"
    folder.mkdir()
    for unit in (project / "systemd").iterdir():
        if unit.suffix in {".service", ".target", ".timer", ".path"}:
            text = re.sub(r"^(Exec\w+=-?)/\S+", rf"\g<1>{program}", unit.read_text(), flags=re.MULTILINE)
            (folder / unit.name).write_text(text)
    return folder


def _parsed(unit: Path) -> configparser.ConfigParser:
    parser = configparser.ConfigParser(strict=False, interpolation=None)
    parser.optionxform = str
    parser.read(unit)
    return parser


def _values(unit: Path, section: str) -> dict[str, list[str]]:
    """Every value of a section's keys, in order: a key may come more than once."""
    values: dict[str, list[str]] = {}
    inside = ""
    for line in unit.read_text().splitlines():
        if line.startswith("["):
            inside = line.strip("[]")
        elif inside == section and "=" in line and line[0] != "#":
            key, _, value = line.partition("=")
            values.setdefault(key, []).append(value)
    return values


def test_systemd_finds_nothing_to_complain_of(units: Path) -> None:
    files = sorted(units.iterdir())
    assert [file.name for file in files] == [
        "station-clock.path",
        "station-clock.service",
        "station-control.service",
        "station-doctor.path",
        "station-doctor.service",
        "station-fence.service",
        "station-first-boot.service",
        "station-kiosk.service",
        "station-look.service",
        "station-look.timer",
        "station-new-key.path",
        "station-new-key.service",
        "station-new-key.timer",
        "station-pigpiod.service",
        "station-practice.path",
        "station-practice.service",
        "station-recorder.service",
        "station-safe-mode.service",
        "station-settle.service",
        "station-stick@.service",
        "station-update.path",
        "station-update.service",
        "station-watch.service",
        "station-web.service",
        "station.target",
    ]
    verified = _run(_tool("systemd-analyze"), "verify", "--man=no", *files)
    assert (verified.returncode, verified.stdout, verified.stderr) == (0, "", "")


def test_systemd_would_complain_of_a_wrong_key(units: Path) -> None:
    unit = units / "station-web.service"
    unit.write_text(unit.read_text().replace("Restart=always", "Restart=sometimes\nWatchdgSec=2s"))
    verified = _run(_tool("systemd-analyze"), "verify", "--man=no", unit)
    assert "sometimes" in verified.stderr
    assert "WatchdgSec" in verified.stderr


def test_what_was_cut_off_is_settled_before_the_station_starts_and_not_by_what_was_tried(project: Path) -> None:
    settle = project / "systemd" / "station-settle.service"
    unit, service = _values(settle, "Unit"), _values(settle, "Service")
    for process in PROCESSES:
        assert f"station-{process}.service" in unit["Before"][0]
    assert service["ExecStart"] == ["/opt/balance-station/proven/systemd/install settle --starting"]
    assert unit["ConditionPathExists"] == ["/opt/balance-station/updates/journal.json"]
    taking = _values(project / "systemd" / "station-update.service", "Service")
    assert taking["ExecStopPost"] == ["-/opt/balance-station/proven/systemd/install settle"]


EXPOSED = {
    252: {"control": 0.9, "recorder": 0.8, "web": 0.9, "pigpiod": 1.7, "clock": 1.3, "doctor": 1.6, "new-key": 1.2}
    | {"watch": 1.6, "settle": 2.2, "update": 3.1, "fence": 1.6, "stick@": 3.7, "first-boot": 3.9}
    | {"safe-mode": 2.5, "practice": 0.9, "look": 1.1},
    257: {"control": 0.9, "recorder": 0.8, "web": 0.9, "pigpiod": 1.7, "clock": 1.3, "doctor": 1.6, "new-key": 1.2}
    | {"watch": 1.6, "settle": 2.2, "update": 3.1, "fence": 1.6, "stick@": 3.5, "first-boot": 3.8}
    | {"safe-mode": 2.4, "practice": 0.9, "look": 1.1},
}
"""By systemd's version (Debian 12 and 13), the most that a unit may be exposed: 0 is a process that can do nothing, 10
one that is not held at all. What control may do is use devices, in real time; pigpiod is root with the SoC's registers;
update and settle lay down units, users and owners, first-boot packages too; a stick is mounted for everybody.
The kiosk's browser is not in it: held by a filter, namespaces and without capabilities it ended after some seconds.
"""


GOAL = {"control": 0.9, "web": 1.0, "recorder": 1.1, "pigpiod": 2.0, "clock": 1.5, "doctor": 2.0, "new-key": 1.5}
GOAL |= {"watch": 2.0, "settle": 2.5, "update": 3.5, "fence": 2.0, "stick@": 4.0, "first-boot": 4.0}
GOAL |= {"safe-mode": 3.0, "practice": 1.0, "look": 1.5}
"""What a station's units may have at most, counted by systemd 257."""


def _exposure(unit: Path) -> float:
    """What systemd says of a unit, from 0 to 10 by tenths."""
    judged = _run(_tool("systemd-analyze"), "security", "--offline=true", unit)
    found = re.search(r"Overall exposure level for \S+: ([0-9.]+) ", judged.stdout)  # a template has a name put in
    assert found, judged.stdout[-300:] + judged.stderr
    return float(found[1])


def _systemd_version() -> int:
    return int(_run(_tool("systemd-analyze"), "--version").stdout.split()[1].partition("~")[0])


@pytest.mark.parametrize("name", EXPOSED[252])
def test_a_unit_may_do_no_more_than_it_must(units: Path, name: str) -> None:
    """A version that is not in the table counts by other weights; it is held to those of the last one before it."""
    version = _systemd_version()
    counted_as = max((known for known in EXPOSED if known <= version), default=min(EXPOSED))
    unit = units / f"station-{name}.service"
    held = _exposure(unit)
    assert held <= EXPOSED[counted_as][name]
    if version == counted_as:
        assert held == EXPOSED[counted_as][name], "it may do less than the table says: write that into the table"
    unit.write_text(unit.read_text().replace("NoNewPrivileges=yes", "NoNewPrivileges=no"))
    assert _exposure(unit) > held


def test_the_goals_are_kept_on_a_pi_5_too(project: Path, units: Path) -> None:
    assert {name: max(held, GOAL[name]) for name, held in EXPOSED[257].items()} == GOAL
    folder = units / "station-control.service.d"
    folder.mkdir()
    (folder / "pi5.conf").write_text((project / "systemd" / "control-pi5.conf").read_text())
    assert _exposure(units / "station-control.service") <= GOAL["control"]


def test_the_goals_are_kept_with_a_door_for_phones(units: Path) -> None:
    folder = units / "station-web.service.d"
    folder.mkdir()
    (folder / "phones.conf").write_text("[Service]\nIPAddressAllow=10.42.66.0/24\n")
    assert _exposure(units / "station-web.service") <= GOAL["web"]


def test_nobody_but_control_shares_pigpiods_network(project: Path) -> None:
    """Whoever reaches its port can switch the motor on: it asks for no password."""
    joined = {unit.name for unit in (project / "systemd").glob("*.service") if "JoinsNamespaceOf=" in unit.read_text()}
    assert joined == {"station-control.service"}
    control, pigpiod = (project / "systemd" / f"station-{name}.service" for name in ("control", "pigpiod"))
    assert _values(control, "Unit")["JoinsNamespaceOf"] == [pigpiod.name]
    assert [_values(unit, "Service")["PrivateNetwork"] for unit in (control, pigpiod)] == [["yes"], ["yes"]]


@pytest.mark.parametrize("name", PROCESSES)
def test_a_process_that_grows_is_held_without_the_memory_cgroup(project: Path, name: str) -> None:
    """Raspberry Pi OS starts its kernel with cgroup_disable=memory: a limit of the kernel's own must be there."""
    assert _values(project / "systemd" / f"station-{name}.service", "Service")["LimitDATA"]


def test_the_motors_pins_are_put_off_behind_control_and_where_pigpiod_comes_back(project: Path) -> None:
    safe = "-/opt/balance-station/current/systemd/make-safe"
    control, pigpiod = (project / "systemd" / f"station-{name}.service" for name in ("control", "pigpiod"))
    assert _values(control, "Service")["ExecStopPost"] == [safe]
    assert _values(pigpiod, "Service")["ExecStartPost"][0] == safe
    assert _values(control, "Service")["KillMode"] == ["mixed"], (
        "the guard of a Pi 5 puts off where it sees control end"
    )
    assert (project / "systemd" / "make-safe").stat().st_mode & 0o111


def test_pigpiod_is_reached_from_this_computer_alone_and_changes_only_the_motors_pins(project: Path) -> None:
    service = _values(project / "systemd" / "station-pigpiod.service", "Service")
    (command,) = service["ExecStart"]
    words = command.split()
    assert words[:6] == ["/usr/bin/pigpiod", "-g", "-f", "-l", "-n", "127.0.0.1"]
    assert words[6] == "-x"
    pins = PinSettings()
    own = (pins.motor_pwm, pins.motor_enable, pins.motor_relay, pins.motor_heartbeat, pins.tach)
    assert int(words[7], 16) == sum(1 << pin for pin in own)
    assert "-p" not in words
    assert DriveSettings().pigpiod_port == 8888
    assert (service["IPAddressDeny"], service["IPAddressAllow"]) == (["any"], ["localhost"])
    assert service["DeviceAllow"] == ["/dev/mem rw", "/dev/vcio rw"]
    assert service["CapabilityBoundingSet"] == ["CAP_SYS_RAWIO"]
    assert command.partition(" ")[2].replace("-g -f ", "") in (project / "docs" / "vibration-drive.md").read_text()


def test_pigpiod_comes_before_control_above_it_and_back_without_taking_control_along(project: Path) -> None:
    pigpiod = project / "systemd" / "station-pigpiod.service"
    control = project / "systemd" / "station-control.service"
    unit, service = _values(pigpiod, "Unit"), _values(pigpiod, "Service")
    assert unit["Before"] == ["station-control.service"]
    assert _values(control, "Unit")["After"] == ["station-pigpiod.service station-recorder.service"]
    assert service["Restart"] == ["always"]
    assert unit["StartLimitIntervalSec"] == ["0"]
    for binding in ("Requires", "BindsTo", "Requisite"):
        assert binding not in _values(control, "Unit")
    loop = int(_values(control, "Service")["CPUSchedulingPriority"][0])
    assert loop == ControlSettings().priority
    raised = f"+/usr/bin/chrt --all-tasks --fifo --pid {PRIORITY} $MAINPID"
    made_safe, *then = service["ExecStartPost"]
    assert made_safe.endswith("/make-safe"), "which waits until it answers: its start must not be real time"
    assert then == [raised, raised]
    assert loop < PRIORITY < 99
    assert "CPUSchedulingPolicy" not in service


def test_pigpiod_is_started_only_where_it_can_run_and_where_somebody_enabled_it(project: Path) -> None:
    pigpiod = project / "systemd" / "station-pigpiod.service"
    # A Pi 5 (bcm2712) and a desk are in none of them; the bar says that one of them is enough.
    socs = ["|device-tree-compatible(brcm,bcm2837)", "|device-tree-compatible(brcm,bcm2711)"]
    assert _values(pigpiod, "Unit")["ConditionFirmware"] == socs
    assert _values(pigpiod, "Install")["WantedBy"] == ["station-control.service"]
    assert "pigpiod" not in (project / "systemd" / "station.target").read_text()


def test_the_distributions_pigpiod_stays_off_on_a_station(project: Path, units: Path, tmp_path: Path) -> None:
    """Also when raspi-config has opened it to the network, which is a drop-in of the same unit."""
    program = _values(project / "systemd" / "station-control.service", "Service")["ExecStart"][0].split()[0]
    drop_in = project / "systemd" / "pigpiod-distribution.conf"
    assert _values(drop_in, "Unit")["ConditionPathExists"] == [f"!{program}"]
    theirs = tmp_path / "theirs"
    (theirs / "pigpiod.service.d").mkdir(parents=True)
    (theirs / "pigpiod.service").write_text("[Service]\nType=forking\nExecStart=/bin/true -l\n")
    (theirs / "pigpiod.service.d" / "public.conf").write_text("[Service]\nExecStart=\nExecStart=/bin/true\n")
    (theirs / "pigpiod.service.d" / "balance-station.conf").write_text(drop_in.read_text())
    verified = _run(_tool("systemd-analyze"), "verify", "--man=no", theirs / "pigpiod.service")
    assert (verified.returncode, verified.stderr) == (0, "")
    asked = "ConditionPathExists=!/usr/bin/env"  # a path that exists here, in the place of an installed station
    assert _run(_tool("systemd-analyze"), "condition", asked).returncode != 0
    assert _run(_tool("systemd-analyze"), "condition", f"ConditionPathExists=!{tmp_path}/no-station").returncode == 0


def test_control_has_its_devices_and_a_folder_to_be_in(project: Path, units: Path) -> None:
    service = _values(project / "systemd" / "station-control.service", "Service")
    # By its user's groups, which test_users_and_groups looks at; a line of its own would say it twice.
    assert "SupplementaryGroups" not in service
    assert service["DeviceAllow"] == ["char-i2c rw", "char-gpiochip rw"]
    assert service["WorkingDirectory"] == ["%t/station-control"]
    assert service["RuntimeDirectory"] == ["station-control"]
    assert "PrivateDevices" not in service
    assert service["ProtectKernelTunables"] == ["yes"]
    drop_in = _values(project / "systemd" / "control-pi5.conf", "Service")
    assert drop_in["ReadWritePaths"] == ["/sys/class/pwm /sys/devices/platform"]
    assert drop_in["RestrictRealtime"] == ["no"], "its guard asks for a priority of its own"
    folder = units / "station-control.service.d"
    folder.mkdir()
    (folder / "pi5.conf").write_text((project / "systemd" / "control-pi5.conf").read_text())
    verified = _run(_tool("systemd-analyze"), "verify", "--man=no", units / "station-control.service")
    assert (verified.returncode, verified.stderr) == (0, "")


def test_the_group_may_use_a_pwm_that_the_rule_has_seen(project: Path, tmp_path: Path) -> None:
    """The command of the rule, on a folder that stands for the chip's: as udev runs it after `%p` is put in."""
    (rule,) = (line for line in (project / "systemd" / "udev.rules").read_text().splitlines() if line[0] != "#")
    assert rule.startswith('SUBSYSTEM=="pwm", KERNEL=="pwmchip*", ACTION=="add|change", RUN+="/bin/sh -c ')
    command = rule.partition("/bin/sh -c '")[2].removesuffix("'\"")
    chip = tmp_path / "sys" / "devices" / "pwmchip0"
    (chip / "pwm2").mkdir(parents=True)
    for name in ("export", "pwm2/duty_cycle", "pwm2/enable"):
        (chip / name).write_text("")
        (chip / name).chmod(0o644)
    group = str(os.getegid())
    ran = _run("/bin/sh", "-c", command.replace("/sys%p", str(chip)).replace("gpio", group))
    assert ran.returncode == 0, ran.stderr
    for path in (chip / "export", chip / "pwm2", chip / "pwm2" / "duty_cycle"):
        assert path.stat().st_mode & 0o060 == 0o060, path


@pytest.mark.parametrize(
    "name", ["udev.rules", "stick.rules", "control-pi5.conf", "pigpiod-distribution.conf", "station-pigpiod.service"]
)
def test_the_handbook_says_what_goes_where(project: Path, name: str) -> None:
    assert f"systemd/{name}" in (project / "docs" / "wiring.md").read_text()


@pytest.mark.parametrize("process", PROCESSES)
def test_a_process_runs_its_verb_under_its_own_user(project: Path, process: str) -> None:
    service = _parsed(project / "systemd" / f"station-{process}.service")["Service"]
    assert service["ExecStart"].split() == [
        "/opt/balance-station/current/bin/station",
        process,
        "--settings",
        "/etc/balance-station/station.toml",
    ]
    assert (service["User"], service["Group"]) == (f"station-{process}", "station")
    assert service["Restart"] == "always"


def test_the_target_starts_all_and_stops_all(project: Path) -> None:
    wanted = _parsed(project / "systemd" / "station.target")["Unit"]["Wants"].split()
    errands = ["station-clock.path", "station-doctor.path", "station-practice.path"]
    assert wanted == [*(f"station-{process}.service" for process in PROCESSES), *errands]
    for name in wanted:
        assert _parsed(project / "systemd" / name)["Unit"]["PartOf"] == "station.target"


def test_practice_takes_the_stations_place_sees_no_device_and_always_gives_it_back(project: Path) -> None:
    practice = project / "systemd" / "station-practice.service"
    unit, service = _values(practice, "Unit"), _values(practice, "Service")
    ended = {f"station-{process}.service" for process in PROCESSES}
    for back in ("OnSuccess", "OnFailure", "After"):
        assert set(unit[back][0].split()) == ended
    assert set(unit["Conflicts"][0].split()) == ended | {"station-safe-mode.service"}
    assert "PartOf" not in unit, "stopping the target would have it come back"
    assert "Restart" not in service
    assert service["RuntimeMaxSec"] == ["2h"]
    pages = _values(project / "systemd" / "station-web.service", "Service")
    own = ("ExecStart", "ExecStartPre", "RuntimeMaxSec", "TimeoutStopSec", "MemoryMax", "TasksMax")
    theirs = ("Restart", "RestartSec", "NotifyAccess", "WatchdogSec")
    assert {key: held for key, held in service.items() if key not in own} == {
        key: held for key, held in pages.items() if key not in (*own, *theirs)
    }
    wanted = _values(project / "systemd" / "station-practice.path", "Path")["PathExists"]
    assert wanted == [f"/run/balance-station/{PRACTICE_WANTED}"]
    assert service["ExecStartPre"] == [f"/usr/bin/rm -f {wanted[0]}"]


def test_control_comes_back_in_time_and_without_end(project: Path) -> None:
    unit = _parsed(project / "systemd" / "station-control.service")
    assert unit["Service"]["RestartSec"] == "500ms"
    assert unit["Unit"]["StartLimitIntervalSec"] == "0"
    assert unit["Service"]["WatchdogSec"] == "2s"


def test_pages_that_hang_are_started_again(project: Path) -> None:
    pages = _values(project / "systemd" / "station-web.service", "Service")
    assert (pages["Restart"], pages["WatchdogSec"], pages["NotifyAccess"]) == (["always"], ["30s"], ["main"])


@pytest.fixture
def root(project: Path, tmp_path: Path) -> Path:
    """An empty root folder with the users and folders that the two snippets make."""
    root = tmp_path / "root"
    (root / "etc").mkdir(parents=True)
    made = _run(_tool("systemd-sysusers"), f"--root={root}", project / "systemd" / "sysusers.conf")
    assert made.returncode == 0, made.stderr
    return root


def test_users_and_groups(root: Path) -> None:
    users = {line.split(":")[0] for line in (root / "etc" / "passwd").read_text().splitlines()}
    assert users == {f"station-{name}" for name in (*PROCESSES, "kiosk", "look")}
    members = {
        line.split(":")[0]: set(filter(None, line.split(":")[3].split(",")))
        for line in (root / "etc" / "group").read_text().splitlines()
    }
    assert members["station"] == users - {"station-kiosk", "station-look"}, (
        "they have no business with what the processes share"
    )
    assert members["gpio"] == members["i2c"] == {"station-control"}


def test_folders(project: Path, root: Path) -> None:
    made = _run(_tool("systemd-tmpfiles"), f"--root={root}", "--create", project / "systemd" / "tmpfiles.conf")
    if os.geteuid() != 0:  # only root can give a folder away; the rest of the lines must be right all the same
        assert all(line.endswith("Operation not permitted") for line in made.stderr.splitlines()), made.stderr
        return
    assert made.returncode == 0, made.stderr
    groups = dict(line.split(":")[:3:2] for line in (root / "etc" / "group").read_text().splitlines())
    for folder in ("run/balance-station", "var/lib/balance-station"):
        status = (root / folder).stat()
        assert stat.S_IMODE(status.st_mode) == 0o2770, folder
        assert status.st_gid == int(groups["station"])


def test_every_writable_path_is_made(project: Path) -> None:
    made = {line.split()[1] for line in (project / "systemd/tmpfiles.conf").read_text().splitlines() if line[0] == "d"}
    for process in PROCESSES:
        service = _parsed(project / "systemd" / f"station-{process}.service")["Service"]
        assert set(service["ReadWritePaths"].split()) <= made


@pytest.mark.parametrize("process", PROCESSES)
def test_each_process_may_write_into_the_folder_that_they_share(project: Path, process: str) -> None:
    """The pages take a folder that refuses them for the reason why control is silent."""
    service = _parsed(project / "systemd" / f"station-{process}.service")["Service"]
    assert "/run/balance-station" in service["ReadWritePaths"].split()


def test_the_installed_settings_are_valid_and_point_at_those_folders(project: Path) -> None:
    settings = load_settings(project / "systemd" / "station.toml")
    assert str(settings.station.data) == "/var/lib/balance-station"
    assert str(settings.station.runtime) == "/run/balance-station"
