"""A visit of another patient goes over whole, to who was really there, or not at all."""

import os
import shutil
import signal
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from station.clinic.orders import LoadOrder
from station.clinic.screening.items import RELATIVE, shipped
from station.clock import NS_PER_S, VouchedMoment, local_date
from station.faults import InputError, StationError
from station.records.audit import AuditLog
from station.records.batteries import UnwantedTest, refuse, refused
from station.records.chosen import RungAsked, choose, chosen_on
from station.records.day import Placed
from station.records.dose import Claim, Dose, Doses, Statement
from station.records.entries import Entered, enter, entries_of
from station.records.erasing import Erasures
from station.records.file import Records, open_records
from station.records.incidents import Incidents, NewIncident, newest_fall_ns
from station.records.levels import Levels
from station.records.models import PatientRow
from station.records.moving import MOVED, move_visit
from station.records.orders import NewOrder, withdraw
from station.records.orders import enter as enter_order
from station.records.patients import Patients
from station.records.screenings import Screenings
from station.records.sessions import Sessions
from station.records.today import today_of
from station.records.visits import Visits
from tests.station.records.made import EPOCH, NOON, new, ns
from tests.station.records.test_levels import TYPED, Plans, PlanWish, do

WRONG, RIGHT = "P-7", "P-8"
LATER = ns(NOON + timedelta(hours=2))
NOW = VouchedMoment("boot", 7 * 3600 * NS_PER_S, LATER, "rtc")
TODAY = local_date(ns(NOON))
WORD = Statement("Ada K.", "P-8 stood there")
CLEAR = {one.id: "no" for one in shipped().item} | {"mass-kg": 70, "dizziness": 0, "pain": 1}
GIVEN = Dose(30.0, 1.0, 2.0)


def kind_of(kind: str) -> str:
    return next(one.id for one in shipped().item if one.kind == kind and one.asks == "yes-no")


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A file of both patients, each with a plan; a set of P-7 of yesterday, and today's visit that was really P-8's.
    Nobody writes to it.
    """
    path = tmp_path_factory.mktemp("written") / "records.sqlite"
    opened = open_records(path, now_ns=lambda: LATER)
    for code in (WRONG, RIGHT):
        Plans(opened).make(code, PlanWish("Ada K.", NOW, TYPED))
    do(opened, 1, ["held"] * 3, 7.5, days=-1)
    fill(opened)
    opened.close()
    with closing(sqlite3.connect(path)) as file:
        file.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    return path


@pytest.fixture
def records(written: Path, tmp_path: Path) -> Iterator[Records]:
    """A copy of that."""
    opened = open_records(Path(shutil.copy(written, tmp_path / "records.sqlite")), now_ns=lambda: LATER)
    yield opened
    opened.close()


def asked(answers: dict, code: str = WRONG, records: Records | None = None) -> None:
    Screenings(records).add(code, "Ada K.", answers, {}, NOW)


def fill(records: Records) -> None:
    """Today's visit under P-7: two sets, of which one was lost, the questions, dose, what was said, a near fall."""
    asked(CLEAR, records=records)
    doses = Doses(records)
    for number in (5, 6):
        do(records, number, ["held"] * 3 if number == 5 else ["foot-down"] * 3, 8.7)
        where = Placed("boot", NOW.mono_ns, TODAY.isoformat())
        doses.commit(Claim(WRONG, EPOCH, number, where, LATER - 60 * NS_PER_S, GIVEN), NOW)
        doses.settle(EPOCH, number, GIVEN)
    of_today = [one["id"] for one in Sessions(records).newest(WRONG)][:2]
    Levels(records).say(of_today[0], "Ada K.", {"pain": 2.0, "effort_rpe": 13.0})
    told = NewIncident("0" * 36, WRONG, LATER, "Ada K.", EPOCH, 6, {"running": True})
    Incidents(records).tell(told)
    enter(records, WRONG, Entered("pain", "Ada K.", {}, "not today"))
    refuse(records, WRONG, UnwantedTest("romberg", "together-open", "Ada K.", "tired"))
    visit = Visits(records).newest(WRONG)[0]["id"]
    Visits(records).note(visit, "Ada K.", "steady today")


def visit_of(records: Records, code: str = WRONG) -> str:
    return str(Visits(records).newest(code)[0]["id"])


def moved(records: Records, visit: str = "", to: str = RIGHT):
    return move_visit(records, visit or visit_of(records), to, WORD, NOW)


