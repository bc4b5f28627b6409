"""A patient's plan over the API: read with its reasons, changed by name, and taken up by the next Start."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from station.clinic.plan.measuring import Known
from station.clock import local_date, this_moment
from station.recording.layout import RECORDS_FILE
from station.records.file import Records, open_records
from station.records.incidents import Incidents, NewIncident
from station.records.patients import Patients
from station.records.plans import Plans, PlanWish
from station.wire.messages import Start
from tests.station.records.made import NOON
from tests.station.records.test_games import play
from tests.station.records.test_levels import do
from tests.station.records.test_vibrated import ALIKE
from tests.station.records.test_vibrated import visit as vibrated
from web_ui import plans

PATH = "/api/v1/patients/P-7/plan"
YES = {"name": "Ada K."}


@pytest.fixture
def records(data: Path) -> Iterator[Records]:
    """Records with a patient of 72 years who held 12 and 14 s, as somebody typed it."""
    opened = open_records(data / RECORDS_FILE)
    now = this_moment()
    Patients(opened).enter("P-7", {"birth_year": local_date(now.wall_ns).year - 72}, "Ada K.", sure=True)
    day = local_date(now.wall_ns).isoformat()
    held_s = {"one_leg_left_s": 12.0, "one_leg_right_s": 14.0}
    typed = {name: Known(value, "typed", day, "Ada K.") for name, value in held_s.items()}
    Plans(opened).make("P-7", PlanWish("Ada K.", now, typed))
    yield opened
    opened.close()


@pytest.fixture
def asked(client: FlaskClient, records: Records) -> FlaskClient:  # they are there
    """The API over these records."""
    return client


def line(plan, drill):
    return next(one for one in plan["drills"] if one["drill"] == drill)


def start(client, **more):
    body = {"patient": "P-7", "drill": "one-leg", "leg": "left", "displacement_pp_mm": 0, **more}
    return client.post("/api/v1/drill/start", json=body)


def test_who_has_no_plan_has_none_and_one_is_made_from_what_is_known(client: FlaskClient, data):
    records = open_records(data / RECORDS_FILE)
    Patients(records).enter("P-8", {"birth_year": 1950}, "Ada K.", sure=True)
    records.close()
    assert client.get("/api/v1/patients/P-8/plan").json == {"code": "P-8", "plan": None}
    made = client.post("/api/v1/patients/P-8/plan", json={"action": "make", **YES}).json["plan"]
    assert (made["version"], made["by"], made["state"], made["proposed"]) == (1, "Ada K.", "proposed", True)
    assert [one["drill"] for one in made["drills"]] == ["D01", "D23", "D25"]
    refused = client.post("/api/v1/patients/P-9/plan", json={"action": "make", **YES})
    assert (refused.status_code, refused.json["code"]) == (422, "input-invalid")


def test_after_a_fall_the_plan_offers_nothing_and_no_drill_starts(asked, records):
    assert asked.get(PATH).json["plan"]["ended"] == ""
    before = plans.current(records.path.parent, "P-7")
    assert before is not None
    assert plans.next_of(before) is not None
    Incidents(records).tell(NewIncident("f" * 32, "P-7", this_moment().wall_ns, "ab12cd", 0, 0, {}))
    assert "near fall has ended" in asked.get(PATH).json["plan"]["ended"]
    after = plans.current(records.path.parent, "P-7")
    assert after is not None
    assert plans.next_of(after) is None
    for drill, leg in (("one-leg", "left"), ("feet-together-open", "both")):  # of the plan, and any other
        refused = start(asked, drill=drill, leg=leg)
        assert (refused.status_code, refused.json["code"]) == (409, "training-ended"), drill


@pytest.mark.parametrize(("language", "words"), [("en", "One leg held 12 s"), ("de", "12 s")])
def test_each_line_has_its_reasons_in_words_its_levels_and_what_was_done(asked, language, words):
    plan = asked.get(PATH, headers={"Accept-Language": language}).json["plan"]
    one_leg = line(plan, "D03")
    assert any(words in one["text"] for one in one_leg["reasons"])
    assert [(one["leg"], one["rung"], one["rungs"], one["value"]) for one in one_leg["levels"]] == [
        ("left", 3, 8, 7.5),
        ("right", 3, 8, 7.5),
    ]
    assert (one_leg["legs"], one_leg["today"]) == (["left", "right"], [])
    found = {one["name"]: one for one in plan["found"]}
    assert (found["one_leg_left_s"]["source"], found["one_leg_left_s"]["of"]) == ("typed", "Ada K.")
    assert found["age_years"]["source"] == "person"


def test_a_line_and_its_levels_say_the_foot_in_front(asked, records):
    now = this_moment()
    held_s = {"together_s": 12.0, "tandem_s": 5.0, "one_leg_left_s": 12.0, "one_leg_right_s": 14.0}
    typed = {
        name: Known(value, "typed", local_date(now.wall_ns).isoformat(), "Ada K.") for name, value in held_s.items()
    }
    Plans(records).make("P-7", PlanWish("Ada K.", now, typed))
    plan = asked.get(PATH).json["plan"]
    for drill, said in (("D02", ["left-front", "right-front"]), ("D03", ["left", "right"])):
        one = line(plan, drill)
        assert (one["legs"], one["leg_words"]) == (["left", "right"], said)
        assert [level["leg_word"] for level in one["levels"]] == said


def test_every_change_is_by_name(asked):
    def change(**body):
        return asked.post(PATH, json={**YES, **body}).json["plan"]

    assert "D03" not in [one["drill"] for one in change(action="strike", drill="D03", reason="tired")["drills"]]
    assert "D03" in [one["drill"] for one in change(action="restore", drill="D03")["drills"]]
    assert line(change(action="change", drill="D03", trials=2, leg="left"), "D03")["changed"]["trials"] == 2
    assert change(action="accept")["state"] == "accepted"
    for body in ({"action": "strike", "drill": "D03"}, {"action": "dance", **YES}, {"action": "strike", "name": " "}):
        assert asked.post(PATH, json=body).status_code == 422


def test_a_start_takes_the_level_and_the_next_one_what_the_set_decided(asked, feeder, records):
    assert start(asked).status_code == 200
    (begun,) = feeder.asked(Start)
    assert (begun.prescription["hold_s"], begun.document["hands"]) == (7.5, "free")
    asked.post(PATH, json={"action": "change", "drill": "D03", "rung": 2, "trials": 1, **YES})
    start(asked)
    begun = feeder.asked(Start)[-1]
    assert (begun.prescription["trials"], begun.document["hands"]) == (1, "one-on-rail")
    assert begun.prescription["hold_s"] == 10.0
    start(asked, hold_s=12, trials=2)
    assert feeder.asked(Start)[-1].prescription["hold_s"] == 12
    start(asked, drill="stand-tall", leg="both")  # not in the plan: as the document has it
    assert feeder.asked(Start)[-1].prescription["hold_s"] == 30


def test_another_level_is_asked_for_and_a_harder_one_by_name_with_a_reason(asked, feeder, records):
    path = "/api/v1/drills/one-leg/level"
    level = asked.get(path, query_string={"patient": "P-7", "leg": "left"}).json["level"]
    assert (level["rung"], level["known"], level["planned"], len(level["rungs"])) == (3, True, True, 8)
    assert level["start"]["text"] == "Begin with a hold of 8 s."
    assert level["left"] == {"done": 0, "of": 1, "minutes": 5}
    third, seventh = level["rungs"][2], level["rungs"][6]
    assert (third["hold_s"]["default"], third["facts"][0]) == (7.5, "Time to hold: 7.5 s")
    assert {*seventh["facts"]} - {*third["facts"]} >= {"Time to hold: 5.0 s", "Eyes: closed"}
    assert start(asked, rung=2).status_code == 200  # an easier one needs nobody's word
    easier = feeder.asked(Start)[-1]
    assert (easier.document["hands"], easier.prescription["hold_s"]) == ("one-on-rail", 10.0)
    for more in ({}, {"by": "Ada K."}, {"reason": "wants more"}):
        refused = start(asked, rung=5, **more)
        assert [one["field"] for one in refused.json["fields"]] == ["rung"], more
        assert "Say who asks for it" in refused.json["detail"]
    assert len(feeder.asked(Start)) == 1
    assert start(asked, rung=9).status_code == 422
    assert start(asked, rung=5, by="Ada K.", reason="wants more").status_code == 200
    assert feeder.asked(Start)[-1].prescription["hold_s"] == 20.0
    told = asked.get(path, query_string={"patient": "P-7", "leg": "left"}).json["level"]
    assert told["rung"] == 3  # a person's wish moves no level, and unlocks nothing
    assert told["decisions"][-1]["text"] == "Ada K. asked for level 5: wants more."
    assert asked.get(path, query_string={"patient": "P-7", "leg": "both"}).json["level"] is None
    assert asked.get("/api/v1/drills/quiet-stance/level?patient=P-7&leg=both").json["level"] is None


def test_who_has_no_plan_begins_with_the_drill_as_it_is_and_may_choose_a_level(asked, feeder, records):
    query = {"patient": "P-8", "leg": "both"}
    level = asked.get("/api/v1/drills/slalom/level", query_string=query).json["level"]
    assert (level["rung"], level["known"], level["planned"], level["left"]) == (3, False, False, {})
    assert start(asked, patient="P-8", drill="slalom", leg="both", rung=4).status_code == 200
    document = feeder.asked(Start)[-1].document
    assert next(one for one in document["steps"] if one["step"] == "exercise")["parameters"]["rung"] == 4
    would = asked.get("/api/v1/drills/one-leg/preview", query_string={"patient": "P-7", "leg": "left", "rung": 7})
    assert would.json["fields"] == []
    assert asked.get("/api/v1/drills/one-leg/preview?patient=P-7&leg=left&rung=9").status_code == 422


def test_a_locked_drill_is_refused_until_it_is_unlocked(asked, feeder, records):
    today = local_date(this_moment().wall_ns)
    days = (today - NOON.date()).days - 1  # yesterday at noon
    name, _ = do(records, 1, ["foot-down", "foot-down"], 7.5, days=days)
    refused = start(asked)
    assert (refused.status_code, refused.json["code"]) == (409, "drill-locked")
    assert "2 unsafe tries one after the other: locked." in refused.json["detail"]
    assert feeder.asked(Start) == []
    plan = asked.get(PATH).json["plan"]
    assert line(plan, "D03")["levels"][0]["locked"]
    said = asked.post(f"/api/v1/sessions/{name}/said", json={"effort_rpe": 13, "pain": 1, **YES}).json
    assert "lock-unsafe-row" in [one["reason"] for one in said["decisions"]]
    assert asked.post(f"/api/v1/sessions/{name}/said", json={"pain": 11, **YES}).status_code == 422
    assert asked.post("/api/v1/sessions/NONE/said", json={"pain": 1, **YES}).status_code == 404
    asked.post(PATH, json={"action": "unlock", "drill": "D03", "leg": "left", "reason": "wet shoes", **YES})
    assert start(asked).status_code == 200


def test_a_drill_by_an_order_is_offered_on_the_leg_of_the_order(asked, records):
    order = {"by": "Eva", "leg": "right", "kg": 20.0, "percent_bw": 25.0, "ordered_by": "Dr. Novak"}
    until = local_date(this_moment().wall_ns + 20 * 86_400 * 10**9).isoformat()
    assert asked.post("/api/v1/patients/P-7/orders", json={**order, "until": until}).status_code == 200
    plan = asked.post(PATH, json={"action": "make", **YES}).json["plan"]
    assert [(one["drill"], one["document"], one["legs"]) for one in plan["drills"]] == [
        ("D15", "load-to-the-line", ["right"]),
        ("D16", "step-on-softly", ["right"]),
    ]
    assert {level["unit"] for one in plan["drills"] for level in one["levels"]} == {"order", "s"}


def test_a_game_goes_on_from_visit_to_visit_and_asks_one_side_more(asked, feeder, records):
    now = this_moment()
    typed = {
        name: Known(value, "typed", local_date(now.wall_ns).isoformat(), "Ada K.")
        for name, value in {"age_years": 9, "population": "cerebral-palsy"}.items()
    }
    Plans(records).make("P-8", PlanWish("Ada K.", now, typed))
    play(records, (local_date(now.wall_ns) - NOON.date()).days - 1, 12, patient="P-8")
    change = {"action": "change", "drill": "G1", "side": "left", **YES}
    asked.post("/api/v1/patients/P-8/plan", json={"action": "change", "drill": "G1", "rung": 3, **YES})
    changed = asked.post("/api/v1/patients/P-8/plan", json=change).json["plan"]
    assert {name: line(changed, "G1")["changed"][name] for name in ("side", "rung")} == {"side": "left", "rung": 3}
    start(asked, patient="P-8", drill="slalom", leg="both")
    document = feeder.asked(Start)[-1].document
    keys = next(one for one in document["steps"] if one["step"] == "exercise")["parameters"]
    assert (keys.get("best"), keys["right_share"], keys["rung"]) == (12, 0.35, 3)
    assert asked.post("/api/v1/patients/P-8/plan", json={**change, "side": "up"}).status_code == 422


def test_the_plan_says_when_a_comparison_is_due_and_when_vibration_ends(asked, records):
    assert asked.get(PATH).json["plan"]["vibrated"] == []
    days = (local_date(this_moment().wall_ns) - NOON.date()).days
    for number in (days - 9, days - 7, days - 5):
        vibrated(records, number)
    (due,) = asked.get(PATH).json["plan"]["vibrated"]
    assert due["reason"] == "compare-due"
    assert "left leg: 3 visits" in due["text"]
    for number in (days - 3, days - 1):
        vibrated(records, number, turns=ALIKE)
    (ends,) = asked.get(PATH).json["plan"]["vibrated"]
    assert (ends["reason"], ends["values"]["count"]) == ("vibration-ends", 2)
