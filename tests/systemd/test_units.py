"""The units as systemd itself reads them, and the users and folders that they rely on, made in an empty root folder."""

import configparser
import os
import shutil
import stat
import subprocess
from pathlib import Path

import pytest

from station.settings import load_settings

PROCESSES = ("control", "recorder", "web")


def _tool(name: str) -> str:
    found = shutil.which(name)
    assert found, f"{name} is not installed: `make setup-test`, or apt-get install systemd"
    return found


def _run(*command: str | Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(command, capture_output=True, text=True, timeout=60, stdin=subprocess.DEVNULL)


@pytest.fixture
def units(project: Path, tmp_path: Path) -> Path:
    """The units with a program that exists here in the place of the one that an installed station has."""
    program = tmp_path / "station"
    program.write_text("#!/bin/sh\n")
    program.chmod(0o755)
    folder = tmp_path / "units"
    folder.mkdir()
    for unit in (project / "systemd").iterdir():
        if unit.suffix in {".service", ".target"}:
            text = unit.read_text().replace("/opt/balance-station/bin/station", str(program))
            (folder / unit.name).write_text(text)
    return folder


def _parsed(unit: Path) -> configparser.ConfigParser:
    parser = configparser.ConfigParser(strict=False, interpolation=None)
    parser.optionxform = str
    parser.read(unit)
    return parser


def test_systemd_finds_nothing_to_complain_of(units: Path) -> None:
    files = sorted(units.iterdir())
    assert [file.name for file in files] == [
        "station-control.service",
        "station-recorder.service",
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


@pytest.mark.parametrize("process", PROCESSES)
def test_a_process_runs_its_verb_under_its_own_user(project: Path, process: str) -> None:
    service = _parsed(project / "systemd" / f"station-{process}.service")["Service"]
    assert service["ExecStart"].split() == [
        "/opt/balance-station/bin/station",
        process,
        "--settings",
        "/etc/balance-station/station.toml",
    ]
    assert (service["User"], service["Group"]) == (f"station-{process}", "station")
    assert service["Restart"] == "always"


def test_the_target_starts_all_and_stops_all(project: Path) -> None:
    wanted = _parsed(project / "systemd" / "station.target")["Unit"]["Wants"].split()
    assert wanted == [f"station-{process}.service" for process in PROCESSES]
    for name in wanted:
        assert _parsed(project / "systemd" / name)["Unit"]["PartOf"] == "station.target"


def test_control_comes_back_in_time_and_without_end(project: Path) -> None:
    unit = _parsed(project / "systemd" / "station-control.service")
    assert unit["Service"]["RestartSec"] == "500ms"
    assert unit["Unit"]["StartLimitIntervalSec"] == "0"
    assert unit["Service"]["WatchdogSec"] == "2s"


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
    assert users == {f"station-{process}" for process in PROCESSES}
    members = {
        line.split(":")[0]: set(filter(None, line.split(":")[3].split(",")))
        for line in (root / "etc" / "group").read_text().splitlines()
    }
    assert members["station"] == users
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


def test_the_installed_settings_are_valid_and_point_at_those_folders(project: Path) -> None:
    settings = load_settings(project / "systemd" / "station.toml")
    assert str(settings.station.data) == "/var/lib/balance-station"
    assert str(settings.station.runtime) == "/run/balance-station"
