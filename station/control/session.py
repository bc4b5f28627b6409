"""One session: a patient's drill while it runs, from "session-started" to the last sample after "drill-ended"."""

from __future__ import annotations

import secrets
from dataclasses import dataclass, field
from importlib.metadata import version
from typing import Any, NamedTuple

from drills.document import DrillDocument
from drills.machine import begin
from drills.ordered import OrderedLoad
from drills.platform import Platform
from drills.prescription import Prescription, leg_word
from drills.scene import NO_SCENE, Scene
from drills.state import DrillState
from hw.ports import Rig
from hw.values import Mechanics
from station.control.loop import RATE_HZ
from station.control.marks import Marks
from station.safety.dose import Ledger
from station.sensing.calibration import KnownCalibration
from station.sensing.live_point import FIRST_LIVE_POINT

NO_LEDGER = Ledger()
_SEED_BITS = 31
AFTER_NS = 300_000_000
"""Samples that are still recorded after the drill has ended: the plate's coming to rest is part of the evidence."""


class Starter(NamedTuple):
    """Who starts a drill, and what must stay there while it runs."""

    by: str = ""
    """A page's public name, or "" where nobody says."""
    needs_web: bool = False
    """Whether the drill must stop once the web process is lost."""
    needs_presence: bool = False
    """Whether a vibration ends when nobody says any more that the therapist is there."""


class DrillRequest(NamedTuple):
    """A drill that is asked for: whose, which, how, and by whom."""

    patient: str
    document: DrillDocument
    prescription: Prescription
    starter: Starter = Starter()
    visit: str = ""
    """UUID of the visit that it belongs to, or "" where nobody says: control only hands it on."""
    seed: int | None = None
    """Draws which trials vibrate, where only half of them do. None: nobody is to know it, and one is drawn; it is told
    with the drill's end."""


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
    starter: Starter
    visit: str = ""
    ends_ns: int | None = None
    before: Ledger = NO_LEDGER
    """Of the patient's day, when the session began."""
    day_began_ns: int = 0
    """Monotonic time at which that day began."""
    marks: Marks = field(default_factory=Marks)
    """What the therapist marks."""
    went_on_after: int | None = None
    """The trial after which a pause was ended last; None for none."""
    went_on_from: int = 0
    """And the number of that pause."""
    scene: Scene = NO_SCENE
    """What the patient's screen shows; the very same object for as long as nothing in it changes."""


def platform_of(mechanics: Mechanics | None) -> Platform | None:
    """What a drill must know of such a platform; None where any displacement can be asked of it."""
    return None if mechanics is None else Platform(*mechanics)


def open_session(
    number: int, request: DrillRequest, now_ns: int, platform: Platform | None, load: OrderedLoad | None = None
) -> Session:
    """A session whose drill begins now, on this platform, with the load that was vouched for: of a request that
    `station.control.admission` let pass.
    """
    patient, document, prescription, starter, visit, seed = request
    seed = secrets.randbits(_SEED_BITS) if seed is None else seed
    drill = begin(document, prescription, now_ns, platform, seed, load)
    return Session(number, patient, document, prescription, drill, starter, visit)


def header(session: Session, rig: Rig, known: KnownCalibration, live_point: int) -> dict[str, Any]:
    """What a recording must know to be understood, and computed again, without this station. JSON values only.

    `live_point` is the version of the correction of the live point; the first, which had no number, is not named.
    """
    zero_v, span_n_per_v, matrix = known.calibration
    return {
        "program_version": version("balance-station"),
        "rig": rig.name,
        "rate_hz": RATE_HZ,
        **({} if live_point == FIRST_LIVE_POINT else {"live_point": live_point}),
        "patient": session.patient,
        **({"visit": session.visit} if session.visit else {}),
        "by": session.starter.by,
        "drill": session.document.name,
        "leg": leg_word(session.document, session.prescription),
        "document": session.document.model_dump(mode="json", by_alias=True),
        "prescription": session.prescription.model_dump(mode="json"),
        "platform": None if rig.mechanics is None else rig.mechanics._asdict(),
        **({} if (load := session.drill.plan.load) is None else {"load": load._asdict()}),
        "plate": {"spacing_ml_mm": rig.plate.spacing_ml_mm, "spacing_ap_mm": rig.plate.spacing_ap_mm},
        "calibration": {
            **known.described(),
            "zero_v": list(zero_v),
            "span_n_per_v": list(span_n_per_v),
            "matrix": [list(r) for r in matrix],
        },
    }
