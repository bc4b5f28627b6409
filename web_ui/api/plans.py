"""GET and POST /api/v1/patients/{code}/plan: what to do, where each drill stands and why, and every change by name.

GET and POST /api/v1/sessions/{id}/said: effort, pain or a near fall after a set, and what it has decided.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from drills.library import load_shipped
from station.faults import from_json
from station.texts import Texts
from station.texts.problems import ask
from web_ui import plans
from web_ui.api import refusal, resource
from web_ui.api.patients import CodePath
from web_ui.api.sessions import SessionPath
from web_ui.problems import answer_texts
from web_ui.service import service
from web_ui.who import asked_by

_Name = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=60)]
_Why = Annotated[str, StringConstraints(strip_whitespace=True, max_length=200)]


class ReasonView(BaseModel):
    """One reason: its key, its values, and its words in the language that the request accepts."""

    reason: str
    values: dict[str, Any]
    text: str


class FindingView(BaseModel):
    """One finding and where it comes from."""

    name: str
    value: Any
    source: str
    of: str
    day: str
    at_least: bool
    counts: bool
    """Whether the plan goes by it: a time that was held to its end may decide nothing."""


class LevelView(BaseModel):
    """Where the patient stands in one drill on one leg."""

    ladder: str
    document: str
    """The drill's document of this rung."""
    trials: int
    """Tries of a set by that document, where nobody has changed the plan's line."""
    leg: str
    leg_word: str
    """How it is said of this rung: the leg, or "left-front" and "right-front" where it is the foot in front."""
    rung: int
    """From 1."""
    rungs: int
    value: float
    """The number that moves inside the rung; `unit` says of what."""
    unit: str
    feedback: int
    locked: bool
    not_before: str | None
    automatic: bool
    screen_again: bool
    last_day: str | None
    decisions: list[ReasonView]
    """Of the last set, and of what came after it."""


class SetToday(BaseModel):
    """One set of today."""

    leg: str
    trials: int
    passed: int
    probe: bool
    """One try without feedback: the drill itself is still to be done."""


class CountRange(BaseModel):
    """How many tries may be asked for."""

    min: int
    max: int
    default: int


class PlanLineView(BaseModel):
    """One drill of the plan."""

    drill: str
    title: str
    kind: str
    minutes: int
    dose: str
    document: str
    """Its name among the drills; empty where this station does not have it yet."""
    start: ReasonView | None
    reasons: list[ReasonView]
    changed: dict[str, Any]
    """What a person has changed of it: leg, trials, rung, side, by."""
    trials: CountRange | None
    """What its drill allows here; null where this station does not have it."""
    sides: list[str]
    """Legs of which one can be chosen; empty where both are asked for, or an order says it."""
    legs: list[str]
    """On which it is done, one after the other."""
    leg_words: list[str]
    """How each of them is said; of a drill with levels by the rung where the patient stands."""
    levels: list[LevelView]
    today: list[SetToday]


class StruckView(BaseModel):
    """A drill that is not done, and why."""

    drill: str
    title: str
    by: str
    """Empty where a rule left it out."""
    reason: str


class PlanView(BaseModel):
    """One version of a patient's plan."""

    version: int
    day: str
    by: str
    state: str
    proposed: bool
    """Its rules are still to be confirmed by a clinician."""
    stop: list[ReasonView]
    ended: str
    """A fall or near fall has ended today's training, in words: nothing of it starts; else empty."""
    drills: list[PlanLineView]
    left_out: list[StruckView]
    notes: list[ReasonView]
    vibrated: list[ReasonView]
    """Of each leg that was vibrated: that a comparison with turns without it is due now, or that vibration ends."""
    dose: dict[str, Any] | None
    review: str | None
    found: list[FindingView]


class PlanAnswer(BaseModel):
    """The plan of a patient; null where there is none."""

    code: str
    plan: PlanView | None


class PlanChange(BaseModel):
    """What is to be done with the plan, and who decides it."""

    model_config = ConfigDict(extra="forbid")

    action: Literal["make", "accept", "strike", "restore", "change", "unlock"]
    name: _Name
    drill: Annotated[str, Field(pattern=r"^(D\d{2}|G\d)?$")] = ""
    leg: Literal["left", "right", "both"] | None = None
    trials: Annotated[int, Field(ge=1, le=20)] | None = None
    rung: Annotated[int, Field(ge=1, le=20)] | None = None
    side: Literal["left", "even", "right"] | None = None
    """Of a game: which one is asked more."""
    reason: _Why = ""


class SaidBody(BaseModel):
    """What the patient said after a set, and what was seen; what was not asked is left out."""

    model_config = ConfigDict(extra="forbid")

    name: Annotated[str, StringConstraints(strip_whitespace=True, max_length=60)] = ""
    """Who asked; left out, the browser's short name: two taps have no room for more."""
    effort_rpe: Annotated[int, Field(ge=6, le=20)] | None = None
    pain: Annotated[int, Field(ge=0, le=10)] | None = None
    pain_next_morning: Annotated[int, Field(ge=0, le=10)] | None = None
    near_fall: bool | None = None
    swollen: bool | None = None


class SaidAnswer(BaseModel):
    """What the set has decided with it."""

    decisions: list[ReasonView]
    locked: plans.LockedNow
    """Whether its drill is locked on its leg now: a Start is refused for it where the patient's plan has the drill,
    until a therapist unlocks it there; where no plan has it, nothing is refused.
    """


