"""The code system of the station: figures by their names, and what else stands in a bundle.

No public code system has codes for the path of a centre of pressure or the dose of a vibration plate. `docs/fhir/` has
the same as a CodeSystem to load into a terminology server; a test holds both together.
"""

from __future__ import annotations

from types import MappingProxyType
from typing import Any

from station.measures.registry import REGISTRY
from station.texts import Texts

SYSTEM = "urn:uuid:5f0c2d5e-6e0b-4c1f-9a52-6d3f2b7f0a11"
"""A name that belongs to nobody else, and needs no domain."""
UCUM_SYSTEM = "http://unitsofmeasure.org"
LOINC = "http://loinc.org"
ONE_LEG_STAND = MappingProxyType({"system": LOINC, "code": "66569-5"})
"""Time held in the first one-leg stand of PhenX, of the panel 64388-2: where the protocol is the same, and nowhere
else.
"""
CODES = (
    "balance-station",
    "visit-report",
    "trial",
    "dose",
    "drill",
    "trial-number",
    "outcome",
    "pipeline",
    "hold_s",
    "leg",
    "leg-left",
    "leg-right",
    "leg-both",
    "asked_hz",
    "vibration_s",
    "a8_m_s2",
    "vdv_m_s175",
    "peak_acceleration_g",
    "dose-source",
)
"""What there is beside the figures."""


def coding(code: str, texts: Texts) -> dict[str, str]:
    """A code of the station's, with what it means in this language."""
    return {"system": SYSTEM, "code": code, "display": meaning(code, texts)}


def coded(code: str, texts: Texts) -> dict[str, Any]:
    """The same as a concept."""
    return {"coding": [coding(code, texts)], "text": meaning(code, texts)}


def meaning(code: str, texts: Texts) -> str:
    """What this code says, one of `CODES` or the name of a figure."""
    if code not in REGISTRY:
        return texts.say(f"fhir.code.{code}")
    measure = REGISTRY[code]
    values: dict[str, Any] = dict(measure.values)
    if "axis" in values:
        values["axis"] = texts.say(f"measure.axis.{values['axis']}")
    return texts.say(f"measure.{measure.words or code}.meaning", **values)


def code_system(texts: Texts) -> dict[str, Any]:
    """The whole as a CodeSystem (FHIR R4)."""
    codes = [*CODES, *REGISTRY]
    return {
        "resourceType": "CodeSystem",
        "url": SYSTEM,
        "version": "1",
        "name": "BalanceStation",
        "title": texts.say("page.all.station"),
        "status": "active",
        "caseSensitive": True,
        "content": "complete",
        "count": len(codes),
        "concept": [{"code": code, "display": meaning(code, texts)} for code in codes],
    }
