"""The rungs of each drill, and a drill's document as one level asks for it."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Annotated, Any, Literal, NamedTuple

from pydantic import Field

from drills.document import DrillDocument, read_document
from drills.errors import DrillDocumentError
from drills.exercises.values import MOST_DS
from drills.library import load_shipped
from drills.strict import Strict
from station.clinic.progression.rules import shipped as shipped_rules
from station.clinic.progression.values import Ladder, Level, Rung
from station.clinic.signed import Signable, Sourced, read_signable

SHIPPED = Path(__file__).with_name("ladders.toml")
HOLD = "hold_s"
_FEEDBACK = "feedback.level"
_RECORDED_AS = {"stance.feet": "base"}
"""Where `station.analysis.exercised` has it elsewhere than the document."""
_EASIER = 0.02
"""Of a rung's span: so much easier a number may be and still count as the one that was asked for."""


DrillId = Annotated[str, Field(pattern=r"^(D\d{2}|G\d)$")]


class RungTable(Strict):
    """One rung."""

    easy: Annotated[float, Field(gt=0, le=MOST_DS)]
    hard: Annotated[float, Field(gt=0, le=MOST_DS)]
    document: Annotated[str, Field(max_length=60)] = ""
    set: Annotated[dict[str, str | float | int], Field(max_length=8)] = Field(default_factory=dict)


class LadderTable(Sourced):
    """One drill's rungs, from the easiest."""

    id: DrillId
    document: Annotated[str, Field(min_length=1, max_length=60)]
    number: Annotated[str, Field(pattern=r"^(hold_s|parameters\.[a-z_]+)$")]
    unit: Annotated[str, Field(max_length=20)]
    start: Annotated[int, Field(ge=1, le=20)]
    rung: Annotated[tuple[RungTable, ...], Field(min_length=1, max_length=20, strict=False)]

    def document_of(self, rung: int) -> str:
        """The name of the document of this rung, from 0."""
        return self.rung[rung].document or self.document

    @property
    def documents(self) -> frozenset[str]:
        """The names of all documents that its rungs use."""
        return frozenset(self.document_of(place) for place in range(len(self.rung)))


class WithoutLadder(Sourced):
    """A drill that gets no harder; `source` says why."""

    id: DrillId


class Ladders(Signable):
    """`ladders.toml`."""

    ladder: Annotated[tuple[LadderTable, ...], Field(strict=False)]
    without: Annotated[tuple[WithoutLadder, ...], Field(strict=False)] = ()

    def of(self, drill: str) -> LadderTable | None:
        """The ladder of this drill's id; None where it has none."""
        return next((one for one in self.ladder if one.id == drill), None)

    def led_by(self, document: str) -> tuple[LadderTable, ...]:
        """The ladders that lead over this document; of the first it is the own one, where it has one."""
        own = [one for one in self.ladder if document in one.documents]
        return tuple(sorted(own, key=lambda one: one.document != document))


@cache
def shipped_ladders() -> Ladders:
    """The ladders that come with the station."""
    return read_signable(SHIPPED, Ladders)


class Leader(NamedTuple):
    """How a plan asks for one drill's ladder to be climbed."""

    start: int | None = None
    """The rung to begin on, from 0; None for the ladder's own."""
    fear: bool = False
    after_surgery: bool = False


def ladder_for(table: LadderTable, leg: Literal["left", "right", "both"], asked: Leader = Leader()) -> Ladder:  # noqa: B008  # a value
    """The ladder as progression climbs it."""
    last = len(table.rung) - 1
    start = table.start - 1 if asked.start is None else asked.start
    rungs = tuple(Rung(f"{place}", one.easy, one.hard, table.unit) for place, one in enumerate(table.rung, 1))
    return Ladder(table.id, leg, rungs, min(max(start, 0), last), asked.fear, asked.after_surgery)


def rung_of_hold(table: LadderTable, goal_s: float, *, closed: bool) -> int | None:
    """The first rung, from 0, without help of a hand on which such a hold is asked for; None where there is none."""
    if table.number != HOLD:
        return None
    for place, one in enumerate(table.rung):
        is_closed = one.set.get("eyes") == "closed" or "closed" in one.document
        if "hands" not in one.set and is_closed == closed and goal_s <= one.hard:
            return place
    return None


def on_rung_asked(table: LadderTable, level: Level, rung: int) -> Level:
    """The level as it is on another rung, from 0, that a person asks for: the number begins where the rules begin it,
    at the easy end of a harder rung. The very one on its own rung.
    """
    if rung == level.rung:
        return level
    one, share = table.rung[rung], 0.0 if rung > level.rung else shipped_rules().start_share.value
    return level._replace(rung=rung, share=share, value=one.easy + share * (one.hard - one.easy))