blueprint = resource("plans", "What to do with a patient, and where each drill stands.", 404, 503)


@blueprint.get("/patients/<string:code>/plan", responses={"200": PlanAnswer})
def show_plan(path: CodePath) -> dict[str, object]:
    """The newest version of the patient's plan, each line with its reasons, its levels and what was done today."""
    return _answer(path.code)


@blueprint.post("/patients/<string:code>/plan", responses={"200": PlanAnswer, "404": refusal()})
def change_plan(path: CodePath, body: PlanChange) -> dict[str, object]:
    """Make a plan from the records, take it on, strike, restore or change a drill, or unlock one: a new version by
    name.
    """
    data, code = service().data, path.code.upper()
    if body.action == "make":
        plans.make(data, code, body.name)
    else:
        asked = body.model_dump(include={"drill", "leg", "trials", "rung", "side", "reason"}) | {"by": body.name}
        plans.change(data, code, body.action, asked)
    return _answer(code)


@blueprint.post("/sessions/<string:id>/said", responses={"200": SaidAnswer, "404": refusal()})
def say_after_set(path: SessionPath, body: SaidBody) -> dict[str, object]:
    """Write down effort, pain or a near fall after this set; the answer is what the set has decided."""
    by = body.name or asked_by()
    decided, locked = plans.say(service().data, path.id, by, body.model_dump(exclude={"name"}, exclude_none=True))
    return SaidAnswer(decisions=reasons_view(answer_texts(), decided), locked=locked).model_dump()


@blueprint.get("/sessions/<string:id>/said", responses={"200": SaidAnswer, "404": refusal()})
def show_said(path: SessionPath) -> dict[str, object]:
    """What this set has decided so far, whoever said something of it."""
    decided, locked = plans.said_of(service().data, path.id)
    return SaidAnswer(decisions=reasons_view(answer_texts(), decided), locked=locked).model_dump()


def _answer(code: str) -> dict[str, object]:
    row, of = plans.current(service().data, code), answer_texts()
    return PlanAnswer(code=code, plan=None if row is None else _plan_view(row, of)).model_dump()


def _plan_view(row: Mapping[str, Any], of: Texts) -> PlanView:
    plan = row["plan"]
    struck = [
        StruckView(drill=drill, title=of.say(f"word.drill-name.{drill}"), by=one["by"], reason=one.get("reason", ""))
        for drill, one in row["struck"].items()
    ]
    left_out = [
        StruckView(
            drill=one["drill"],
            title=of.say(f"word.drill-name.{one['drill']}"),
            by="",
            reason=_worded(of, one["reason"]),
        )
        for one in plan["left_out"]
        if one["drill"] not in row["struck"]
    ]
    return PlanView(
        **{name: row[name] for name in ("version", "day", "by", "state")},
        proposed=plan["proposed"],
        stop=reasons_view(of, plan["stop"]),
        ended=of.say("fault.training-ended.what") if row["ended"] else "",
        drills=[_line(one, row, of) for one in plan["drills"]],
        left_out=[*struck, *left_out],
        notes=reasons_view(of, plan["notes"]),
        vibrated=reasons_view(of, row["vibrated"]),
        dose=plan["dose"],
        review=plan["review"],
        found=[FindingView(name=name, **one) for name, one in sorted(row["found"].items())],
    )


def _line(one: Mapping[str, Any], row: Mapping[str, Any], of: Texts) -> PlanLineView:
    drill = one["drill"]
    done = [each for each in row["done"] if drill == each["drill"] or each["document"] == one["document"]]
    kept = ("drill", "kind", "minutes", "dose", "document")
    legs = plans.legs_of_line(one, row)
    levels = {each["leg"]: each for each in row["levels"] if each["ladder"] == drill}
    return PlanLineView(
        **{name: one[name] for name in kept},
        title=of.say(f"word.drill-name.{drill}"),
        start=None if one["start"] is None else _reason(of, one["start"]),
        reasons=reasons_view(of, one["reasons"]),
        changed=row["changed"].get(drill, {}),
        **plans.choices_of(one["document"]),
        legs=legs,
        leg_words=[plans.leg_word(levels.get(leg, one)["document"], leg) for leg in legs],
        levels=[_level(each, of) for each in levels.values()],
        today=[SetToday(**{name: each[name] for name in SetToday.model_fields}) for each in done],
    )


_MADE = ("trials", "leg_word", "rung", "decisions")
"""Of a level's view: what the records say otherwise, or not."""


def _level(one: Mapping[str, Any], of: Texts) -> LevelView:
    kept = {name: one[name] for name in LevelView.model_fields if name not in _MADE}
    said = plans.leg_word(one["document"], one["leg"])
    trials = load_shipped(one["document"]).trials.default
    decisions = reasons_view(of, one["decisions"])
    return LevelView(**kept, trials=trials, leg_word=said, rung=one["rung"] + 1, decisions=decisions)


def reasons_view(of: Texts, reasons: Iterable[Mapping[str, Any]]) -> list[ReasonView]:
    """Decisions as the records keep them, with their words."""
    return [_reason(of, one) for one in reasons]


def _reason(of: Texts, one: Mapping[str, Any]) -> ReasonView:
    return ReasonView(reason=one["reason"], values=dict(one["values"]), text=_worded(of, one))


def _worded(of: Texts, one: Mapping[str, Any]) -> str:
    return ask(of, from_json(one))
