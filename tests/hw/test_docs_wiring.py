"""docs/wiring.md says what the settings and the model have: pins, addresses, and the amplifier's figures."""

import re
import xml.etree.ElementTree as ElementTree
from pathlib import Path

import pytest

from drawings.figures import figures
from drawings.parts import VALUES
from hw.settings import FULL_SCALE_V, OUTPUT_PINS, LoadCellSettings, PinSettings
from hw.simulated import cells
from hw.values import CELL_NAMES


@pytest.fixture(scope="module")
def text(project: Path) -> str:
    return (project / "docs" / "wiring.md").read_text()


@pytest.fixture(scope="module")
def drawing(project: Path) -> list[str]:
    root = ElementTree.parse(project / "docs" / "wiring.svg").getroot()
    return ["".join(element.itertext()) for element in root.iter("{http://www.w3.org/2000/svg}text")]


def test_the_table_of_pins_is_the_settings(text):
    rows = re.findall(r"^\| (\d+) \| `(\w+)` \| (in|out)\b", text, re.MULTILINE)
    assert {key: int(pin) for pin, key, _ in rows} == PinSettings().model_dump()
    assert len(rows) == len(PinSettings.model_fields)
    assert {key for _, key, direction in rows if direction == "out"} == set(OUTPUT_PINS)


def test_every_output_has_its_pull_down(text):
    for key in OUTPUT_PINS:
        assert re.search(rf"\| `{key}` \| out, PD \|", text), key


def test_the_drawing_has_every_pin_under_its_name(drawing):
    for key, pin in PinSettings().model_dump().items():
        at = drawing.index(f"GPIO {pin}")
        assert key in (drawing[at + 1], drawing[at - 1]), f"{key} is not drawn at GPIO {pin}"
    assert sum(words == "PD" for words in drawing) == len((*OUTPUT_PINS, "trigger"))


def test_the_addresses_are_the_settings(text):
    rows = re.findall(r"^\| ([a-z ]+) \| (0x4[89AB]) \|", text, re.MULTILINE)
    assert [(name.replace(" ", "_"), int(address, 16)) for name, address in rows] == list(
        zip(CELL_NAMES, LoadCellSettings().addresses, strict=True)
    )


def _figure(text: str, what: str) -> float:
    row = re.search(rf"^\| {what} \| ([\d.]+)", text, re.MULTILINE)
    assert row, what
    return float(row.group(1))


def test_the_amplifiers_table_is_what_the_parts_give_and_the_model_keeps_its_own_gain(text):
    found = figures()
    assert _figure(text, "excitation") == cells.EXCITATION_V == VALUES["excitation_V"]
    assert _figure(text, "gain") == pytest.approx(found["gain"], abs=0.05)
    assert _figure(text, "gain resistor") == VALUES["R_G"]
    assert _figure(text, "zero") == cells.ZERO_V == pytest.approx(found["zero"], abs=0.002)
    assert _figure(text, "RC corner") == pytest.approx(found["corner"], abs=0.5)
    assert found["corner"] == pytest.approx(cells.FILTER_HZ, rel=1e-6)
    assert VALUES["noise_V"] == cells.AMPLIFIER_V_PER_ROOT_HZ
    assert f"keeps a gain of {cells.AMPLIFIER_GAIN:g}" in " ".join(text.split())
    full_v = cells.ZERO_V + cells.VOLTS_PER_NEWTON * cells.CELL_CAPACITY_N
    assert full_v < FULL_SCALE_V[LoadCellSettings().gain]
