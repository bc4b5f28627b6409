"""Little room: a phone on its side, half a screen, text at 200 %. Plate and STOP stay, and nothing goes sideways."""

import pytest

from drills.values import Phase

pytestmark = pytest.mark.browser

SIZES = {
    "phone": (390, 844),
    "on its side": (844, 390),
    "200 %": (195, 422),
    "screen": (1920, 1080),
    "half a screen": (960, 540),
}
LEAST_PLATE_PX = 110
LAID_OUT = """() => {
  const box = (selector) => {
    const element = document.querySelector(selector);
    const { left, top, right, bottom, width, height } = element?.getBoundingClientRect() ?? {};
    return element && { left, top, right, bottom, width, height };
  };
  const outside = [...document.querySelectorAll("main *, .top *, .strip")].filter((one) => {
    const at = one.getBoundingClientRect();
    const may = one.closest(".scroll, .visually-hidden, .defs, svg, .skip");
    return at.width > 0 && !may && (at.right > innerWidth + 1 || at.left < -1);
  });
  return {
    sideways: document.documentElement.scrollWidth - innerWidth,
    outside: outside.map((one) => one.outerHTML.slice(0, 120)),
    plate: box("#plate"), stop: box("#stop"), strip: box(".strip"), instruction: box("#instruction"),
    scrolls: document.documentElement.scrollHeight > innerHeight + 1,
  };
}"""


@pytest.mark.parametrize("name", SIZES)
@pytest.mark.parametrize("path", ["/", "/therapist", "/patient", "/technician"])
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
    if path not in ("/therapist", "/patient"):
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
