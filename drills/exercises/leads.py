"""What a therapist can lead (`guided`): how each repetition is judged, and what the patient sees of it.

A repetition that goes out and comes back (a reach, an hour of the clock) has two halves: the patient goes on the first
beat, and is to be back in the ring some time into the second one.
"""

from __future__ import annotations

import math
from typing import NamedTuple

from drills.scene import (
    ArrowLook,
    Axis,
    BeatLook,
    PlaceLook,
    RingLook,
    Slot,
    SlotKind,
    SlotState,
    WordLook,
    tenths,
    whole,
)
from drills.units import NS_PER_S
from drills.words import Word

PLACE, RING, ARROW, BEAT, LETTER, BAND, BAR = range(1, 8)
"""Ids of the things on the screen."""
BREATH_IN = 0.4
"""4 s in and 6 s out."""
WAYS = {"push": (90.0, 270.0, 0.0, 180.0), "reach": (90.0, 0.0, 90.0, 180.0), "reach-forward": (90.0,)}
"""Where it goes to, in degrees from ML to AP: to the front, the back, the right, the left. Nobody reaches backward."""
REACH_RINGS, LEAST_REACH_MM, MOST_REACH_MM = 3.0, 45.0, 90.0
"""How far the arrow of a reach points: beyond what the patient's own sway does, and within what people lean."""
REACHES = ("reach", "reach-forward")
"""Leads in which the arms go out and come back."""
GONE = 0.67
"""Of the arrow: so far the centre of pressure must have gone for it to have been a reach (proposed)."""
HEEL_TO_BALL_MM = 150.0
"""Between heel and ball of a foot (proposed); quiet standing, which is learnt, is taken for even on both."""
LEAST_HEEL = 0.2
"""Of the load, on the heels, while the calf is stretched (docs/sources/protocols.md#drills)."""
LETTERS = "EFHKLNPRTVXZ"
"""Easily told from each other at a distance, and in most languages."""
CLOCK_MM = 45.0
LETTER_AHEAD_MM = 34.0
HEEL_STEP = 20
TIME_AT_X = 1150
"""Of a gauge: where the ring of the time stands, in 0.1 mm of the glass."""


class Lead(NamedTuple):
    """How a repetition is judged."""

    rings: float = 0.0
    """In how many times the ring of the patient's own sway the dot is to stay; 0 where that is not judged."""
    from_ns: int = 0
    """Since when; the time before is the patient's."""
    back_ns: int = 0
    """Not 0 where the first half is the way out: so soon after it the dot must be back."""
    longest_ns: int = 0
    """Not 0 where the dot may leave the ring: for so long at a time."""
    hands_free: bool = True
    """A hand that carries spoils it."""
    on_moving_plate: bool = False
    """Nobody's hands are on the patient, who stays where they are: the plate may move."""


LEADS = {
    "push": Lead(rings=1.0, from_ns=NS_PER_S),
    "level": Lead(on_moving_plate=True),
    "breathe": Lead(hands_free=False),
    "reach": Lead(rings=1.0, back_ns=2 * NS_PER_S),
    "reach-forward": Lead(rings=1.0, back_ns=2 * NS_PER_S),
    "clock": Lead(rings=1.0, back_ns=2 * NS_PER_S),
    "catch": Lead(rings=1.0, longest_ns=3 * NS_PER_S, on_moving_plate=True),
    "turn": Lead(rings=2.0),
    "stretch": Lead(rings=1.0, hands_free=False),
}
"""All times are proposed; back in 2 s and 3 s are of D25, D26 and D33."""
WORDS = {
    "push": Word.DO_NOT_GIVE_WAY,
    "level": Word.KEEP_THE_BELT_LEVEL,
    "catch": Word.CATCH_YOUR_BALANCE,
    "turn": Word.TURN_TO_THE_BEAT,
    "stretch": Word.LEAN_INTO_THE_PULL,
}
"""What is said all the time of a repetition; the others say two things, one after the other."""
TWO_WORDS = {
    "breathe": (Word.BREATHE_IN, Word.BREATHE_OUT),
    "reach": (Word.REACH_THIS_WAY, Word.TO_THE_MIDDLE),
    "reach-forward": (Word.REACH_THIS_WAY, Word.TO_THE_MIDDLE),
    "clock": (Word.POINT_THE_FOOT, Word.TO_THE_MIDDLE),
}


class Repetition(NamedTuple):
    """What the screen is drawn of."""

    lead: str
    number: int
    """From 0."""
    of: int
    trial: int
    part: int
    """How much of it is over, 0 to 1000."""
    ring_mm: float
    marked: bool
    beat_s: float
    beats: int
    swing: int
    """Of the beat's turn, 0 to 1000."""
    heel: float
    """The share of the load on the heels."""