def state(records: Records, code: str) -> dict:
    """All that can be asked of one patient."""
    today = today_of(records, code, NOW)
    return {
        "visits": Visits(records).newest(code),
        "sessions": Sessions(records).newest(code),
        "levels": Levels(records).now(code, TODAY),
        "dose": today.dose,
        "week": today.week,
        "left": today.left,
        "stay": today.stay,
        "incidents": Incidents(records).of(code),
        "refused": refused(records, code, "romberg", LATER),
        "entries": entries_of(records, code, LATER),
    }


def test_everything_of_the_visit_goes_and_everything_else_stays(records):
    wrong, right = state(records, WRONG), state(records, RIGHT)
    visit = visit_of(records)
    assert (len(wrong["sessions"]), right["sessions"], wrong["dose"]["vibration_s"]) == (3, [], 60.0)
    done = moved(records)
    assert (done.wrong, done.right, done.sessions) == (WRONG, RIGHT, 2)
    left, got = state(records, WRONG), state(records, RIGHT)
    assert [one["id"] for one in got["sessions"]] == [one["id"] for one in wrong["sessions"][:2]]
    assert [one["id"] for one in left["sessions"]] == [wrong["sessions"][2]["id"]]
    assert {one["patient"] for one in got["sessions"]} == {RIGHT}
    assert [one["id"] for one in got["visits"]] == [visit]
    assert got["visits"][0]["note"] == "steady today"
    assert (left["dose"], got["dose"]) == ({**wrong["dose"], **dict.fromkeys(wrong["dose"], 0.0)}, wrong["dose"])
    assert (left["week"].days, got["week"].days) == (wrong["week"].days - 1, 1)
    assert (left["incidents"], [one["visit"] for one in got["incidents"]]) == ([], [visit])
    assert (left["entries"], got["entries"]["pain"]["refused"]) == ({}, "not today")
    assert (left["refused"], got["refused"]) == ({}, {"together-open": "tired"})
    whole = Visits(records).whole(visit)
    assert [len(one["trials"]) for one in whole["sessions"]] == [3, 3]
    assert whole["sessions"][1]["said"]["pain"] == 2.0
    assert whole["patient"] == RIGHT


def test_levels_are_as_if_it_had_been_written_down_rightly(records, tmp_path):
    """Of P-7 as without the visit, of P-8 as with it: the same as in records in which nobody erred."""
    moved(records)
    rightly = open_records(tmp_path / "rightly.sqlite", now_ns=lambda: LATER)
    for code in (WRONG, RIGHT):
        Plans(rightly).make(code, PlanWish("Ada K.", NOW, TYPED))
    do(rightly, 1, ["held"] * 3, 7.5, days=-1)
    for number, outcomes in ((5, ["held"] * 3), (6, ["foot-down"] * 3)):
        name, _ = do(rightly, number, outcomes, 8.7, patient=RIGHT)
    Screenings(rightly).add(RIGHT, "Ada K.", CLEAR, {}, NOW)
    Levels(rightly).say(name, "Ada K.", {"pain": 2.0, "effort_rpe": 13.0})
    for code in (WRONG, RIGHT):
        assert Levels(records).now(code, TODAY) == Levels(rightly).now(code, TODAY)
        assert Levels(records).done(code, TODAY) == Levels(rightly).done(code, TODAY)
    rightly.close()


def test_a_set_of_the_wrong_patient_after_it_is_decided_again(records, tmp_path):
    later, seen = do(records, 20, ["held"] * 3, 7.5, days=1)
    moved(records, Visits(records).newest(WRONG)[1]["id"])
    without = open_records(tmp_path / "without.sqlite", now_ns=lambda: LATER)
    Plans(without).make(WRONG, PlanWish("Ada K.", NOW, TYPED))
    do(without, 1, ["held"] * 3, 7.5, days=-1)
    _, rightly = do(without, 20, ["held"] * 3, 7.5, days=1)
    now = Levels(records).decide(later)
    assert now == rightly != seen
    tomorrow = TODAY + timedelta(days=1)
    assert Levels(records).now(WRONG, tomorrow) == Levels(without).now(WRONG, tomorrow)
    without.close()


