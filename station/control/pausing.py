"""What people ask of the pauses of the drill that runs: a pause before the next trial, none after all, or to go on.

Nothing here begins a trial: to go on leads into what is left of the rest, and on to the plate. Whether anything may
vibrate is safety's, which a pause neither arms nor disarms.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from drills import pausing
from station.clock import NS_PER_S
from station.faults import StationError

if TYPE_CHECKING:
    from station.control.session import Session
    from station.control.tick import Station
    from station.wire.messages import GoOn, Pause

NOTHING_TO_PAUSE = "nothing-to-pause"


def ask_pause(station: Station, message: Pause, now_ns: int) -> int:
    """Want a pause, or none after all; the session's number. What is so already is no event.

    Raises StationError "nothing-to-pause" for a session that does not run, where no trial is left to come, and for
    taking back a pause that has begun: that ends by `ask_go_on` alone.
    """
    session = _running(station, message.session)
    before = session.drill
    if message.wanted:
        if not pausing.may_pause(before):
            raise StationError(NOTHING_TO_PAUSE, "pause")
        moved = pausing.pause(before, now_ns)
    elif pausing.is_paused(before):
        raise StationError(NOTHING_TO_PAUSE, "pause")
    else:
        moved = pausing.take_back(before), ()
    if moved[0] is not before:
        station.tell("pause", {"wanted": message.wanted, "trial": before.trial, "by": message.by})
        station.move_drill(session, moved)
    return session.number


def ask_go_on(station: Station, message: GoOn, now_ns: int) -> int:
    """End the pause after the trial that is named, and of the number that is named; the session's number. One that was
    ended already stays so.

    Raises StationError "nothing-to-pause" for a session that does not run, and where there was no such pause.
    """
    session = _running(station, message.session)
    drill = session.drill
    if not (pausing.is_paused(drill) and drill.trial == message.trial and message.pause in (None, drill.pauses)):
        ended = (
            session.went_on_after == message.trial if message.pause is None else message.pause <= session.went_on_from
        )
        if ended:
            return session.number
        raise StationError(NOTHING_TO_PAUSE, "pause")
    session.went_on_after, session.went_on_from = drill.trial, drill.pauses
    paused_s = round((now_ns - drill.phase_start_ns) / NS_PER_S, 3)
    station.tell("go-on", {"trial": drill.trial, "paused_s": paused_s, "by": message.by})
    station.move_drill(session, pausing.go_on(drill, now_ns))
    return session.number


def _running(station: Station, number: int) -> Session:
    session = station.session
    if session is None or session.number != number or session.drill.finished:
        raise StationError(NOTHING_TO_PAUSE, "pause")
    return session
