"""The FHIR bundle, by `fhir.resources` (R4B), `pyfhircheck`, invariants and a list of units; and what it says."""

import base64
import json
from pathlib import Path

import pytest
from click.testing import CliRunner
from fhir.resources.R4B.bundle import Bundle
from fhir.resources.R4B.codesystem import CodeSystem
from fhirpathpy import evaluate
from fhirpathpy.models import models
from pyfhircheck import Validator

from drills.library import load_shipped
from station.cli import main as station
from station.exchange.fhir import Parts, bundle_of
from station.exchange.fhir_codes import LOINC, SYSTEM, UCUM_SYSTEM, code_system
from station.exchange.gathering import gather
from station.exchange.units import UCUM
from station.measures.registry import REGISTRY
from station.reports.facts import Wanted
from station.texts import Texts

UNITS = {
    *("1", "s", "Hz", "mm", "mm2", "mm/s", "mm2/s", "cm", "cm2", "cm/s", "cm2/s", "cm/s2", "/cm", "%", "N", "N/s"),
    *("deg", "deg/s", "m/s2", "[g]", "ns"),
}
"""UCUM (c/s), typed from its specification 2.1: no other code may stand in a bundle."""
NO_UNIT = {"mixed", "as-measured"}


@pytest.fixture(scope="module")
def bundle(visited: tuple[Path, list[str]], tmp_path_factory: pytest.TempPathFactory) -> dict:
    """What the command writes of P-7, read back."""
    out = tmp_path_factory.mktemp("fhir") / "p-7.json"
    ended = CliRunner().invoke(
        station, ["export", "--format", "fhir", "--data", str(visited[0]), "--patient", "P-7", "--out", str(out)]
    )
    assert ended.exit_code == 0, ended.output
    return json.loads(out.read_text())


def every(bundle: dict, kind: str) -> list[dict]:
    return [one["resource"] for one in bundle["entry"] if one["resource"]["resourceType"] == kind]


def inside(value: object, name: str) -> list:
    """Each value of this name, at whatever depth."""
    if isinstance(value, list):
        return [found for one in value for found in inside(one, name)]
    if not isinstance(value, dict):
        return []
    return ([value[name]] if name in value else []) + [found for one in value.values() for found in inside(one, name)]


def test_it_is_valid_and_says_the_same_when_it_is_read(bundle):
    read = Bundle.model_validate(bundle)
    assert json.loads(read.model_dump_json()).keys() == bundle.keys()
    kinds = [one["resource"]["resourceType"] for one in bundle["entry"]]
    assert {kind: kinds.count(kind) for kind in set(kinds)} == {
        "Patient": 1,
        "Device": 1,
        "Observation": 13,  # 11 tries, and two doses
        "DiagnosticReport": 3,
        "Provenance": 3,
        "Goal": 1,
    }


SAME_CODE = "component.code.where(coding.intersect(%resource.code.coding).exists()).empty()"
INVARIANTS = {
    "obs-6": ("Observation", "dataAbsentReason.empty() or value.empty()"),
    "obs-7": ("Observation", f"value.empty() or {SAME_CODE}"),
    "obs-3": ("Observation", "referenceRange.all(low.exists() or high.exists() or text.exists())"),
    "gol": ("Goal", "target.all(due.empty() or detail.exists() or measure.exists())"),
    "prov": ("Provenance", "target.exists() and agent.exists() and entity.all(what.exists())"),
    "doc": ("DiagnosticReport", "presentedForm.all(data.exists() and contentType.exists())"),
}
"""Of FHIR R4 (obs-3, obs-6, obs-7), and what the bundle promises beside: by the kind of resource."""


def holds(resource: dict, name: str) -> bool:
    """Whether one of `INVARIANTS` holds in a resource of its kind."""
    return evaluate(resource, INVARIANTS[name][1], {"resource": resource}, models["r4"]) == [True]


@pytest.mark.parametrize("name", INVARIANTS)
def test_its_invariants_hold(bundle, name):
    resources = every(bundle, INVARIANTS[name][0])
    assert resources
    assert [one["id"] for one in resources if not holds(one, name)] == []


def test_an_invariant_that_is_broken_is_seen(bundle):
    sound = next(one for one in every(bundle, "Observation") if one.get("component"))
    value = {"valueString": "x", "component": []}
    assert not holds({**sound, **value, "dataAbsentReason": {"text": "x"}}, "obs-6")
    assert not holds({**sound, "valueString": "x", "component": [{"code": sound["code"]}]}, "obs-7")
    assert not holds({**sound, "referenceRange": [{"appliesTo": []}]}, "obs-3")


def test_another_validator_finds_nothing_in_it_and_what_is_planted(bundle):
    validator = Validator()

    def found(one: dict) -> set[str]:
        return {issue.code for issue in validator.validate_resource(one).issues if issue.severity.value == "error"}

    assert found(bundle) == set()
    for wrong in ({"status": "finished"}, {"colour": "red"}, {"effectiveDateTime": "yesterday"}):
        assert found({**every(bundle, "Observation")[0], **wrong}), wrong


