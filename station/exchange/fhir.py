"""A FHIR R4 bundle of a patient's visits, that a record system takes in whole: a transaction whose entries are made
only where none of the same identifier is there, so that sending it twice changes nothing (but a second Provenance).

What no public code says the same of has one of the station's own code system; LOINC stands only where the protocol is
the same. No name goes out: the patient is their code and year of birth; the code alone, and no goal, where the bundle
goes over a line that others could listen to.
"""

from __future__ import annotations

import base64
import uuid
from collections.abc import Mapping
from datetime import datetime
from importlib.metadata import version
from typing import Any, NamedTuple

from drills.document import read_document
from drills.errors import DrillDocumentError
from station.clock import NS_PER_S
from station.exchange.fhir_codes import ONE_LEG_STAND, SYSTEM, UCUM_SYSTEM, coded
from station.exchange.gathering import Exported, header_of
from station.exchange.units import ucum
from station.measures.registry import REGISTRY
from station.recording.layout import finite
from station.recording.rigs import SIMULATED
from station.records.models import CLOSED
from station.records.suspect import SUSPECT
from station.texts import Texts

Resource = dict[str, Any]
URI = "urn:ietf:rfc:3986"
"""System of identifiers that are URIs."""
CATEGORY = "http://terminology.hl7.org/CodeSystem/observation-category"
LEFT_OUT = {"system": "http://terminology.hl7.org/CodeSystem/v3-ObservationValue", "code": "SUBSETTED"}
"""Stands on a patient of whom more is known than is said: nobody is to take what they have away for it."""
ABSENT = "http://terminology.hl7.org/CodeSystem/data-absent-reason"
PROVENANCE = "http://terminology.hl7.org/CodeSystem/provenance-participant-type"
TEST_DATA = {"system": "http://terminology.hl7.org/CodeSystem/v3-ActReason", "code": "HTEST"}
"""Test health data: stands on all that nobody stood for."""
_LOINC_HOLD_S = 30.0
"""Of the PhenX one-leg stand: it ends at 30 s."""


class Parts(NamedTuple):
    """What a bundle is made of."""

    gathered: Exported
    plan: Mapping[str, Any] | None
    """The patient's newest plan, as `station.records.plans.plan_view`."""
    reports: Mapping[str, bytes]
    """PDFs by the visit's UUID; a visit without a try has none."""
    texts: Texts


def bundle_of(parts: Parts) -> Resource:
    """The bundle as JSON values: Patient, Device, an Observation for each try and for each dose, a DiagnosticReport and
    a Provenance for each visit with something done, Goal and CarePlan where there are such.
    """
    gathered = parts.gathered
    who, device = _urn(gathered.patient["id"]), _urn(gathered.station_id)
    entries = [_patient(gathered), _device(gathered.station_id, parts.texts)]
    for visit in gathered.visits:
        sessions = [one for one in gathered.sessions if one["visit"] == visit["id"]]
        observations = [found for one in sessions for found in _observations(one, who, device, parts)]
        if observations:
            report = _report(visit, sessions, observations, parts)
            entries += [*observations, report, _provenance(visit, sessions, [report, *observations], device)]
    entries += _intended(parts, who)
    return {
        "resourceType": "Bundle",
        "type": "transaction",
        "entry": [_entry(one) for one in entries],
    }


def _entry(resource: Resource) -> Resource:
    name = resource.pop("_urn")
    request: Resource = {"method": "POST", "url": resource["resourceType"]}
    if "identifier" in resource:
        request["ifNoneExist"] = f"identifier={URI}|{name}"
    return {"fullUrl": name, "resource": resource, "request": request}


def _resource(kind: str, name: str, **fields: object) -> Resource:
    known = {"identifier": [{"system": URI, "value": name}]} if kind != "Provenance" else {}
    return {"_urn": name, "resourceType": kind, **known, **fields}


def _patient(gathered: Exported) -> Resource:
    patient = gathered.patient
    name = _urn(patient["id"])
    made = _resource("Patient", name)
    made["identifier"].append({"use": "secondary", "system": f"{SYSTEM}:patient-code", "value": patient["code"]})
    if not gathered.named:
        made["meta"] = {"tag": [LEFT_OUT]}
    return made | ({"birthDate": str(patient["birth_year"])} if patient["birth_year"] else {})


def _device(station_id: str, texts: Texts) -> Resource:
    return _resource(
        "Device",
        _urn(station_id),
        status="active",
        deviceName=[{"name": texts.say("page.all.station"), "type": "user-friendly-name"}],
        type=coded("balance-station", texts),
        version=[{"value": version("balance-station")}],
    )