def test_nobody_vibrates_by_answers_that_were_written_under_another(records):
    screenings = Screenings(records)
    asked(CLEAR, RIGHT, records)
    for code in (WRONG, RIGHT):
        assert screenings.of(code, NOW).fault == ""
    moved(records)
    for code in (WRONG, RIGHT):
        found = screenings.of(code, NOW)
        assert (found.fault, found.verdict) == ("screening-lacking", None)
        with pytest.raises(StationError) as refusal:
            found.allow()
        assert refusal.value.code in ("screening-lacking", "training-ended")
        with pytest.raises(StationError):
            screenings.override(code, "Dr. B", {kind_of(RELATIVE): "seen"}, NOW)
    assert screenings.of(RIGHT, NOW).row["answers"] == CLEAR, "what was answered is kept"
    asked(CLEAR, WRONG, records)
    assert screenings.of(WRONG, NOW).fault == ""


@pytest.mark.parametrize("kind", ["absolute", "red-flag"])
def test_an_answer_that_nobody_can_override_goes_on_locking(records, kind):
    asked({**CLEAR, kind_of(kind): "yes", kind_of(RELATIVE): "yes"}, WRONG, records)
    moved(records)
    screenings = Screenings(records)
    screenings.override(RIGHT, "Dr. B", {kind_of(RELATIVE): "seen"}, NOW)
    found = screenings.of(RIGHT, NOW)
    assert found.fault == "screening-locked"
    assert bool(found.flags) is (kind == "red-flag")
    assert screenings.of(WRONG, NOW).fault == "screening-lacking"


def test_what_a_clinician_may_override_allows_nothing_afterwards(records):
    asked({**CLEAR, kind_of(RELATIVE): "yes"}, WRONG, records)
    moved(records)
    with pytest.raises(StationError) as refusal:
        Screenings(records).override(RIGHT, "Dr. B", {kind_of(RELATIVE): "seen"}, NOW)
    assert refusal.value.code == "screening-lacking"


def test_a_fall_ends_the_day_of_who_fell(records):
    with records.reading() as transaction:
        assert newest_fall_ns(transaction, WRONG, 0) is not None
    moved(records)
    with records.reading() as transaction:
        assert (newest_fall_ns(transaction, WRONG, 0), newest_fall_ns(transaction, RIGHT, 0)) == (None, LATER)


def test_a_lock_that_was_released_in_it_is_released_for_neither(records):
    Levels(records).unlock(WRONG, "D03", "left", "Ada K.", "looked well")
    moved(records)
    assert moved_line(records)["rows"]["unlocks"] == 1
    for code in (WRONG, RIGHT):
        assert "rung-unlocked" not in str(Levels(records).now(code, TODAY))


def moved_line(records: Records) -> dict:
    (line,) = [one for one in AuditLog(records).newest(200) if one["what"] == MOVED]
    assert line["who"] == "Ada K."
    return dict(line["detail"])


def test_a_signed_visit_is_to_be_signed_again_and_the_audit_log_says_all_of_it(records):
    visit = visit_of(records)
    assert Visits(records).close(visit, "Ben S.")
    moved(records)
    (line,) = Visits(records).newest(RIGHT)
    assert (line["state"], line["closed_by"], line["closed_ns"]) == ("open", "", None)
    said = moved_line(records)
    assert {name: said[name] for name in ("visit", "from", "to", "reason", "signed_by")} == {
        "visit": visit,
        "from": WRONG,
        "to": RIGHT,
        "reason": WORD.reason,
        "signed_by": "Ben S.",
    }
    rows = said["rows"]
    assert (rows["session"], rows["committed"], rows["level"], rows["screening"]) == (2, 2, 2, 1)
    assert AuditLog(records).first_broken() is None
    assert Visits(records).close(visit, "Ada K.")
    move_visit(records, visit, WRONG, WORD, NOW)
    assert len(Sessions(records).newest(WRONG)) == 3, "and back again"


def beside(records: Records, number: int) -> str:
    """P-8's own visit of the same day, whose set comes before P-7's sets or behind them, with answers of their own."""
    name, _ = do(records, number, ["held"] * 3, 7.0, patient=RIGHT)
    asked(CLEAR, RIGHT, records)
    enter(records, RIGHT, Entered("pain", "Ben S.", {}, "their own"))
    refuse(records, RIGHT, UnwantedTest("romberg", "together-open", "Ben S.", "cold"))
    choose(records, RIGHT, RungAsked("D03", "left", 3, 2), "Ben S.", "asked for", TODAY)
    return name


