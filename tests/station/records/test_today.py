"""What of a patient holds today, in one call."""

from datetime import timedelta

import pytest

from station.clinic.plan.measuring import Known
from station.clinic.plan.week import WeekLeft
from station.clock import NS_PER_S, VouchedMoment
from station.faults import StorageError
from station.records.day import Placed
from station.records.dose import Claim, Dose, Doses, said_s
from station.records.file import open_records
from station.records.plans import Plans, PlanWish
from station.records.screenings import LACKING, Screenings
from station.records.sessions import SessionEnd, Sessions
from station.records.today import today_of
from station.records.use import use_of
from station.records.visits import Visits
from tests.station.records.made import EPOCH, NOON, new, ns, result

NOW = VouchedMoment("boot-a", 3600 * NS_PER_S, ns(NOON + timedelta(hours=1)), "rtc")


def done(records, number: int, at, vibration_s: float, paused_s: float = 0.0, **changed: str) -> None:
    sessions, session = Sessions(records), new(number, "P07", at)._replace(**changed)
    sessions.begin(session)
    known = result(vibration_s=vibration_s)
    if paused_s:
        known["exercised"] = {str(one["trial"]): {"paused_s": paused_s} for one in known["trials"]}
    sessions.store_results(session.name, known)
    sessions.end(session.name, SessionEnd("done", "completed", ns(at) + 90 * NS_PER_S, None))


def test_of_somebody_new_nothing_holds(records):
    known = today_of(records, "P07", NOW)
    assert (known.screened.fault, known.stay) == (LACKING, None)
    assert not any(known.dose.values())


def test_questions_the_last_stay_and_the_dose_are_those_of_this_patient(records):
    done(records, 1, NOON - timedelta(days=4), 10.0)
    done(records, 2, NOON, 20.0)
    done(records, 3, NOON + timedelta(minutes=5), 30.0)
    Sessions(records).begin(new(4, "P08", NOON + timedelta(minutes=9)))
    Screenings(records).add("P07", "Ada K.", {"pregnancy": "no"}, {}, NOW)
    known = today_of(records, "p07", NOW)
    assert known.screened.row["by"] == "Ada K."
    assert known.screened.until_ns > NOW.mono_ns
    assert known.stay.started_ns == ns(NOON)
    assert (known.stay.drills, known.stay.seconds) == (2, 180.0)
    assert known.stay.last["outcome"] == "completed"
    assert known.dose["vibration_s"] == 50.0
    assert known.week == (1, 2, 50.0)  # it is Monday
    sunday = NOW._replace(wall_ns=ns(NOON + timedelta(days=6)))
    assert today_of(records, "p07", sunday).week == (1, 2, 50.0)
    assert today_of(records, "p07", sunday._replace(wall_ns=ns(NOON + timedelta(days=7)))).week == (0, 0, 0.0)


def test_of_what_vibrated_everything_says_what_the_day_counts(records):
    """Control counts the plate's coming to rest, which the recording may lack: the larger holds, for all who ask."""
    done(records, 1, NOON, 101.8)
    where = Placed(NOW.boot_id, NOW.mono_ns, "")
    doses = Doses(records)
    doses.commit(Claim("P07", EPOCH, 1, where, ns(NOON), Dose(150.0, 2.0, 2.0)), NOW)
    (session,) = Sessions(records).newest("P07")

    def said() -> set[float]:
        known, whole = today_of(records, "P07", NOW), Visits(records).whole(session["visit"])
        (use,) = use_of(records, 1000)
        return {
            known.dose["vibration_s"],
            known.week.vibration_s,
            whole["sessions"][0]["vibration_s"],
            Sessions(records).detail(session["id"])["counts"]["vibration_s"],
            use.vibration_s,
            doses.counting()[0]["counts_s"],
        }

    assert said() == {150.0}  # nobody knows yet how much was given
    doses.settle(EPOCH, 1, Dose(103.4, 1.0, 1.0))
    assert said() == {103.4}
    assert said_s(103.4) == 104
    assert [said_s(one) for one in (0.0, 60.0000001, 0.004)] == [0, 60, 1]


def test_of_a_drill_that_runs_no_visit_says_how_much_was_given(records):
    Sessions(records).begin(new(1, "P07"))
    where = Placed(NOW.boot_id, NOW.mono_ns, "")
    Doses(records).commit(Claim("P07", EPOCH, 1, where, ns(NOON), Dose(150.0, 2.0, 2.0)), NOW)
    (session,) = Sessions(records).newest("P07")
    assert Visits(records).whole(session["visit"])["sessions"][0]["vibration_s"] is None


def test_the_last_stay_lasted_without_its_pauses(records):
    done(records, 1, NOON, 20.0, paused_s=70.0)
    done(records, 2, NOON + timedelta(minutes=5), 30.0)
    stay = today_of(records, "P07", NOW).stay
    assert (stay.drills, stay.seconds, stay.last["paused_s"]) == (2, 110.0, 0.0)


def test_what_is_left_of_the_plans_week_counts_training_alone(records):
    records.now_ns = lambda: NOW.wall_ns
    assert today_of(records, "P07", NOW).left == WeekLeft("none")
    Plans(records).make("P07", PlanWish("Ada", NOW, {"age_years": Known(70, "typed", NOON.date().isoformat(), "Ada")}))
    new_plan = today_of(records, "P07", NOW).left
    done(records, 1, NOON, 0.0, drill="one-leg")
    done(records, 2, NOON + timedelta(minutes=5), 0.0, drill="quick-one-leg")  # a test
    done(records, 3, NOON - timedelta(days=7), 0.0, drill="one-leg")
    done(records, 4, NOON + timedelta(minutes=9), 0.0, paused_s=80.0, drill="one-leg")  # 10 s on the plate
    known = today_of(records, "P07", NOW)
    assert (known.week.drills, known.left.state, known.left.proposed) == (3, "left", True)
    assert (new_plan.days - known.left.days, new_plan.minutes - known.left.minutes) == (1, 1)  # 90 s: one full minute
    assert today_of(records, "P07", NOW._replace(wall_ns=ns(NOON + timedelta(weeks=9)))).left.state == "ended"


def test_what_begins_behind_a_signed_visit_is_another_one(records):
    records.now_ns = lambda: NOW.wall_ns
    visits = Visits(records)
    for expected in (False, False):  # both are open, one beside the other's end
        visit = visits.open("P07", "Ada")
        assert today_of(records, "p07", NOW).signed is expected
    visits.close(visit, "Ada")
    assert today_of(records, "p07", NOW).signed is False  # the first was left: a drill goes on in it
    assert today_of(records, "P08", NOW).signed is False
    other = visits.open("P08", "Ada")
    visits.close(other, "Ada")
    assert today_of(records, "P08", NOW).signed is True
    assert today_of(records, "P08", NOW._replace(wall_ns=NOW.wall_ns + 86_400 * NS_PER_S)).signed is False


def test_records_that_cannot_be_read_are_not_nothing(tmp_path):
    path = tmp_path / "records.sqlite"
    open_records(path).close()
    path.write_bytes(b"no database" * 1000)
    with pytest.raises(StorageError):
        today_of(open_records(path, read_only=True), "P07", NOW)
