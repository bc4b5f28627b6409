"""An own drill from its copy to its results: nobody stands on the plate before it was previewed in that version, and
what was made keeps the document that it was made with.
"""

import secrets
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from drills.changing import changed, copy_of
from drills.document import DrillDocument, digest_of
from drills.prescription import Asked, fill_in
from drills.values import Leg
from station.clock import this_moment
from station.control.pending import FLAGS_NS, PENDING_NS
from station.control.session import DrillRequest
from station.own_drills.folder import OwnDrills
from station.own_drills.tried import keep_trial
from station.processes.headless import Surroundings, run_headless
from station.processes.preview import preview, settings_like, try_on_simulated
from station.recording.reader import read_recording
from station.settings import Settings
from tests.station.processes.test_screened_start import CLEAR, Clinic


@pytest.fixture
def clinic(bench: Any, tmp_path: Path) -> Iterator[Clinic]:
    """A control that screens over this bench, its recorder's clerk, and the folder that both have."""
    clinic = Clinic(bench, tmp_path)
    clinic.screenings.add("P01", "Eva", CLEAR, {}, this_moment())
    yield clinic
    for one in (clinic.phone, clinic.recorder, clinic.server, clinic.clerk, clinic.records):
        one.close()


def ask(clinic: Clinic, document: DrillDocument) -> int:
    """Ask control to start it. Returns how many events there were before."""
    known = len(clinic.bench.published.events)
    clinic.send(
        clinic.phone,
        type="start",
        request=secrets.token_hex(4),
        seen=clinic.seen,
        patient="P01",
        document=document.model_dump(mode="json", by_alias=True),
        prescription=fill_in(document, Asked(Leg.LEFT, trials=1)).model_dump(mode="json"),
    )
    return known


@pytest.mark.parametrize("origin", ["one-leg", "single-leg-vibration"])
def test_control_starts_it_only_once_it_was_previewed_in_this_version(
    clinic: Clinic, tmp_path: Path, origin: str
) -> None:
    own = OwnDrills(tmp_path)
    first = own.keep(copy_of(origin, "mine"))
    refusal = clinic.answered(ask(clinic, first))
    assert (refusal["ok"], refusal["code"], refusal["where"]) == (False, "drill-untried", "drill")
    assert clinic.bench.station.session is None
    keep_trial(tmp_path, first, {"digest": digest_of(first), "ok": True})
    second = own.keep(changed(first, {"trials.max": 4}))
    weaker = changed(first, {"thresholds.step_off.force_fraction": 0.1})
    keep_trial(tmp_path, weaker, {"digest": digest_of(weaker), "ok": True})
    for other in (second, weaker, weaker.model_copy(update={"own": None})):
        clinic.ready()
        assert clinic.answered(ask(clinic, other))["code"] == "drill-untried"
    clinic.ready()
    assert clinic.answered(ask(clinic, first))["ok"], "the version that was previewed, without a restart"
    session = clinic.bench.station.session
    own.remove("mine")
    clinic.bench.run_s(0.1)
    assert clinic.bench.station.session is session, "what runs keeps the document that it began with"
    assert session.document == first


def test_records_that_are_away_let_nobody_stand_on_it(clinic: Clinic, tmp_path: Path) -> None:
    """Of a shipped drill without vibration nobody waits for them; an own one nobody vouches for."""
    ask(clinic, OwnDrills(tmp_path).keep(copy_of("one-leg", "mine")))
    clinic.bench.run_s(2 * FLAGS_NS / 1e9)
    assert (clinic.answer(clinic.phone), clinic.bench.station.session) == (None, None)
    clinic.bench.run_s(PENDING_NS / 1e9)
    assert clinic.answer(clinic.phone)["code"] == "order-unknown"


def test_results_keep_version_and_document_over_a_change_and_a_restart(tmp_path: Path) -> None:
    settings = Settings.model_validate({"station": {"data": tmp_path, "rig": "simulated", "seed": 3}})
    own = OwnDrills(tmp_path)
    first = own.keep(copy_of("one-leg", "mine"))
    asked = fill_in(first, Asked(Leg.LEFT, hold_s=5.0, trials=1))
    made = run_headless(settings, DrillRequest("P01", first, asked), Surroundings(virtual=True))
    own.keep(changed(first, {"steps.exercise.time.default_s": 20.0}))
    own.remove("mine")
    header = read_recording(Path(made["recording"])).header  # as another life of the program reads it
    assert header["document"]["own"] == {"version": 1, "copied_from": "one-leg"}
    assert DrillDocument.model_validate(header["document"]) == first
    assert (made["drill"], made["drill_version"], made["copied_from"]) == ("mine", 1, "one-leg")


def test_a_preview_is_kept_and_says_what_came_of_it(tmp_path: Path) -> None:
    document = changed(copy_of("one-leg", "mine"), {"steps.exercise.time.default_s": 5.0, "steps.rest.time_s": 1.0})
    settings = Settings.model_validate({"station": {"data": tmp_path}})
    found = preview(tmp_path, settings, document)
    assert (found["ok"], found["outcome"], found["drill"], found["version"]) == (True, "completed", "mine", 1)
    assert [one["outcome"] for one in found["trials"]] == ["held", "held"]
    assert not (tmp_path / "recordings").exists(), "nothing of it is a patient's"


def test_a_drill_beyond_a_limit_of_this_house_is_not_tried() -> None:
    bounds = {"min_hz": 5.0, "max_hz": 20.0, "displacement_pp_mm": 2.0, "acceleration_g": 0.5, "bout_s": 60.0}
    settings = settings_like(bounds, None)
    with pytest.raises(Exception, match="limit-exceeded") as refusal:
        try_on_simulated(settings, copy_of("single-leg-vibration", "mine"))
    assert [one.field for one in refusal.value.problems] == ["frequency_hz"]