def own_value(document: DrillDocument, path: str) -> Any:  # noqa: ANN401  # a JSON value
    """What the document itself has under a key of a rung; None where it says nothing."""
    if path == HOLD:
        return document.exercise_step.time.default_s
    place: Any = document.model_dump(mode="json", by_alias=True)
    names = path.split(".")
    if names[0] == "parameters":
        place = next(one for one in place["steps"] if one["step"] == "exercise")
    for name in names:
        place = place.get(name) if isinstance(place, Mapping) else None
    return place


@cache
def shipped_rung(drill: str) -> int:
    """The rung (from 0) on which the document of this ladder stands as it is shipped; its start where none fits."""
    table = next(one for one in shipped_ladders().ladder if one.id == drill)
    document = load_shipped(table.document)
    number = own_value(document, table.number)
    alike = [
        place
        for place, one in enumerate(table.rung)
        if not one.document and all(own_value(document, path) == value for path, value in one.set.items())
    ]
    within = [place for place in alike if _between(table.rung[place], number)]
    return next(iter([*within, *alike]), table.start - 1)


def _between(rung: RungTable, number: object) -> bool:
    least, most = sorted((rung.easy, rung.hard))
    return isinstance(number, int | float) and least <= number <= most


class AtLevel(NamedTuple):
    """A drill as one level asks for it."""

    document: DrillDocument
    hold_s: float | None
    """None where the level leaves it to the document."""


def at_level(table: LadderTable, level: Level, probe: bool = False) -> AtLevel:
    """The document with the rung's keys, the number, and the level of feedback; of a probe without any feedback.

    Raises `drills.errors.DrillDocumentError` where the rung cannot be done by its document.
    """
    rung = table.rung[level.rung]
    shipped = load_shipped(table.document_of(level.rung))
    changes: dict[str, Any] = {path: value for path, value in rung.set.items() if path != HOLD}
    hold_s = rung.set.get(HOLD)
    number = round(level.value, 1 if table.number == HOLD else 3)
    if table.number == HOLD:
        hold_s = number
    else:
        changes[table.number] = number
    feedback = "F4" if probe else f"F{level.feedback}"
    if feedback > shipped.feedback.level:
        changes.setdefault(_FEEDBACK, feedback)
        changes[_FEEDBACK] = max(str(changes[_FEEDBACK]), feedback)
    return AtLevel(_changed(shipped, changes), None if hold_s is None else float(hold_s))


def _changed(document: DrillDocument, changes: Mapping[str, Any]) -> DrillDocument:
    """The same document with these keys by their paths, read and checked again."""
    if not changes:
        return document
    table = document.model_dump(mode="json", by_alias=True, exclude_none=True)
    exercise = next(one for one in table["steps"] if one["step"] == "exercise")
    for path, value in changes.items():
        *way, last = path.split(".")
        place = exercise if way[:1] == ["parameters"] else table
        for name in way:
            place = place[name]
        place[last] = value
    return read_document(table, document.name).document


def possible(table: LadderTable, level: Level, probe: bool = False) -> AtLevel:
    """As `at_level`; the document as it stands where this rung cannot be done by it."""
    try:
        return at_level(table, level, probe)
    except DrillDocumentError:
        return AtLevel(load_shipped(table.document_of(level.rung)), None)


def was_done_at(table: LadderTable, level: Level, drill: str, exercise: Mapping[str, Any]) -> bool:
    """Whether a trial (`station.analysis.exercised`) was done at this level, or with a harder number on its rung."""
    if drill != table.document_of(level.rung):
        return False
    rung = table.rung[level.rung]
    for path, value in rung.set.items():
        if path not in (HOLD, _FEEDBACK) and _value_at(exercise, path) != value:
            return False
    number = _value_at(exercise, table.number)
    if not isinstance(number, int | float):
        return False
    span = rung.hard - rung.easy
    harder = number - level.value if span > 0.0 else level.value - number
    return harder >= -abs(span) * _EASIER - 0.05


def _value_at(exercise: Mapping[str, Any], path: str) -> Any:  # noqa: ANN401  # a JSON value
    if path == HOLD:
        return exercise.get("goal_s")
    place: Any = exercise
    for name in _RECORDED_AS.get(path, path).split("."):
        place = place.get(name) if isinstance(place, Mapping) else None
    return place
