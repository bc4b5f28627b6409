"""The batteries that ship: which drills in which order, how often and how long, and when the rest is not done."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from drills.document import DrillDocument
from drills.errors import DrillError
from drills.library import load_shipped
from drills.prescription import Asked, Prescription, prescribe
from drills.problems import Problem, not_one_of
from drills.strict import Strict, found
from drills.values import Leg
from station.clinic.batteries.figures import FIGURES
from station.clinic.signed import Signable, Sourced, read_signable
from station.faults import InputError, because

FOLDER = Path(__file__).parent
GETTING_ON_S = 10.0
"""To get on, in the minutes that are told before (a guess)."""
_Id = Annotated[str, Field(pattern=r"^[a-z][a-z0-9]*(-[a-z0-9]+)*$", max_length=40)]


class BatteryTest(Strict):
    """One test: a drill, and how it is to be done."""

    id: _Id
    drill: str
    leg: Literal["left", "right", "both"]
    """The one that begins where the drill changes legs."""
    trials: Annotated[int, Field(ge=1, le=20)]
    """Of both legs together where it changes them, or names one; a single one is that of `leg`."""
    hold_s: Annotated[float, Field(ge=1, le=600)]
    made: Literal["held", "begun"] = "begun"
    """Which tries count: those that came to their end and have one of its figures, or also those that a step ended."""
    figures: Annotated[tuple[str, ...], Field(max_length=16, strict=False)] = ()
    """What is shown of it, by names of `station.clinic.batteries.figures.FIGURES`."""

    @property
    def document(self) -> DrillDocument:
        """Its drill. Raises `DrillError`."""
        return load_shipped(self.drill)

    def prescription(self, leg: str, trials: int) -> Prescription:
        """So many of its trials, this leg first. Raises `DrillError`."""
        return prescribe(self.document, Asked(Leg(leg), hold_s=self.hold_s, trials=trials))

    @property
    def two_sided(self) -> bool:
        """Whether each leg has its half of the trials. Of a single trial the foot that is named has it."""
        return self.document.alternates or (self.document.names_foot and self.trials > 1)

    @property
    def trials_at_once(self) -> int:
        """The most that one Start does: of a foot that is named its half of them."""
        return self.trials // 2 if self.document.names_foot and self.two_sided else self.trials

    @property
    def seconds(self) -> float:
        """How long it takes who holds every try to its end."""
        document = self.document
        each_s = document.settle_s + document.learn_s + document.baseline_s + self.hold_s
        return GETTING_ON_S + document.weigh_s + self.trials * each_s + (self.trials - 1) * document.rest_s


class RatioOfTests(Strict):
    """One figure of two tests, the one over the other."""

    name: _Id
    """Its words are `test-quotient.<name>`."""
    figure: str
    above: _Id
    below: _Id


class BatteryDocument(Signable, Sourced):
    """One battery."""

    name: _Id
    ends: Literal["with-the-last", "first-fail", "two-unsafe"]
    """When the tests that are left are not done any more: never, after a try that was not held (then it is whole), or
    after two tries of one test that ended with a step (then it is stopped).
    """
    total: str = ""
    """A figure that adds up over all tests, once the whole is done; "" for none."""
    mean: str = ""
    """A figure of which the mean over all tests is told then; "" for none."""
    quotient: Annotated[tuple[RatioOfTests, ...], Field(max_length=4, strict=False)] = ()
    test: Annotated[tuple[BatteryTest, ...], Field(min_length=1, max_length=12, strict=False)]

    @model_validator(mode="after")
    def _tests_that_can_be_done(self) -> Self:
        problems: list[Problem] = []
        ids = [one.id for one in self.test]
        problems += [
            Problem("test.id", one, reason="step-repeated") for one in {one for one in ids if ids.count(one) > 1}
        ]
        for one in self.test:
            problems += [
                not_one_of(f"test.{one.id}.figures", name, FIGURES) for name in one.figures if name not in FIGURES
            ]
            try:
                if one.trials % 2 and one.document.names_foot and one.two_sided:
                    odd = Problem(f"test.{one.id}.trials", one.trials, reason="not-whole-blocks", values={"block": 2})
                    problems.append(odd)
                one.prescription(one.leg, one.trials_at_once)
            except DrillError as error:
                problems += [problem._replace(field=f"test.{one.id}.{problem.field}") for problem in error.problems]
        told = [("total", self.total), ("mean", self.mean)]
        told += [("quotient.figure", one.figure) for one in self.quotient]
        for key, name in told:
            shown = [one.id for one in self.test if not name or name in one.figures]
            of = [one.id for one in self.test]
            if key == "quotient.figure":
                of = [side for one in self.quotient if one.figure == name for side in (one.above, one.below)]
            problems += [not_one_of(key, one, shown) for one in of if one not in shown]
        if problems:
            raise found(problems)
        return self

    @property
    def minutes(self) -> float:
        """Of the full form."""
        return sum(one.seconds for one in self.test) / 60.0


def names() -> tuple[str, ...]:
    """The batteries that ship."""
    return tuple(sorted(path.stem for path in FOLDER.glob("*.toml")))


@cache
def shipped(name: str) -> BatteryDocument:
    """The battery of this name. Raises InputError "input-invalid" for another."""
    if name not in names():
        raise InputError("input-invalid", name, not_one_of("battery", name, list(names())))
    document = read_signable(FOLDER / f"{name}.toml", BatteryDocument)
    if document.name != name:
        raise InputError("input-invalid", f"{name}.toml", because("there-are", names=[name]))
    return document
