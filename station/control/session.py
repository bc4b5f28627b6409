"""One session: a patient's drill while it runs, from "session-started" to the last sample after "drill-ended"."""

from __future__ import annotations

from dataclasses import dataclass
from importlib.metadata import version
from typing import Any

from drills.document import DrillDocument
from drills.machine import begin
from drills.platform import Platform
from drills.prescription import Prescription
from drills.state import DrillState
from hw.ports import Rig
from hw.values import Mechanics
from station.control.loop import RATE_HZ
from station.sensing.calibration import KnownCalibration

AFTER_NS = 300_000_000
"""Samples that are still recorded after the drill has ended: the plate's coming to rest is part of the evidence."""


@dataclass(slots=True)
class Session:
    """The running drill. `ends_ns` is set once the drill has ended: then only the plate's coming to rest is
    recorded.
    """

    number: int
    patient: str
    document: DrillDocument
    prescription: Prescription
    drill: DrillState
    needs_web: bool
    by: str = ""
    """Who started it: a page's public name, or "" where nobody says."""
    needs_presence: bool = False
    """Whether a vibration ends when nobody says any more that the therapist is there."""
    ends_ns: int | None = None


def platform_of(mechanics: Mechanics | None) -> Platform | None:
    """What a drill must know of such a platform; None where any displacement can be asked of it."""
    return None if mechanics is None else Platform(*mechanics)


def open_session(
    number: int,
    patient: str,
    document: DrillDocument,
    prescription: Prescription,
    *,
    needs_web: bool,
    now_ns: int,
    by: str = "",
    needs_presence: bool = False,
    platform: Platform | None = None,
) -> Session:
    """A session whose drill begins now, on this platform. Raises PrescriptionError as `drills.machine.begin`."""
    drill = begin(document, prescription, now_ns, platform)
    return Session(number, patient, document, prescription, drill, needs_web, by, needs_presence)


def header(session: Session, rig: Rig, known: KnownCalibration) -> dict[str, Any]:
    """What a recording must know to be understood, and computed again, without this station. JSON values only."""
    zero_v, span_n_per_v, matrix = known.calibration
    return {
        "program_version": version("balance-station"),
        "rig": rig.name,
        "rate_hz": RATE_HZ,
        "patient": session.patient,
        "by": session.by,
        "drill": session.document.name,
        "leg": session.prescription.leg.value,
        "document": session.document.model_dump(mode="json", by_alias=True),
        "prescription": session.prescription.model_dump(mode="json"),
        "platform": None if rig.mechanics is None else rig.mechanics._asdict(),
        "plate": {"spacing_ml_mm": rig.plate.spacing_ml_mm, "spacing_ap_mm": rig.plate.spacing_ap_mm},
        "calibration": {
            **known.told(),
            "zero_v": list(zero_v),
            "span_n_per_v": list(span_n_per_v),
            "matrix": [list(r) for r in matrix],
        },
    }
