"""The day's doses made again from the recordings: by header, by name alone, virtual runs apart."""

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from drills.library import load_shipped
from drills.prescription import Asked, prescribe
from drills.values import Leg
from station.clock import NS_PER_S, VirtualClock, VouchedMoment, local_midnight_ns
from station.recording.books import Books
from station.recording.layout import records_path
from station.recording.prescribed import COASTING_S, WHOLE_DAY, prescribed_dose
from station.recording.session import Origin, SessionRecorder
from station.records.dose import Dose, Statement
from station.records.file import open_records
from station.safety.limits import HARD

if TYPE_CHECKING:
    from tests.station.conftest import MakeEvent, Pack

NOON = local_midnight_ns(1_780_000_000 * NS_PER_S) + 12 * 3600 * NS_PER_S
NOW = VouchedMoment("this boot", 3600 * NS_PER_S, NOON, "synchronised")
LATER = NOW._replace(mono_ns=NOW.mono_ns + 600 * NS_PER_S, wall_ns=NOON + 600 * NS_PER_S)
EPOCH_NS = NOON - 3600 * NS_PER_S
DOCUMENT = load_shipped("single-leg-vibration")
PRESCRIBED = prescribe(DOCUMENT, Asked(Leg.LEFT, hold_s=10.0, trials=2))
SAID = {
    "document": DOCUMENT.model_dump(mode="json", by_alias=True),
    "prescription": PRESCRIBED.model_dump(mode="json"),
    "platform": None,
}
WHOLE_S = prescribed_dose(SAID).vibration_s

Record = Callable[..., Path]


@pytest.fixture
def record_one(tmp_path: Path, pack: "Pack", make_event: "MakeEvent", session_started: "MakeEvent") -> Record:
    """`record_one(number, **origin)`: a session's recording, and no row of it."""

    def write(number: int = 1, *, ended: bool = False, **origin: Any) -> Path:
        started = {**session_started(number), **SAID, "patient": "P-7"}
        said = {"epoch_ns": EPOCH_NS, "boot_id": "this boot", "clock": {"epoch_ns": EPOCH_NS}, **origin}
        recorder = SessionRecorder.start(tmp_path, started, Origin(77, **said))
        recorder.event(started)
        payloads = [pack(seq, session=number) for seq in range(100)]
        recorder.append(payloads)
        if ended:
            recorder.event(make_event("drill-ended", 99, number, outcome="completed"))
        recorder.finish()
        return recorder.path

    return write


@pytest.fixture
def books(tmp_path: Path) -> Books:
    return Books(tmp_path, open_records(records_path(tmp_path)))


def counts(books: Books, patient: str = "P-7", now: VouchedMoment = NOW) -> float:
    books.days.enter_recordings(now)
    books.days.doses.pass_time(now)
    return books.days.doses.today(patient, now.wall_ns)["vibration_s"]


def test_the_whole_prescription_is_every_trial_in_full_with_its_ramps_and_coasting():
    keys = DOCUMENT.exercise_step.vibration
    ramps_s = keys.ramp_up_s + keys.ramp_down_s
    assert pytest.approx(2 * (10.0 + ramps_s + COASTING_S)) == WHOLE_S
    assert prescribed_dose({**SAID, "prescription": {**SAID["prescription"], "displacement_pp_mm": 0.0}}) == Dose()
    for damaged in ({}, {**SAID, "document": {"name": "?"}}, {**SAID, "prescription": None}, {**SAID, "platform": 7}):
        assert prescribed_dose(damaged) == WHOLE_DAY
    assert WHOLE_DAY.vibration_s >= HARD.day_s


def test_recordings_that_no_row_knows_count_by_their_headers(books, record_one):
    record_one(1)
    record_one(2)
    assert counts(books) == pytest.approx(2 * WHOLE_S)
    assert counts(books, "P-8") == 0.0
    assert counts(books) == pytest.approx(2 * WHOLE_S)  # once


