"""Every state of every page that a person can meet, to look at and to test: what leads to it, and what shows it.

Each is reached as in life, by the feeder and by taps. What would take half a minute is put into the stream's frames.
"""

import contextlib
import json
import re
import urllib.error
import urllib.request
from collections.abc import Callable, Mapping
from contextlib import suppress
from types import MappingProxyType
from typing import Any, NamedTuple

from playwright.sync_api import Page, Route, WebSocketRoute, expect

from drills.values import Phase
from station.access.network import OwnNetwork
from station.recording.layout import RECORDS_FILE
from station.records.file import open_records
from station.wire.messages import Answer
from web_ui.phones import picture_of
from web_ui.snapshot import PatientScreenView

OTHER_PHONE = "station_client=" + "cd" * 16


class Scene(NamedTuple):
    """What a state is reached with."""

    page: Page
    feeder: Any
    url: str


class State(NamedTuple):
    """One page in one state."""

    name: str
    path: str
    reach: Callable[[Scene], None] = lambda scene: None
    shown: str = ""
    """A selector that is visible once the state is reached."""
    frame: Mapping[str, object] = MappingProxyType({})
    """What every frame of the stream says otherwise than the server."""
    live: bool = True
    """Whether the page has live data in this state."""


def begin(*phases: Phase, leg: str = "left", drill: str = "single-leg-vibration") -> Callable[[Scene], None]:
    """A drill, as far as the last of these phases."""

    def reach(scene: Scene) -> None:
        scene.feeder.begin("P07", leg, drill)
        for phase in phases:
            scene.feeder.go(phase)

    return reach


def rest(scene: Scene) -> None:
    """Between the first try and the second."""
    begin(Phase.HOLD)(scene)
    scene.feeder.end_trial("held", 20.0)
    scene.feeder.go(Phase.REST)


def finished(scene: Scene) -> None:
    """Three tries, one of them held."""
    begin(Phase.HOLD)(scene)
    for outcome, hold_s in (("held", 20.0), ("foot-down", 12.9), ("step-off", 3.2)):
        scene.feeder.end_trial(outcome, hold_s)
        scene.feeder.now["trial"] += 1
    scene.feeder.end("completed")


def stopped(scene: Scene) -> None:
    """By the foot switch, in the first try."""
    begin(Phase.HOLD)(scene)
    scene.feeder.end_trial("stopped", 3.5)
    scene.feeder.tell("stop", by="foot switch")
    scene.feeder.end("stopped")


def tripped(number: int) -> Callable[[Scene], None]:
    """By safety, in the first try."""

    def reach(scene: Scene) -> None:
        begin(Phase.HOLD)(scene)
        scene.feeder.trip(number)

    return reach


def fill(scene: Scene) -> None:
    """The form of the shipped drill with vibration, up to the question whether to start."""
    expect(scene.page.locator("#start")).to_be_enabled()
    scene.page.locator("#drill").select_option("single-leg-vibration")
    scene.page.locator("#patient").fill("P07")
    scene.page.locator("label.leg").first.click()
    scene.page.locator("#start").click()


def refused(scene: Scene) -> None:
    """Control does not take the start."""
    scene.feeder.refusal = Answer(False, "dose-used-up", "P07")
    fill(scene)
    expect(scene.page.locator("#go")).to_be_enabled()
    scene.page.locator("#go").click()


def wrong(scene: Scene) -> None:
    """Everything in the form is wrong."""
    expect(scene.page.locator("#start")).to_be_enabled()
    scene.page.locator("#drill").select_option("single-leg-vibration")
    for name, value in (("hold_s", "600"), ("trials", "99"), ("frequency_hz", "36"), ("displacement_pp_mm", "0.001")):
        scene.page.locator(f"#{name}").fill(value)
    _tap_start(scene)


def _tap_start(scene: Scene) -> None:
    """Start of a form that is wrong; again where the page took no tap because something had just moved."""
    wrong_ones = scene.page.locator("[aria-invalid=true]")
    for _ in range(20):
        scene.page.locator("#start").click()
        with contextlib.suppress(AssertionError):
            expect(wrong_ones.first).to_be_attached(timeout=5_000)
            return
    raise AssertionError("Start does nothing")


