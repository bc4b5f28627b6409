"""Marks that are set afterwards, at their bounds and in tries of every kind; each expected value counted by hand."""

from collections.abc import Iterator
from copy import deepcopy
from pathlib import Path

import pytest

from drills.problems import Problem
from station.faults import InputError
from station.measures.tasks.marked import LateMark
from station.records import late_marks
from station.records.audit import AuditLog
from station.records.file import Records, open_records
from station.records.late_marks import marked_session, set_later, take_back
from station.records.models import SaidRow, TrialRow
from station.records.sessions import SessionEnd, Sessions
from tests.station.records.made import NOON, new, ns, result

BY = "Ada K."
REACHES = [
    {
        "number": number,
        "begin_s": 4.0 * number - 4.0,
        "end_s": 4.0 * number,
        "outcome": "good",
        "values": {"reached_mm": mm},
    }
    for number, mm in enumerate((100.0, 110.0, 120.0), 1)
]
BASE = {"what": "reach-forward", "repetitions": REACHES, "done": 3, "share": 0.25, "passed": True}
REACH = {"exercise": "guided", "tested": {"reach_cop_mm": 110.0}, "done": 3, "of": 3, "passed": True, "late": BASE}


@pytest.fixture
def clock() -> list[int]:
    """When it is, wall time: a list of one, to be moved."""
    return [ns(NOON)]


@pytest.fixture
def records(tmp_path: Path, clock: list[int]) -> Iterator[Records]:
    opened = open_records(tmp_path / "records.sqlite", now_ns=lambda: clock[0])
    yield opened
    opened.close()


def done(records: Records, *exercises: dict | None) -> str:
    """A set of so many tries of 30 s; its name."""
    begun, sessions, made = new(), Sessions(records), result()
    sessions.begin(begun)
    sessions.end(begun.name, SessionEnd("done", "completed", begun.started_ns + 1, None))
    made["trials"] = [{**made["trials"][0], "trial": number} for number in range(1, len(exercises) + 1)]
    given = {str(number): one for number, one in enumerate(exercises, 1) if one is not None}
    sessions.store_results(begun.name, {**made, "exercised": given})
    return begun.name


def rows(records: Records) -> list[dict | None]:
    """What the rows of the tries say of the exercise."""
    with records.reading() as transaction:
        return [one.exercise for one in transaction.query(TrialRow).order_by(TrialRow.number)]


def refused(records: Records, name: str, mark: LateMark) -> InputError:
    with pytest.raises(InputError) as caught:
        set_later(records, name, mark, BY)
    assert caught.value.code == "input-invalid"
    return caught.value


def test_each_thing_that_is_wrong_is_named_with_what_may_be(records, monkeypatch):
    """Of 30 s a mark lies in the hold, or within a second behind it."""
    assert late_marks.MOST_MARKS == 50
    name = done(records, REACH)
    kinds = marked_session(records, name)["kinds"]
    nowhere = refused(records, name, LateMark(2, "a", kinds[0], 1.0))
    assert (nowhere.where, [str(one) for one in nowhere.problems]) == ("number", ["no-such-try number=2"])
    unknown = refused(records, name, LateMark(1, "a", "dance", 1.0))
    assert (unknown.where, unknown.problems) == (
        "mark",
        (Problem("mark", "dance", reason="unknown", values={"choices": kinds}),),
    )
    late = refused(records, name, LateMark(1, "a", kinds[0], 31.001))
    assert late.problems == (Problem("at_s", 31.001, least=0.0, most=31.0),)
    monkeypatch.setattr(late_marks, "MOST_MARKS", 2)
    for number, at_s in enumerate((0.0, 31.0)):  # at both bounds
        set_later(records, name, LateMark(1, str(number), kinds[0], at_s), BY)
    third = refused(records, name, LateMark(1, "more", "dance", 1.0))
    assert [one.field for one in third.problems] == ["mark", "marks"]
    assert third.problems[1] == Problem("marks", 2, most=1)
    set_later(records, name, LateMark(1, "0", kinds[0], 0.0), BY)  # the same id again: it is there


