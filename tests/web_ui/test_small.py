"""Little room: a phone on its side, half a screen, text at 200 %. Plate and STOP stay, and nothing goes sideways."""

import pytest

from drills.values import Phase
from tests.web_ui.layout import LAID_OUT, LEAST_PLATE_PX, SIZES

pytestmark = pytest.mark.browser


@pytest.mark.parametrize("name", SIZES)
@pytest.mark.parametrize("path", ["/", "/therapist/drill", "/patient", "/technician"])
def test_nothing_is_cut_and_the_plate_and_stop_stay(visit, patient, path, name):
    width, height = SIZES[name]
    patient.begin("P01")
    patient.go(Phase.HOLD)
    page = visit(path, {"width": width, "height": height})
    laid = page.evaluate(LAID_OUT)
    assert laid["sideways"] <= 0
    assert laid["outside"] == []
    stop = laid["stop"]
    assert (stop["width"], round(stop["bottom"])) == (width, height)
    assert stop["height"] >= (48 if name == "half a screen" else 64)
    if path not in ("/therapist/drill", "/patient"):
        return
    plate = laid["plate"]
    assert min(plate["width"], plate["height"]) >= LEAST_PLATE_PX
    if name != "200 %":  # there one may scroll to it
        assert plate["top"] >= laid["strip"]["bottom"] - 1
        assert plate["bottom"] <= stop["top"] + 1
    if path == "/patient" and name != "200 %":
        assert not laid["scrolls"]


@pytest.mark.parametrize("name", ["on its side", "200 %", "half a screen"])
def test_the_longest_words_to_a_patient_are_whole(visit, patient, name):
    width, height = SIZES[name]
    patient.begin("P01")
    patient.go(Phase.HOLD)
    patient.trip(4)
    page = visit("/patient", {"width": width, "height": height})
    page.wait_for_selector("body.halted")
    laid = page.evaluate(LAID_OUT)
    assert laid["outside"] == []
    assert laid["instruction"]["top"] >= laid["strip"]["bottom"] - 1
    assert laid["instruction"]["bottom"] <= laid["stop"]["top"] + 1
