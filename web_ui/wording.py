"""Plain words: what the numbers of a sample mean to a patient, a therapist and a technician. One place."""

from __future__ import annotations

from drills.values import DrillOutcome, Instruction, Phase
from web_ui.story import Said

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
LAST_USABLE_STATUS = 1
"""The voltage of a cell whose status has a higher number must not be used."""

CELL_LABELS = ("Front left", "Front right", "Back right", "Back left")

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

_STAND_ON = (
    Instruction.STAND_ON_LEFT.value,
    Instruction.STAND_ON_RIGHT.value,
    Instruction.STAND_ON_BOTH.value,
)
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
_SENTENCES = {
    Instruction.VIBRATION_STARTS.value: "The plate starts to shake now. Keep your knee soft.",
    Instruction.VIBRATION_STOPS.value: "The shaking stops now. Stay on the plate.",
    Instruction.REST.value: "Rest. Put your other foot down.",
    Instruction.GET_OFF.value: "Step off the plate slowly. Hold the handrail.",
}
STAY_IN_BOX = "Keep the dot inside the box."
STAND_STILL = "Stand as still as you can. Look straight ahead."
KEEP_BALANCE = "Keep your balance. The plate is still."
"""Where vibration is still to come."""
HOLD_ON = "Keep hold of the switch."
_LETS_GO = (Instruction.VIBRATION_STOPS.value, Instruction.REST.value, Instruction.GET_OFF.value)
"""With these the switch may be let go of."""
NO_DRILL = "Please wait. Your therapist starts the drill."
STOPPED = "Stopped. Hold the handrail and put both feet down. Your therapist helps you."
"""After a trip."""
ENDED = "Stopped. Hold the handrail and put both feet down."
"""After a drill that was ended before its time."""
FINISHED = "Finished. Step off slowly. Hold the handrail."


def phase_name(number: int) -> str:
    """`get-on` for 1 and so on; `unknown` for a number of a newer release."""
    return Phase(number).name.lower().replace("_", "-") if number in Phase.__members__.values() else "unknown"


def phase_words(number: int) -> str:
    """What a therapist reads for the phase."""
    return PHASE_WORDS.get(Phase(number), "") if number in Phase.__members__.values() else "Unknown phase"


def arming_words(number: int, *, shakes: bool) -> str:
    """What a technician reads for `Sample.arming`. `shakes`: the drill that runs vibrates."""
    return ARMED_STILL if number == 1 and not shakes else named(ARMING_WORDS, number)


def instruction(said: Said, *, boxed: bool, shakes: bool, holds: bool) -> str:
    """What the patient is to do, by what the drill said last: a sentence or two, for a big screen.

    `boxed` and `shakes`: the drill has a box to stay in, and vibrates. `holds`: only while the hand switch is held.
    Empty where the drill has said nothing, or a key of a newer release.
    """
    sentence = _sentence(said, boxed=boxed, shakes=shakes)
    return f"{sentence} {HOLD_ON}" if sentence and holds and shakes and said.key not in _LETS_GO else sentence


def _sentence(said: Said, *, boxed: bool, shakes: bool) -> str:
    key, leg = said.key, said.leg
    if key == Instruction.GET_ON.value:
        return _GET_ON.get(leg, _GET_ON["both"])
    if key in _STAND_ON:
        # A drill without a phase to settle says it at once: then nobody is on the plate yet.
        words = _STILL if Instruction.GET_ON.value in said.before else _GET_ON
        return words.get(leg, words["both"])
    if key == Instruction.HOLD_STILL.value:
        if shakes and Instruction.VIBRATION_STARTS.value not in said.before:
            return KEEP_BALANCE
        return STAY_IN_BOX if boxed else STAND_STILL
    return _SENTENCES.get(key, "")


def ended(outcome: str) -> str:
    """What the patient is to do after a drill with this outcome; empty for none."""
    if not outcome:
        return ""
    return FINISHED if outcome == DrillOutcome.COMPLETED.value else ENDED


def named(table: tuple[str, ...], number: int) -> str:
    """`table[number]`, and `unknown` for a number of a newer release."""
    return table[number] if 0 <= number < len(table) else "unknown"
