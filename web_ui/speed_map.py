"""The motor's speed map that a self-test has learned, beside the one in use, until a person keeps or drops it."""

from __future__ import annotations

import time
from contextlib import suppress
from datetime import UTC, datetime

from pydantic import BaseModel

from station.clock import NS_PER_MS, NS_PER_S
from station.faults import InputError, StationError, because
from station.plate import speed_maps
from station.wire.testing import SelfTestState, newest_state
from web_ui.own_settings import own_settings
from web_ui.service import service


class SpeedView(BaseModel):
    """Where the empty platform settled at one duty of the motor."""

    duty: float
    """0 to 1."""
    hz: float
    in_use_hz: float
    """By the map in use."""


class LearnedView(BaseModel):
    """A speed map that waits for somebody to keep or drop it."""

    at_ms: float
    """When its self-test ended."""
    by: str
    speeds: list[SpeedView]
    """Duties rising."""
    spin_up_s: float
    """Time constant of the run-up."""
    most_hz: float
    """By how much a speed differs from the map in use, at most."""
    used: bool
    """False where the settings file names a map of its own, which goes before any that was learned."""


def learned_view() -> LearnedView | None:
    """The one that waits; None where none does."""
    state = _waiting()
    if state is None or state.learned is None:
        return None
    settings = in_use = own_settings()
    with suppress(InputError):  # a damaged one is red on the technician's page: what was delivered stands beside it
        in_use = speed_maps.with_learned(settings)
    speeds = [
        SpeedView(duty=duty, hz=hz, in_use_hz=speed_maps.speed_hz(in_use, duty))
        for duty, hz in state.learned["speed_map"]
    ]
    return LearnedView(
        at_ms=state.at_ns / NS_PER_MS,
        by=state.by,
        speeds=speeds,
        spin_up_s=state.learned["spin_up_s"],
        most_hz=max((abs(one.hz - one.in_use_hz) for one in speeds), default=0.0),
        used=not speed_maps.named_map(settings),
    )


def decide(*, keep: bool) -> str:
    """Keep the map that waits, or drop it; the name of the file that it is in, "" for a dropped one. Raises
    StationError "not-ready" where none waits, StorageError.
    """
    state = _waiting()
    if state is None or state.learned is None:
        raise StationError("not-ready", "speed map", because("no-map-waits"))
    data, name = service().data, ""
    if keep:
        made_at = datetime.fromtimestamp(time.time_ns() // NS_PER_S, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
        name = speed_maps.keep(data, own_settings().station.rig, state.learned, made_at).name
    speed_maps.decide(data, state.at_ns)
    return name


def _waiting() -> SelfTestState | None:
    own = service()
    state = newest_state(own.runtime, own.data)
    if state is None or not state.ended or state.learned is None:
        return None
    return None if speed_maps.decided(own.data) >= state.at_ns else state
