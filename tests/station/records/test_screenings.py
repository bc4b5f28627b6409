"""Screenings in the records: the newest counts, for some hours of this start of the computer, and a person stands for
each override.
"""

import pytest

from station.clinic.screening.items import shipped
from station.clinic.screening.verdict import Override
from station.clock import VouchedMoment
from station.faults import InputError, StationError
from station.records.audit import AuditLog
from station.records.file import Records, open_records
from station.records.incidents import MISTAKE, Incidents, NewIncident
from station.records.patients import Patients
from station.records.screenings import Screenings, SeenScreening, items_version

HOUR_NS = 3600 * 10**9
CLEAR = {one.id: "no" for one in shipped().item} | {"mass-kg": 70.0, "dizziness": 0, "pain": 1}
NOW = VouchedMoment("boot", 100 * HOUR_NS, 5000 * HOUR_NS, "")


def later(hours=0.0, boot="boot"):
    return NOW._replace(mono_ns=NOW.mono_ns + round(hours * HOUR_NS), boot_id=boot)


@pytest.fixture
def screenings(records: Records) -> Screenings:
    return Screenings(records)


def test_nobody_is_screened_in_a_new_file_or_in_none(screenings, tmp_path):
    for one in (screenings, Screenings(open_records(tmp_path / "none", read_only=True))):
        found = one.of("P01", NOW)
        assert (found.fault, found.until_ns, found.row) == ("screening-lacking", 0, None)
        with pytest.raises(StationError, match="screening-never"):
            found.allow()


def test_what_was_answered_holds_for_twelve_hours_of_this_start(screenings):
    screenings.add("p01", "Eva", CLEAR, {}, NOW)
    assert screenings.of("P01", later(11.99)).allow() == NOW.mono_ns + 12 * HOUR_NS
    for when in (later(12.0), later(1.0, boot="another"), later(-0.1), later(boot="")):
        found = screenings.of("P01", when)
        assert (found.fault, found.problems[0].reason) == ("screening-lacking", "screening-expired")
    assert screenings.of("P02", NOW).fault == "screening-lacking"


def test_the_newest_counts_and_a_correction_is_a_new_row(screenings, records):
    screenings.add("P01", "Eva", CLEAR, {}, NOW)
    screenings.add("P01", "Eva", CLEAR | {"epilepsy": "yes"}, {}, later(0.1))
    found = screenings.of("P01", later(0.2))
    assert (found.fault, [one.values["item"] for one in found.problems]) == ("screening-locked", ["epilepsy"])
    found.allow_session()
    lines = AuditLog(records).newest(9)
    assert [(line["who"], line["what"]) for line in lines] == [("Eva", "screened")] * 2
    assert lines[1]["detail"]["answers"]["epilepsy"] == "yes"


def test_a_red_flag_ends_the_session(screenings):
    screenings.add("P01", "Eva", CLEAR | {"head-strike": "yes"}, {}, NOW)
    with pytest.raises(StationError, match="screening-locked"):
        screenings.of("P01", NOW).allow_session()


def test_after_a_fall_nothing_starts_that_day_until_the_questions_are_asked_again(screenings, records):
    def at(hours):
        return later(hours)._replace(wall_ns=NOW.wall_ns + round(hours * HOUR_NS))

    screenings.add("P01", "Eva", CLEAR | {"diabetes": "yes"}, {}, NOW)
    new = NewIncident("f" * 32, "P01", at(1).wall_ns, "ab12cd", 0, 0, {})
    Incidents(records).tell(new)  # nobody has said yet what it was
    screenings.override("P01", "Dr. Gruber", {"diabetes": "glucose 6.1"}, at(2))  # asks nobody
    for what in (screenings.of("P01", at(2)).allow, screenings.of("p01", at(2)).allow_session):
        with pytest.raises(StationError, match="training-ended"):
            what()
    screenings.of("P02", at(2)).allow_session()
    screenings.of("P01", at(26)).allow_session()  # another day
    Incidents(records).describe(new.id, "Eva", MISTAKE, None)
    assert not screenings.of("P01", at(2)).ended
    Incidents(records).describe(new.id, "Eva", "near-fall", None)
    assert screenings.of("P01", at(2)).ended
    screenings.add("P01", "Eva", CLEAR, {}, at(2))
    screenings.of("P01", at(3)).allow()
    assert screenings.of("P01", at(3)._replace(boot_id="another")).ended  # what does not hold says nothing


def test_an_override_carries_name_and_reason_into_the_audit_log_and_holds_no_longer(screenings, records):
    screenings.add("P01", "Eva", CLEAR | {"diabetes": "yes", "migraine": "yes"}, {}, NOW)
    screenings.override("P01", "Dr. Gruber", {"diabetes": "glucose 6.1"}, later(5.0))
    assert [one.values["item"] for one in screenings.of("P01", later(5.0)).problems] == ["migraine"]
    screenings.override("P01", "Dr. Gruber", {"migraine": "none for a year"}, later(6.0))
    assert screenings.of("P01", later(11.0)).allow() == NOW.mono_ns + 12 * HOUR_NS
    overridden = [line for line in AuditLog(records).newest(9) if line["what"] == "screening-overridden"]
    assert [(line["who"], line["detail"]["item"], line["detail"]["reason"]) for line in overridden] == [
        ("Dr. Gruber", "diabetes", "glucose 6.1"),
        ("Dr. Gruber", "migraine", "none for a year"),
    ]
    assert AuditLog(records).first_broken() is None