def no_number(scene: Scene) -> None:
    """A number is left out, and what happens in the drill is opened."""
    expect(scene.page.locator("#start")).to_be_enabled()
    scene.page.locator("#patient").fill("P 7!")
    scene.page.locator("#hold_s").fill("")
    scene.page.locator("#setup summary").click()
    _tap_start(scene)


def other_phone(scene: Scene) -> None:
    """Another phone has control."""
    _lease(scene.url, take=True, confirm=True)


def give_back(url: str) -> None:
    """Nobody has control, whoever had it: nobody needs to wait until a lease of the state before has run out."""
    _lease(url, take=True, confirm=True)
    _lease(url, take=False)


def _lease(url: str, **asked: bool) -> None:
    _post(url, "lease", **asked)


def _post(url: str, path: str, **asked: object) -> None:
    headers = {"Content-Type": "application/json", "Cookie": OTHER_PHONE}
    with urllib.request.urlopen(urllib.request.Request(f"{url}/api/v1/{path}", json.dumps(asked).encode(), headers)):
        pass


def take_over(scene: Scene) -> None:
    """The question whether to take control from it."""
    buttons = scene.page.locator("#lease-buttons[data-state=other] button")
    other_phone(scene)
    expect(buttons).to_have_count(1)
    other_phone(scene)  # for ten seconds more: on a busy machine its first ones are over
    buttons.click()
    other_phone(scene)
    expect(buttons).to_have_count(2)


def ask(scene: Scene) -> None:
    """The first of the questions before vibration."""
    scene.page.locator("#by").fill("P07")  # data, as a name is
    scene.page.locator("#who button").click()


def platform(scene: Scene) -> None:
    """A platform that shakes harder than the drill allows."""
    facts = {"min_hz": 12.0, "max_hz": 40.0, "slew_hz_per_s": 40.0, "displacement_pp_mm": [[25.0, 4.0]]}
    scene.feeder.platform = facts
    scene.page.reload()
    expect(scene.page.locator("body")).to_have_attribute("data-freshness", "live")
    scene.page.locator("#drill").select_option("single-leg-vibration")


def quick_who(scene: Scene) -> None:
    """A code is typed, which may be somebody's already: it is the only row then, and before it was one of several."""
    scene.page.locator("#code").fill("P07")
    expect(scene.page.locator("#rows button")).to_have_count(1)
    expect(scene.page.locator("#rows [data-code=P07]")).to_be_visible()


def quick(scene: Scene) -> None:
    """The quick test, for this patient."""
    quick_who(scene)
    scene.page.locator("#rows [data-code=P07]").click()


def quick_something(scene: Scene) -> None:
    """There is something new: no test yet."""
    quick(scene)
    scene.page.locator("#something-new").click()


def quick_confirm(scene: Scene) -> None:
    """All is said; only the start is missing."""
    quick(scene)
    scene.page.locator("#nothing-new").click()


def quick_runs(scene: Scene) -> None:
    """The first try of the first leg."""
    scene.feeder.begin("P07", drill="quick-one-leg", hold_s=10.0)
    scene.feeder.go(Phase.HOLD)


def quick_ended(scene: Scene) -> None:
    """Both legs, before the records have figures."""
    quick_runs(scene)
    expect(scene.page.locator("#runs")).to_be_visible()
    for number, held_s in enumerate((4.1, 10.0, 5.8, 10.0, 7.2, 10.0)):
        outcome, leg = ("held", "right") if number % 2 else ("foot-down", "left")
        scene.feeder.end_trial(outcome, held_s, leg=leg)
    scene.feeder.end("completed")


def ill(scene: Scene) -> None:
    """The recorder reports a fault, and two cells are bad."""
    scene.feeder.recorder_fault = "disk-full"
    scene.feeder.now.update(back_left_status=3, front_right_status=6, inputs=0b110)


def known(scene: Scene) -> None:
    """A patient was entered."""
    open_records(scene.feeder.runtime / RECORDS_FILE).close()  # where the pages have their data, too
    patient = {"code": "P07", "initials": "P07", "birth_year": 1959, "height_cm": 168, "goals": "P07", "notes": "P07"}
    with suppress(urllib.error.HTTPError):  # by a state before
        _post(scene.url, "patients", **patient)
    scene.page.reload()


