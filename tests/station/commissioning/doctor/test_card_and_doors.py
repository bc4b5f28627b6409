"""The doctor looks at the card that the data lies on, and at the doors that the pages could not open."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner

from station.cli import main
from station.commissioning.doctor import card, doors
from station.commissioning.doctor.values import Check, Machine
from station.faults import StationError, because
from station.settings import Settings, installed_settings
from station.wire.doors import DoorState, doors_now, show_doors

SETTINGS = "etc/balance-station/station.toml"


def look_at_card(root: Path, options: str = "rw,noatime", **files: str) -> Check:
    settings = Settings.model_validate({"station": {"data": "/var/lib/balance-station"}})
    mounts = f"/dev/mmcblk0p1 /boot vfat rw 0 0\n/dev/mmcblk0p2 / ext4 {options} 0 0\ntmpfs /run tmpfs rw 0 0\n"
    for name, text in {"proc/self/mounts": mounts, **{k.replace("__", "/"): v for k, v in files.items()}}.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text)
    (found,) = card.checks(Machine(root=root), settings)
    return found


ERRORS, LIFE = "sys__fs__ext4__mmcblk0p2__errors_count", "sys__block__mmcblk0__device__life_time"


@pytest.mark.parametrize(
    ("files", "options", "finding", "state"),
    [
        ({}, "rw", "not-said", "na"),
        ({ERRORS: "0\n"}, "rw", "ok", "ok"),
        ({ERRORS: "0\n"}, "ro,noatime", "read-only", "fail"),
        ({ERRORS: "3\n"}, "rw", "errors", "fail"),
        ({ERRORS: "0\n", LIFE: "0x01 0x02\n"}, "rw", "ok", "ok"),
        ({ERRORS: "0\n", LIFE: "0x01 0x09\n"}, "rw", "worn", "warn"),
        ({LIFE: "0x0b 0x01\n"}, "rw", "worn-out", "fail"),
        ({LIFE: "nonsense\n"}, "rw", "not-said", "na"),
    ],
)
def test_the_card_is_judged_by_what_it_and_its_file_system_say(tmp_path, files, options, finding, state):
    found = look_at_card(tmp_path, options, **files)
    assert (found.finding, found.state) == (finding, state)


def phones(runtime: Path) -> Settings:
    return Settings.model_validate({"phones": {"tls_port": 8443, "shared_port": 8080}, "station": {"runtime": runtime}})


def test_a_door_that_stayed_closed_is_a_check_of_its_own(tmp_path):
    settings = phones(tmp_path)
    assert [one.finding for one in doors.checks(Machine(root=tmp_path), settings)] == ["not-running"]
    busy = StationError("port-in-use", "0.0.0.0:8443", because("system-said", said="Address already in use"))
    show_doors(tmp_path, [DoorState("tls", 8443, busy), DoorState("shared", 8080)])
    closed, opened = doors.checks(Machine(root=tmp_path), settings)
    assert (closed.name, closed.state, closed.values["fault"]) == ("doors tls", "warn", "port-in-use")
    assert (opened.name, opened.state) == ("doors shared", "ok")
    assert [*doors.checks(Machine(root=tmp_path), Settings())] == [], "no door is asked for"


def test_what_is_said_of_a_door_comes_back_as_it_was(tmp_path):
    assert doors_now(tmp_path) is None
    busy = StationError("port-in-use", "0.0.0.0:8443", because("system-said", said="busy"))
    show_doors(tmp_path, [DoorState("tls", 8443, busy)])
    (door,) = doors_now(tmp_path) or []
    assert (door.way, door.port, str(door.fault)) == ("tls", 8443, str(busy))
    (tmp_path / "doors").write_text('[{"way": 1}]')
    assert doors_now(tmp_path) is None


def test_the_installed_stations_settings_are_found(tmp_path):
    assert installed_settings(tmp_path) is None
    (tmp_path / SETTINGS).parent.mkdir(parents=True)
    (tmp_path / SETTINGS).write_text("")
    assert installed_settings(tmp_path) == tmp_path / SETTINGS


def test_without_settings_the_doctor_looks_at_the_installed_station(tmp_path, monkeypatch):
    """And not at the folder of whoever runs it."""
    file = tmp_path / SETTINGS
    file.parent.mkdir(parents=True)
    file.write_text(f"[station]\nrig = 'pi'\ndata = '{tmp_path}/clinic'\n")
    monkeypatch.setattr("station.settings.folders.INSTALLED_SETTINGS", file)
    said = CliRunner().invoke(main, ["doctor"]).output
    assert str(file) in said
    assert f"{tmp_path}/clinic" in said
    other = CliRunner().invoke(main, ["doctor", "--settings", str(tmp_path / "none")])
    assert other.exit_code == 2, "what is named is taken, and nothing in its place"