# --- what was measured ---


def _observations(session: Mapping[str, Any], who: str, device: str, parts: Parts) -> list[Resource]:
    header = header_of(parts.gathered.data, dict(session))
    about = {
        "status": "final",
        "category": [{"coding": [{"system": CATEGORY, "code": "activity", "display": "Activity"}]}],
        "subject": {"reference": who},
        "effectivePeriod": _period(session["started_ns"], session["ended_ns"]),
        "device": {"reference": device},
        **({"meta": {"security": [TEST_DATA]}} if header.get("rig") in SIMULATED else {}),
    }
    found = [_trial(session, trial, header, about, parts.texts) for trial in session["trials"]]
    if (session["dose"] or {}).get("vibration_s"):
        found.append(_dose(session, about, parts.texts))
    return found


def _trial(
    session: Mapping[str, Any],
    trial: Mapping[str, Any],
    header: Mapping[str, Any],
    about: Mapping[str, Any],
    texts: Texts,
) -> Resource:
    held = coded("hold_s", texts)
    if _is_the_phenx_stand(session, trial, header.get("document") or {}):
        held["coding"].append(dict(ONE_LEG_STAND))
    parts: list[Resource] = [
        {"code": coded("drill", texts), "valueString": session["drill"]},
        {"code": coded("trial-number", texts), "valueInteger": trial["number"]},
        {"code": coded("outcome", texts), "valueString": trial["outcome"]},
        {"code": coded("pipeline", texts), "valueString": trial["pipeline"]},
        {"code": held, **_quantity(trial["hold_s"], "s")},
    ]
    leg = trial["leg"] or session["leg"]
    if leg in ("left", "right", "both"):
        parts.append({"code": coded("leg", texts), "valueCodeableConcept": coded(f"leg-{leg}", texts)})
    asked = trial["vibration"].get("asked_hz")
    if asked:
        parts.append({"code": coded("asked_hz", texts), **_quantity(asked, "Hz")})
    reasons = {name for name, why in trial["reasons"].items() if name != SUSPECT and name in REGISTRY and why}
    parts += [
        {"code": coded(name, texts), **_quantity(trial["measures"].get(name), REGISTRY[name].unit)}
        for name in REGISTRY
        if name in trial["measures"] or name in reasons
    ]
    made = _resource("Observation", _derived(session["uuid"], f"trial/{trial['number']}"), **about)
    made |= {"code": coded("trial", texts), "component": parts}
    return made | ({"note": [{"text": texts.say("fhir.suspect")}]} if SUSPECT in trial["reasons"] else {})


def _is_the_phenx_stand(session: Mapping[str, Any], trial: Mapping[str, Any], document: Mapping[str, Any]) -> bool:
    """Whether this is the first try on that leg of a plain one-leg stand: eyes open, arms free, firm ground, still, no
    dot to look at, and over at 30 s, as PhenX has it.
    """
    if trial["leg"] not in ("left", "right") or session["prescription"].get("hold_s") != _LOINC_HOLD_S:
        return False
    if trial["number"] != min(one["number"] for one in session["trials"] if one["leg"] == trial["leg"]):
        return False
    try:
        stood = read_document(document, session["drill"]).document
    except DrillDocumentError:
        return False
    asked = (stood.stance.kind, stood.eyes, stood.surface, stood.hands, stood.exercise_step.exercise)
    sees_no_dot = stood.feedback.level in ("F3", "F4")
    return (
        asked == ("single-leg", "open", "firm", "free", "stand")
        and sees_no_dot
        and not trial["vibration"].get("asked_hz")
    )


def _dose(session: Mapping[str, Any], about: Mapping[str, Any], texts: Texts) -> Resource:
    dose = session["dose"]
    units = {"vibration_s": "s", "a8_m_s2": "m/s2", "vdv_m_s175": "m/s1.75", "peak_acceleration_g": "g"}
    parts = [{"code": coded(name, texts), **_quantity(dose[name], unit)} for name, unit in units.items()]
    parts.append({"code": coded("dose-source", texts), "valueString": dose["source"]})
    made = _resource("Observation", _derived(session["uuid"], "dose"), **about)
    return made | {"code": coded("dose", texts), "component": parts}


def _quantity(value: float | None, unit: str) -> Resource:
    """A value with its unit, by UCUM's code where there is one; or that there is none."""
    if value is None or finite(float(value)) is None:
        return {"dataAbsentReason": {"coding": [{"system": ABSENT, "code": "unknown"}]}}
    code = ucum(unit)
    return {"valueQuantity": {"value": value, "unit": unit, **({"system": UCUM_SYSTEM, "code": code} if code else {})}}


