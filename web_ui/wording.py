"""Plain words: what the numbers of a sample mean to a patient, a therapist and a technician. One place, no logic."""

from __future__ import annotations

from drills.values import Instruction, Phase

ARMING = ("disarmed", "armed", "tripped", "estop", "estop-released")
"""Names of `Sample.arming`, by its number."""

ARMING_WORDS = (
    "Ready. Vibration is switched off.",
    "Vibration is armed.",
    "Stopped for safety.",
    "The red emergency button is pressed.",
    "The red button is released. It waits for Acknowledge.",
)

ARMED_STILL = "A drill runs, without vibration."

CELL_WORDS = (
    "OK",
    "OK (value repeated)",
    "Overloaded: at the end of its range",
    "Open: unplugged or broken wire",
    "No answer from its converter",
    "Stopped: its value is old",
    "Its converter was set up again: its value is old",
    "The cable of the converters is shorted",
)
"""By the number of the cell's status."""

CELL_NAMES = ("Front left", "Front right", "Back right", "Back left")

PHASE_WORDS = {
    Phase.IDLE: "No drill is running",
    Phase.GET_ON: "Getting on",
    Phase.SETTLE: "Settling",
    Phase.BASELINE: "Balance without vibration",
    Phase.RAMP_UP: "Vibration starts",
    Phase.HOLD: "Hold",
    Phase.RAMP_DOWN: "Vibration stops",
    Phase.REST: "Rest",
    Phase.GET_OFF: "Getting off",
    Phase.DONE: "Finished",
}

_GET_ON = {
    "left": "Step onto the plate with your LEFT foot. Lift the other foot.",
    "right": "Step onto the plate with your RIGHT foot. Lift the other foot.",
    "both": "Step onto the plate with both feet.",
}
_STILL = {
    "left": "Stand still on your LEFT foot. Look straight ahead.",
    "right": "Stand still on your RIGHT foot. Look straight ahead.",
    "both": "Stand still. Look straight ahead.",
}
_INSTRUCTIONS = {
    Phase.IDLE: "Please wait. Your therapist starts the drill.",
    Phase.BASELINE: "Keep your balance. The plate is still.",
    Phase.RAMP_UP: "The plate starts to shake now. Keep your knee soft.",
    Phase.HOLD: "Keep the dot inside the box.",
    Phase.RAMP_DOWN: "The shaking stops now. Stay on the plate.",
    Phase.REST: "Rest. Put your other foot down.",
    Phase.GET_OFF: "Step off the plate slowly. Hold the handrail.",
    Phase.DONE: "Finished. Thank you.",
}
STAND_STILL = "Stand as still as you can. Look straight ahead."
HOLD_ON = "Keep hold of the switch."
_HELD = (Phase.GET_ON, Phase.SETTLE, Phase.BASELINE, Phase.RAMP_UP, Phase.HOLD)
"""Phases in which the patient is told so: in a rest the switch may be let go of."""
STOPPED = "Stopped. Hold the handrail and put both feet down. Your therapist helps you."


def phase_name(number: int) -> str:
    """`get-on` for 1 and so on; `unknown` for a number of a newer release."""
    return Phase(number).name.lower().replace("_", "-") if number in Phase.__members__.values() else "unknown"


def phase_words(number: int) -> str:
    """What a therapist reads for the phase."""
    return PHASE_WORDS.get(Phase(number), "") if number in Phase.__members__.values() else "Unknown phase"


def arming_words(number: int, *, shakes: bool) -> str:
    """What a technician reads for `Sample.arming`. `shakes`: the drill that runs vibrates."""
    return ARMED_STILL if number == 1 and not shakes else named(ARMING_WORDS, number)


def instruction(
    phase: int, leg: str, told: str, *, halted: bool, boxed: bool = True, shakes: bool = True, holds: bool = False
) -> str:
    """What the patient is to do now: one sentence or two, for a big screen.

    `told` is the drill's last instruction: it may ask to get off before the hold's phase ends. `halted` is a trip.
    `boxed` and `shakes`: the drill has a box to stay in, and vibrates. `holds`: only while the hand switch is held.
    """
    if halted:
        return STOPPED
    said = _to_do(phase, leg, told, boxed=boxed, shakes=shakes)
    leaves = said == _INSTRUCTIONS[Phase.GET_OFF]
    return f"{said} {HOLD_ON}" if holds and shakes and phase in _HELD and not leaves else said


def _to_do(phase: int, leg: str, told: str, *, boxed: bool, shakes: bool) -> str:
    if told == Instruction.GET_OFF.value and phase in (Phase.HOLD, Phase.DONE):
        return _INSTRUCTIONS[Phase.GET_OFF]
    if phase == Phase.GET_ON:
        return _GET_ON.get(leg, _GET_ON["both"])
    if phase == Phase.SETTLE:
        return _STILL.get(leg, _STILL["both"])
    if phase == Phase.HOLD and not boxed:
        return STAND_STILL
    if phase in (Phase.RAMP_UP, Phase.RAMP_DOWN) and not shakes:
        return _INSTRUCTIONS[Phase.BASELINE]
    return _INSTRUCTIONS.get(Phase(phase), "") if phase in Phase.__members__.values() else ""


def named(table: tuple[str, ...], number: int) -> str:
    """`table[number]`, and `unknown` for a number of a newer release."""
    return table[number] if 0 <= number < len(table) else "unknown"
