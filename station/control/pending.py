"""A Start that waits until its whole dose is committed, or a moment for a red flag that the records may hold. The loop
does not wait: it looks at it once a tick.
"""

from __future__ import annotations

import secrets
from typing import Any, NamedTuple

from drills.library import catalogue_names
from drills.prescription import leg_word
from station.clock import NS_PER_S
from station.control.admission import Examined
from station.control.tick import Station
from station.wire.messages import Later, Start

_SHIPPED = frozenset(catalogue_names())
PENDING_NS = 3 * NS_PER_S
"""How long a Start that vibrates waits; the web process gives up after 4 s."""
FLAGS_NS = NS_PER_S // 2
"""How long one that does not vibrate waits for the records, which answer in some hundredths of a second: then it begins
without, where the list beside them has no order of partial load.
"""


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

    @property
    def must_be_vouched(self) -> bool:
        """Whether nobody may stand there before the records have answered: the drill is no shipped one, or is done by
        an order.
        """
        document = self.examined.request.document
        return document.own is not None or document.name not in _SHIPPED or document.by_order

    @property
    def vibrates(self) -> bool:
        """Whether anything was to be committed."""
        return self.examined.request.prescription.vibrates


class OrdersKnown:
    """Who knows of the patients' orders of partial load."""

    def __init__(self, station: Station) -> None:
        self.recorder_vouches = False
        """Whether the recorder answers what is asked of them."""
        self.none_of = ""
        """The question of whose patient the list beside the records has no order."""
        self._station = station

    @property
    def must_be_known(self) -> bool:
        """Whether nothing starts before somebody has looked whether the patient has an order."""
        return self._station.screens or self.recorder_vouches

    def are_asked(self, examined: Examined) -> bool:
        """Whether the records are asked of a patient who is not to be vibrated."""
        return self.must_be_known or examined.request.document.by_order

    def let_begin(self, pending: PendingStart) -> bool:
        """Whether this drill may begin although the records do not answer."""
        return not pending.must_be_vouched and (self.none_of == pending.asked or not self.must_be_known)


def _asked_for(pending: PendingStart) -> dict[str, Any]:
    """Whose drill it is, and which."""
    request = pending.examined.request
    document = request.document.model_dump(mode="json", by_alias=True)
    leg = leg_word(request.document, request.prescription)
    return {"asked": pending.asked, "patient": request.patient, "document": document, "leg": leg}


def ask_for_flags(station: Station, message: Start, examined: Examined, now_ns: int) -> PendingStart:
    """Ask the recorder, by an event, whether the records hold that this patient stands on no plate today."""
    pending = PendingStart(message, examined, station.next_session_number(), secrets.token_hex(8), now_ns, Later())
    station.tell("red-flags-asked", {**_asked_for(pending), "screened": station.screens})
    return pending


def ask_for_dose(station: Station, message: Start, examined: Examined, now_ns: int) -> PendingStart:
    """Ask the recorder, by an event, to commit the whole dose of what was examined: where the station `screens`, of a
    patient who is screened only.
    """
    pending = PendingStart(message, examined, station.next_session_number(), secrets.token_hex(8), now_ns, Later())
    request, platform = examined.request, examined.platform
    station.tell(
        "dose-asked",
        {
            **_asked_for(pending),
            "screened": station.screens,
            "of_session": pending.number,
            "prescription": request.prescription.model_dump(mode="json"),
            "platform": None if platform is None else platform._asdict(),
        },
    )
    return pending