def own_drill(scene: Scene) -> None:
    """One that was copied, and not previewed yet."""
    with suppress(urllib.error.HTTPError):  # by a state before
        _post(scene.url, "own-drills", origin="single-leg-in-blocks", name="p-mine")
    scene.page.reload()


def own_drill_wrong(scene: Scene) -> None:
    """The same, with all its parts open and a value that cannot be."""
    own_drill(scene)
    expect(scene.page.locator("#export")).to_be_attached()
    expect(scene.page.locator("#fields details[open]")).to_be_attached()
    scene.page.evaluate("document.querySelectorAll('main details').forEach((part) => { part.open = true; })")
    scene.page.locator("[id='own-trials.max']").fill("40")


def nearly_known(scene: Scene) -> None:
    """Somebody new, whose code is nearly another's, and whose height is none."""
    known(scene)
    scene.page.locator("#code").fill("P7")
    scene.page.locator("#code").press("Tab")
    expect(scene.page.locator("#code-ways button")).to_have_count(2)
    scene.page.locator("#height_cm").fill("16")
    scene.page.locator("#save").click()


def not_agreed(scene: Scene) -> None:
    """Nothing is ticked."""
    scene.page.locator("#agreed").click()


def paused(scene: Scene) -> None:
    """Control gives no samples any more."""
    scene.feeder.pause()


def unconfirmed(scene: Scene) -> None:
    """A STOP that nobody answers."""
    scene.feeder.deaf = True
    scene.page.locator("#stop").dispatch_event("pointerdown")


def stopping(scene: Scene) -> None:
    """A STOP that was confirmed."""
    scene.page.locator("#stop").dispatch_event("pointerdown")


def open_fault(scene: Scene) -> None:
    """One fault, found and opened."""
    expect(scene.page.locator("#faults details").first).to_be_visible()
    scene.page.locator("#fault-search").fill("records-unreadable")
    scene.page.locator("#faults summary:visible").first.click()


def meanwhile(**shown: object) -> Mapping[str, object]:
    """A frame in which the patient's screen is set like this, or is between two patients."""
    return {"screen": PatientScreenView.model_validate(shown).model_dump(mode="json")}


def pairing(**offer: object) -> Callable[[Scene], None]:
    """What the patient's screen is told of an offer that the panel's button began."""
    code = (
        OwnNetwork("balance-station", "h4mkw7rtqz2x").code if offer["state"] == "joining" else "http://10.42.66.1:8081/"
    )
    shown = {"role": None, "left_s": 41.0, "address": "", "signs": [], "name": "", "ways": [], "network": "", "key": ""}
    picture = "" if offer["state"] == "taken" else picture_of(code)

    def reach(scene: Scene) -> None:
        answer = {**shown, "picture": picture, **offer}
        scene.page.route("**/api/v1/pairing/pressed", lambda route: route.fulfill(json=answer))

    return reach


JOINING = pairing(state="joining", network="balance-station", key="h4mkw7rtqz2x")
OFFERED = pairing(state="waiting", address="http://10.42.66.1:8081/pair/Rk3vT0Yw8uJ2pQmZ1sXn4A")
TAKEN = pairing(state="taken", signs=["star", "heart", "triangle", "note"])
PAIRED = pairing(state="done", name="P07", picture="")


def answered(answers: Mapping[str, object]) -> Callable[[Scene], None]:
    """The page asks anew, and is told this by the ends of the addresses."""

    def tell(route: Route) -> None:
        route.fulfill(json=answers[route.request.url.rpartition("/")[2]])

    def reach(scene: Scene) -> None:
        for path in answers:
            scene.page.route(f"**/api/v1/{path}", tell)
        scene.page.reload()
        expect(scene.page.locator("body")).to_have_attribute("data-freshness", "live")

    return reach