# --- what is said of it ---


def _report(
    visit: Mapping[str, Any], sessions: list[dict[str, Any]], observations: list[Resource], parts: Parts
) -> Resource:
    first = observations[0]
    ends = [one["ended_ns"] or one["started_ns"] for one in sessions]
    made = _resource(
        "DiagnosticReport",
        _urn(visit["id"]),
        status="final" if visit["state"] == CLOSED else "preliminary",
        code=coded("visit-report", parts.texts),
        subject=first["subject"],
        effectivePeriod=_period(sessions[0]["started_ns"], max(ends)),
        issued=_at(visit["closed_ns"] or max(ends)),
        result=[{"reference": one["_urn"]} for one in observations],
    )
    if any("meta" in one for one in observations):
        made["meta"] = {"security": [TEST_DATA]}
    pdf = parts.reports.get(visit["id"])
    if pdf is not None:
        form = {"contentType": "application/pdf", "language": parts.texts.language.partition("-")[0]}
        made["presentedForm"] = [form | {"data": base64.b64encode(pdf).decode()}]
    return made


def _provenance(
    visit: Mapping[str, Any], sessions: list[dict[str, Any]], targets: list[Resource], device: str
) -> Resource:
    """Which station made it, from which recordings, and who signed the visit."""
    agents = [{"type": {"coding": [{"system": PROVENANCE, "code": "assembler"}]}, "who": {"reference": device}}]
    if visit["closed_by"]:
        verifier = {"coding": [{"system": PROVENANCE, "code": "verifier"}]}
        agents.append({"type": verifier, "who": {"display": visit["closed_by"]}})
    made = _resource(
        "Provenance",
        _derived(visit["id"], "provenance"),
        target=[{"reference": one["_urn"]} for one in targets],
        recorded=_at(visit["closed_ns"] or max(one["ended_ns"] or one["started_ns"] for one in sessions)),
        agent=agents,
    )
    sources = [
        {
            "role": "source",
            "what": {
                "identifier": {"system": f"{SYSTEM}:sha256", "value": one["sha256"]},
                "display": one["recording"],
            },
        }
        for one in sessions
        if one["sha256"]
    ]
    return made | ({"entity": sources} if sources else {})


def _intended(parts: Parts, who: str) -> list[Resource]:
    """The goal in the patient's own words, and the plan."""
    patient, plan, texts = parts.gathered.patient, parts.plan, parts.texts
    found: list[Resource] = []
    if patient["goals"]:
        name = _derived(patient["id"], "goal")
        said = {"lifecycleStatus": "active", "description": {"text": patient["goals"]}, "subject": {"reference": who}}
        found.append(_resource("Goal", name, **said))
    if plan is None:
        return found
    made = _resource(
        "CarePlan",
        _derived(patient["id"], f"plan/{plan['version']}"),
        status="active" if plan["state"] == "accepted" else "draft",
        intent="plan",
        subject={"reference": who},
        created=_at(plan["at_ns"]),
        title=texts.say("fhir.plan", version=plan["version"]),
    )
    if found:
        made["goal"] = [{"reference": found[0]["_urn"]}]
    lines = [one for one in plan["plan"]["drills"] if one["drill"] not in plan["struck"]]
    if lines:
        made["activity"] = [{"detail": _activity(one, texts)} for one in lines]
    return [*found, made]


def _activity(line: Mapping[str, Any], texts: Texts) -> Resource:
    key = f"word.drill-name.{line['drill']}"
    text = texts.say(key) if texts.has(key) else line["drill"]
    code = {"coding": [{"system": f"{SYSTEM}:drill", "code": line["drill"]}], "text": text}
    dose = texts.say("fhir.activity", minutes=line["minutes"], dose=line["dose"])
    return {"code": code, "status": "not-started", "description": dose}


# --- words and names ---


def _urn(name: str) -> str:
    return f"urn:uuid:{name.lower()}"


def _derived(name: str, what: str) -> str:
    """The same for the same, on every export."""
    return _urn(str(uuid.uuid5(uuid.UUID(name), what)))


def _period(start_ns: int, end_ns: int | None) -> Resource:
    return {"start": _at(start_ns), **({} if end_ns is None else {"end": _at(max(start_ns, end_ns))})}


def _at(at_ns: int) -> str:
    return datetime.fromtimestamp(at_ns // NS_PER_S).astimezone().isoformat()
