"""Versions in the data folder: kept for good, read by everybody, and what is damaged takes nothing else along."""

import os
import threading
from pathlib import Path

import pytest

from drills.changing import changed, copy_of, table_of
from drills.document import digest_of, read_document
from station.clinic.plan.findings import load_findings
from station.faults import InputError
from station.own_drills.folder import (
    FOLDER,
    MOST_OWN_DRILLS,
    OwnDrills,
    file_name,
    find_drill,
    read_text,
    taken_in,
    text_of,
)
from station.own_drills.tried import allow, is_shipped, keep_trial, trial_of
from station.settings.reading import load_settings


@pytest.fixture
def own(tmp_path: Path) -> OwnDrills:
    """The own drills of a new data folder."""
    return OwnDrills(tmp_path)


def test_a_change_is_the_next_version_and_nothing_new_is_none(own: OwnDrills, tmp_path: Path) -> None:
    first = own.keep(copy_of("one-leg", "mine"))
    assert own.keep(first) == first
    second = own.keep(changed(first, {"trials.max": 4}))
    assert (second.own.version, own.next_version("mine")) == (2, 3)
    assert OwnDrills(tmp_path).load("mine") == second == find_drill(tmp_path, "mine")
    kept = sorted(one.name for one in (tmp_path / FOLDER / "mine").iterdir())
    assert kept == [file_name(first), file_name(second)], "the version before stays as it is"
    assert own.keep(changed(second, {"trials.max": 5})).own.version == 3, "what was there before is new again"


def test_a_file_that_an_editor_of_windows_saved_is_read_like_any_other(own: OwnDrills, tmp_path: Path) -> None:
    """It puts a mark before the text (U+FEFF), which is no key."""
    kept = own.keep(copy_of("one-leg", "mine"))
    files = {
        "mine.toml": (text_of(kept), lambda path: taken_in(read_text(path), str(path))),
        "station.toml": ("[station]\nseed = 7\n", load_settings),
        "found.toml": ("age_years = 72\n", load_findings),
        "found.json": ('{"age_years": 72}', load_findings),
    }
    for name, (text, read) in files.items():
        plain, marked = tmp_path / name, tmp_path / f"marked-{name}"
        plain.write_text(text, encoding="utf-8")
        marked.write_text(text, encoding="utf-8-sig")
        assert read(plain) == read(marked)
    assert taken_in("\ufeff" + text_of(kept), "a phone's") == kept
    order = "age_years = 72\n[order]\nkg = 20.0\npercent_bw = 30.0\nuntil = {}\n"
    for until in ("2026-12-24", '"2026-12-24"'):
        (tmp_path / "found.toml").write_text(order.format(until))
        assert load_findings(tmp_path / "found.toml").order.until == "2026-12-24", "TOML has dates of its own"


def test_a_copy_from_before_its_drill_asked_for_a_foot_asks_for_it(own: OwnDrills, tmp_path: Path) -> None:
    kept = own.keep(copy_of("semi-tandem", "mine"))
    table = table_of(kept)
    del table["trials"]["legs"]
    older = read_document(table, "mine").document
    folder = tmp_path / FOLDER / "mine"
    (folder / file_name(kept)).unlink()
    (folder / file_name(older)).write_text(text_of(older))
    assert not older.names_front
    assert own.load("mine").names_front
    assert taken_in(text_of(older), "mine.toml").names_front
    assert own.listing().wrong == ()


def test_what_is_removed_is_in_no_list_and_its_numbers_are_not_used_again(own: OwnDrills, tmp_path: Path) -> None:
    own.keep(copy_of("one-leg", "mine"))
    own.remove("mine")
    assert (own.names(), own.listing().drills) == ((), ())
    for do in (own.load, own.remove):
        with pytest.raises(InputError) as refusal:
            do("mine")
        assert refusal.value.code == "drill-unknown"
    assert own.keep(copy_of("one-leg", "mine")).own.version == 2
    assert own.names() == ("mine",)