def test_each_try_has_its_own_marks_and_one_of_two_is_taken_back(records):
    name = done(records, REACH, REACH, None)
    for number, mark_id, at_s in ((2, "a", 2.0), (2, "b", 6.0), (1, "a", 1.0)):
        set_later(records, name, LateMark(number, mark_id, "not-good", at_s), BY)
    take_back(records, name, 2, "a", BY)
    first, second, third = rows(records)
    assert ([one["id"] for one in first["marked"]], first["done"]) == (["a"], 2)
    assert ([one["id"] for one in second["marked"]], second["done"]) == (["b"], 2)
    assert third is None, "of a try that nobody marked nothing is written"
    assert [one["counts"] for one in marked_session(records, name)["trials"]] == [True, True, False]


def test_a_try_that_nobody_marked_stays_as_it_was_stored(records):
    """Also where what is kept for marks says otherwise than its figures, as after a change of the program."""
    other = {**deepcopy(REACH), "done": 1}
    name = done(records, REACH, other)
    set_later(records, name, LateMark(1, "a", "not-good", 1.0), BY)
    assert rows(records)[1] == other


def test_a_session_of_no_exercise_and_of_one_that_is_gone_has_nothing_to_mark(records):
    name = done(records, None, {"exercise": "juggle", "tested": {}})
    session = marked_session(records, name)
    assert (session["kinds"], [one["counts"] for one in session["trials"]]) == ([], [False, False])
    refusal = refused(records, name, LateMark(1, "a", "arms", 1.0))
    assert refusal.problems[0].values == {"choices": []}


def test_a_figure_that_marks_leave_no_number_is_none(records):
    """The mean of three reaches, of which a mark takes one."""
    name = done(records, REACH)
    set_later(records, name, LateMark(1, "a", "not-good", 4.0), BY)
    (row,) = rows(records)
    assert (row["tested"], row["done"], row["passed"]) == ({"reach_cop_mm": None}, 2, True)
    take_back(records, name, 1, "a", BY)
    (row,) = rows(records)
    assert (row["tested"], row["done"], row["marked"]) == ({"reach_cop_mm": 110.0}, 3, [])


LEFT = (
    ({"done": 1, "repetitions": REACHES[:1], "share": 0.0}, [1.0], (0, True)),
    ({"done": 1, "repetitions": REACHES[:2], "share": 0.0}, [1.0, 5.0], (0, True)),  # never below none
    ({"passed": False}, [1.0], (2, False)),  # a mark passes nobody
    ({"share": 0.75}, [1.0], (2, False)),  # 2.25 of 3 are asked for
    ({"share": 2.0 / 3.0}, [1.0], (2, True)),
)
"""What is kept of a try, when it is marked, and then its repetitions that are done, and whether it is passed."""


def test_what_is_left_of_a_try_by_its_marks(records):
    name = done(records, *({**REACH, "late": {**BASE, **base}} for base, _, _ in LEFT))
    for number, (_, marks_s, _) in enumerate(LEFT, 1):
        for at_s in marks_s:
            set_later(records, name, LateMark(number, f"{at_s}", "not-good", at_s), BY)
    assert [(row["done"], row["passed"]) for row in rows(records)] == [left for _, _, left in LEFT]


def test_each_word_is_a_nanosecond_behind_the_last_and_in_the_audit_log(records, clock):
    name = done(records, REACH)
    mark = LateMark(1, "a", "not-good", 4.5)
    set_later(records, name, mark, f" {BY} ")
    take_back(records, name, 1, "a", BY)
    clock[0] += 10
    set_later(records, name, mark._replace(id="b"), BY)
    with records.reading() as transaction:
        said = [(row.at_ns - ns(NOON), row.said, row.by) for row in transaction.query(SaidRow).order_by(SaidRow.at_ns)]
    value = {"mark": "not-good", "at_s": 4.5}
    key = late_marks.LATE + "1_"
    assert said == [(0, {key + "a": value}, BY), (1, {key + "a": None}, BY), (10, {key + "b": value}, BY)]
    lines = AuditLog(records).newest(3)
    assert [line["what"] for line in lines] == ["mark-set-later", "mark-taken-back", "mark-set-later"]
    detail = {"session": name, "try": 1, "mark": "not-good", "at_s": 4.5, "ring_epoch": 0, "event": -1}
    assert [line["detail"] for line in lines] == [detail] * 3
