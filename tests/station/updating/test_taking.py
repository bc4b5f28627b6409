"""A release taken in from a stick or a folder: laid ready for the installer, or refused with nothing left behind."""

from __future__ import annotations

import json
import os
import shutil
import threading
from pathlib import Path

import pytest

from station.faults import InputError, StationError, StorageError
from station.keeping.care import KEPT_FREE_BYTES
from station.updating import standing
from station.updating.taking import newest_in, note_refused, take_in
from station.updating.uploads import UPDATE_PIECE_BYTES, Uploads
from station_install.doing import alone
from station_install.program import PLACE
from station_install.root import Root
from station_install.updating import results_held


def left(place: Path) -> set[str]:
    return {one.name for one in (place / "updates").iterdir()}


def test_it_is_laid_ready_and_nothing_of_the_station_is_changed(archive, place, trusted) -> None:
    manifest = take_in(archive("0.2.0"), place, trusted)
    assert left(place) == {"unpacked", "manifest.json"}
    said = json.loads((place / "updates/manifest.json").read_text())
    assert (said["release"], said["version"]) == (manifest.release, "0.2.0")
    assert "files" not in said
    assert os.readlink(place / "current") == "releases/0.1.0-000000000007"
    take_in(archive("0.3.0"), place, trusted)
    assert json.loads((place / "updates/manifest.json").read_text())["version"] == "0.3.0", "the one before is gone"


def test_what_is_refused_leaves_nothing(archive, place, trusted, tmp_path) -> None:
    whole = archive("0.2.0")
    damaged = tmp_path / "damaged.update"
    damaged.write_bytes(whole.read_bytes()[:-700])
    for source in (damaged, tmp_path, tmp_path / "none.update", Path("/dev/zero")):
        with pytest.raises((InputError, StorageError)):
            take_in(source, place, trusted)
        assert left(place) == set(), source


def test_what_is_being_built_of_is_not_replaced(archive, place, trusted) -> None:
    """The installer, which holds the folder while it builds, tries and switches."""
    take_in(archive("0.2.0"), place, trusted)
    with alone(Root(place), "updates"), pytest.raises(StationError, match="update-busy"):
        take_in(archive("0.3.0"), place, trusted)
    assert json.loads((place / "updates/manifest.json").read_text())["version"] == "0.2.0"
    assert (place / "updates/unpacked").is_dir()


def test_only_a_newer_one_is_taken(archive, place, trusted, tmp_path) -> None:
    """An old archive keeps its right signature for ever, and with it the faults that it had."""
    for version in ("0.0.9", "0.1.0"):
        with pytest.raises(InputError, match="update-older"):
            take_in(archive(version), place, trusted)
    for version in ("0.1.1", "0.10.0"):
        assert take_in(archive(version), place, trusted).version == version
    release = place / "releases/0.1.0-000000000007"
    again = tmp_path / "out" / "balance-station-0.1.0-00000000000c.update"
    made = archive("0.1.0", fails="start")
    assert made == again
    (release / "manifest.json").write_text(json.dumps({"made_s": 1}))
    take_in(made, place, trusted)  # of the same version, and made later
    (release / "manifest.json").write_text(json.dumps({"made_s": 1 << 39}))
    with pytest.raises(InputError, match="update-older"):
        take_in(made, place, trusted)


def test_a_disk_without_room_is_said_before_anything_is_copied(archive, place, trusted, monkeypatch) -> None:
    monkeypatch.setattr("station.recording.disk.free_bytes", lambda path: 20_000)
    with pytest.raises(StorageError, match="disk-full"):
        take_in(archive("0.2.0"), place, trusted)
    assert left(place) == set()


def test_of_a_stick_the_last_one_counts(tmp_path) -> None:
    for number, name in enumerate(("b.update", "a.update", "notes.txt")):
        (tmp_path / name).write_text("")
        os.utime(tmp_path / name, (number, number))
    assert newest_in(tmp_path).name == "a.update"
    assert newest_in(tmp_path / "b.update").name == "b.update"
    shutil.rmtree(tmp_path / "empty", ignore_errors=True)
    (tmp_path / "empty").mkdir()
    with pytest.raises(InputError, match="update-none"):
        newest_in(tmp_path / "empty")


def test_a_line_of_results_waits_for_the_installers(tmp_path) -> None:
    computer = Root(tmp_path / "computer")
    at = computer.path(PLACE)
    file = at / standing.RESULTS
    file.parent.mkdir(parents=True)
    with results_held(computer):
        words = (at, InputError("update-damaged", "x"), Path("/media/late.update"))
        other = threading.Thread(target=note_refused, args=words)
        other.start()
        other.join(0.05)
        assert not file.exists()
        file.write_text(json.dumps([{"where": "the installer's"}]))
    other.join()
    assert [one["where"] for one in standing.results(at)] == ["late.update", "the installer's"]


def test_what_was_refused_stands_on_the_technicians_page(place) -> None:
    for number in range(30):
        note_refused(place, InputError("update-damaged", str(number)), Path(f"/media/{number}.update"))
    found = standing.results(place)
    assert len(found) == 20
    assert (found[0]["code"], found[0]["where"], found[0]["result"]) == ("update-damaged", "29.update", "refused")


