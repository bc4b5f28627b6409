"""A Start that waits until its whole dose is committed. The loop does not: it looks at it once a tick."""

from __future__ import annotations

import secrets
from typing import NamedTuple

from station.clock import NS_PER_S
from station.control.admission import Examined
from station.control.tick import Station
from station.wire.messages import Later, Start

PENDING_NS = 3 * NS_PER_S
"""How long a Start waits; the web process gives up after 4 s."""


class PendingStart(NamedTuple):
    """What was asked for, and what will be answered."""

    message: Start
    examined: Examined
    number: int
    """Of the session, should there be one."""
    asked: str
    """Names the question to the recorder."""
    asked_ns: int
    later: Later


def ask_for_dose(station: Station, message: Start, examined: Examined, now_ns: int) -> PendingStart:
    """Ask the recorder, by an event, to commit the whole dose of what was examined: where the station `screens`, of a
    patient who is screened only.
    """
    pending = PendingStart(message, examined, station.next_session_number(), secrets.token_hex(8), now_ns, Later())
    request, platform = examined
    station.tell(
        "dose-asked",
        {
            "asked": pending.asked,
            "screened": station.screens,
            "of_session": pending.number,
            "patient": request.patient,
            "document": request.document.model_dump(mode="json", by_alias=True),
            "prescription": request.prescription.model_dump(mode="json"),
            "platform": None if platform is None else platform._asdict(),
        },
    )
    return pending
