"""What is asked before vibration: a file that a clinician can sign or change."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from drills.problems import Problem
from drills.strict import found
from station.clinic.signed import Number, Signable, Sourced, read_signable

SHIPPED = Path(__file__).with_name("items.toml")
ABSOLUTE, RELATIVE, RED_FLAG = "absolute", "relative", "red-flag"
_Bound = Annotated[float, Field(ge=0, le=1000)]


class Item(Sourced):
    """One question."""

    id: Annotated[str, Field(pattern=r"^[a-z][a-z0-9]*(-[a-z0-9]+)*$", max_length=40)]
    kind: Literal["absolute", "relative", "red-flag"]
    who: Literal["patient", "therapist"]
    asks: Literal["yes-no", "number"] = "yes-no"
    least: _Bound | None = None
    """Of a number's answer; `most` likewise."""
    most: _Bound | None = None
    lock_below: _Bound | None = None
    """A number below this counts as yes; one at or above `lock_from` likewise."""
    lock_from: _Bound | None = None

    @model_validator(mode="after")
    def _a_number_has_bounds(self) -> Self:
        names = ("least", "most", "lock_below", "lock_from")
        given = [name for name in names if getattr(self, name) is not None]
        if self.asks == "yes-no" and given:
            raise found([Problem(given[0], reason="only-with", values={"key": "asks", "is": "number"})])
        if self.asks == "number":
            lacking = [name for name in ("least", "most") if name not in given]
            if not {"lock_below", "lock_from"} & set(given):
                lacking.append("lock_from")
            if lacking:
                raise found([Problem(lacking[0], reason="needed-with", values={"key": "asks", "is": "number"})])
        return self


class Items(Signable):
    """Every question, and how long the answers hold."""

    valid_hours: Number
    item: Annotated[tuple[Item, ...], Field(min_length=1, strict=False)]

    @model_validator(mode="after")
    def _each_once(self) -> Self:
        ids = [one.id for one in self.item]
        twice = next((one for one in ids if ids.count(one) > 1), None)
        if twice is not None:
            raise found([Problem("item", twice, reason="step-repeated")])
        return self


@cache
def shipped() -> Items:
    """The questions that come with the station."""
    return read_signable(SHIPPED, Items)
