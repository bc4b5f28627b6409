"""The automatic backup: when it is due, where it may lie, and what stays of the earlier ones."""

import json
import tempfile
import threading
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from station.faults import StationError
from station.keeping import sealed
from station.keeping.daily import make_daily, to_keep
from station.keeping.last import AGAIN_NS, DAY_NS, TRIED_FILE, DailyOrder, Keep, how_it_stands, is_due
from station.keeping.restore import restore
from station.processes.daily_backup import DailyBackup

NOW = datetime(2026, 11, 29, 3, 0, tzinfo=UTC)
_PAUSE = threading.Event()


@pytest.fixture
def stick() -> Iterator[Path]:
    """A folder on another disk than the data: in memory."""
    with tempfile.TemporaryDirectory(dir="/dev/shm") as folder:
        yield Path(folder)


@pytest.fixture
def order(data: Path, stick: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> DailyOrder:
    """Of the two people's data to the stick, encrypted."""
    monkeypatch.setattr(sealed, "_SCRYPT", {"n": 1 << 10, "r": 8, "p": 1})
    (tmp_path / "secret").write_text("correct horse battery\n")
    return DailyOrder(data, stick, tmp_path / "secret", None)


def test_one_is_made_noted_and_can_be_put_back(order, tmp_path):
    assert is_due(order.data, 1)
    made = make_daily(order)
    last, tried = how_it_stands(order.data)
    assert (last["path"], tried["code"]) == (str(made), "")
    at_ns = tried["at_ns"]
    dues = [is_due(order.data, at_ns + later) for later in (0, DAY_NS - 1, DAY_NS, -1)]
    assert dues == [False, False, True, True], "a clock that was set back says nothing of its age"
    restore(tmp_path / "new", made, "correct horse battery", "Eva")
    assert not (tmp_path / "new" / TRIED_FILE).exists()


@pytest.mark.parametrize("kind", ["same-disk", "not-there", "a-file", "no-secret"])
def test_a_place_that_is_none_is_said_and_tried_again_within_the_hour(order, tmp_path, kind):
    place = {"same-disk": tmp_path, "not-there": tmp_path / "x", "a-file": tmp_path / "secret"}.get(kind, order.place)
    wrong = order._replace(place=place)
    if kind == "no-secret":
        wrong = wrong._replace(passphrase_file=tmp_path / "gone")
    with pytest.raises(StationError) as refused:
        make_daily(wrong)
    assert (refused.value.code, bool(refused.value.problems)) == ("backup-place", True)
    last, tried = how_it_stands(order.data)
    assert (last, tried["code"]) == (None, "backup-place")
    assert [is_due(order.data, tried["at_ns"] + later) for later in (AGAIN_NS - 1, AGAIN_NS)] == [False, True]
    assert list(order.place.iterdir()) == []


@settings(max_examples=25, deadline=None)
@given(
    st.sets(st.integers(0, 24 * 800), min_size=1, max_size=60), st.integers(1, 9), st.integers(0, 5), st.integers(0, 9)
)
def test_the_rule_keeps_the_newest_of_each_day_week_and_month(hours, days, weeks, months):
    made = {NOW - timedelta(hours=one) for one in hours}
    kept = to_keep(made, Keep(days, weeks, months))
    assert kept <= made
    assert max(made) in kept
    newest_days = sorted({one.date() for one in made}, reverse=True)[:days]
    assert kept >= {max(one for one in made if one.date() == day) for day in newest_days}
    newest_months = sorted({(one.year, one.month) for one in made}, reverse=True)[:months]
    assert kept >= {max(one for one in made if (one.year, one.month) == month) for month in newest_months}
    assert len(kept) <= days + weeks + months + 1
    assert to_keep(kept, Keep(days, weeks, months)) == kept, "kept once, kept again"


def test_only_this_stations_own_backups_are_ever_taken_away(order):
    first = make_daily(order)
    station = first.name.split("-")[2]
    old = [order.place / f"balance-station-{station}-2025{month:02}01T030000Z.backup" for month in range(1, 7)]
    others = [order.place / f"balance-station-00000000-2025{month:02}01T030000Z.backup" for month in (1, 2)]
    mine = order.place / f"balance-station-{station}-mine.backup"
    for path in (*old, *others, mine):
        path.write_bytes(b"x")
    second = order._replace(keep=Keep(days=1, weeks=0, months=3))
    first.rename(first.with_name(f"balance-station-{station}-20251128T030000Z.backup"))
    made = make_daily(second)
    left = {path.name for path in order.place.glob("*.backup")}
    assert made.name in left
    assert {*(one.name for one in others), mine.name} <= left
    assert not {one.name for one in old[:-1]} & left


def test_the_recorder_starts_one_in_a_process_and_never_waits(order, until_done):
    seconds = [0.0]
    backup = DailyBackup(order, mono_s=lambda: seconds[0])
    backup.poll()
    backup.poll()

    def made() -> bool:
        seconds[0] += 61.0
        backup.poll()
        return how_it_stands(order.data)[1] is not None

    until_done(made)
    assert how_it_stands(order.data)[1]["code"] == ""
    assert len(list(order.place.glob("*.backup"))) == 1
    backup.close()
    DailyBackup(None).poll()


def test_what_is_noted_in_a_damaged_file_counts_as_nothing(data):
    for text in ("", "[]", '{"at_ns": "x"}', "{", json.dumps({"code": ""})):
        (data / TRIED_FILE).write_text(text)
        assert is_due(data, 1)
        assert how_it_stands(data) == (None, None)


@pytest.fixture
def until_done() -> Callable[[Callable[[], bool]], None]:
    """`until_done(condition)` waits until it holds."""

    def until(condition: Callable[[], bool], patience_s: float = 50.0) -> None:
        end = datetime.now(UTC) + timedelta(seconds=patience_s)
        while not condition():
            assert datetime.now(UTC) < end
            _PAUSE.wait(0.02)

    return until
