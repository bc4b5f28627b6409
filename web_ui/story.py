"""The story so far: what the events of the ring say about the session that runs, or ran last."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any, NamedTuple

from drills.counted import Counted, counted_in
from drills.dose import peak_acceleration_g
from drills.values import DrillOutcome, Instruction, names_front, said_leg
from station.clinic.strength import strength_of

EventDocument = dict[str, Any]
TRIPPED = DrillOutcome.TRIPPED.value
_UNSEEN = ("F3", "F4")
"""Levels of feedback without a dot."""
PARTIAL_LOAD = "load"
"""The exercise of who may put a part of their weight on a leg."""
CHANGED = Instruction.CHANGE_LEGS.value
"""Said between two trials for who stays on the plate: the next goes on where this one ended."""


class EndedTrial(NamedTuple):
    """One trial that has ended."""

    number: int
    outcome: str
    hold_s: float | None
    leg: str = ""
    """On which it was, where the drill changes legs; empty else."""
    score: tuple[int, int] | None = None
    """What was done, and of how many; None where the exercise counts nothing."""


class Said(NamedTuple):
    """What the drill said last to the patient. Empty before its first instruction."""

    key: str = ""
    """The value of a `drills.values.Instruction`."""
    leg: str = ""
    trial: int = 0
    before: tuple[str, ...] = ()
    """The keys that it said earlier in the same trial: "hold still" is another sentence once the plate shakes."""

    def then(self, event: EventDocument) -> Said:
        """What is said after this event "instruction"."""
        trial = int(_number(event.get("trial")) or 0)
        goes_on = trial == self.trial or self.key == CHANGED
        before = (*self.before, self.key) if goes_on and self.key else ()
        return Said(str(event.get("instruction", "")), str(event.get("leg", "") or self.leg), trial, before)


class Story:
    """One session by its events in order, from its "session-started". What is missing or unknown is passed over.

    Where the ring has lost that first event, the session's other events still begin its story: `known` is False then.
    """

    def __init__(self, started: EventDocument | None = None) -> None:
        event = started or {}
        document = _object(event.get("document"))
        prescription = _object(event.get("prescription"))
        self.session = int(_number(event.get("session")) or 0)
        self.known = event.get("kind") == "session-started"
        """Whether its header has been read: what was prescribed, and how the drill is judged."""
        self.patient = str(event.get("patient", ""))
        self.drill = str(document.get("name", ""))
        self.title = str(document.get("title", "") or self.drill)
        self.language = str(document.get("language", ""))
        self.script = _own_script(document)
        """What is said to the patient before a try, where a therapist has written it."""
        self.counts = _counted(document.get("steps"))
        """What the score of its trials counts."""
        """Of the title, as BCP 47 tags it."""
        self.leg = str(event.get("leg", "") or prescription.get("leg", ""))
        self.front = names_front(document)
        """Whether that is the foot in front, of both that stand."""
        self.hold_target_s = _number(prescription.get("hold_s"))
        self.trials_asked = int(_number(prescription.get("trials")) or 0)
        asked = (_number(prescription.get(name)) or 0.0 for name in ("frequency_hz", "displacement_pp_mm"))
        frequency_hz, displacement_pp_mm = asked
        self.vibrates = frequency_hz > 0.0 and displacement_pp_mm > 0.0
        """Whether any vibration is prescribed."""
        self.strength = strength_of(peak_acceleration_g(frequency_hz, displacement_pp_mm))
        """How strong the prescribed one is, in a word; empty where none is."""
        self.baseline_s = _seconds_of("baseline", document.get("steps"))
        self.drawn = _object(_exercise_of(document.get("steps")).get("vibration")).get("form") == "bursts"
        """When it vibrates within the exercise is drawn by lot."""
        self.in_part = _is_in_part(document.get("steps"))
        """Whether the leg on the plate is under an order of partial load."""
        self.holds = _object(event.get("switches")).get("hand") == "hold_to_run"
        """Whether the platform vibrates only while the patient holds the hand switch."""
        self.plate_mm = _pair(_object(event.get("plate")), "spacing_ml_mm", "spacing_ap_mm")
        """Distance of the cells, ML and AP."""
        base = _object(_object(document.get("thresholds")).get("foot_down"))
        own_mm = _pair(base, "base_half_ml_mm", "base_half_ap_mm")
        sideways = _object(document.get("stance")).get("orientation") in ("right", "left")
        self.base_mm = own_mm[::-1] if own_mm and sideways else own_mm
        """Half width (ML) and half length (AP) of the box to stay in, on the plate; None where the drill has none."""
        feedback = str(_object(document.get("feedback")).get("level", ""))
        self.sees_dot = document.get("eyes") != "closed" and feedback not in _UNSEEN
        """Whether the patient's screen shows the dot, at least in some of the tries."""
        self.shapes: dict[int, tuple[int, ...]] = {}
        """The step's shapes by their numbers: points of a path, x after y, in 0.1 mm."""
        self.foot_mm: tuple[float, float] | None = None
        """The middle of that box, ML and AP; None until a trial has learnt where the foot stands."""
        self.said = Said(leg=str(prescription.get("leg", "")))
        """What the patient is to do, as the drill said it last."""
        self.blind = bool(_object(document.get("trials")).get("with_without"))
        """Whether nobody is to know how a trial went before the drill has ended."""
        self.trials: list[EndedTrial] = []
        self.pausing = False
        """Whether a pause is wanted after the trial that goes on."""
        self.pause = 0
        """Number of the newest that has begun; 0 for none."""
        self.outcome = ""
        """How the drill ended; empty while it runs."""
        self.reason = ""
        """Code of why the station ended the drill by a planned stop; empty for none."""
        self.stopped_by = ""
        """Who stopped it, where that was reported before its end: "foot switch"; empty otherwise."""
        self.trip_cells: tuple[str, ...] = ()
        self.trip_seen: dict[str, Any] | None = None
        """The cells that the last trip was for, by their names of `web_ui.wording`; empty where it was for none."""
        self.acknowledged = False
        """Whether a person has seen to the patient after its trip."""
        self.ended_ns = 0
        """When, on the samples' clock; 0 while it runs."""

    @property
    def may_vibrate(self) -> bool:
        """Whether any vibration is prescribed, or what is prescribed is not known."""
        return self.vibrates or not self.known

    @property
    def hides(self) -> bool:
        """Whether what came of its trials is to be kept from everybody now."""
        return self.blind and not self.outcome

    @property
    def left_open(self) -> bool:
        """Whether a life of control that ends now leaves the session without its end, or its trip unacknowledged."""
        return self.session > 0 and (not self.outcome or (self.outcome == TRIPPED and not self.acknowledged))

    @property
    def leg_word(self) -> str:
        """How the leg of the whole drill is said."""
        return said_leg(self.leg, front=self.front)

    @property
    def now_word(self) -> str:
        """How the one is said that is on now."""
        return self.leg_word if self.front else self.said.leg or self.leg

    def after(self, event: EventDocument) -> Story:
        """The story with the next event in it: this one, or a new one when another session starts."""
        if event.get("kind") == "session-started":
            return Story(event)
        session = int(_number(event.get("session")) or 0)
        if session > self.session:
            return Story({"session": session}).after(event)
        match event.get("kind"):
            case "instruction":
                self.said = self.said.then(event)
            case "trial-started":
                self.foot_mm = _pair(event, "foot_ml_mm", "foot_ap_mm")
            case "shape":
                self._learn_shape(event)
            case "trial-ended":
                self.blind |= event.get("blind") is True
                self.trials.append(
                    EndedTrial(
                        int(_number(event.get("trial")) or len(self.trials) + 1),
                        str(event.get("outcome", "")),
                        _number(event.get("hold_s")),
                        str(event.get("leg", "")),
                        _score(event.get("score")),
                    )
                )
            case "pause":
                self.pausing = event.get("wanted") is True
            case "phase":
                if event.get("phase") == "pause":  # it has come
                    self.pausing, self.pause = False, int(_number(event.get("pause")) or 0)
            case "stop":
                self.reason = str(event.get("code", ""))
                if not self.outcome:
                    self.stopped_by = str(event.get("by", ""))
            case "trip":
                self.trip_cells = tuple(str(one).replace("_", "-") for one in event.get("cells") or ())
                seen = event.get("seen")
                self.trip_seen = seen if isinstance(seen, dict) else None
            case "acknowledged":
                self.acknowledged = True
            case "drill-ended":
                self.outcome, self.pausing = str(event.get("outcome", "stopped")), False
                self.ended_ns = int(_number(event.get("t_ns")) or 0)
        return self

    def _learn_shape(self, event: EventDocument) -> None:
        number, points = event.get("number"), event.get("points")
        if isinstance(number, int) and isinstance(points, list) and all(isinstance(one, int) for one in points):
            self.shapes = {**self.shapes, number: tuple(points)}