@pytest.mark.parametrize("number", [4, 7], ids=["before", "behind"])
def test_a_visit_that_was_moved_to_the_wrong_one_comes_back_alone(records, number):
    """In a group two visits go on at the same time: what each patient had of their own stays theirs."""
    beside(records, number)
    visit = visit_of(records)
    before = [state(records, code) for code in (WRONG, RIGHT)]
    moved(records, visit)
    assert state(records, RIGHT) != before[1]
    moved(records, visit, WRONG)
    assert [state(records, code) for code in (WRONG, RIGHT)] == before


def test_their_own_visit_goes_without_what_came_with_the_other(records):
    beside(records, 4)
    own, came = visit_of(records, RIGHT), visit_of(records)
    moved(records, came)
    before = state(records, RIGHT)
    assert (before["entries"]["pain"]["refused"], len(before["visits"])) == ("their own", 2)
    Patients(records).enter("P-9", {}, "Ada K.", sure=True)
    moved(records, own, "P-9")
    there, left = state(records, "P-9"), state(records, RIGHT)
    assert (len(there["sessions"]), there["entries"]["pain"]["refused"]) == (1, "their own")
    assert there["refused"] == {"together-open": "cold"}
    assert (len(left["sessions"]), left["entries"]["pain"]["refused"]) == (2, "not today")
    assert (left["refused"], len(left["incidents"])) == ({"together-open": "tired"}, 1)


@pytest.mark.parametrize("kind", ["questions", "form", "test", "fall", "level"])
def test_what_was_written_while_two_visits_went_on_and_names_neither_is_moved_by_no_guess(records, kind):
    beside(records, 4)
    own, came = visit_of(records, RIGHT), visit_of(records)
    moved(records, came)
    write = {
        "questions": lambda: asked(CLEAR, RIGHT, records),
        "form": lambda: enter(records, RIGHT, Entered("pain", "Ada K.", {}, "whose is it?")),
        "test": lambda: refuse(records, RIGHT, UnwantedTest("romberg", "together-open", "Ada K.", "whose?")),
        "fall": lambda: Incidents(records).tell(NewIncident("9" * 36, RIGHT, LATER, "Ada K.", 0, 0, {})),
        "level": lambda: choose(records, RIGHT, RungAsked("D03", "left", 4, 2), "Ada K.", "whose?", TODAY),
    }
    write[kind]()
    before = [state(records, code) for code in (WRONG, RIGHT)]
    with pytest.raises(InputError) as refusal:
        moved(records, came, WRONG)
    assert (refusal.value.code, refusal.value.problems[0].reason) == ("input-invalid", "visits-overlap")
    assert [state(records, code) for code in (WRONG, RIGHT)] == before
    records.now_ns = lambda: LATER + NS_PER_S
    Visits(records).close(own, "Ben S.")  # signed, it is over all the same while that was written
    with pytest.raises(InputError):
        moved(records, came, WRONG)


def test_what_a_session_names_is_told_by_it_while_two_visits_go_on(records):
    beside(records, 4)
    came = visit_of(records)
    moved(records, came)
    (name, *_) = [one["id"] for one in Sessions(records).newest(RIGHT) if one["visit"] == came]
    Levels(records).say(name, "Ada K.", {"pain": 3.0, "effort_rpe": 11.0})
    Incidents(records).tell(NewIncident("8" * 36, RIGHT, LATER, "Ada K.", EPOCH, 5, {"running": True}))
    moved(records, came, WRONG)
    assert {one["visit"] for one in Incidents(records).of(WRONG)} == {came}
    assert len(Incidents(records).of(WRONG)) == 2
    assert Incidents(records).of(RIGHT) == []


def test_what_cannot_be_is_refused_and_changes_nothing(records):
    before = [state(records, one) for one in (WRONG, RIGHT)], len(AuditLog(records).newest(500))
    visit = visit_of(records)
    for asked_of, right, word, code in (
        (visit, "P-99", WORD, "patient-unknown"),
        (visit, "p-7", WORD, "input-invalid"),
        (visit, RIGHT, Statement("Ada K.", " "), "input-invalid"),
        (visit, RIGHT, Statement(" ", "why"), "input-invalid"),
        ("nowhere", RIGHT, WORD, "visit-unknown"),
    ):
        with pytest.raises(InputError) as refusal:
            move_visit(records, asked_of, right, word, NOW)
        assert refusal.value.code == code
    assert ([state(records, one) for one in (WRONG, RIGHT)], len(AuditLog(records).newest(500))) == before


