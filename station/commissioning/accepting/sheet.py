"""The sheet of one acceptance: what each part found, by whom and when; which part is next; and what comes of it all."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any, NamedTuple

from hw.values import PlateGeometry
from station.commissioning.accepting.gauge import PartFound, refused
from station.commissioning.accepting.parts import BY_NAME, CELLS, NO, PARTS, YES, SheetPart, SheetQuestion
from station.faults import InputError, because

SHEET_FORMAT = 1
LONGEST_WORDS = 200
SHORTEST_REASON = 5
ACCEPTED, REFUSED, OPEN = "accepted", "refused", "open"
VERDICTS = (ACCEPTED, REFUSED, OPEN)

Given = Mapping[str, float | str]
NOTHING: Given = MappingProxyType({})
NO_FIGURES: Mapping[str, float] = MappingProxyType({})


class SheetResult(NamedTuple):
    """What one part came to."""

    name: str
    given: Given = NOTHING
    """Answers, by the names of their questions."""
    figures: Mapping[str, float] = NO_FIGURES
    """As found; infinite for what never happened."""
    kept: Mapping[str, float] = NO_FIGURES
    fault: str = ""
    """A code of the catalogue, where the rig itself named one."""
    left_out: str = ""
    """Why it was left out; "" where it was done."""
    by: str = ""
    at_s: float = 0.0
    """Wall time (Unix)."""

    @property
    def passed(self) -> bool | None:
        """Whether all of it is as it must be; None where it was left out."""
        part = BY_NAME[self.name]
        if self.left_out:
            return None
        if self.fault or NO in self.given.values():
            return False
        values = {**{name: one for name, one in self.given.items() if not isinstance(one, str)}, **self.figures}
        return all(one.holds(values.get(one.figure, math.nan)) for one in part.bounds)

    def value(self, figure: str) -> float:
        """A figure, measured or given; NaN where there is none."""
        given = self.given.get(figure, math.nan)
        return self.figures.get(figure, math.nan if isinstance(given, str) else given)


@dataclass(slots=True)
class AcceptanceSheet:
    """One acceptance, begun or finished. `seed` is a simulated plate's; `calibration` the id of the one in use, "" as
    delivered.
    """

    rig: str
    seed: int | None
    plate: PlateGeometry
    calibration: str
    program_version: str
    begun_s: float
    results: dict[str, SheetResult] = field(default_factory=dict)

    @property
    def next(self) -> SheetPart | None:
        """The first part that is still to do; None when all are done or left out."""
        return next((part for part in PARTS if part.name not in self.results), None)

    @property
    def verdict(self) -> str:
        """ACCEPTED where every part passed, REFUSED where one did not, OPEN while some are left out or to do."""
        every = [None if part.name not in self.results else self.results[part.name].passed for part in PARTS]
        return REFUSED if False in every else OPEN if None in every else ACCEPTED

    def take(self, part: SheetPart, given: Given, found: PartFound, by: str, at_s: float) -> SheetResult:
        """Keep what a part found; whether it passed is seen from it."""
        kept = SheetResult(part.name, given, found.figures, found.kept, found.fault, by=by, at_s=at_s)
        self.results[part.name] = kept
        return kept

    def leave_out(self, part: SheetPart, reason: str, by: str, at_s: float) -> None:
        """This part is not done, for this reason. Raises InputError where that says nothing."""
        said = words_of(reason)
        if len(said) < SHORTEST_REASON:
            raise refused(because("accept-why", least=SHORTEST_REASON))
        self.results[part.name] = SheetResult(part.name, left_out=said, by=by, at_s=at_s)

    def back(self, number: int | None = None) -> None:
        """Forget the part of this number (from 1), or the last one before the next; it is done again.

        Raises InputError for a number that no part has.
        """
        if number is None:
            at = next((index for index, part in enumerate(PARTS) if part.name not in self.results), len(PARTS))
            number = max(at, 1)
        if not 1 <= number <= len(PARTS):
            raise refused(because("accept-no-part", number=number, n=len(PARTS)))
        self.results.pop(PARTS[number - 1].name, None)

    def recalibrated(self, calibration: str) -> bool:
        """Another calibration is in use than before: what was weighed by that one is to do again. Whether so."""
        if calibration == self.calibration:
            return False
        self.calibration = calibration
        weighed = [part.name for part in PARTS if part.group == CELLS and part.name in self.results]
        for name in weighed:
            del self.results[name]
        return bool(weighed)

    def document(self) -> dict[str, Any]:
        """The state, of JSON values: what never happened is null."""
        return {
            "format": SHEET_FORMAT,
            "rig": self.rig,
            "seed": self.seed,
            "plate": self.plate._asdict(),
            "calibration": self.calibration,
            "program_version": self.program_version,
            "begun_s": self.begun_s,
            "verdict": self.verdict,
            "parts": [_stored(self.results[part.name]) for part in PARTS if part.name in self.results],
        }


def sheet_of(document: Mapping[str, Any], where: str) -> AcceptanceSheet:
    """The sheet of this document. Raises InputError "acceptance-invalid" for what is none."""
    try:
        if document["format"] != SHEET_FORMAT:
            other = because("other-format", found=document["format"], own=SHEET_FORMAT)
            raise InputError("acceptance-invalid", where, other)
        seed = document["seed"]
        return AcceptanceSheet(
            str(document["rig"]),
            None if seed is None else int(seed),
            PlateGeometry(**document["plate"]),
            str(document["calibration"]),
            str(document["program_version"]),
            float(document["begun_s"]),
            {row["name"]: _result(row) for row in document["parts"]},
        )
    except (KeyError, TypeError, ValueError, AttributeError) as problem:
        if isinstance(problem, InputError):
            raise
        raise InputError("acceptance-invalid", where, because("not-whole", said=repr(problem))) from problem


def _stored(result: SheetResult) -> dict[str, Any]:
    figures = {name: value if math.isfinite(value) else None for name, value in result.figures.items()}
    return {
        **result._asdict(),
        "given": dict(result.given),
        "figures": figures,
        "kept": dict(result.kept),
        "passed": result.passed,
    }


def _result(row: Mapping[str, Any]) -> SheetResult:
    if row["name"] not in BY_NAME:
        raise ValueError(row["name"])
    figures = {str(name): math.inf if value is None else float(value) for name, value in row["figures"].items()}
    kept = {str(name): float(value) for name, value in row["kept"].items()}
    given = {str(name): one if isinstance(one, str) else float(one) for name, one in row["given"].items()}
    done = SheetResult(str(row["name"]), given, figures, kept, str(row["fault"]), str(row["left_out"]))
    return done._replace(by=str(row["by"]), at_s=float(row["at_s"]))


def words_of(answer: str) -> str:
    """An answer in words without what no sheet can hold: controls, and more than one blank."""
    return " ".join("".join(letter if letter.isprintable() else " " for letter in answer).split())[:LONGEST_WORDS]


def answer_of(question: SheetQuestion, answer: str) -> float | str:
    """What was answered: a number (comma or point), YES or NO, or words. Raises InputError that says what it may be."""
    said = words_of(answer)
    if question.choice:
        found = {YES, NO} & {said.lower()}
        if not found:
            raise refused(because("accept-yes-or-no"))
        return found.pop()
    if not question.number:
        if not said:
            raise refused(because("accept-empty-answer"))
        return said
    least, most = question.least, question.most
    try:
        number = float(said.replace(",", "."))
    except ValueError:
        raise refused(because("accept-no-number", answer=said, least=least, most=most)) from None
    if not (least is not None and most is not None and least <= number <= most):
        raise refused(because("accept-out-of-range", answer=number, least=least, most=most))
    return number
