"""No path to a plate that vibrates under somebody who was not screened: control asks, and the records alone vouch.

The recorder's own answer goes through control's own socket; other ways into `arm` than these two do not exist.
"""

import ast
import dataclasses
import time
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from click.testing import CliRunner

from drills.changing import copy_of
from drills.document import DrillDocument, digest_of
from drills.library import catalogue_names, load_shipped
from drills.prescription import Asked, legs_of, prescribe
from station.cli import main
from station.clinic.progression.ladders import at_level, shipped_ladders
from station.clinic.progression.values import Level
from station.clinic.screening.items import ABSOLUTE, RED_FLAG, RELATIVE, shipped
from station.clock import this_moment
from station.control.desk import BY_RED_FLAG
from station.control.pending import FLAGS_NS, PENDING_NS
from station.control.tick import HouseRules
from station.own_drills.tried import keep_trial
from station.processes.clerk import Clerk
from station.processes.commitments import Commitments
from station.recording.layout import records_path
from station.records.dose import Doses
from station.records.file import open_records
from station.records.incidents import Incidents, NewIncident
from station.records.screenings import Screenings
from station.safety.limits import CLINICIAN
from tests.station.control.test_pending import Front

if TYPE_CHECKING:
    from tests.station.conftest import Bench

ITEMS = shipped()
CLEAR = {one.id: "no" for one in ITEMS.item} | {"mass-kg": 70.0, "dizziness": 0, "pain": 1}
LOCKING = [one.id for one in ITEMS.item if one.kind in (ABSOLUTE, RED_FLAG)]
FAR_NS = 10**18


class Link:
    """The recorder's line to control: its packets go to the socket, and control's loop reads them."""

    def __init__(self, front: Front) -> None:
        self.front, self.sent = front, []

    def request(self, kind, **fields):
        self.sent.append(kind)
        return self.front.ask(self.front.recorder, type=kind, **fields)


class Clinic(Front):
    """A control that screens, and a recorder's clerk over real records."""

    def __init__(self, bench, folder):
        bench.station.rules = bench.station.rules._replace(screen_simulated=True)
        super().__init__(bench, folder)
        self.folder = folder
        self.clerk = Clerk(folder)
        self.commitments = Commitments(self.clerk)
        self.records = open_records(records_path(folder))
        self.screenings = Screenings(self.records)
        self.link = Link(self)

    def told(self, **asked):
        """Start, and let the recorder answer what control asked it. Returns control's answer to the Start."""
        known = len(self.bench.published.events)
        self.start(**asked)
        return self.answered(known)

    def answered(self, known):
        """Let the recorder answer what control asked it since so many events."""
        self.asked(known)
        self.clerk.work()
        self.commitments.step(0, 7, self.link)
        return self.answer(self.phone)

    def asked(self, known):
        """Let the recorder hear of it."""
        for event in self.bench.published.events[known:]:
            self.commitments.event(7, event)


@pytest.fixture
def clinic(bench: "Bench", tmp_path: Path) -> Iterator[Clinic]:
    """A control that screens over this bench, and its recorder's clerk."""
    clinic = Clinic(bench, tmp_path)
    yield clinic
    for one in (clinic.phone, clinic.recorder, clinic.server, clinic.clerk, clinic.records):
        one.close()


def test_nobody_who_was_not_asked(clinic):
    answer = clinic.told()
    assert (answer["ok"], answer["code"], answer["where"]) == (False, "screening-lacking", "screening")
    assert [one["reason"] for one in answer["problems"]] == ["screening-never"]
    assert not clinic.armed()
    assert Doses(clinic.records).counting() == []


def test_no_answer_to_an_absolute_item_but_no(clinic):
    for item in (LOCKING[0], "mass-kg", LOCKING[-1]):  # all of them: tests/station/clinic/test_screening.py
        for answer in ("yes", "unknown", None):
            given = {**CLEAR, item: {"mass-kg": 34.0, "dizziness": 7, "pain": 8}.get(item, "yes")}
            given = given if answer == "yes" else {**CLEAR, item: "unknown"}
            if answer is None:
                del given[item]
            clinic.screenings.add("P01", "Eva", given, {}, this_moment())
            found = clinic.screenings.of("P01", this_moment())
            assert (found.fault, [one.values["item"] for one in found.problems]) == ("screening-locked", [item])
    answer = clinic.told()  # the last of them, through control
    assert (answer["code"], clinic.armed()) == ("screening-locked", False)
    assert answer["problems"][0]["values"]["item"] == LOCKING[-1]


