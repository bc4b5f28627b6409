"""Marks that are set afterwards: they count as if they had been tapped in time, and are taken back without a trace."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from station.faults import InputError
from station.measures.tasks.marked import LateMark
from station.records import late_marks
from station.records.audit import AuditLog
from station.records.file import Records, open_records
from station.records.late_marks import marked_session, set_later, take_back
from station.records.models import TrialRow
from station.records.sessions import SessionEnd, Sessions
from tests.station.records.made import NOON, new, ns, result

STANCE = {"exercise": "stand", "tested": {"stance_errors": 1.0, "stance_velocity_mm_s": 20.0}}
STANCE |= {"done": 0, "of": 0, "passed": True, "late": {"out_s": [[5.0, 6.0]], "tried_s": 30.0, "taps_s": []}}
RAISES = [
    {"number": number, "begin_s": 2.0 * number - 2.0, "end_s": 2.0 * number, "outcome": outcome, "values": {}}
    for number, outcome in enumerate(("counted", "counted", "slow", "counted"), 1)
]
CALF = {"exercise": "cycles", "tested": {"calf_raises": 3.0}, "done": 3, "of": 4, "passed": True}
CALF |= {"late": {"what": "calf-raise", "repetitions": RAISES, "done": 3, "share": 0.75, "passed": True}}
BY = "Ada K."


@pytest.fixture
def clock() -> list[int]:
    """When it is, wall time: a list of one, to be moved."""
    return [ns(NOON)]


@pytest.fixture
def records(tmp_path: Path, clock: list[int]) -> Iterator[Records]:
    opened = open_records(tmp_path / "records.sqlite", now_ns=lambda: clock[0])
    yield opened
    opened.close()


def done(records: Records, exercise: dict, number: int = 1) -> str:
    """A set of one try, as the recorder stores it; its name."""
    begun = new(number)
    sessions = Sessions(records)
    sessions.begin(begun)
    sessions.end(begun.name, SessionEnd("done", "completed", begun.started_ns + 1, None))
    sessions.store_results(begun.name, {**result(), "exercised": {"1": exercise}})
    return begun.name


def tries(records: Records, name: str) -> dict:
    (trial,) = marked_session(records, name)["trials"]
    return trial


def test_an_error_that_was_seen_afterwards_counts_once(records):
    name = done(records, STANCE)
    set_later(records, name, LateMark(1, "a", "arms", 12.0), BY)
    trial = tries(records, name)
    assert (trial["tested"]["stance_errors"], trial["counts"]) == (2, True)
    assert trial["tested"]["stance_velocity_mm_s"] == 20.0
    assert trial["marked"] == [{"number": 1, "id": "a", "mark": "arms", "at_s": 12.0, "by": BY}]
    for again in ("a", "b"):  # the same request, and another of the same second
        set_later(records, name, LateMark(1, again, "eyes", 12.5), BY)
    set_later(records, name, LateMark(1, "c", "step", 6.5), BY)  # the plate has seen it
    assert tries(records, name)["tested"]["stance_errors"] == 2
    assert [one["id"] for one in tries(records, name)["marked"]] == ["c", "a", "b"]
    for one in "abc":
        take_back(records, name, 1, one, BY)
    assert (tries(records, name)["tested"]["stance_errors"], tries(records, name)["marked"]) == (1, [])
    take_back(records, name, 1, "a", BY)  # it is gone already
    said = [line["what"] for line in AuditLog(records).newest(20)]
    assert (said.count("mark-set-later"), said.count("mark-taken-back")) == (3, 3)


def test_a_repetition_that_was_no_good_is_taken_off_and_may_cost_the_try(records):
    name = done(records, CALF)
    set_later(records, name, LateMark(1, "a", "not-good", 5.0), BY)  # of one that did not count
    trial = tries(records, name)
    assert (trial["score"], trial["tested"]["calf_raises"]) == ({"done": 3, "of": 4}, 3)
    set_later(records, name, LateMark(1, "b", "heel", 8.0), BY)
    trial = tries(records, name)
    assert (trial["score"], trial["tested"]["calf_raises"]) == ({"done": 2, "of": 4}, 2)
    with records.reading() as transaction:
        assert transaction.query(TrialRow).one().exercise["passed"] is False  # 3 of 4 are asked for
    take_back(records, name, 1, "b", BY)
    with records.reading() as transaction:
        assert transaction.query(TrialRow).one().exercise["passed"] is True


def test_marks_stand_when_the_figures_are_made_again_and_where_the_clock_went_back(records, clock):
    name = done(records, STANCE)
    set_later(records, name, LateMark(1, "a", "arms", 12.0), BY)
    clock[0] -= 3600 * 10**9
    take_back(records, name, 1, "a", BY)
    set_later(records, name, LateMark(1, "b", "hip", 20.0), BY)
    Sessions(records).store_results(name, {**result(), "exercised": {"1": STANCE}})
    assert [one["id"] for one in tries(records, name)["marked"]] == ["b"]
    assert tries(records, name)["tested"]["stance_errors"] == 2


def test_marks_of_what_an_earlier_program_made_are_kept_and_change_nothing(records):
    name = done(records, {key: value for key, value in STANCE.items() if key != "late"})
    set_later(records, name, LateMark(1, "a", "arms", 12.0), BY)
    trial = tries(records, name)
    assert (trial["tested"]["stance_errors"], trial["counts"], len(trial["marked"])) == (1, False, 1)
    detail = Sessions(records).detail(name)
    assert (detail["said"], len(detail["trials"][0]["marked"])) == ({}, 1)


@pytest.mark.parametrize(
    ("mark", "field"),
    [
        (LateMark(2, "a", "arms", 1.0), None),
        (LateMark(1, "a", "right", 1.0), "mark"),  # an answer is no flaw
        (LateMark(1, "a", "dance", 1.0), "mark"),
        (LateMark(1, "a", "arms", 31.5), "at_s"),  # of 30 s
        (LateMark(1, "a", "arms", -0.5), "at_s"),
        (LateMark(1, "a", "arms", float("nan")), "at_s"),
    ],
)
def test_a_mark_that_cannot_be_is_refused_with_what_is_wrong(records, mark, field):
    name = done(records, STANCE)
    with pytest.raises(InputError) as refused:
        set_later(records, name, mark, BY)
    assert refused.value.code == "input-invalid"
    assert field in (None, refused.value.problems[0].field)
    assert tries(records, name)["marked"] == []
    with pytest.raises(InputError) as unknown:
        take_back(records, "NONE", 1, "a", BY)
    assert unknown.value.code == "session-unknown"


def test_of_one_try_there_are_no_more_than_somebody_can_have_seen(records, monkeypatch):
    monkeypatch.setattr(late_marks, "MOST_MARKS", 3)
    name = done(records, STANCE)
    for number in range(3):
        set_later(records, name, LateMark(1, str(number), "arms", 30.9), BY)
    with pytest.raises(InputError):
        set_later(records, name, LateMark(1, "more", "arms", 1.0), BY)
    assert len(tries(records, name)["marked"]) == 3


def test_nothing_is_marked_of_who_answers_and_of_a_drill_without_marks(records):
    assert marked_session(records, done(records, {**STANCE, "exercise": "compare"}))["kinds"] == []
    assert marked_session(records, done(records, {**STANCE, "exercise": "follow"}, 2))["kinds"] == []
    assert "arms" in marked_session(records, done(records, {**STANCE, "exercise": "dual"}, 3))["kinds"]
    assert "right" not in marked_session(records, done(records, {**STANCE, "exercise": "dual"}, 4))["kinds"]
    assert marked_session(records, "NONE") is None