def test_all_it_refers_to_is_in_it_and_nothing_is_made_twice(bundle):
    names = [one["fullUrl"] for one in bundle["entry"]]
    assert len(set(names)) == len(names)
    assert set(inside(bundle, "reference")) <= set(names)
    for entry in bundle["entry"]:
        if entry["resource"]["resourceType"] != "Provenance":
            assert entry["request"]["ifNoneExist"] == f"identifier=urn:ietf:rfc:3986|{entry['fullUrl']}"


def test_units_are_of_the_list_and_codes_of_the_station(bundle):
    quantities = inside(bundle, "valueQuantity")
    assert {one["code"] for one in quantities if "code" in one} <= UNITS
    assert {one["system"] for one in quantities if "code" in one} == {UCUM_SYSTEM}
    assert {one["unit"] for one in quantities if "code" not in one} == {"m/s1.75"}
    assert set(UCUM.values()) == UNITS
    assert {one.unit for one in REGISTRY.values()} - set(UCUM) == NO_UNIT
    known = {one["code"] for one in code_system(Texts())["concept"]}
    used = [one for coded in inside(bundle, "coding") for one in coded if one["system"] == SYSTEM]
    assert {one["code"] for one in used} <= known
    assert not any(one["system"] == LOINC for coded in inside(bundle, "coding") for one in coded)


def test_it_holds_the_figures_the_report_and_who_signed(bundle, visited):
    *rest, last = every(bundle, "DiagnosticReport")
    assert last["status"] == "final"
    assert base64.b64decode(last["presentedForm"][0]["data"]).startswith(b"%PDF-")
    assert [one["status"] for one in rest] == ["preliminary"] * 2
    *others, signed = every(bundle, "Provenance")
    assert signed["agent"][1]["who"] == {"display": "Ada K."}
    assert [len(one["agent"]) for one in others] == [1, 1]
    speeds = [
        part["valueQuantity"]["value"]
        for one in every(bundle, "Observation")
        for part in one["component"]
        if part["code"]["coding"][0]["code"] == "mean_velocity_mm_s"
    ]
    assert speeds == [21.0, 22.0, 23.0, 18.0, 19.0, 20.0, 90.0, 1.0, 9.0, 9.5, 10.0]
    suspect = [one for one in every(bundle, "Observation") if "note" in one]
    assert len(suspect) == 1
    tested = [one for one in every(bundle, "Observation") if "meta" in one]
    assert len(tested) == 7, "the simulated rig's; a recording that is gone says nothing"
    assert tested[0]["meta"]["security"][0]["code"] == "HTEST"
    told = json.dumps(bundle)
    assert "M. R." not in told
    assert every(bundle, "Patient")[0]["birthDate"] == "1958"


def with_document(visited, monkeypatch, **changed: object) -> list[dict]:
    """The codings of the time held in the first session, were its drill this one."""
    document = load_shipped("one-leg-open").model_dump(mode="json", by_alias=True) | {"hands": "free"} | changed
    header = {"rig": "pi", "document": document}
    monkeypatch.setattr("station.exchange.fhir.header_of", lambda *_: header)
    gathered = gather(Wanted(visited[0], session=visited[1][0]))
    for trial in gathered.sessions[0]["trials"]:
        trial["leg"] = "left"
    made = bundle_of(Parts(gathered, None, {}, Texts()))
    return [
        part["code"]["coding"]
        for one in every(made, "Observation")
        for part in one["component"]
        if part["code"]["coding"][0]["code"] == "hold_s"
    ]


def test_loinc_stands_where_the_protocol_is_the_same_and_nowhere_else(visited, monkeypatch):
    same = with_document(visited, monkeypatch)
    assert [len(one) for one in same] == [2, 1, 1], "the first try on the leg"
    assert same[0][1]["code"] == "66569-5"
    dot = {"feedback": {"level": "F0", "kind": "sight"}}
    for other in ({"hands": "crossed"}, {"eyes": "closed"}, {"surface": "foam"}, dot):
        assert [len(one) for one in with_document(visited, monkeypatch, **other)] == [1, 1, 1], other


def test_a_plan_is_a_care_plan_with_what_was_struck_left_out(visited):
    line = {"drill": "D03", "minutes": 5, "dose": "3x20 s"}
    plan = {
        "version": 2,
        "state": "accepted",
        "at_ns": 1_781_500_000_000_000_000,
        "plan": {"drills": [line, {**line, "drill": "D04"}]},
        "struck": {"D04": {"by": "Ada"}},
    }
    made = bundle_of(Parts(gather(Wanted(visited[0], "P-7")), plan, {}, Texts("de")))
    Bundle.model_validate(made)
    (care,) = every(made, "CarePlan")
    assert (care["status"], care["title"]) == ("active", "Gleichgewichtstraining, Version 2")
    assert [one["detail"]["code"]["coding"][0]["code"] for one in care["activity"]] == ["D03"]
    assert care["goal"] == [{"reference": made["entry"][-2]["fullUrl"]}]


def test_the_code_system_is_published(project: Path):
    made = code_system(Texts())
    CodeSystem.model_validate(made)
    path = project / "docs" / "fhir" / "CodeSystem-balance-station.json"
    assert json.loads(path.read_text()) == made, "made anew by `python -m tests.station.exchange.publish`"