def way_deg(lead: str, number: int) -> float:
    """Where the arrow points in this repetition."""
    ways = WAYS[lead]
    return ways[number % len(ways)]


def reach_mm(ring_mm: float) -> float:
    """How far the arrow of a reach points."""
    return min(MOST_REACH_MM, max(LEAST_REACH_MM, REACH_RINGS * ring_mm))


def gone_mm(lead: str, number: int, off_ml_mm: float, off_ap_mm: float) -> float:
    """How far the centre of pressure is on the way that the arrow of a reach points; 0 of another lead."""
    if lead not in REACHES:
        return 0.0
    angle = math.radians(way_deg(lead, number))
    return off_ml_mm * math.cos(angle) + off_ap_mm * math.sin(angle)


def heel_share(off_ap_mm: float) -> float:
    """The share of the load on the heels, by how far the centre of pressure is ahead of where it was learnt; 0 to 1."""
    share = 0.5 - off_ap_mm / HEEL_TO_BALL_MM
    return min(1.0, max(0.0, share))  # in this order: of 0.0 and what is no number `max` gives the first


def word_of(now: Repetition) -> Word:
    """What is said at this moment."""
    if now.lead not in TWO_WORDS:
        return WORDS[now.lead]
    first = 1000 * BREATH_IN if now.lead == "breathe" else 500
    return TWO_WORDS[now.lead][now.part >= first]


def slots_of(now: Repetition, at: tuple[int, int]) -> tuple[Slot, ...]:
    """What is drawn of a repetition, round this place."""
    place = Slot(SlotKind.PLACE, PLACE, PlaceLook.RING, SlotState.NOW, *at, tenths(now.ring_mm))
    lead, part = now.lead, now.part
    if lead == "breathe":
        full = int(part / BREATH_IN) if part < 1000 * BREATH_IN else int((1000 - part) / (1.0 - BREATH_IN))
        return (Slot(SlotKind.RING, RING, RingLook.BREATH, SlotState.NOW, *at, 450, min(1000, max(0, full))),)
    if lead == "stretch":
        heel = whole(1000.0 * now.heel) // HEEL_STEP * HEEL_STEP
        return (
            Slot(SlotKind.BAND, BAND, Axis.HEEL_LOAD, SlotState.NOW, whole(1000.0 * LEAST_HEEL), 1000),
            Slot(SlotKind.BAR, BAR, Axis.HEEL_LOAD, SlotState.NOW, heel, heel),
            Slot(SlotKind.RING, RING, RingLook.TIME, SlotState.NOW, TIME_AT_X, 0, 300, 1000 - part),
        )
    if lead == "push":
        shaft = tenths(max(20.0, now.ring_mm)), int(way_deg(lead, now.number) * 10)
        return place, Slot(SlotKind.ARROW, ARROW, ArrowLook.PUSH, SlotState.NOW, *at, *shaft)
    if lead in REACHES and part < 500:
        shaft = tenths(reach_mm(now.ring_mm)), int(way_deg(lead, now.number) * 10)
        arrow = Slot(SlotKind.ARROW, ARROW, ArrowLook.LEAN, SlotState.NOW, *at, *shaft)
        return place._replace(state=SlotState.WAITING), arrow
    if lead == "clock":
        hour = (12 * now.number // now.of) % 12
        return place, Slot(SlotKind.RING, RING, RingLook.CLOCK, SlotState.WAITING, *at, tenths(CLOCK_MM), 10 * hour)
    if lead == "turn":
        return (place, *_reading(now, at))
    # The time of the repetition closes round the ring, as a dwell does.
    return (place._replace(value=part, state=SlotState.PASSED_BY if now.marked else SlotState.NOW),)


def _reading(now: Repetition, at: tuple[int, int]) -> tuple[Slot, ...]:
    """The letter to read, and the beat for the head."""
    letter = ord(LETTERS[48_271 * (1000 * now.trial + now.number + 1) % 0x7FFF_FFFF % len(LETTERS)])
    turn_ms = whole(2000.0 * now.beat_s)
    above = at[1] + tenths(LETTER_AHEAD_MM)
    return (
        Slot(SlotKind.WORD, LETTER, WordLook.LETTER, SlotState.NOW, at[0], above, 1, letter),
        Slot(SlotKind.BEAT, BEAT, BeatLook.LEFT_RIGHT, SlotState.NOW, turn_ms, now.beats, 0, now.swing),
    )