def test_a_relative_item_vibrates_only_with_an_override(clinic):
    relative = next(one.id for one in ITEMS.item if one.kind == RELATIVE)
    clinic.screenings.add("P01", "Eva", {**CLEAR, relative: "yes"}, {}, this_moment())
    assert clinic.told()["code"] == "screening-locked"
    clinic.screenings.override("P01", "Dr. Gruber", {relative: "seen today"}, this_moment())
    assert clinic.told()["ok"]
    assert clinic.armed()


UNVIBRATED = {"displacement_pp_mm": 0.0}
RED_FLAG_ITEM = next(one.id for one in ITEMS.item if one.kind == RED_FLAG)


@pytest.mark.parametrize("answers", [None, CLEAR | {"mass-kg": 34.0}, CLEAR | {RED_FLAG_ITEM: "unknown"}])
def test_without_vibration_everybody_may_start(clinic, answers):
    if answers is not None:
        clinic.screenings.add("P01", "Eva", answers, {}, this_moment())
        assert clinic.told()["code"] == "screening-locked"
    assert clinic.told(**UNVIBRATED)["ok"]
    assert not clinic.bench.vibrating()
    assert len(clinic.events("dose-asked")) == (answers is not None)


def test_after_a_red_flag_nobody_starts_not_even_without_vibration(clinic):
    clinic.screenings.add("P01", "Eva", CLEAR | {RED_FLAG_ITEM: "yes"}, {}, this_moment())
    for asked in ({}, UNVIBRATED):
        answer = clinic.told(**asked)
        assert (answer["code"], answer["where"], clinic.armed()) == ("screening-locked", "screening", False)
        assert answer["problems"][0]["values"]["item"] == RED_FLAG_ITEM
        assert clinic.bench.station.session is None


def test_after_a_fall_nothing_starts_by_any_way_until_the_patient_was_asked_again(clinic):
    clinic.screenings.add("P01", "Eva", CLEAR, {}, this_moment())
    Incidents(clinic.records).tell(NewIncident("f" * 32, "P01", time.time_ns(), "ab12cd", 0, 0, {}))
    for screened, asked in ((True, {}), (True, UNVIBRATED), (False, {})):  # also where nobody is screened
        clinic.bench.station.rules = clinic.bench.station.rules._replace(screen_simulated=screened)
        answer = clinic.told(**asked)
        assert (answer["ok"], answer["code"], clinic.armed()) == (False, "training-ended", False)
    clinic.screenings.add("P01", "Eva", CLEAR, {}, this_moment())
    assert clinic.told()["ok"]


def test_records_that_are_away_keep_nobody_from_moving_and_a_red_flag_ends_it_later(clinic):
    clinic.screenings.add("P01", "Eva", CLEAR | {RED_FLAG_ITEM: "yes"}, {}, this_moment())
    clinic.clerk.work()
    known = len(clinic.bench.published.events)
    clinic.start(**UNVIBRATED)
    clinic.asked(known)  # the records do not answer; the list of orders beside them does
    clinic.commitments.step(0, 7, clinic.link)
    assert clinic.answer(clinic.phone) is None
    clinic.bench.run_s(FLAGS_NS / 1e9)
    assert clinic.answer(clinic.phone)["ok"]
    assert [one["patient"] for one in clinic.events("red-flags-unknown")] == ["P01"]
    clinic.ready()
    assert clinic.bench.station.session is not None
    clinic.answered(known)  # now the records are back
    assert [one["outcome"] for one in clinic.events("drill-ended")] == ["stopped"]
    assert clinic.events("stop")[-1]["by"] == BY_RED_FLAG
    # What is said of a session that is over ends no other.
    while clinic.bench.station.session is not None:
        clinic.bench.run_s(0.1)
    clinic.ready()
    clinic.screenings.add("P01", "Eva", CLEAR, {}, this_moment())
    clinic.seen = clinic.ask(clinic.phone, type="describe")["facts"]["seen"]
    assert clinic.told(**UNVIBRATED)["ok"]
    for event in clinic.events("red-flags-asked"):
        clinic.ask(clinic.recorder, type="not-screened", asked=event["asked"], code="screening-locked")
    assert len(clinic.events("drill-ended")) == 1


