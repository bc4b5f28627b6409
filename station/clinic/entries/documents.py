"""The forms that ship: what is asked in each, in which bounds, and how far one is that was filled in."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from drills.problems import Problem, not_one_of, out_of_range
from drills.strict import Strict, found
from station.clinic.signed import Signable, Sourced, read_signable
from station.faults import InputError, because

FILE = Path(__file__).with_name("forms.toml")
FormState = Literal["not-done", "partly", "done", "refused"]
NOT_DONE: FormState = "not-done"
PARTLY: FormState = "partly"
DONE: FormState = "done"
REFUSED: FormState = "refused"
YES, NO = "yes", "no"
MOST_WORDS = 300
"""Characters of an answer in words."""
SIDES = ("left", "right")
_Id = Annotated[str, Field(pattern=r"^[a-z][a-z0-9]*(-[a-z0-9]+)*$", max_length=40)]
Answers = Mapping[str, object]


class EntryField(Strict):
    """One thing that is typed. Its words are `entry.<form>.<id>`."""

    id: _Id
    asks: Literal["yes-no", "number", "choice", "words"]
    least: float | None = None
    """Of a number; `most` likewise."""
    most: float | None = None
    unit: Literal["", "degrees", "cm", "seconds", "times", "0-10", "grade"] = ""
    """Key under `entry.unit.`."""
    choices: Annotated[tuple[_Id, ...], Field(max_length=8, strict=False)] = ()
    """Their words are `entry.<form>.<id>.<choice>`."""
    sides: bool = False
    """Left and right each by itself: `<id>-left`, `<id>-right`."""
    only_if: _Id | None = None
    """Asked only where the answer to this one is yes."""
    optional: bool = False
    """The form is whole without it."""

    @property
    def ids(self) -> tuple[str, ...]:
        """The keys of its answers."""
        return tuple(f"{self.id}-{side}" for side in SIDES) if self.sides else (self.id,)

    def problem(self, key: str, value: object) -> Problem | None:
        """What is wrong with an answer; None where it is one."""
        if self.asks == "number":
            if isinstance(value, bool) or not isinstance(value, int | float):
                return Problem(key, value, reason="wrong-kind", values={"kind": "number"})
            return next(iter(out_of_range(key, float(value), self.least, self.most)), None)
        if not isinstance(value, str):
            return Problem(key, value, reason="wrong-kind", values={"kind": "text"})
        if self.asks == "words":
            return None if 0 < len(value) <= MOST_WORDS else Problem(key, len(value), most=MOST_WORDS)
        allowed = self.choices if self.asks == "choice" else (YES, NO)
        return None if value in allowed else not_one_of(key, value, list(allowed))


class EntryForm(Sourced):
    """One form. Its words are `entry.<id>`."""

    id: _Id
    minutes: Annotated[float, Field(gt=0, le=60)]
    of_day: bool = False
    """It speaks of the day on which it was filled in, and of no other."""
    field: Annotated[tuple[EntryField, ...], Field(min_length=1, max_length=24, strict=False)]

    @model_validator(mode="after")
    def _fields_that_fit(self) -> Self:
        problems: list[Problem] = []
        ids = [key for one in self.field for key in one.ids]
        problems += [Problem("field.id", one, reason="step-repeated") for one in {i for i in ids if ids.count(i) > 1}]
        for one in self.field:
            bounds = (one.least is not None) + (one.most is not None)
            if (one.asks == "number") is not (bounds == 2):
                values = {"key": "asks", "is": one.asks}
                problems.append(Problem(f"field.{one.id}.least", reason="needed-with", values=values))
            if (one.asks == "choice") is not (len(one.choices) > 1):
                values = {"key": "asks", "is": one.asks}
                problems.append(Problem(f"field.{one.id}.choices", reason="needed-with", values=values))
            if one.only_if is not None and one.only_if not in ids:
                problems.append(not_one_of(f"field.{one.id}.only_if", one.only_if, ids))
        if problems:
            raise found(problems)
        return self

    def state(self, answers: Answers, refused: str = "") -> tuple[FormState, int, int]:
        """How far it is, how many of its questions are answered, and how many there are. Total."""
        asked = [one for one in self.field if one.only_if is None or answers.get(one.only_if) == YES]
        keys = [key for one in asked if not one.optional for key in one.ids]
        given = sum(key in answers for key in keys)
        if refused:
            return REFUSED, given, len(keys)
        some = any(key in answers for one in self.field for key in one.ids)
        return (DONE if given == len(keys) and some else PARTLY if some else NOT_DONE), given, len(keys)

    def checked(self, answers: Answers) -> dict[str, object]:
        """The answers, each of which is one of its question. Raises InputError "input-invalid": all that is wrong."""
        fields = {key: one for one in self.field for key in one.ids}
        problems = [not_one_of("answers", key, list(fields)) for key in answers if key not in fields]
        seen = (fields[key].problem(key, value) for key, value in answers.items() if key in fields)
        problems += [one for one in seen if one is not None]
        if problems:
            raise InputError("input-invalid", self.id, *problems)
        return dict(answers)


class EntryForms(Signable):
    """All of them."""

    form: Annotated[tuple[EntryForm, ...], Field(min_length=1, strict=False)]


@cache
def shipped() -> EntryForms:
    """The forms that come with the station."""
    return read_signable(FILE, EntryForms)


def form_named(name: str) -> EntryForm:
    """The form of this name. Raises InputError "input-invalid" for another."""
    names = [one.id for one in shipped().form]
    if name not in names:
        raise InputError("input-invalid", name, because("there-are", names=names))
    return shipped().form[names.index(name)]
