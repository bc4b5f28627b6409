"""Levels in the records: decided after each set, taken up by the next Start, unlocked by name."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from station.clinic.plan.measuring import Known
from station.clinic.screening.items import shipped
from station.clock import VouchedMoment, local_date
from station.faults import InputError, StationError
from station.records.audit import AuditLog
from station.records.file import Records, open_records
from station.records.incidents import MISTAKE, Incidents, NewIncident
from station.records.levels import Levels
from station.records.plans import Plans, PlanWish
from station.records.screenings import Screenings
from station.records.sessions import SessionEnd, Sessions
from tests.station.records.made import EPOCH, NOON, new, ns, result

NOW = VouchedMoment("boot", 5_000_000_000, ns(NOON), "rtc")
TODAY = local_date(ns(NOON))
TYPED = {
    "age_years": Known(72, "typed", "2026-06-01", "Ada K."),
    "one_leg_left_s": Known(12.0, "typed", "2026-06-01", "Ada K."),
    "one_leg_right_s": Known(14.0, "typed", "2026-06-01", "Ada K."),
}
FACTS = {"exercise": "stand", "stance": "single-leg", "eyes": "open", "hands": "free", "feedback": "F0"}


@pytest.fixture
def records(tmp_path: Path) -> Iterator[Records]:
    """Records whose clock stands on the day of the sets."""
    opened = open_records(tmp_path / "records.sqlite", now_ns=lambda: ns(NOON + timedelta(hours=2)))
    yield opened
    opened.close()


@pytest.fixture
def levels(records: Records) -> Levels:
    Plans(records).make("P-7", PlanWish("Ada K.", NOW, TYPED))
    return Levels(records)


def do(records, number, outcomes, goal_s, **how):
    """One set on the left leg, stored as the recorder stores it; what it decided."""
    sessions = Sessions(records)
    at = NOON + timedelta(days=how.get("days", 0), minutes=number)
    begun = new(number, how.get("patient", "P-7"), at=at)._replace(
        drill=how.get("drill", "one-leg"), leg=how.get("leg", "left")
    )
    sessions.begin(begun)
    sessions.end(begun.name, SessionEnd(how.get("state", "done"), "completed", begun.started_ns + 1, None))
    trials = [
        {**result()["trials"][0], "trial": place, "outcome": outcome, "hold_s": goal_s, "vibration": {}}
        for place, outcome in enumerate(outcomes, 1)
    ]
    facts = {
        **FACTS,
        "leg": how.get("leg", "left"),
        "goal_s": goal_s,
        "done": 0,
        "of": 0,
        "passed": True,
        **how.get("facts", {}),
    }
    stored = {**result(vibration_s=0.0), "trials": trials, "exercised": {str(one["trial"]): facts for one in trials}}
    sessions.store_results(begun.name, stored)
    return begun.name, Levels(records).decide(begun.name)


def test_the_plan_says_where_the_first_set_begins(levels):
    start = levels.start("P-7", "one-leg", "left", TODAY)
    assert start.at.hold_s == 7.5  # 70 % of 12 s is 8.4 s: on the rung of 5 to 10 s
    start.allow()
    assert levels.start("P-7", "slalom", "both", TODAY) is None
    assert levels.start("P-9", "one-leg", "left", TODAY) is None


def test_what_was_done_on_both_before_a_foot_was_asked_for_counts_for_each(records):
    typed = {
        "age_years": Known(72, "typed", "2026-06-01", "Ada K."),
        "tandem_s": Known(5.0, "typed", "2026-06-01", "A"),
    }
    Plans(records).make(
        "P-7", PlanWish("Ada K.", NOW, typed | {"population": Known("falls", "typed", "2026-06-01", "A")})
    )
    levels = Levels(records)
    before = levels.start("P-7", "one-behind-the-other", "left", TODAY)
    facts = {"stance": "two-legs", "base": "tandem", "hands": before.at.document.hands}
    _, view = do(records, 1, ["held"] * 3, before.at.hold_s, drill="one-behind-the-other", leg="both", facts=facts)
    assert view["level"]["value"] > before.at.hold_s
    for leg in ("left", "right"):
        assert levels.start("P-7", "one-behind-the-other", leg, TODAY).at.hold_s == view["level"]["value"]
    assert [one["leg"] for one in levels.now("P-7", TODAY) if one["ladder"] == "D02"] == ["left", "right"]
    do(records, 2, ["foot-down"] * 3, view["level"]["value"], drill="one-behind-the-other", leg="left", facts=facts)
    left, right = (levels.start("P-7", "one-behind-the-other", leg, TODAY).at.hold_s for leg in ("left", "right"))
    assert left < right == view["level"]["value"], "from then on each has its own"


def test_a_set_moves_the_number_and_the_next_start_takes_it(levels, records):
    _, view = do(records, 1, ["held"] * 3, 7.5)
    assert [one["reason"] for one in view["decisions"]][-1] == "rung-stays-few"
    assert levels.start("P-7", "one-leg", "left", TODAY).at.hold_s == pytest.approx(8.7)
    assert levels.start("P-7", "one-leg", "right", TODAY).at.hold_s == 7.5
    (now,) = [one for one in levels.now("P-7", TODAY) if (one["ladder"], one["leg"]) == ("D03", "left")]
    assert (now["rung"], now["rungs"], now["last_day"]) == (2, 8, TODAY.isoformat())
    assert now["decisions"] == view["decisions"]
    (done,) = levels.done("P-7", TODAY)
    assert (done["drill"], done["trials"], done["passed"]) == ("D03", 3, 3)
    assert levels.done("P-7", TODAY + timedelta(days=1)) == []


def test_one_try_without_feedback_tells_what_was_kept_and_moves_nothing(levels, records):
    do(records, 1, ["held"] * 3, 7.5)
    day = TODAY + timedelta(days=1)
    probe = levels.start("P-7", "one-leg", "left", day, probe=True)
    assert (probe.trials, probe.at.document.feedback.level) == (1, "F4")
    asked_s = probe.at.hold_s
    _, view = do(records, 2, ["held"], asked_s, days=1, facts={"feedback": "F4"})
    assert "probe-kept" in [one["reason"] for one in view["decisions"]]
    assert levels.start("P-7", "one-leg", "left", day).at.hold_s == asked_s
    (done,) = levels.done("P-7", day)
    assert done["probe"]
    two_things = {"said": {"two-things": {"cost_standing": 0.04}}}
    do(records, 3, ["held"], 30.0, days=1, drill="two-things-at-once", facts=two_things)
    do(records, 4, ["held"] * 3, asked_s, days=1)
    sets = levels.done("P-7", day)
    assert [one["probe"] for one in sets] == [True, False, False]
    told = [one["values"] for one in sets[0]["decisions"] if one["reason"] == "automatic-once"]
    assert told == [{"kept_percent": 100.0, "cost_percent": 4.0}], "known once the other drill of the visit was done"


def test_effort_and_pain_change_what_the_set_has_decided(levels, records):
    said = {"effort_rpe": 12, "pain": 0, "near_fall": None}
    first, _ = do(records, 1, ["held"] * 3, 7.5)
    second, before = do(records, 2, ["held"] * 3, 8.7)
    assert "rung-stays-not-asked" in [one["reason"] for one in before["decisions"]]
    levels.say(first, "Ada K.", said)
    assert "lock-pain" in [one["reason"] for one in levels.say(second, "Ada K.", {"pain": 7})["decisions"]]
    with pytest.raises(InputError, match="pain"):
        levels.say(second, "Ada K.", {"pain": 11})
    with pytest.raises(InputError, match="session-unknown"):
        levels.say("NONE", "Ada K.", said)


def test_a_locked_drill_does_not_start_until_it_is_unlocked_by_name(levels, records):
    do(records, 1, ["foot-down", "foot-down"], 7.5)
    start = levels.start("P-7", "one-leg", "left", TODAY)
    with pytest.raises(StationError) as refused:
        start.allow()
    assert refused.value.code == "drill-locked"
    assert "lock-unsafe-row" in [one.reason for one in refused.value.problems]
    for by, why in (("", "seen"), ("Ada K.", " ")):
        with pytest.raises(InputError):
            levels.unlock("P-7", "D03", "left", by, why)
    levels.unlock("P-7", "D03", "left", "Ada K.", "shoes were wet")
    levels.start("P-7", "one-leg", "left", TODAY + timedelta(days=1)).allow()
    assert AuditLog(records).newest(1)[0]["what"] == "drill-unlocked"
    (now,) = [one for one in levels.now("P-7", TODAY) if (one["ladder"], one["leg"]) == ("D03", "left")]
    assert now["decisions"][-1]["reason"] == "rung-unlocked"


def test_a_power_cut_is_said_and_the_level_goes_on(levels, records):
    _, view = do(records, 1, ["held", "damaged"], 7.5, state="interrupted")
    assert [one["reason"] for one in view["decisions"]][:2] == ["set-cut-off", "set-damaged"]
    assert levels.start("P-7", "one-leg", "left", TODAY).at.hold_s == pytest.approx(7.9)


def test_results_that_are_made_again_decide_the_same(levels, records):
    name, view = do(records, 1, ["held"] * 3, 7.5)
    do(records, 2, ["held"] * 3, 8.7)
    after = levels.now("P-7", TODAY)
    assert levels.decide(name) == view
    assert levels.now("P-7", TODAY) == after


def test_after_a_gap_it_begins_lower_and_says_so(levels, records):
    do(records, 1, ["held"] * 3, 7.5)
    later = TODAY + timedelta(days=9)
    (now,) = [one for one in levels.now("P-7", later) if (one["ladder"], one["leg"]) == ("D03", "left")]
    assert (now["rung"], now["decisions"][-1]["reason"]) == (1, "rung-down-gap")
    assert levels.start("P-7", "one-leg", "left", later).at.document.hands == "one-on-rail"


def test_what_a_therapist_changed_is_where_it_begins(levels, records):
    Plans(records).change("P-7", "D03", "Ben S.", {"rung": 4, "trials": 2})
    start = levels.start("P-7", "one-leg", "left", TODAY)
    assert (start.at.hold_s, start.trials) == (15.0, 2)


def test_a_session_that_is_forgotten_takes_its_level_with_it(levels, records):
    name, _ = do(records, 1, ["held"] * 3, 7.5)
    levels.say(name, "Ada K.", {"pain": 1})
    Sessions(records).forget(name)
    assert levels.start("P-7", "one-leg", "left", TODAY).at.hold_s == 7.5


def test_a_near_fall_that_is_only_said_after_its_set_ends_the_day_like_one_that_is_told(levels, records):
    first, _ = do(records, 1, ["held"] * 3, 7.5)
    second, _ = do(records, 2, ["held"] * 3, 8.7)

    def ended(days=0):
        return Screenings(records).of("p-7", NOW._replace(wall_ns=ns(NOON + timedelta(days=days, hours=3)))).ended

    levels.say(first, "Ada K.", {"near_fall": False, "effort_rpe": 13})
    assert not ended()
    levels.say(first, "Ada K.", {"near_fall": True})
    levels.say(first, "Ada K.", {"pain": 2})  # says nothing of the fall
    assert (ended(), ended(days=1)) == (True, False)
    levels.say(first, "Ada K.", {"near_fall": False})  # it was another one's set
    levels.say(second, "Ada K.", {"near_fall": True})
    assert ended()
    told = NewIncident("f" * 32, "P-7", ns(NOON + timedelta(minutes=3)), "Eva", EPOCH, 2, {})
    Incidents(records).tell(told)  # of that set, after which somebody has asked again
    answers = {one.id: "no" for one in shipped().item} | {"mass-kg": 70.0, "dizziness": 0, "pain": 1}
    Screenings(records).add("P-7", "Eva", answers, {}, NOW._replace(wall_ns=ns(NOON + timedelta(hours=3))))
    assert not ended(), "what describes a fall that was told does not end the day anew"
    Incidents(records).describe(told.id, "Eva", MISTAKE, None)
    assert ended()