def test_a_stop_while_it_waits_for_a_red_flag_is_a_stop(clinic):
    clinic.start(**UNVIBRATED)
    assert clinic.ask(clinic.recorder, type="stop")["ok"]
    assert clinic.answer(clinic.phone)["code"] == "start-stale"
    clinic.bench.run_s(1.0)
    assert clinic.bench.station.session is None


def test_no_red_flag_is_no_screening(clinic):
    """An answer to the lesser question arms nothing, and a dose that nobody asked for begins nothing."""
    clinic.start()
    asked = clinic.events("dose-asked")[-1]["asked"]
    assert clinic.ask(clinic.recorder, type="no-red-flag", asked=asked)["ok"]
    assert (clinic.answer(clinic.phone), clinic.armed()) == (None, False)
    clinic.bench.run_s(PENDING_NS / 1e9)
    assert clinic.answer(clinic.phone)["code"] == "dose-not-committed"
    clinic.ready()
    clinic.start(**UNVIBRATED)
    asked = clinic.events("red-flags-asked")[-1]["asked"]
    message = {"type": "committed", "asked": asked, "dose_today": {}, "day_began_ns": 0, "screened_until_ns": FAR_NS}
    assert clinic.ask(clinic.recorder, **message)["ok"]
    assert clinic.bench.station.session is None


def test_who_only_says_that_a_dose_is_committed_vouches_for_nobody(clinic):
    for until_ns in (None, 0, clinic.bench.clock.now_ns()):
        clinic.start()
        asked = clinic.events("dose-asked")[-1]["asked"]
        vouched = {} if until_ns is None else {"screened_until_ns": until_ns}
        clinic.ask(clinic.recorder, type="committed", asked=asked, dose_today={}, day_began_ns=0, **vouched)
        assert clinic.answer(clinic.phone)["code"] == "screening-lacking"
        assert not clinic.armed()
    assert len(clinic.events("dose-withdrawn")) == 3


def test_a_start_cannot_vouch_for_itself(clinic):
    message = {
        "type": "start",
        "request": "r",
        "seen": clinic.seen,
        "patient": "P01",
        "document": {},
        "prescription": {},
    }
    answer = clinic.ask(clinic.phone, **message, screened_until_ns=FAR_NS)
    assert (answer["ok"], answer["code"]) == (False, "bad-message")


def test_a_refusal_of_another_question_or_an_unknown_fault_starts_nothing(clinic):
    clinic.start()
    assert clinic.ask(clinic.recorder, type="not-screened", asked="?", code="x")["ok"]
    assert clinic.answer(clinic.phone) is None
    asked = clinic.events("dose-asked")[-1]["asked"]
    assert clinic.ask(clinic.recorder, type="not-screened", asked=asked, code="no-such-fault")["ok"]
    assert clinic.answer(clinic.phone)["code"] == "screening-lacking"
    assert not clinic.armed()


RIGS = [("simulated", False), ("replay", False), ("simulated", True), ("pi", False), ("pi5", False), ("another", False)]


@pytest.mark.parametrize(("rig", "setting"), RIGS)
def test_real_hardware_always_screens(bench, rig, setting):
    bench.station.rig = dataclasses.replace(bench.rig, name=rig)
    bench.station.rules = HouseRules(CLINICIAN, screen_simulated=setting)
    assert bench.station.screens is (setting or rig not in ("simulated", "replay"))


def test_nothing_else_arms_with_a_patient_on_the_plate(project):
    """`admit` is the only way, with two callers: the desk, which waits for the recorder, and the drill without pages.
    The others run the plate empty, for a technician.
    """

    def callers(name):
        found = set()
        for package in ("station", "web_ui", "drills"):
            for path in (project / package).rglob("*.py"):
                text = path.read_text()
                tree = ast.parse(text if name in text else "")
                calls = (node for node in ast.walk(tree) if isinstance(node, ast.Call))
                if any(ast.unparse(call.func).rpartition(".")[2] == name for call in calls):
                    found.add(str(path.relative_to(project)))
        return found

    assert callers("admit") == {"station/control/desk.py", "station/processes/headless.py"}
    assert callers("OwnDose") == {"station/processes/headless.py"}


def test_the_command_line_starts_nobody_who_was_not_screened(tmp_path):
    settings = tmp_path / "station.toml"
    settings.write_text("[station]\nscreen_simulated = true\n")
    asked = ["drill", "single-leg-vibration", "--leg", "left", "--clock", "real", "--json"]
    done = CliRunner().invoke(main, [*asked, "--settings", str(settings), "--data", str(tmp_path)])
    assert done.exit_code == 2
    assert "screening-lacking" in done.output
    with open_records(records_path(tmp_path)).reading() as transaction:
        assert transaction.connection().exec_driver_sql("SELECT count(*) FROM committed").scalar() == 0


