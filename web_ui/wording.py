"""What the numbers of a sample mean, as keys of the catalogue of texts; the pages say them. One place."""

from __future__ import annotations

import math

from drills.values import DrillOutcome, Instruction, Phase
from station.wire.sample import Sample
from web_ui.story import Said, Story

ARMING = ("disarmed", "armed", "tripped", "estop", "estop-released")
"""Names of `Sample.arming`, by its number; keys under `arming.`."""
ARMED_STILL = "armed-still"
"""What is said of `armed` where the drill that runs does not vibrate."""

CELL_STATES = ("ok", "repeated", "overloaded", "open", "no-answer", "old", "set-up-again", "shorted")
"""By the number of the cell's status; keys under `cell.`."""
LAST_USABLE_STATUS = 1
"""The voltage of a cell whose status has a higher number must not be used."""

CELL_LABELS = ("front-left", "front-right", "back-right", "back-left")
"""In the order of the sample; keys under `cell.`."""

UNKNOWN = "unknown"
"""The name of a number of a newer release."""

SETTLES, BASELINE = int(Phase.SETTLE), int(Phase.BASELINE)
"""The phases before a vibration whose end is known."""
_STAND_ON = (
    Instruction.STAND_ON_LEFT.value,
    Instruction.STAND_ON_RIGHT.value,
    Instruction.STAND_ON_BOTH.value,
)
_ON_PLATE = {Instruction.GET_ON.value, Instruction.CHANGE_LEGS.value}
"""After these somebody stands there already."""
_SENTENCES = {
    Instruction.VIBRATION_STARTS.value: "vibration-starts",
    Instruction.VIBRATION_STOPS.value: "vibration-stops",
    Instruction.REST.value: "rest",
    Instruction.GET_OFF.value: "get-off",
    Instruction.FOOT_OFF.value: "foot-off",
}
STAY_IN_BOX = "stay-in-box"
STAND_STILL = "stand-still"
KEEP_BALANCE = "keep-balance"
"""Where vibration is still to come."""
HOLD_ON = "hold-on"
_LETS_GO = (
    Instruction.VIBRATION_STOPS.value,
    Instruction.REST.value,
    Instruction.CHANGE_LEGS.value,
    Instruction.GET_OFF.value,
)
"""With these the switch may be let go of."""
READY_S = 5.0
"""So long before a rest ends the patient is told what comes: "lift the other foot" itself stays for a moment only,
since who still stands on the plate has got on at once.
"""
NO_DRILL = ("wait",)
STOPPED = ("stopped",)
"""After a trip."""
ENDED = ("ended",)
"""After a drill that was ended before its time."""
STOPPED_IN_PART = ("stopped-part", "foot-off")
"""The same two for a leg that may carry a part of the load: both feet down would put it on that leg."""
FINISHED = ("finished",)
NOT_READY = ("not-ready",)
"""While control waits for its hardware."""


def phase_name(number: int) -> str:
    """`get-on` for 1 and so on; `unknown` for a number of a newer release."""
    return Phase(number).name.lower().replace("_", "-") if number in Phase.__members__.values() else UNKNOWN


def leads_on(number: int) -> bool:
    """Whether the next thing follows when the time of this phase is over: in a pause nothing does."""
    return number != Phase.PAUSE


_TRY_SHAKEN = (Phase.RAMP_DOWN, Phase.REST, Phase.CHANGE, Phase.PAUSE)
"""In these the vibration of their try is over."""
_ALL_SHAKEN = (Phase.GET_OFF, Phase.DONE)


def is_ahead(sample: Sample) -> bool:
    """Whether a vibration of a drill that has some may still come, or goes on."""
    return sample.phase not in _ALL_SHAKEN and (sample.trial < sample.trials or sample.phase not in _TRY_SHAKEN)


def arming_key(number: int, *, shakes: bool) -> str:
    """What a technician reads for `Sample.arming`. `shakes`: the drill that runs vibrates."""
    return ARMED_STILL if number == 1 and not shakes else named(ARMING, number)


def is_foreseen(story: Story) -> bool:
    """Whether all may know when the plate vibrates: it is prescribed, not drawn by lot, and hidden from nobody."""
    return story.known and story.vibrates and not (story.drawn or story.hides)


def until_vibration_s(story: Story, phase: int, left_s: float) -> float:
    """How long it is still until the vibration begins, by the steps before it; NaN where nobody can say."""
    if not is_foreseen(story):
        return math.nan
    if phase == SETTLES:
        return left_s + story.baseline_s
    return left_s if phase == BASELINE else math.nan


def instruction(said: Said, *, boxed: bool, shakes: bool, holds: bool) -> tuple[str, ...]:
    """What the patient is to do, by what the drill said last: one key or two, under `instruction.`.

    `boxed` and `shakes`: the drill has a box to stay in, and vibrates. `holds`: only while the hand switch is held.
    Empty where the drill has said nothing, or a key of a newer release.
    """
    first = _first(said, boxed=boxed, shakes=shakes)
    if not first:
        return ()
    return (first, HOLD_ON) if holds and shakes and said.key not in _LETS_GO else (first,)


def _first(said: Said, *, boxed: bool, shakes: bool) -> str:
    key = said.key
    leg = said.leg if said.leg in ("left", "right") else "both"
    if key == Instruction.GET_ON.value:
        return f"get-on.{leg}"
    if key in _STAND_ON:
        # A drill without a phase to settle says it at once: then nobody is on the plate yet.
        return f"still.{leg}" if _ON_PLATE & {*said.before} else f"get-on.{leg}"
    if key == Instruction.LOAD_FOOT.value:
        return f"load-foot.{leg}"
    if key == Instruction.CHANGE_LEGS.value:
        return f"change.{leg}"
    if key == Instruction.HOLD_STILL.value:
        if shakes and Instruction.VIBRATION_STARTS.value not in said.before:
            return KEEP_BALANCE
        return STAY_IN_BOX if boxed else STAND_STILL
    return _SENTENCES.get(key, "")


def soon(said: Said, left_s: float) -> tuple[str, ...]:
    """What the patient is told shortly before a rest ends; empty before that, and outside of a rest."""
    if said.key != Instruction.REST.value or not left_s <= READY_S:
        return ()
    return (f"ready.{said.leg if said.leg in ('left', 'right') else 'both'}",)


def stopped(*, in_part: bool) -> tuple[str, ...]:
    """What the patient is to do after a trip. `in_part`: the leg on the plate is under an order of partial load."""
    return STOPPED_IN_PART if in_part else STOPPED


def ended(outcome: str, *, in_part: bool = False) -> tuple[str, ...]:
    """What the patient is to do after a drill with this outcome; empty for none. `in_part` as for `stopped`."""
    if not outcome:
        return ()
    return FINISHED if outcome == DrillOutcome.COMPLETED.value else STOPPED_IN_PART if in_part else ENDED


def named(table: tuple[str, ...], number: int) -> str:
    """`table[number]`, and `unknown` for a number of a newer release."""
    return table[number] if 0 <= number < len(table) else UNKNOWN