def test_a_recording_of_an_earlier_day_or_a_virtual_one_does_not_count(books, record_one):
    record_one(1, boot_id="z", clock={"epoch_ns": EPOCH_NS - 24 * 3600 * NS_PER_S})
    record_one(2, epoch_ns=VirtualClock.epoch_ns, clock=None)
    record_one(3, epoch_ns=EPOCH_NS - 24 * 3600 * NS_PER_S, clock=None)  # of an earlier program
    assert counts(books) == 0.0
    record_one(4, clock=None)  # of an earlier program, today
    assert counts(books) == pytest.approx(WHOLE_S)


def test_one_of_which_nobody_knows_the_day_counts_today(books, record_one):
    record_one(1, boot_id="z", clock={"epoch_ns": None}, epoch_ns=EPOCH_NS - 400 * 24 * 3600 * NS_PER_S)
    assert counts(books) == pytest.approx(WHOLE_S)
    tomorrow = NOW._replace(mono_ns=NOW.mono_ns + 24 * 3600 * NS_PER_S, wall_ns=NOON + 24 * 3600 * NS_PER_S)
    assert counts(books, now=tomorrow) == 0.0


@pytest.mark.parametrize("left", [0, 5, 40])
def test_one_whose_header_cannot_be_read_is_a_whole_day_of_everybody(books, record_one, left):
    path = record_one(1)
    path.write_bytes(path.read_bytes()[:left])
    path.with_name("notes.mcap").write_bytes(b"no session's name")
    for patient in ("P-7", "P-8"):
        assert counts(books, patient) == HARD.day_s
    (one,) = books.days.doses.counting(not_known=True)
    books.days.doses.decide(one["id"], 3.0, Statement("Dr. Gruber", "of P-7, seen"), LATER)
    assert counts(books, "P-8") == 3.0


def test_one_that_was_begun_for_a_committed_dose_counts_as_that(books, record_one):
    books.days.commit({**SAID, "patient": "P-7"}, (78, 1), NOW._replace(wall_ns=EPOCH_NS))
    path = record_one(1)
    path.write_bytes(b"")
    assert counts(books) == pytest.approx(WHOLE_S)
    assert counts(books, "P-8") == 0.0


def test_the_result_takes_the_place_only_where_the_recording_is_whole(books, record_one):
    path = record_one(1, ended=True)
    books.settle([path], "", NOON)
    assert counts(books) == pytest.approx(WHOLE_S)
    given = {"vibration_s": 4.0, "a8_m_s2": 0.1, "vdv_m_s175": 1.0, "peak_acceleration_g": 0.2, "source": "estimated"}
    result = {"pipeline": "station-1", "pipeline_version": 1, "trials": [], "dose": given}
    books.store(path.stem, {**result, "whole": False}, NOON)
    assert counts(books) == pytest.approx(WHOLE_S)
    books.store(path.stem, {**result, "whole": True}, NOON)
    assert counts(books) == 4.0


def test_lost_records_are_this_stations_again(books, tmp_path, record_one):
    own = books.identify()
    path = record_one(1, station_id=own)
    for left in tmp_path.glob("records.sqlite*"):
        left.unlink()
    again = Books(tmp_path, open_records(records_path(tmp_path)))
    assert again.identify() == own
    again.settle([path], "", NOON)
    assert [row["id"] for row in again.sessions.newest()] == [path.stem]
    assert counts(again) == pytest.approx(WHOLE_S)


def test_an_older_copy_of_the_records_knows_less_than_the_recordings(books, tmp_path, record_one):
    record_one(1)
    counts(books)
    older = records_path(tmp_path).with_suffix(".old")
    books._records._engine.dispose()
    older.write_bytes(records_path(tmp_path).read_bytes())
    for beside in ("-wal", "-shm"):
        if (kept := Path(f"{records_path(tmp_path)}{beside}")).exists():
            Path(f"{older}{beside}").write_bytes(kept.read_bytes())
    record_one(2)
    assert counts(books) == pytest.approx(2 * WHOLE_S)
    again = Books(tmp_path, open_records(older))
    assert counts(again) == pytest.approx(2 * WHOLE_S)