def _number(value: object) -> float | None:
    if isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value):
        return float(value)
    return None


def _own_script(document: Mapping[str, object]) -> list[str]:
    """Goal, look and safe of a therapist's own drill; those of a shipped one are texts, in each language."""
    script = _object(document.get("script"))
    lines = [script.get(name) for name in ("goal", "look", "safe")] if document.get("own") else []
    return [line for line in lines if isinstance(line, str) and line]


def _step_of(name: str, steps: object) -> dict[str, Any]:
    each = [_object(one) for one in steps] if isinstance(steps, list) else []
    return next((one for one in each if one.get("step") == name), {})


def _exercise_of(steps: object) -> dict[str, Any]:
    return _step_of("exercise", steps)


def _seconds_of(name: str, steps: object) -> float:
    return _number(_step_of(name, steps).get("time_s")) or 0.0


def _counted(steps: object) -> Counted:
    asked = _exercise_of(steps)
    return counted_in(asked.get("exercise"), _object(asked.get("parameters")))


def _is_in_part(steps: object) -> bool:
    return any(_object(one).get("exercise") == PARTIAL_LOAD for one in (steps if isinstance(steps, list) else []))


def _score(value: object) -> tuple[int, int] | None:
    score = _pair(_object(value), "done", "of")
    return None if score is None or score[1] <= 0 else (int(score[0]), int(score[1]))


def _object(value: object) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def _pair(value: dict[str, Any], first: str, second: str) -> tuple[float, float] | None:
    one, other = _number(value.get(first)), _number(value.get(second))
    return None if one is None or other is None else (one, other)
