"""What is asked before vibration: a file that a clinician can sign or change."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from drills.problems import Problem, not_one_of
from drills.strict import Strict, found
from station.clinic.signed import Number, Signable, Sourced, read_signable

SHIPPED = Path(__file__).with_name("items.toml")
ABSOLUTE, RELATIVE, RED_FLAG = "absolute", "relative", "red-flag"
MOST_TOGETHER = 6
"""Items of one screen: what a phone shows whole, in letters that are read at arm's length."""
_Id = Annotated[str, Field(pattern=r"^[a-z][a-z0-9]*(-[a-z0-9]+)*$", max_length=40)]
_Bound = Annotated[float, Field(ge=0, le=1000)]


class Item(Sourced):
    """One question."""

    id: _Id
    kind: Literal["absolute", "relative", "red-flag"]
    who: Literal["patient", "therapist"]
    asks: Literal["yes-no", "number"] = "yes-no"
    least: _Bound | None = None
    """Of a number's answer; `most` likewise."""
    most: _Bound | None = None
    lock_below: _Bound | None = None
    """A number below this counts as yes; one at or above `lock_from` likewise."""
    lock_from: _Bound | None = None
    lasts: bool = False
    """Whether the number of the visit before may be offered, to be confirmed with one tap."""

    @model_validator(mode="after")
    def _a_number_has_bounds(self) -> Self:
        names = ("least", "most", "lock_below", "lock_from")
        given = [name for name in names if getattr(self, name) is not None] + ["lasts"] * self.lasts
        if self.asks == "yes-no" and given:
            raise found([Problem(given[0], reason="only-with", values={"key": "asks", "is": "number"})])
        if self.asks == "number":
            lacking = [name for name in ("least", "most") if name not in given]
            if not {"lock_below", "lock_from"} & set(given):
                lacking.append("lock_from")
            if lacking:
                raise found([Problem(lacking[0], reason="needed-with", values={"key": "asks", "is": "number"})])
        return self


class Screen(Strict):
    """What is asked together: of one kind, so that one line says what an answer does. "No" to it answers each item."""

    id: _Id
    items: Annotated[tuple[_Id, ...], Field(min_length=1, max_length=MOST_TOGETHER, strict=False)]


class Items(Signable):
    """Every question, how long the answers hold, and in which order and company they are asked."""

    valid_hours: Number
    item: Annotated[tuple[Item, ...], Field(min_length=1, strict=False)]
    screen: Annotated[tuple[Screen, ...], Field(min_length=1, strict=False)]

    @model_validator(mode="after")
    def _each_once(self) -> Self:
        for key, ids in (
            ("item", [one.id for one in self.item]),
            ("screen", [one.id for one in self.screen]),
            ("screen.items", [name for one in self.screen for name in one.items]),
        ):
            twice = next((one for one in ids if ids.count(one) > 1), None)
            if twice is not None:
                raise found([Problem(key, twice, reason="step-repeated")])
        return self

    @model_validator(mode="after")
    def _all_are_asked(self) -> Self:
        known = {one.id: one for one in self.item}
        asked = [name for one in self.screen for name in one.items]
        for name in asked:
            if name not in known:
                raise found([not_one_of("screen.items", name, known)])
        for name in known:
            if name not in asked:
                raise found([Problem("screen.items", reason="needed-with", values={"key": "item.id", "is": name})])
        for screen in self.screen:
            kinds = {known[name].kind for name in screen.items}
            if len(kinds) > 1:
                raise found([Problem("screen.items", screen.id, reason="screen-of-kinds")])
            if len(screen.items) > 1 and any(known[name].asks == "number" for name in screen.items):
                raise found([Problem("screen.items", screen.id, reason="screen-of-numbers")])
        return self


@cache
def shipped() -> Items:
    """The questions that come with the station."""
    return read_signable(SHIPPED, Items)
