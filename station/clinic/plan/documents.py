"""The files behind a plan, each of which a clinician can sign or change: rules, presets, and the drills to be named."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Annotated, Literal, NamedTuple, Self

from pydantic import Field, model_validator

from drills.problems import Problem
from drills.strict import Strict, found
from station.clinic.plan.findings import Population
from station.clinic.plan.terms import KNOWN, term_of
from station.clinic.signed import Number, Signable, Sourced, read_signable

_HERE = Path(__file__).parent
RULES, PRESETS, DRILLS = (_HERE / f"{name}.toml" for name in ("rules", "presets", "drills"))
Name = Annotated[str, Field(pattern=r"^[a-z][a-z0-9]*(-[a-z0-9]+)*$", max_length=40)]
Drill = Annotated[str, Field(pattern=r"^(D\d{2}|G\d)$")]
DrillIds = Annotated[tuple[Drill, ...], Field(strict=False)]
Terms = Annotated[tuple[str, ...], Field(min_length=1, strict=False)]
Numbers = Annotated[tuple[float, ...], Field(min_length=1, strict=False)]
Span = Annotated[tuple[int, int], Field(strict=False)]
CLASSES = ("order", "safety", "deficit", "rest")
"""Which goes first."""


class _When(Sourced):
    """What holds where all of its conditions do."""

    id: Name
    when: Terms
    drills: DrillIds = ()

    @model_validator(mode="after")
    def _conditions_can_be_read(self) -> Self:
        for text in self.when:
            term = term_of(text)
            if term is None or term.fact not in KNOWN:
                raise found([Problem("when", text, reason="pattern", values={"pattern": "fact < 5"})])
        return self


class PlanRule(_When):
    """A finding, and what it asks for."""

    class_: Annotated[Literal["order", "safety", "deficit", "rest"], Field(alias="class")]
    start: Name | Literal[""] = ""
    only: DrillIds = ()
    stop: bool = False
    hands: Literal["", "two", "one", "fingertips", "keep"] = ""
    harness: bool = False
    lower_rung: bool = False
    high_success: bool = False
    weak_leg: bool = False
    letter: bool = False


class Bar(_When):
    """What is not done."""


class AgeBands(Sourced):
    """95th percentiles by age: of each list one a band."""

    from_years: Numbers
    vis_p95: Numbers
    som_p95: Numbers
    vest_p95: Numbers

    @model_validator(mode="after")
    def _one_a_band(self) -> Self:
        for name in ("vis_p95", "som_p95", "vest_p95"):
            if len(getattr(self, name)) != len(self.from_years):
                raise found([Problem(f"age_bands.{name}", least=len(self.from_years), reason="too-short")])
        return self


class PlanRules(Signable):
    """`rules.toml`."""

    most_drills: Number
    least_drills: Number
    main_drills: Number
    most_minutes: Number
    floor_minutes_week: Number
    review_weeks: Number
    review_sessions: Number
    start_half: Number
    start_share: Number
    start_lean: Number
    psfs_rise: Number
    gas_t: Number
    probes_kept: Number
    plateau_reviews: Number
    compare_each_visits: Number
    compare_ends_after: Number
    age_bands: AgeBands
    rule: Annotated[tuple[PlanRule, ...], Field(strict=False)]
    bar: Annotated[tuple[Bar, ...], Field(strict=False)]


class Preset(Sourced):
    """What is usual for one population."""

    id: Population
    drills: DrillIds
    late: DrillIds
    minutes: Span
    sessions_week: Span
    weeks: Span
    goal_minutes_week: Annotated[int, Field(ge=0, le=2000)]
    review_weeks: Annotated[int, Field(ge=1, le=26)]
    no_vibration: bool


class Presets(Signable):
    """`presets.toml`."""

    preset: Annotated[tuple[Preset, ...], Field(strict=False)]


class NamedDrill(Strict):
    """A drill that a plan can name."""

    id: Drill
    kind: Literal["warm-up", "balance", "strength", "functional", "game"]
    minutes: Annotated[int, Field(ge=1, le=30)]
    """On the plate, with its rests."""
    dose: Annotated[str, Field(min_length=1, max_length=30)]
    document: Annotated[str, Field(max_length=60)]
    """Its name in the catalogue of drills; "" where there is none yet."""


class Drills(Signable):
    """`drills.toml`."""

    drill: Annotated[tuple[NamedDrill, ...], Field(strict=False)]

    def named(self, drill: str) -> NamedDrill | None:
        """The drill of this id; None where there is none."""
        return next((one for one in self.drill if one.id == drill), None)


class Documents(NamedTuple):
    """All three."""

    rules: PlanRules
    presets: Presets
    drills: Drills

    @property
    def proposed(self) -> bool:
        """Whether anything in them is still to be confirmed by a clinician."""
        return any(one.status == "proposed" for one in self)

    def preset(self, population: str) -> Preset | None:
        """What is usual for this population; None where nothing is known of it."""
        return next((one for one in self.presets.preset if one.id == population), None)


@cache
def shipped() -> Documents:
    """The files that come with the station."""
    return Documents(read_signable(RULES, PlanRules), read_signable(PRESETS, Presets), read_signable(DRILLS, Drills))