def _damages(folder: Path, name: str) -> dict[str, bytes]:
    text = next((folder / name).glob("*.toml")).read_text()
    return {
        "by-hand": text.replace("force_fraction = 0.5", "force_fraction = 0.1").encode(),
        "half": text.encode()[: len(text) // 2],
        "empty": b"",
        "no-text": b"\xff\xfe" + bytes(100),
        "huge": b"#" * 10_000_000,
        "later": text.replace("schema = 2", "schema = 3").encode(),
        "nested": b"a = " + b"[" * 60_000,
    }


def test_a_damaged_file_is_named_and_the_others_are_there(own: OwnDrills, tmp_path: Path) -> None:
    folder = tmp_path / FOLDER
    good = own.keep(copy_of("one-leg", "good"))
    for place, (kind, content) in enumerate(_damages(folder, "good").items()):
        bad = own.keep(copy_of("stand-tall", f"bad-{place}"))
        file = folder / bad.name / file_name(bad)
        file.chmod(0o640)
        file.write_bytes(content)
        found = own.listing()
        assert good in found.drills, kind
        assert [one.where for one in found.wrong if bad.name in one.where] == [str(file)], kind
        with pytest.raises(InputError) as refusal:
            own.load(bad.name)
        assert (refusal.value.code, bool(refusal.value.problems)) == ("own-drill-damaged", True), kind
        # Put right by importing it again.
        assert own.keep(copy_of("stand-tall", bad.name)).own.version == 2, kind
    (folder / "good" / "0001-000000000000.toml").mkdir()
    os.mkfifo(folder / "good" / "0002-000000000000.toml")
    with pytest.raises(InputError, match="own-drill-damaged"):
        own.load("good")
    (folder / "stray.toml").write_text("x")
    (folder / "Not A Name").mkdir()
    assert len(own.listing().drills) == len(own.names()) - 1


def test_a_later_program_ships_one_of_its_name(own: OwnDrills, tmp_path: Path) -> None:
    """As if the copied folder came from a program that did not ship it yet."""
    own.keep(copy_of("one-leg", "mine"))
    (tmp_path / FOLDER / "mine").rename(tmp_path / FOLDER / "stand-tall")
    found = own.listing()
    assert (found.drills, [one.code for one in found.wrong]) == ((), ["drill-name-taken"])
    assert find_drill(tmp_path, "stand-tall").own is None, "the shipped one goes before it"


def test_too_many_are_refused_by_number_and_never_hide_the_rest(own: OwnDrills, tmp_path: Path) -> None:
    own.keep(copy_of("one-leg", "a"))
    for number in range(1000):
        (tmp_path / FOLDER / f"x{number:04d}").mkdir()
    with pytest.raises(InputError) as refusal:
        own.keep(copy_of("one-leg", "b"))
    assert (refusal.value.code, refusal.value.problems[0].values["n"]) == ("own-drills-full", MOST_OWN_DRILLS)
    found = own.listing()
    assert [one.name for one in found.drills] == ["a"]
    assert (found.wrong[-1].code, found.wrong[-1].problems[0].values["n"]) == ("own-drills-full", 1001)
    assert own.keep(changed(own.load("a"), {"trials.max": 4})).own.version == 2, "one that is there may change"


@pytest.mark.parametrize(
    "name", ["../../etc/passwd", "/etc/passwd", "mine/../mine", ".tried", "", "m\0ine", "x" * 5000]
)
def test_a_path_is_no_name(own: OwnDrills, name: str) -> None:
    own.keep(copy_of("one-leg", "mine"))
    for do in (own.load, own.remove):
        with pytest.raises(InputError) as refusal:
            do(name)
        assert refusal.value.code == "drill-unknown"


def test_several_write_at_once_and_each_has_a_number_of_its_own(own: OwnDrills) -> None:
    first = own.keep(copy_of("one-leg", "mine"))
    got: list[int] = []

    def write(hold_s: float) -> None:
        got.append(own.keep(changed(first, {"steps.exercise.time.max_s": hold_s})).own.version)

    threads = [threading.Thread(target=write, args=(20.0 + one,)) for one in range(4)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    assert sorted(got) == [2, 3, 4, 5]


def test_out_and_in_again_is_the_same_drill_in_another_house(own: OwnDrills, tmp_path: Path) -> None:
    second = own.keep(changed(own.keep(copy_of("one-leg", "mine")), {"summary": 'Zwei\nZeilen "so" \\ und ö.'}))
    there = OwnDrills(tmp_path / "there")
    came = there.keep(taken_in(text_of(second), "file"))
    assert (came.own.version, came.own.copied_from) == (1, "one-leg")
    assert came.model_dump(exclude={"own"}) == second.model_dump(exclude={"own"})
    assert there.keep(taken_in(text_of(second), "file", "other")).name == "other"
    with pytest.raises(InputError) as refusal:
        there.keep(taken_in(text_of(find_drill(tmp_path, "one-leg")), "file", "bare"))
    assert [one.field for one in refusal.value.problems] == ["own"]
    assert there.keep(taken_in(text_of(find_drill(tmp_path, "one-leg")), "file", "bare", "one-leg")).name == "bare"


def test_only_what_was_tried_in_this_version_may_meet_a_patient(own: OwnDrills, tmp_path: Path) -> None:
    first = own.keep(copy_of("one-leg", "mine"))
    allow(tmp_path, find_drill(tmp_path, "one-leg"))
    with pytest.raises(Exception, match="drill-untried"):
        allow(tmp_path, first)
    keep_trial(tmp_path, first, {"digest": digest_of(first), "ok": False})
    with pytest.raises(Exception, match="drill-untried"):
        allow(tmp_path, first)
    keep_trial(tmp_path, first, {"digest": digest_of(first), "ok": True})
    allow(tmp_path, first)
    second = own.keep(changed(first, {"trials.max": 4}))
    with pytest.raises(Exception, match="drill-untried") as refusal:
        allow(tmp_path, second)
    assert refusal.value.problems[0].values["version"] == 2
    for kept in (b"", b"\xff", b"[" * 9000, b"{}", b'{"ok": true}'):
        (tmp_path / FOLDER / ".tried" / f"{digest_of(second)}.json").write_bytes(kept)
        with pytest.raises(Exception, match="drill-untried"):
            allow(tmp_path, second)
    assert trial_of(tmp_path, "../../x") is None


def test_a_shipped_drill_is_one_by_what_it_says_and_not_by_its_name(tmp_path: Path) -> None:
    shipped = find_drill(tmp_path, "one-leg")
    assert is_shipped(shipped)
    assert is_shipped(changed(shipped, {"hands": "rail"})), "a rung of its ladder"
    weaker = changed(shipped, {"thresholds.step_off.force_fraction": 0.2})
    assert not is_shipped(weaker)
    keep_trial(tmp_path, weaker, {"digest": digest_of(weaker), "ok": True})
    with pytest.raises(Exception, match="drill-untried"):
        allow(tmp_path, weaker)  # tried or not: an own drill judges as the one that it was copied from