def test_an_order_that_was_entered_in_it_is_seen_to_first(records):
    order = LoadOrder("left", 20.0, 25.0, "Dr. Novak", "2026-06-15", "2026-06-20")
    with records.writing() as transaction:
        enter_order(transaction, NewOrder(WRONG, "Ada K.", order, "1" * 36), NOW, LATER)
    with pytest.raises(InputError) as refusal:
        moved(records)
    assert (refusal.value.code, refusal.value.problems[0].reason) == ("input-invalid", "order-in-visit")
    with records.writing() as transaction:
        withdraw(transaction, WRONG, "1" * 36, WORD, LATER)
    assert moved(records).right == RIGHT


def test_which_rung_was_asked_for_goes_over(records):
    choose(records, WRONG, RungAsked("D03", "left", 3, 2), "Ada K.", "asked for", TODAY)
    moved(records)
    assert moved_line(records)["rows"]["unlocks"] == 0
    with records.reading() as transaction:
        ids = {row.code: row.id for row in transaction.scalars(select(PatientRow))}
        found = [chosen_on(transaction, ids[code], "D03", "left", TODAY) for code in (WRONG, RIGHT)]
    assert [len(one) for one in found] == [0, 1]


def test_nothing_goes_to_who_was_erased(records):
    Erasures(records).erase(RIGHT, WORD, NOW)
    with pytest.raises(InputError) as refusal:
        moved(records)
    assert refusal.value.code == "patient-unknown"


@pytest.mark.parametrize(("code", "begun"), [(WRONG, True), (RIGHT, False)])
def test_while_either_is_on_the_plate_nothing_moves(records, code, begun):
    """Also between the commitment of a dose and the first sample."""
    visit = visit_of(records)
    if begun:
        Sessions(records).begin(new(30, code, NOON + timedelta(hours=1)))
    else:
        where = Placed("boot", NOW.mono_ns, TODAY.isoformat())
        Doses(records).commit(Claim(code, EPOCH, 30, where, LATER, GIVEN), NOW)
    with pytest.raises(InputError) as refusal:
        moved(records, visit)
    assert (refusal.value.code, refusal.value.where) == ("visit-runs", code)


def test_a_dose_that_nobody_can_name_goes_on_counting_for_everybody(records):
    where = Placed("boot", NOW.mono_ns, TODAY.isoformat())
    Doses(records).commit(Claim("", EPOCH, 77, where, LATER - 90 * NS_PER_S, GIVEN), NOW)
    moved(records)
    assert [Doses(records).today(one, LATER)["vibration_s"] for one in (WRONG, RIGHT, "P-9")] == [30.0, 90.0, 30.0]


def killed_after(path: Path, at: int) -> int:
    """How a process ended that moved the visit and was killed before this statement, counted from 1 (0: before none);
    where it came to its end, how many it took.
    """
    said = path.with_suffix(".said")
    child = os.fork()
    if child == 0:
        count, connect = [0], sqlite3.connect

        def trace(_: str) -> None:
            count[0] += 1
            if count[0] == at:
                os.kill(os.getpid(), signal.SIGKILL)

        def traced(*given, **options):
            made = connect(*given, **options)
            made.set_trace_callback(trace)
            return made

        try:
            sqlite3.connect = traced
            moved(open_records(path, now_ns=lambda: LATER))
            said.write_text(str(count[0]))
        finally:
            os._exit(0)
    _, ended = os.waitpid(child, 0)
    return -os.WTERMSIG(ended) if os.WIFSIGNALED(ended) else int(said.read_text())


def test_the_power_cut_at_any_statement_leaves_the_old_or_the_new(written, tmp_path):
    """A process is killed before one of its statements to the real file, the last of which commits."""

    def run(at: int) -> tuple[int, list[str], Path]:
        path = Path(shutil.copy(written, tmp_path / f"{at}.sqlite"))
        ended = killed_after(path, at)
        with closing(sqlite3.connect(path)) as file:  # as the next process opens it
            assert file.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
            return ended, list(file.iterdump()), path

    with closing(sqlite3.connect(written)) as file:
        old = list(file.iterdump())
    whole, new_one, path = run(0)
    assert whole > 40
    assert new_one != old
    with closing(open_records(path)) as there:
        assert AuditLog(there).first_broken() is None
    for at in (1, 2 * whole // 3, whole):
        ended, found, _ = run(at)
        assert (ended, found == old) == (-signal.SIGKILL, True), f"killed before statement {at} of {whole}"