_ENDED = {"kind": "update", "release": "2.1", "version": "2.1", "at_ms": 1_795_893_266_834.4}
UPDATED = answered(
    {
        "update": {
            "installed": True,
            "version": "2.0",
            "runs": "2.0",
            "earlier": "1.9",
            "going_on": False,
            "ends": [
                {**_ENDED, "result": "taken-back", "why": "", "changes": ""},
                {**_ENDED, "result": "done", "why": "", "changes": "- 7"},
            ],
        }
    }
)
MANAGED = answered({"use": {"weeks": 12, "lines": []}, "retention": {"years": 10, "vouched": False, "patients": []}})

CUT_OFF = MappingProxyType(
    {
        "notice": {"how": "interrupted", "at_ms": 1_795_893_266_834.4},
        "instruction": ["stopped"],
        "result": {
            "epoch": "7",
            "session": 1,
            "patient": "P07",
            "drill": "single-leg-vibration",
            "title": "",
            "leg": "left",
            "outcome": "interrupted",
            "reason": None,
            "stopped_by": "",
            "age_s": None,
            "on_show": False,
            "trials_asked": 3,
            "trials": [{"number": 1, "outcome": "held", "hold_s": 20.0, "score": None, "goal": None}],
        },
    }
)
"""A drill was cut off after its first try."""


