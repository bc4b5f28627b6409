"""Which difference between two days is a real change: rules that a clinician can sign, or a clinic's own.

`between_days.toml` beside this file has the rules that the literature allows, marked as proposed. A file of the same
form made by `station repeatability` stands in their place.
"""

from __future__ import annotations

import math
import tomllib
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

from station.faults import InputError, because
from station.measures.norms.people import Condition
from station.measures.norms.spread import ChanceLimits
from station.measures.registry import REGISTRY
from station.measures.values import MeasureSet

SHIPPED = Path(__file__).with_name("between_days.toml")
RULES_SCHEMA = 1
PROPOSED, SIGNED = "proposed", "signed"
ANY = ""
_WORDS = {
    "stance": ("both", "one", "left", "right", ANY),
    "vision": ("open", "closed", ANY),
    "surface": ("firm", "foam", ANY),
}
_NUMBERS = {"least_trials": 1.0, "percent": 0.0, "least": 0.0, "factor": 1.0, "people": 0.0}
"""The numbers of a rule, and what each is at least."""


class DaysRule(NamedTuple):
    """When a difference of one figure between two days is more than chance."""

    measure: str
    pipeline: str
    stance: str
    """both, one (either leg), left or right; "" for any. `vision` and `surface` likewise."""
    vision: str
    surface: str
    least_trials: int
    percent: float
    """Of the first mean; 0 where `factor` is the rule."""
    least: float
    """In the figure's unit; 0 for none."""
    factor: float
    """Of the means; 0 where `percent` is the rule."""
    people: int
    """0 where the source does not say."""
    source: str

    def fits(self, name: str, found: MeasureSet, condition: Condition) -> bool:
        """Whether the rule is of this figure and of a trial that was stood so."""
        stance = self.stance in (ANY, condition.stance) or (
            self.stance == "one" and condition.stance in ("left", "right")
        )
        own = (self.measure, self.pipeline) == (name, found.pipeline) and not found.vibration_hz
        return own and stance and self.vision in (ANY, condition.vision) and self.surface in (ANY, condition.surface)

    def limits(self, first: float) -> ChanceLimits:
        """Between these a mean on another day is no more than chance away from `first`."""
        if self.factor:
            return ChanceLimits(first / self.factor, first * self.factor)
        reach = max(self.percent / 100.0 * first, self.least)
        return ChanceLimits(first - reach, first + reach)


class DaysRules(NamedTuple):
    """All rules of one file."""

    status: str
    signed_by: str
    signed_on: str
    rules: tuple[DaysRule, ...]

    def rule_for(self, name: str, found: MeasureSet, condition: Condition) -> DaysRule | None:
        """The first rule that fits; None where there is none."""
        return next((rule for rule in self.rules if rule.fits(name, found, condition)), None)


@cache
def shipped() -> DaysRules:
    """The rules that come with the station."""
    return read_rules(SHIPPED)


def read_rules(path: Path) -> DaysRules:
    """The rules of this file. Raises InputError "input-invalid" that names the file, and the line or key."""
    try:
        document = tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as problem:
        raise InputError("input-invalid", str(path), because("not-readable", said=problem.strerror or "")) from problem
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as problem:
        raise InputError("input-invalid", str(path), because("not-toml-file", said=str(problem))) from problem
    if document.get("schema") != RULES_SCHEMA:
        raise InputError("input-invalid", f"{path}, schema", because("there-are", names=[str(RULES_SCHEMA)]))
    status = document.get("status")
    if status not in (PROPOSED, SIGNED):
        raise InputError("input-invalid", f"{path}, status", because("there-are", names=[PROPOSED, SIGNED]))
    signed_by = str(document.get("signed_by", ""))
    if status == SIGNED and not signed_by.strip():
        raise InputError("input-invalid", f"{path}, signed_by", because("signed-by-nobody"))
    listed = document.get("rule")
    if not isinstance(listed, list):
        raise InputError("input-invalid", f"{path}, rule", because("no-rules"))
    rules = tuple(_rule(one, f"{path}, rule {number}") for number, one in enumerate(listed, 1))
    return DaysRules(status, signed_by, str(document.get("signed_on", "")), rules)


def _rule(given: object, where: str) -> DaysRule:
    if not isinstance(given, Mapping):
        raise InputError("input-invalid", where, because("no-rules"))
    unknown = next((key for key in given if key not in DaysRule._fields), None)
    if unknown is not None:
        raise InputError("input-invalid", f"{where}, {unknown}", because("there-are", names=list(DaysRule._fields)))
    if given.get("measure") not in REGISTRY:
        raise InputError(
            "input-invalid", f"{where}, measure", because("no-such-figure", name=str(given.get("measure")))
        )
    words = {name: _word(given, name, choices, where) for name, choices in _WORDS.items()}
    numbers = {name: _number(given, name, least, where) for name, least in _NUMBERS.items()}
    if bool(numbers["percent"] or numbers["least"]) == (numbers["factor"] > 1.0):
        raise InputError("input-invalid", where, because("percent-or-factor"))
    return DaysRule(
        str(given["measure"]),
        str(given.get("pipeline", "station-1")),
        words["stance"],
        words["vision"],
        words["surface"],
        int(numbers["least_trials"]),
        numbers["percent"],
        numbers["least"],
        numbers["factor"] if numbers["factor"] > 1.0 else 0.0,
        int(numbers["people"]),
        str(given.get("source", "")),
    )


def _word(given: Mapping[str, Any], name: str, choices: tuple[str, ...], where: str) -> str:
    word = given.get(name, ANY)
    if word not in choices:
        raise InputError(
            "input-invalid", f"{where}, {name}", because("there-are", names=[one for one in choices if one])
        )
    return str(word)


def _number(given: Mapping[str, Any], name: str, least: float, where: str) -> float:
    value = given.get(name, least)
    number = isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)
    if not number or value < least:
        raise InputError("input-invalid", f"{where}, {name}", because("number-at-least", value=str(value), least=least))
    return float(value)
