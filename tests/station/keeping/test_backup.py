"""A backup and what becomes of it: the same station, or a named fault and everything as it was."""

import errno
import json
import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from station.access.phones import Phones
from station.access.rights import Role, Transport
from station.clock import this_moment
from station.faults import InputError, StationError, StorageError
from station.keeping import restore as restoring
from station.keeping import sealed
from station.keeping.backup import make_backup
from station.keeping.restore import restore
from station.processes.clerk import Clerk
from station.recording import replacing
from station.recording.layout import records_path
from station.records.audit import AuditLog
from station.records.file import open_records
from station.records.models import SCHEMA_VERSION
from station.records.sessions import Sessions
from tests.station.keeping.conftest import record, tree
from tests.station.records.made import new

SECRET = "correct horse battery"


@pytest.fixture(autouse=True)
def quick_key(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sealed, "_SCRYPT", {"n": 1 << 10, "r": 8, "p": 1})


def lines(data: Path) -> list[tuple]:
    return [(one["number"], one["who"], one["what"], one["detail"]) for one in AuditLog(opened(data)).newest(99)]


def opened(data: Path):
    return open_records(records_path(data))


@pytest.mark.parametrize("secret", [SECRET, ""])
def test_an_empty_folder_becomes_the_same_station(data, tmp_path, secret):
    settings = tmp_path / "station.toml"
    settings.write_text('[station]\nlanguage = "de"\n')
    before, said = tree(data), lines(data)
    made = make_backup(data, tmp_path, secret, "Ada", settings)
    assert made.left_out == []
    assert (b"H.M." in made.path.read_bytes()) is False
    done = restore(tmp_path / "new", made.path, secret, "Eva")
    assert (done.erased, done.aside, done.first_broken, done.settings) == (0, "", None, True)
    after = tree(tmp_path / "new")
    for name, content in before.items():
        if name not in ("records.sqlite", "last-backup.json"):
            assert after[name] == content, name
    assert after["settings.toml"] == settings.read_bytes()
    assert lines(tmp_path / "new")[: len(said)] == said
    assert [one[2] for one in lines(tmp_path / "new")[len(said) :]] == ["backup-restored"]
    assert Sessions(opened(tmp_path / "new")).newest() == Sessions(opened(data)).newest()
    assert opened(tmp_path / "new").station_id == opened(data).station_id


def test_a_phone_that_was_taken_off_since_does_not_come_back(data, tmp_path):
    phones = Phones(lambda: opened(data), lambda: opened(data), this_moment)
    token = phones.pair("Ada's", Role.MANAGER, Transport.TLS)
    made = make_backup(data, tmp_path, "", "Ada")
    phones.revoke(phones.listed()[0]["id"], "Eva")
    restore(tmp_path / "new", made.path, "", "Eva")
    back = Phones(lambda: opened(tmp_path / "new"), lambda: opened(tmp_path / "new"), this_moment)
    assert (back.known(token, Transport.TLS, touched=False), back.listed()) == (None, [])


def test_what_is_being_written_is_left_out_and_said(data, tmp_path):
    """And so is a recording that is not as the records have it. The committed row of the first stays in the records."""
    running = new(9, "P02")
    Sessions(opened(data)).begin(running)
    (data / running.recording).write_bytes(b"half of a")
    changed = record(data, 10, "P02")
    with (data / "recordings" / f"{changed}.mcap").open("ab") as file:
        file.write(b"more")
    made = make_backup(data, tmp_path / "x.backup", SECRET, "Ada")
    assert sorted(made.left_out) == sorted([f"{running.name}.mcap", f"{changed}.mcap"])
    restore(tmp_path / "new", made.path, SECRET, "Eva")
    assert not (tmp_path / "new" / running.recording).exists()
    assert Sessions(opened(tmp_path / "new")).detail(running.name)["state"] == "recording"


def test_others_write_while_it_is_made(data, tmp_path, monkeypatch):
    """What is written after the records were copied is in the next one; the backup is one state."""
    from station.keeping import backup

    copied = backup._copy_records

    def write_then(path, copy):
        done = copied(path, copy)
        record(data, 20, "P03")
        return done

    monkeypatch.setattr(backup, "_copy_records", write_then)
    made = make_backup(data, tmp_path / "x.backup", "", "Ada")
    restore(tmp_path / "new", made.path, "", "Eva")
    assert len(Sessions(opened(tmp_path / "new")).newest()) == 3


def test_one_at_a_time_and_never_over_a_file(data, tmp_path):
    from station.claim import claim

    (tmp_path / "x.backup").write_text("mine")
    with pytest.raises(InputError) as caught:
        make_backup(data, tmp_path / "x.backup", "", "Ada")
    assert caught.value.code == "file-exists"
    with claim(data, ".backup.lock"), pytest.raises(StationError) as second:
        make_backup(data, tmp_path / "y.backup", "", "Ada")
    assert second.value.code == "already-running"
    assert sorted(one.name for one in tmp_path.iterdir()) == ["data", "x.backup"]


