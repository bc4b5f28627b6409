"""What was found of a patient: the file that a plan is made from. Everything may be left out but nothing is guessed."""

from __future__ import annotations

import json
import tomllib
from datetime import date
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import Field, ValidationError

from drills.reading import explain
from drills.strict import Day, Strict
from station.faults import InputError, because

Population = Literal[
    "",
    "ankle",
    "acl",
    "knee",
    "hip",
    "falls",
    "stroke",
    "parkinson",
    "multiple-sclerosis",
    "cerebral-palsy",
    "arthritis",
    "athlete",
    "vestibular",
]
Condition = Literal[
    "surgery-under-12-weeks",
    "fracture-unhealed",
    "joint-replacement",
    "hip-replacement",
    "knee-replacement",
    "abductor-not-healed",
    "achilles-repair-fresh",
    "ankle-fresh",
    "osteoporosis-fracture",
    "bppv-active",
    "neglect-severe",
    "neck-acute",
    "aphasia",
    "neuropathy",
    "blood-pressure-high",
    "hypermobile",
    "thrombosis",
    "implanted-device",
]
Seconds = Annotated[float, Field(ge=0, le=600)]
Percent = Annotated[float, Field(ge=-100, le=400)]
Ten = Annotated[float, Field(ge=0, le=10)]
Ratio = Annotated[float, Field(gt=0, le=100)]
Leans = dict[
    Literal["front", "back", "left", "right", "front-left", "front-right", "back-left", "back-right"],
    Annotated[float, Field(ge=0, le=200)],
]
Count = Annotated[int, Field(ge=0, le=200)]


class Order(Strict):
    """A surgeon's order of partial load: a number, never a word."""

    percent_bw: Annotated[float, Field(ge=0, le=100)]
    kg: Annotated[float, Field(ge=0, le=300)]
    until: Annotated[Day, Field(pattern=r"^\d{4}-\d{2}-\d{2}$")]
    """The last day on which it holds."""


class Findings(Strict):
    """One evaluation. What is left out was not done, and speaks for nothing."""

    age_years: Annotated[float, Field(ge=0, le=120)]
    sex: Literal["women", "men"] | None = None
    """Of norms that differ by it; left out, the lower one counts."""
    mass_kg: Annotated[float, Field(gt=0, le=400)] | None = None
    population: Population = ""
    conditions: Annotated[tuple[Condition, ...], Field(strict=False)] = ()
    order: Order | None = None
    red_flag: bool = False
    vibration_allowed: bool = False
    """By the screening of today."""
    comparison_due: bool = False
    """The next visit with vibration is to have a comparison with turns without it."""
    vibration_no_better: bool = False
    """Comparisons have shown so on every leg that was vibrated."""
    together_s: Seconds | None = None
    tandem_s: Seconds | None = None
    one_leg_left_s: Seconds | None = None
    one_leg_right_s: Seconds | None = None
    one_leg_closed_left_s: Seconds | None = None
    one_leg_closed_right_s: Seconds | None = None
    velocity_side: Literal["left", "right"] | None = None
    """The leg whose velocity lies beyond the spread of the other's trials."""
    vis_ratio: Ratio | None = None
    som_ratio: Ratio | None = None
    vest_ratio: Ratio | None = None
    mxe_percent: Leans = Field(default_factory=dict)
    """The furthest lean in each direction that was tried."""
    dcl_percent: Percent | None = None
    reaction_s: Annotated[float, Field(gt=0, le=10)] | None = None
    lean_slow: bool = False
    share_left_percent: Annotated[float, Field(ge=0, le=100)] | None = None
    five_stands_s: Seconds | None = None
    chair_stands: Count | None = None
    calf_left: Count | None = None
    calf_right: Count | None = None
    share_error_percent: Percent | None = None
    short_fes_i: Annotated[int, Field(ge=7, le=28)] | None = None
    confidence: Ten | None = None
    dual_cost_percent: Percent | None = None
    falls_risk: Literal["low", "intermediate", "high"] | None = None
    pain: Ten | None = None
    dizziness: Ten | None = None
    effort_rpe: Annotated[float, Field(ge=6, le=20)] | None = None

    @property
    def tested(self) -> bool:
        """Whether any test of balance or strength speaks for something here."""
        found = [getattr(self, name) for name in TESTS]
        return any(one is not None and one is not False and one != {} for one in found)  # 0 is a finding


TESTS = (
    *("together_s", "tandem_s"),
    *("one_leg_left_s", "one_leg_right_s", "one_leg_closed_left_s", "one_leg_closed_right_s", "velocity_side"),
    *("vis_ratio", "som_ratio", "vest_ratio"),
    *("mxe_percent", "dcl_percent", "reaction_s", "lean_slow"),
    *("share_left_percent", "share_error_percent"),
    *("five_stands_s", "chair_stands", "calf_left", "calf_right", "dual_cost_percent"),
)
"""The findings that are measured; the others are said or asked."""


def read_findings(table: object, where: str) -> Findings:
    """The findings in this table. Raises InputError "input-invalid": the file, each key, its value and its bound."""
    try:
        found = Findings.model_validate(table)
    except ValidationError as problem:
        raise InputError("input-invalid", where, *explain(problem, Findings)) from problem
    if found.order is not None:
        try:
            date.fromisoformat(found.order.until)
        except ValueError as problem:
            raise InputError("input-invalid", f"{where}, order.until", because("no-date")) from problem
    return found


def load_findings(path: Path) -> Findings:
    """The findings of a TOML or JSON file. Raises InputError as `read_findings`, and where it cannot be read."""
    try:
        text = path.read_text(encoding="utf-8-sig")
    except OSError as problem:
        raise InputError("input-invalid", str(path), because("not-readable", said=problem.strerror or "")) from problem
    except UnicodeDecodeError as problem:
        raise InputError("input-invalid", str(path), because("not-toml-file", said=str(problem))) from problem
    try:
        table: Any = json.loads(text) if path.suffix == ".json" else tomllib.loads(text)
    except (ValueError, RecursionError) as problem:
        reason = "not-json-file" if path.suffix == ".json" else "not-toml-file"
        raise InputError("input-invalid", str(path), because(reason, said=str(problem))) from problem
    return read_findings(table, str(path))