def test_where_a_program_runs_from_no_release_there_is_none(place, tmp_path) -> None:
    assert standing.place(tmp_path) is None
    assert standing.place(place / "releases/0.1.0-000000000007") == place
    assert standing.current(place) == ("0.1.0-000000000007", "0.1.0", 0)
    assert standing.earlier(place) is None
    assert standing.results(place) == []
    assert not standing.goes_on(place)


def test_a_phone_sends_it_in_pieces(tmp_path) -> None:
    uploads = Uploads(tmp_path)
    content = os.urandom(3 * UPDATE_PIECE_BYTES + 11)
    for at in range(0, len(content), UPDATE_PIECE_BYTES):
        assert uploads.size == at
        uploads.add(at, content[at : at + UPDATE_PIECE_BYTES])
    with pytest.raises(InputError, match="update-piece-due"):
        uploads.add(UPDATE_PIECE_BYTES, b"once more")
    with pytest.raises(InputError, match="update-piece"):
        uploads.ask(1)
    assert uploads.take() is None, "nobody asked yet"
    uploads.ask(len(content))
    with pytest.raises(StationError, match="update-busy"):
        uploads.add(0, b"another")
    sent = uploads.take()
    assert sent is not None
    assert (sent.file.read_bytes(), sent.release) == (content, None)
    assert uploads.take() is None, "once"
    uploads.add(0, b"another")
    assert uploads.size == 7
    uploads.forget()
    assert uploads.size == 0


def test_a_phone_leaves_the_recordings_their_room(tmp_path, monkeypatch) -> None:
    kept = tmp_path / "updates/sent.update"
    Uploads(tmp_path).add(0, b"x")
    monkeypatch.setattr("station.recording.disk.free_bytes", lambda path: KEPT_FREE_BYTES + 4)
    Uploads(tmp_path).add(1, b"1234")
    with pytest.raises(StorageError, match="disk-full"):
        Uploads(tmp_path).add(5, b"12345")
    assert kept.read_bytes() == b"x1234"


def test_a_link_that_the_pages_put_there_leads_nowhere(tmp_path) -> None:
    """Root takes it from there: a link would have it read, and show, any file of the computer."""
    uploads = Uploads(tmp_path)
    uploads.add(0, b"x")
    (tmp_path / "updates/sent.update").unlink()
    (tmp_path / "updates/sent.update").symlink_to("/etc/shadow")
    (tmp_path / "updates/asked").touch()
    assert uploads.take() is None


@pytest.mark.parametrize("kind", ["link", "folder", "pipe", "link-of-the-folder"])
def test_whatever_asks_asks_once(tmp_path, kind) -> None:
    """While it is there its unit starts again and again, as root."""
    updates, other = tmp_path / "updates", tmp_path / "other"
    other.mkdir()
    (other / "asked").write_text("kept")
    if kind == "link-of-the-folder":
        updates.symlink_to(other)
        assert Uploads(tmp_path).take() is None
    else:
        updates.mkdir()
        lay = {"link": lambda to: to.symlink_to(other / "asked"), "pipe": os.mkfifo, "folder": Path.mkdir}
        lay[kind](updates / "asked")
        with pytest.raises(StorageError):
            Uploads(tmp_path).take()
    held = len(os.listdir("/proc/self/fd"))
    assert not os.path.lexists(updates / "asked")
    assert Uploads(tmp_path).take() is None
    assert (other / "asked").read_text() == "kept"
    assert len(os.listdir("/proc/self/fd")) == held


def test_only_the_release_that_somebody_chose_is_taken(archive, place, trusted, tmp_path) -> None:
    """The server may have had another one fetched between the tap and the updater."""
    uploads, waits = Uploads(tmp_path / "data"), archive("0.3.0")
    (tmp_path / "data").mkdir()
    for chosen in ("0.2.0-000000000002", waits.stem.removeprefix("balance-station-")):
        uploads.ask_offered(chosen)
        asked = uploads.take(waits)
        assert asked == (waits, chosen)
        if chosen.startswith("0.2.0"):
            with pytest.raises(InputError, match="update-none"):
                take_in(asked.file, place, trusted, asked.release)
            assert left(place) == set()
        else:
            assert take_in(asked.file, place, trusted, asked.release).version == "0.3.0"


def test_what_was_sent_is_in_no_backup(tmp_path) -> None:
    from station.keeping.backup import make_backup
    from station.recording.layout import records_path
    from station.records.file import open_records

    open_records(records_path(tmp_path)).close()
    Uploads(tmp_path).add(0, os.urandom(30_000))
    out = tmp_path.parent / f"{tmp_path.name}-out"
    out.mkdir()
    assert make_backup(tmp_path, out, "", "test").size < 30_000


def test_the_projects_own_archive_is_what_its_installer_calls_it(project, key, place, trusted, tmp_path) -> None:
    """As `make release` makes it, without the wheels."""
    import subprocess
    import sys

    from station.updating.making import make_archive

    (place / "current").unlink()
    manifest = take_in(make_archive(project, None, key, tmp_path / "dist"), place, trusted)
    unpacked = place / "updates/unpacked"
    asked = [sys.executable, str(unpacked / "systemd/install"), "release"]
    said = json.loads(subprocess.run(asked, capture_output=True, text=True, check=True).stdout)
    assert said["release"] == manifest.release
    assert set(said["files"]) == set(manifest.files)
    assert "station/updating/taking.py" in said["files"]
    assert (unpacked / "systemd/make-safe").stat().st_mode & 0o111