@pytest.mark.parametrize("secret", [SECRET, ""])
def test_each_cut_and_each_flipped_bit_is_found_and_touches_nothing(data, tmp_path, secret):
    whole = make_backup(data, tmp_path / "x.backup", secret, "Ada").path.read_bytes()
    target = tmp_path / "new"
    restore(target, tmp_path / "x.backup", secret, "Eva")
    before = tree(target)
    broken = tmp_path / "broken.backup"
    places = [0, 3, 17, 40, 90, len(whole) // 2, len(whole) - 30, len(whole) - 1]
    for content in (
        *(whole[:at] for at in places),
        *(whole[:at] + bytes([whole[at] ^ 4]) + whole[at + 1 :] for at in places),
        whole + b"x",
    ):
        broken.write_bytes(content)
        with pytest.raises(StationError) as caught:
            restore(target, broken, secret, "Eva", replace=True)
        assert caught.value.code in ("backup-damaged", "backup-unreadable")
        assert tree(target) == before


def test_each_refusal_has_its_name(data, tmp_path, monkeypatch):
    made = make_backup(data, tmp_path / "x.backup", SECRET, "Ada").path
    for secret in ("correct horse batterx", ""):
        with pytest.raises(InputError) as caught:
            restore(tmp_path / "new", made, secret, "Eva")
        assert caught.value.code == "backup-passphrase"
    with pytest.raises(InputError) as caught:
        restore(data, made, SECRET, "Eva")
    assert caught.value.code == "backup-not-empty"
    with pytest.raises(InputError) as caught:
        restore(tmp_path / "new", tmp_path / "nothing", SECRET, "Eva")
    assert caught.value.code == "backup-unreadable"
    monkeypatch.setattr(restoring, "SCHEMA_VERSION", SCHEMA_VERSION - 1)
    with pytest.raises(InputError) as caught:
        restore(tmp_path / "new", made, SECRET, "Eva")
    assert caught.value.code == "backup-newer"
    assert tree(tmp_path / "new") == {}


def test_a_full_disk_half_way_leaves_all_as_it_was(data, tmp_path, monkeypatch):
    made = make_backup(data, tmp_path / "x.backup", "", "Ada").path
    before, written = tree(data), []
    write = restoring._write

    def full(path, file):
        if len(written) == 2:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        written.append(path)
        write(path, file)

    monkeypatch.setattr(restoring, "_write", full)
    with pytest.raises(StorageError) as caught:
        restore(data, made, "", "Eva", replace=True)
    assert caught.value.code == "disk-full"
    assert tree(data) == before


def test_what_was_there_is_kept_aside(data, tmp_path):
    made = make_backup(data, tmp_path / "x.backup", "", "Ada").path
    later = record(data, 30, "P05")
    done = restore(data, made, "", "Eva", replace=True)
    assert (data / done.aside / "recordings" / f"{later}.mcap").exists()
    assert not (data / "recordings" / f"{later}.mcap").exists()
    assert len(Sessions(opened(data)).newest()) == 3


CUTS = """
import os, signal, sys
from pathlib import Path
from station.keeping.restore import restore
for name in sys.argv[2:]:
    if os.fork() == 0:
        left = int(name)
        def counted(event, arguments):
            global left
            if event in ("os.rename", "os.mkdir", "os.remove", "os.rmdir"):
                left -= 1
                if left < 0:
                    os.kill(os.getpid(), signal.SIGKILL)
        sys.addaudithook(counted)
        restore(Path(f"cut{name}"), Path(sys.argv[1]), "", "Eva", replace=True)
        os._exit(0)
    print(os.waitstatus_to_exitcode(os.wait()[1]))
"""


def test_a_power_cut_at_any_step_leaves_the_old_or_the_new(data, tmp_path):
    """The process is killed before its n-th change of the folder; the recorder's clerk then opens what is there."""
    made = make_backup(data, tmp_path / "x.backup", "", "Ada").path
    later = record(data, 30, "P05")
    numbers = (1, 12, 14, 15, 18)
    for number in numbers:
        shutil.copytree(data, tmp_path / f"cut{number}")
    command = [sys.executable, "-c", CUTS, str(made), *map(str, numbers)]
    ended = subprocess.run(command, capture_output=True, check=True, cwd=tmp_path, text=True).stdout.split()
    outcomes = set()
    for number, code in zip(numbers, ended, strict=True):
        folder = tmp_path / f"cut{number}"
        clerk = Clerk(folder)
        clerk.work()
        clerk.close()
        names = {one["id"] for one in Sessions(opened(folder)).newest()}
        files = {one.stem for one in (folder / "recordings").glob("*.mcap")}
        assert names == files
        assert AuditLog(opened(folder)).first_broken() is None
        assert not (folder / replacing.STAGING / "ready.json").exists()
        outcomes.add((int(code) == -signal.SIGKILL, later in names))
    assert {(True, True), (True, False)} <= outcomes


def test_its_list_of_contents_says_what_is_in_it(data, tmp_path):
    from station.keeping.archive import check

    made = make_backup(data, tmp_path / "x.backup", SECRET, "Ada")
    contents = check(made.path, SECRET)
    assert set(contents["files"]) >= {"records.sqlite", "calibrations/current.json"}
    assert json.loads((data / "last-backup.json").read_text())["path"] == str(made.path)
