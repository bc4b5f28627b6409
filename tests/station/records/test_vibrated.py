"""What the records know of a patient's visits with vibration: counted by leg, with what each comparison showed."""

from datetime import timedelta

from station.records.sessions import SessionEnd, Sessions
from station.records.vibrated import vibration_courses
from tests.station.records.made import NOON, new, result


def visit(records, number, *, leg="left", turns=None, patient="P-7", completed=True, moved=True):
    """One session of a visit of its own: a vibrated set, or a comparison with the times of its turns of both kinds."""
    sessions, at = Sessions(records), NOON + timedelta(days=number)
    begun = new(number, patient, at=at, visit=f"v{number}")._replace(drill="with-and-without", leg=leg)
    sessions.begin(begun)
    outcome = "completed" if completed else "stopped"
    sessions.end(begun.name, SessionEnd("done", outcome, begun.started_ns + 1, None))
    shaken = {"asked_hz": 25.0, "asked_pp_mm": 0.2}
    each = (
        [(10.0, moved)] * 3 if turns is None else [pair for one in turns for pair in ((one[0], True), (one[1], False))]
    )
    trials = [
        {**result()["trials"][0], "trial": place, "hold_s": hold_s, "vibration": shaken if shakes else {}}
        for place, (hold_s, shakes) in enumerate(each, 1)
    ]
    facts = {"leg": leg} | ({} if turns is None else {"with_without": {"order": "abba", "seed": 1}})
    stored = {
        **result(),
        "outcome": outcome,
        "trials": trials,
        "exercised": {str(one["trial"]): facts for one in trials},
    }
    sessions.store_results(begun.name, stored)


ALIKE = [(20.0, 20.1), (21.0, 20.8), (19.5, 19.4), (20.2, 20.5)]


def test_each_leg_is_counted_by_its_visits_and_a_comparison_begins_anew(records):
    assert vibration_courses(records, "P-7") == []
    for number in range(1, 4):
        visit(records, number)
    visit(records, 4, leg="right", moved=False)
    visit(records, 5, patient="P-8")
    (left,) = vibration_courses(records, "p-7")
    assert (left.leg, left.visits, left.due, left.ends) == ("left", 3, True, False)
    visit(records, 6, turns=ALIKE, completed=False)  # it did not come to its end
    assert vibration_courses(records, "P-7")[0].due
    visit(records, 7, turns=ALIKE)
    assert (vibration_courses(records, "P-7")[0].visits, vibration_courses(records, "P-7")[0].due) == (0, False)
    visit(records, 8)
    visit(records, 9, turns=ALIKE)
    (left,) = vibration_courses(records, "P-7")
    assert (left.ends, left.due, left.reason.values["count"]) == (True, False, 2)