SHAKING = [name for name in catalogue_names() if load_shipped(name).shaken is not None]


def _own() -> DrillDocument:
    return copy_of("single-leg-vibration", "mine")


def _levels() -> Iterator[DrillDocument]:
    """What the rungs of ladders make of vibrated drills."""
    for table in shipped_ladders().ladder:
        for rung in range(len(table.rung)):
            level = Level(rung, 1.0, table.rung[rung].hard, 0, False, None, False, False, ())
            document = at_level(table, level).document
            if document.shaken is not None:
                yield document


WAYS_IN = {
    **{name: lambda name=name: load_shipped(name) for name in SHAKING},  # form, page, battery, plan, D31, D32
    "own drill": _own,
    "rung of a plan": lambda: next(_levels()),
}


@pytest.mark.parametrize("way", WAYS_IN)
@pytest.mark.parametrize("answer", ["yes", "unknown", None])
def test_no_drill_that_can_vibrate_is_a_way_past_an_absolute_item(clinic, way, answer):
    """Whoever starts it (a page, the API, a battery, a plan, an order beside it) says it to this one socket."""
    document = WAYS_IN[way]()
    item = LOCKING[list(WAYS_IN).index(way) % len(LOCKING)]
    given = {**CLEAR, item: answer}
    if answer is None:
        del given[item]
    clinic.screenings.add("P01", "Eva", given, {}, this_moment())
    if document.own is not None:
        keep_trial(clinic.folder, document, {"digest": digest_of(document), "ok": True})
    leg = legs_of(document)[0]
    prescription = prescribe(document, Asked(leg))
    assert prescription.vibrates
    known = len(clinic.bench.published.events)
    clinic.send(
        clinic.phone,
        type="start",
        request=f"{way}/{answer}"[:32],
        seen=clinic.seen,
        patient="P01",
        document=document.model_dump(mode="json", by_alias=True),
        prescription=prescription.model_dump(mode="json"),
    )
    found = clinic.answered(known)
    assert found is not None
    assert (found["ok"], clinic.armed(), clinic.bench.station.session) == (False, False, None)
    assert found["code"] in ("screening-locked", "limit-exceeded", "input-invalid"), found


def test_what_else_arms_runs_an_empty_plate_by_itself(project):
    """Every place that arms a drive. But for `Station.start`, which `admit` leads to, none of them knows a patient."""
    found = set()
    for path in (project / "station").rglob("*.py"):
        text = path.read_text()
        tree = ast.parse(text if ".arm" in text else "")
        calls = (node for node in ast.walk(tree) if isinstance(node, ast.Call))
        if any(ast.unparse(call.func).endswith("drive.arm") for call in calls):
            found.add(str(path.relative_to(project / "station")))
    assert found == {
        "control/tick.py",  # a session that `admit` has opened
        "control/locking.py",  # the start-up test's relays, before anything may run
        "commissioning/selftest.py",
        "commissioning/accepting/stops.py",
        "commissioning/accepting/weights.py",
    }
    for name in ("commissioning/selftest.py", "commissioning/accepting/stops.py", "commissioning/accepting/weights.py"):
        text = (project / "station" / name).read_text()
        assert "station.records" not in text, name
        assert "DrillRequest" not in text, name


def test_a_release_that_tries_itself_opens_no_rig_of_anybody(project):
    text = (project / "station/updating/tryout.py").read_text()
    assert '"rig": "simulated"' in text
    assert load_shipped("quiet-stance").shaken is None
    assert '("quiet-stance",' in text


@pytest.mark.parametrize("name", SHAKING)
def test_no_drill_at_the_terminal_is_a_way_past_it(tmp_path, name):
    settings = tmp_path / "station.toml"
    settings.write_text("[station]\nscreen_simulated = true\n")
    leg = legs_of(load_shipped(name))[0].value
    asked = ["drill", name, "--leg", leg, "--clock", "real", "--json", "--settings", str(settings)]
    done = CliRunner().invoke(main, [*asked, "--data", str(tmp_path)])
    assert done.exit_code == 2
    assert "screening-lacking" in done.output or "input-invalid" in done.output or "limit-exceeded" in done.output
