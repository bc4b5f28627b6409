"""GET /api/v1/patients/{code}/batteries: every battery and how far one patient is in it today.

POST .../{battery}/tests/{test}: the patient does not want this test, or wants it after all.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from station.clinic.batteries.documents import BatteryTest
from station.clinic.batteries.figures import FigureFound
from station.clinic.batteries.standing import HowFar
from station.reports.found import figure_lines, whole_line
from station.texts import Texts
from station.wire.messages import PatientCode
from web_ui import batteries
from web_ui.api import resource
from web_ui.api.patients import CodePath
from web_ui.problems import answer_texts, worded
from web_ui.service import service

_Id = Annotated[str, Field(pattern=r"^[a-z][a-z0-9-]*$", max_length=40)]


class TestPath(BaseModel):
    """One test of one patient's battery."""

    code: PatientCode
    battery: _Id
    test: _Id


class TestView(BaseModel):
    """How far one test is."""

    id: str
    title: str
    drill: str
    state: Literal["not-done", "partly", "done", "refused", "stopped"]
    done: int
    of: int
    why: str
    """Of a refused or a stopped one; else empty."""
    lost: int
    """Tries whose recording has lost them: they are made again."""
    leg: str
    """On which the next try is."""
    leg_word: str
    """How it is said: the leg, or "left-front" and "right-front" where it is the foot in front."""
    trials: int
    """How many are left; 0 where none is to be done."""
    hold_s: float
    vibrates: bool
    results: list[str]
    """What its tries have found, a line each; empty before."""
    usual: list[str]
    """What is usual at the patient's age, by sex, and who says so; empty where there is no norm."""


class BatteryView(BaseModel):
    """One battery. It is whole only where `state` is "done"."""

    name: str
    title: str
    minutes: float
    """Of the full form."""
    source: str
    proposed: bool
    """Still to be confirmed by a clinician."""
    state: str
    next: str | None
    """The id of the test that is to be done now."""
    result: str
    """What all its tests say together, once it is whole; else empty."""
    tests: list[TestView]


class BatteriesView(BaseModel):
    """All of them for one patient."""

    code: str
    batteries: list[BatteryView]


class RefusalBody(BaseModel):
    """Who writes it down, and why the patient does not want it; without `why` it is wanted after all."""

    model_config = ConfigDict(extra="forbid")

    name: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=60)]
    why: Annotated[str, StringConstraints(strip_whitespace=True, max_length=200)] = ""


blueprint = resource("batteries", "Batteries of tests, and how far a patient is.", 404, 503)


@blueprint.get("/patients/<string:code>/batteries", responses={"200": BatteriesView})
def show_batteries(path: CodePath) -> dict[str, object]:
    """By the sessions of today's visit alone: what is in no recording is not done."""
    return _answer(path.code)


@blueprint.post(
    "/patients/<string:code>/batteries/<string:battery>/tests/<string:test>", responses={"200": BatteriesView}
)
def refuse_test(path: TestPath, body: RefusalBody) -> dict[str, object]:
    """Write down that the patient does not want this test today, by name and reason, or wants it after all."""
    batteries.refuse(service().data, path.code, path.battery, path.test, (body.name, body.why))
    return _answer(path.code)


def _answer(code: str) -> dict[str, object]:
    of = answer_texts()
    found = batteries.standings(service().data, code)
    return BatteriesView(code=code, batteries=[_battery(one, of) for one in found]).model_dump()


def _battery(shown: batteries.BatteryShown, of: Texts) -> BatteryView:
    document, standing, found = shown.document, shown.standing, shown.found
    tests = zip(document.test, standing.tests, strict=True)
    return BatteryView(
        name=document.name,
        title=of.say(f"battery.{document.name}"),
        minutes=document.minutes,
        source=document.source,
        proposed=document.status == "proposed",
        state=standing.state,
        next=standing.next.id if standing.next else None,
        result=whole_line(shown.whole, of),
        tests=[_test(test, how_far, found[test.id], of) for test, how_far in tests],
    )


def _test(test: BatteryTest, how_far: HowFar, found: list[FigureFound], of: Texts) -> TestView:
    key = f"cli.assess.why.{how_far.why}"
    said: dict[str, Any] = {**how_far._asdict(), "why": of.say(key) if of.has(key) else how_far.why}
    usual = dict.fromkeys(worded(one) for figure in found for one in figure.usual)
    return TestView(
        **said,
        drill=test.drill,
        title=of.say(f"drill.{test.drill}.title"),
        leg_word=test.document.said_leg(how_far.leg),
        hold_s=test.hold_s,
        vibrates=test.document.shaken is not None,
        results=figure_lines(found, of, front=test.document.names_front),
        usual=list(usual),
    )