@pytest.mark.parametrize(
    ("item", "by", "reason"), [("epilepsy", "x", "y"), ("diabetes", "", "y"), ("diabetes", "x", "")]
)
def test_what_cannot_be_overridden_leaves_nothing(screenings, records, item, by, reason):
    screenings.add("P01", "Eva", CLEAR | {"epilepsy": "yes", "diabetes": "yes"}, {}, NOW)
    with pytest.raises(InputError):
        screenings.override("P01", by, {item: reason}, later(1.0))
    assert len(AuditLog(records).newest(9)) == 1
    with pytest.raises(StationError, match="screening-lacking"):
        screenings.override("P01", "x", {"diabetes": "y"}, later(13.0))


def test_answers_without_a_name_or_wrong_ones_are_not_written(screenings, records):
    for by, answers in (("", CLEAR), ("Eva", CLEAR | {"eye": "perhaps"})):
        with pytest.raises(InputError):
            screenings.add("P01", by, answers, {}, NOW)
    with pytest.raises(InputError):
        screenings.add("P01", "Eva", CLEAR, {"eye": Override("x", "y")}, NOW)
    assert AuditLog(records).newest(9) == []


def test_whoever_was_two_people_is_asked_again(screenings, records):
    screenings.add("P01", "Eva", CLEAR, {}, NOW)
    screenings.add("P0I", "Eva", CLEAR | {"epilepsy": "yes"}, {}, NOW)
    Patients(records).correct_code("P0I", "P01", "Eva", "mistyped")
    assert screenings.of("P01", NOW).fault == "screening-lacking"


@pytest.mark.parametrize("back_hours", [1, 24 * 400])
def test_a_clock_that_is_set_back_does_not_bring_an_older_screening_back(tmp_path, back_hours):
    wall_ns = [5000 * HOUR_NS]
    records = open_records(tmp_path / "records.sqlite", now_ns=lambda: wall_ns[0])
    screenings = Screenings(records)
    screenings.add("P01", "Eva", CLEAR, {}, NOW)
    wall_ns[0] -= back_hours * HOUR_NS
    screenings.add("P01", "Eva", CLEAR | {"epilepsy": "yes", "diabetes": "yes"}, {}, later(0.1))
    assert [one.values["item"] for one in screenings.of("P01", later(0.2)).problems] == ["epilepsy", "diabetes"]
    screenings.override("P01", "Dr. Gruber", {"diabetes": "glucose 6.1"}, later(0.3))
    assert [one.values["item"] for one in screenings.of("P01", later(0.4)).problems] == ["epilepsy"]
    records.close()


def test_who_answers_after_somebody_else_did_must_have_seen_it(screenings, records):
    version = items_version()
    screenings.add("P01", "Ben", CLEAR | {"epilepsy": "yes", "diabetes": "yes"}, {}, NOW, SeenScreening("", version))
    for seen in ("", "0" * 36):
        with pytest.raises(StationError, match="screening-changed"):
            screenings.add("P01", "Eva", CLEAR, {}, later(0.1), SeenScreening(seen, version))
        with pytest.raises(StationError, match="screening-changed"):
            screenings.override("P01", "Eva", {"diabetes": "x"}, later(0.1), SeenScreening(seen))
    assert len(AuditLog(records).newest(9)) == 1
    known = screenings.of("P01", later(0.1)).row["id"]
    screenings.add("P01", "Eva", CLEAR, {}, later(0.1), SeenScreening(known, version))
    assert screenings.of("P01", later(0.2)).fault == ""
    with pytest.raises(InputError, match="screening-other-items"):
        screenings.add("P01", "Eva", CLEAR, {}, later(0.3), SeenScreening(known, "another"))


def test_the_same_again_is_written_once_but_not_where_it_no_longer_holds(screenings, records):
    seen = SeenScreening("", items_version())
    for hours in (0.0, 0.001):
        screenings.add("P01", "Eva", CLEAR, {}, later(hours), seen)
    assert screenings.of("P01", later(0.1)).until_ns == later(12).mono_ns
    assert len(AuditLog(records).newest(9)) == 1
    with pytest.raises(StationError, match="screening-changed"):  # of another start of the computer: no repetition
        screenings.add("P01", "Eva", CLEAR, {}, later(0.1, boot="another"), seen)


def test_an_override_is_of_the_newest_answers(screenings):
    """Somebody answers "yes" while another is about to override what was answered before."""
    screenings.add("P01", "Eva", CLEAR | {"diabetes": "yes"}, {}, NOW)
    screenings.add("P01", "Ben", CLEAR | {"diabetes": "yes", "chest-breath-faint-pulse": "yes"}, {}, later(0.1))
    screenings.override("P01", "Eva", {"diabetes": "glucose 6.1"}, later(0.2))
    found = screenings.of("P01", later(0.3))
    assert (found.fault, found.verdict.session) == ("screening-locked", False)
    assert (found.row["by"], found.row["overrides"]["diabetes"]["by"]) == ("Ben", "Eva")


def test_answers_to_another_list_of_questions_do_not_hold(screenings, records):
    screenings.add("P01", "Eva", CLEAR, {}, NOW)
    with records.writing() as transaction:
        transaction.connection().exec_driver_sql("UPDATE screening SET items = '0123456789ab'")
    found = screenings.of("P01", NOW)
    assert (found.fault, found.problems[0].reason, found.until_ns) == ("screening-lacking", "screening-other-items", 0)


def test_under_a_code_that_was_taken_over_nobody_is_screened(screenings, records):
    screenings.add("P01", "Eva", CLEAR, {}, NOW)
    Patients(records).correct_code("P01", "P07", "Eva", "mistyped")
    assert screenings.of("P07", NOW).fault == ""  # the same person
    assert screenings.of("P01", NOW).fault == "screening-lacking"
