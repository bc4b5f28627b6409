"""A game goes on from visit to visit: the own best on its rung, and the side that a therapist wants asked more."""

from datetime import timedelta

import pytest

from drills.document import digest_of, read_document
from drills.exercises import EXERCISES
from drills.library import load_shipped
from station.clinic.plan.measuring import Known
from station.clinic.playing import SIDES, as_played, is_game
from station.clinic.progression.ladders import at_level, shipped_ladders
from station.clinic.progression.values import Level
from station.clock import VouchedMoment
from station.faults import StationError
from station.own_drills.tried import allow, is_shipped, keep_trial
from station.records.games import played_by
from station.records.plans import Plans, PlanWish
from station.records.sessions import SessionEnd, Sessions
from tests.drills.players import round_of
from tests.station.records.made import NOON, new, ns, result

GAMES = ("slalom", "ball-in-the-tray", "catch-and-leave", "trace-the-path", "lift-off")


def play(records, number, done, *, game="slalom", rung=3, outcome="held", patient="P-7", rules=None):
    sessions, at = Sessions(records), NOON + timedelta(days=number)
    begun = new(number, patient, at=at)._replace(drill=game, leg="both")
    sessions.begin(begun)
    sessions.end(begun.name, SessionEnd("done", "completed", begun.started_ns + 1, None))
    trial = {**result()["trials"][0], "outcome": outcome, "vibration": {}}
    rules = rules or {**load_shipped(game).exercise_step.parameters.model_dump(mode="json"), "rung": rung}
    facts = {"leg": "both", "done": done, "of": 20, "parameters": rules}
    sessions.store_results(begun.name, {**result(0.0), "trials": [trial], "exercised": {"1": facts}})


def test_the_best_of_earlier_visits_is_the_patients_own_on_this_rung(records):
    slalom = load_shipped("slalom")
    assert played_by(records, "P-7", slalom) is slalom
    play(records, 1, 11)
    play(records, 2, 9)
    play(records, 3, 17, rung=2)
    play(records, 4, 18, outcome="stopped")
    play(records, 5, 20, patient="P-8")
    play(records, 6, 19, game="catch-and-leave")
    wider = slalom.exercise_step.parameters.model_dump(mode="json") | {"gate_share": 0.4}
    play(records, 7, 16, rules=wider)  # by a release whose gates on this rung were wider
    slower = slalom.exercise_step.parameters.model_dump(mode="json") | {"every_s": 2.8}
    play(records, 8, 10, rules=slower)  # at the easy end of the same rung
    played = played_by(records, "p-7", slalom)
    assert played.exercise_step.parameters.best == 11
    assert is_shipped(played), "it may meet a patient"
    assert played_by(records, "P-9", slalom) is slalom
    assert played_by(records, "P-7", load_shipped("one-leg")) is load_shipped("one-leg")


def own(version, **rules):
    """A therapist's own slalom, with other rules."""
    shipped = load_shipped("slalom")
    table = shipped.model_dump(mode="json", by_alias=True, exclude_none=True)
    table |= {"name": "my-slalom", "own": {"version": version, "copied_from": "slalom"}}
    table["about"]["evidence"] = "D"
    next(one for one in table["steps"] if one["step"] == "exercise")["parameters"].update(rules)
    return read_document(table, "my-slalom.toml").document


def test_a_copy_has_a_best_of_its_own_by_the_rules_of_its_version_and_may_be_played_on(records, tmp_path):
    first, second = own(1), own(2, gate_share=0.2)
    rules = first.exercise_step.parameters.model_dump(mode="json")
    play(records, 1, 15, rules=rules)  # of the shipped one
    assert played_by(records, "P-7", first) is first
    play(records, 2, 12, game="my-slalom", rules=rules)
    play(records, 3, 19, game="my-slalom", rules=second.exercise_step.parameters.model_dump(mode="json"))
    play(records, 4, 13, game="my-slalom", rules={**rules, "best": 12, "right_share": 0.65})
    played = played_by(records, "P-7", first)
    assert played.exercise_step.parameters.best == 13
    assert played_by(records, "P-7", second).exercise_step.parameters.best == 19
    assert played.own == first.own
    with pytest.raises(StationError):
        allow(tmp_path, played)
    keep_trial(tmp_path, first, {"digest": digest_of(first), "ok": True})
    allow(tmp_path, played)  # what was tried is the same but for the best
    with pytest.raises(StationError):
        allow(tmp_path, second)


@pytest.mark.parametrize("name", GAMES)
def test_it_stands_beside_the_score_from_the_first_round_on(name):
    document = as_played(load_shipped(name), 14, None)
    exercise = EXERCISES[document.exercise_step.exercise]
    given = round_of(name, 1)._replace(keys=document.exercise_step.parameters)
    first = exercise.begin(given)
    assert first.best == 14
    assert exercise.begin(given._replace(before=first._replace(done=16))).best == 16
    assert exercise.begin(given._replace(before=first._replace(done=3))).best == 14


def test_a_game_without_a_best_is_the_document_that_it_was():
    for name in GAMES:
        document = load_shipped(name)
        assert is_game(document)
        assert "best" not in document.model_dump_json()
        assert as_played(document, 0, None) is document
    assert digest_of(as_played(load_shipped("slalom"), 3, None)) != digest_of(load_shipped("slalom"))


def test_the_weak_side_is_asked_more_where_the_therapist_says_so(records):
    typed = {"age_years": Known(9, "typed", "2026-06-01", "Ada K.")}
    typed["population"] = Known("cerebral-palsy", "typed", "2026-06-01", "Ada K.")
    plans = Plans(records)
    plans.make("P-7", PlanWish("Ada K.", VouchedMoment("boot", 5, ns(NOON), "rtc"), typed))
    slalom = load_shipped("slalom")
    assert played_by(records, "P-7", slalom).exercise_step.parameters.right_share == 0.5
    for side, share in SIDES.items():
        plans.change("P-7", "G1", "Ada K.", {"side": side})
        played = played_by(records, "P-7", slalom)
        assert played.exercise_step.parameters.right_share == share
        assert is_shipped(played)
    easy = at_level(shipped_ladders().of("G1"), Level(0, 0.0, 4.0, 0, False, None, False, False, ())).document
    assert as_played(easy, 5, "left").exercise_step.parameters.right_share == SIDES["left"], "on the easiest rung too"
    turns = as_played(own(1, gate_share=0.4, far_share=0.5), 5, "left").exercise_step.parameters
    assert (turns.best, turns.right_share) == (5, 0.5), "one gate a side: they take turns"
    assert as_played(load_shipped("lift-off"), 5, "left").exercise_step.parameters.best == 5