STATES = (
    State("home", "/"),
    State("therapist-form", "/therapist/drill", shown="#drill option:nth-child(2)"),
    State("patient-wait", "/patient"),
    State("technician", "/technician", shown="#faults details"),
    State("home-running", "/", begin(Phase.HOLD)),
    State("error", "/nothing-here", live=False),
    State("therapist-wrong", "/therapist/drill", wrong, "#hold_s-problem:not(:empty)"),
    State(
        "therapist-no-number", "/therapist/drill", no_number, "#body-problem:not(:empty), #hold_s-problem:not(:empty)"
    ),
    State("therapist-confirm", "/therapist/drill", fill, "#confirm"),
    State("therapist-refused", "/therapist/drill", refused, "#dose-problem:not(:empty)"),
    State("therapist-platform", "/therapist/drill", platform, "#cannot-vibrate"),
    State("therapist-get-on", "/therapist/drill", begin(Phase.GET_ON), "#trial"),
    State("therapist-hold", "/therapist/drill", begin(Phase.HOLD), "#inside:not(:empty)"),
    State("therapist-alone", "/therapist/drill", begin(Phase.HOLD), "#alone", {"presence_left_s": 8.0}),
    State("therapist-rest", "/therapist/drill", rest, "#result"),
    State("therapist-result", "/therapist/drill", finished, "#result-note:not(:empty)"),
    State("therapist-foot-switch", "/therapist/drill", stopped, "#result-note:not(:empty)"),
    State("therapist-trip", "/therapist/drill", tripped(4), "#acknowledge"),
    State("therapist-estop", "/therapist/drill", tripped(1), "#release-first"),
    State("therapist-cut-off", "/therapist/drill", shown="#seen", frame=CUT_OFF),
    State("therapist-other", "/therapist/drill", other_phone, "#start-why:not(:empty)"),
    State("therapist-take-over", "/therapist/drill", take_over, "#lease-buttons button:nth-child(2)"),
    State("therapist-recorder", "/therapist/drill", ill, "#start-why:not(:empty)"),
    State("therapist-lost", "/therapist/drill", paused, "[data-freshness=dead]", live=False),
    State("therapist-stop", "/therapist/drill", unconfirmed, "#stop[data-state=unconfirmed]"),
    State("therapist-stopped", "/therapist/drill", stopping, "#stop[data-state=stopped]"),
    State("patient-get-on", "/patient", begin(Phase.GET_ON, leg="right"), "#tries:not(:empty)"),
    State("patient-both", "/patient", begin(Phase.GET_ON, leg="both", drill="quiet-stance"), "#tries:not(:empty)"),
    State("patient-settle", "/patient", begin(Phase.SETTLE), "#countdown"),
    State("patient-ramp-up", "/patient", begin(Phase.RAMP_UP), "#tries:not(:empty)"),
    State("patient-hold", "/patient", begin(Phase.HOLD), "#countdown"),
    State("patient-rest", "/patient", rest, "#result-tries li"),
    State("patient-result", "/patient", finished, "#result-words:not(:empty)"),
    State("patient-stopped", "/patient", stopped, "#result-words:not(:empty)"),
    State("patient-trip", "/patient", tripped(4), "body.halted"),
    State("patient-cut-off", "/patient", shown="body.halted", frame=CUT_OFF),
    State("patient-lost", "/patient", paused, "[data-freshness=dead]", live=False),
    State("questions", "/therapist/p/P07/questions", ask, "#asked li"),
    State("patients", "/therapist/patients", known, "#list .item"),
    State("new-patient", "/therapist/patients/new", nearly_known, "#height_cm-problem:not(:empty)"),
    State("patient-page", "/therapist/p/P07", known, "#last:not(:empty)"),
    State("consent", "/therapist/p/P07/consent", not_agreed, "#body-problem:not(:empty)"),
    State("patients-running", "/therapist/patients", begin(Phase.HOLD), "#running"),
    State("quick-who", "/therapist/quick", quick_who, "#rows button"),
    State("quick-question", "/therapist/quick", quick, "#anything"),
    State("quick-something", "/therapist/quick", quick_something, "#something"),
    State("quick-confirm", "/therapist/quick", quick_confirm, "#confirm"),
    State("quick-runs", "/therapist/quick", quick_runs, "#runs"),
    State("quick-result", "/therapist/quick", quick_ended, "#legs"),
    State("screen", "/therapist/screen", shown="#volume:not(:empty)"),
    State("patient-ready", "/patient", begin(Phase.SETTLE, drill="one-leg"), "#script li"),
    State("patient-wipe", "/patient", shown="[data-stage=wipe]", frame=meanwhile(stage="wipe")),
    State("patient-joining", "/patient", JOINING, "#pairing img", meanwhile(stage="pair")),
    State("patient-offered", "/patient", OFFERED, "#pairing img", meanwhile(stage="pair")),
    State("patient-taken", "/patient", TAKEN, "#pairing .sign", meanwhile(stage="pair")),
    State("patient-paired", "/patient", PAIRED, "#pairing #step", meanwhile(stage="pair")),
    State("patient-free", "/patient", shown="#time", frame=meanwhile(stage="free", message=8)),
    State("patient-large", "/patient", rest, "[data-large]", frame=meanwhile(large=True)),
    State("day", "/therapist/day", shown="#none:not(:empty)"),
    State("drills", "/therapist/drills", own_drill, "#list a"),
    State("own-wrong", "/therapist/drills/p-mine", own_drill_wrong, "#fields .problem:not(:empty)"),
    State("technician-hold", "/technician", begin(Phase.HOLD), "#faults details"),
    State("technician-ill", "/technician", ill, "#processes .bad"),
    State("technician-trip", "/technician", tripped(3), "#trip"),
    State("update", "/technician/update", UPDATED, "#ends .item"),
    State("manager", "/technician/manager", MANAGED, "#use-none:not(:empty)"),
    State("technician-fault", "/technician", open_fault, "#faults details[open]"),
)


def visit(scene: Scene, state: State) -> None:
    """Open the state's page and lead it there. The feeder must be as after `reset`; nobody keeps control."""
    page = scene.page
    give_back(scene.url)
    if state.frame:
        page.route_web_socket(re.compile(r"/live(\?screen)?$"), lambda socket: _pass_on(socket, state.frame))
    # The technician's page asks for a doctor, whose lines came to some later state or to none, as fast as it was.
    page.route("**/api/v1/technician/doctor", lambda route: route.fulfill(status=202, json={}))
    page.goto(scene.url + state.path)
    if state.path != "/nothing-here":
        expect(page.locator("body")).to_have_attribute("data-freshness", "live")
    state.reach(scene)
    if state.shown:
        expect(page.locator(state.shown).first).to_be_attached()
        if not state.shown.startswith(("#drill", "[data", "body")):
            expect(page.locator(state.shown).first).to_be_visible()


def _pass_on(socket: WebSocketRoute, frame: Mapping[str, object]) -> None:
    """The server's frames, with these values in the place of their own."""
    server = socket.connect_to_server()

    def change(message: str | bytes) -> None:
        said = json.loads(message)
        socket.send(json.dumps({**said, **frame} if said["type"] == "snapshot" else said))

    server.on_message(change)
