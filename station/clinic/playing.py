"""A game as one patient plays it: with their own best by its rules, and one side asked more where the therapist says.

Nobody is ranked: a best is the patient's own, on the rung that is played, of whole rounds alone.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Final, NamedTuple

from drills.document import DrillDocument, read_document
from drills.errors import DrillDocumentError
from drills.exercises.rounds import MOST_BEST, BestKeys
from station.clinic.progression.ladders import shipped_ladders

OF_PATIENT: Final = ("best", "right_share")
"""Keys of a game's exercise that are the patient's."""
SIDES: Final[Mapping[str, float]] = {"left": 0.35, "even": 0.5, "right": 0.65}
"""What lies on the right, by the side that is asked more (proposed: 60 to 70 % on the weak one)."""
HELD = "held"


class RoundPlayed(NamedTuple):
    """One round as the records have it."""

    outcome: str
    exercise: Mapping[str, Any]
    """As `station.analysis.exercised` gives it."""


def is_game(document: DrillDocument) -> bool:
    """Whether its rounds have a best."""
    return isinstance(document.exercise_step.parameters, BestKeys)


def best_before(document: DrillDocument, rounds: Iterable[RoundPlayed]) -> int:
    """The most that a whole round of this game by the rules of this document has earned; 0 for none. Of a shipped game
    rounds count too whose rules differ in what moves inside a rung.
    """
    rules = _rules(document.exercise_step.parameters.model_dump(mode="json"))
    moving = [] if document.own is not None else shipped_ladders().led_by(document.name)
    names = rules.keys() - {one.number.removeprefix("parameters.") for one in moving}

    def alike(exercise: Mapping[str, Any]) -> bool:
        played = _rules(exercise.get("parameters") or {})
        return all(played.get(name) == rules.get(name) for name in names)

    scores = (int(one.exercise.get("done") or 0) for one in rounds if one.outcome == HELD and alike(one.exercise))
    return min(MOST_BEST, max(scores, default=0))


def unplayed(document: DrillDocument) -> DrillDocument:
    """The document without what is a patient's best: as it was tried."""
    return _with(document, {"best": None}) if is_game(document) else document


def _rules(parameters: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in parameters.items() if name not in OF_PATIENT}


def as_played(document: DrillDocument, best: int, side: str | None) -> DrillDocument:
    """The game with this best, and with this side asked more; as it is where that cannot be, or where it is no game."""
    if not is_game(document):
        return document
    keys: dict[str, Any] = {"best": best} if best else {}
    if side is not None and hasattr(document.exercise_step.parameters, "right_share"):
        keys["right_share"] = SIDES[side]
    for wanted in (keys, {name: keys[name] for name in ("best",) if name in keys}):
        try:
            return _with(document, wanted)
        except DrillDocumentError:  # where there is one gate a side it lets the sides but take turns
            continue
    return document


def _with(document: DrillDocument, keys: Mapping[str, Any]) -> DrillDocument:
    if not keys:
        return document
    table = document.model_dump(mode="json", by_alias=True, exclude_none=True)
    step = next(one for one in table["steps"] if one["step"] == "exercise")
    step["parameters"].update(keys)
    return read_document(table, document.name).document
