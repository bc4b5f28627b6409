"""docs/wiring.md says what the settings and the model have: pins, addresses, and the amplifier's figures."""

import re
import xml.etree.ElementTree as ElementTree
from pathlib import Path

import pytest

from hw.settings import FULL_SCALE_V, OUTPUT_PINS, LoadCellSettings, PinSettings
from hw.simulated import cells
from hw.simulated.circuit import ONE_SHOT_NS
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
    assert sum(words == "PD" for words in drawing) == len(OUTPUT_PINS)


def test_the_addresses_are_the_settings(text):
    rows = re.findall(r"^\| ([a-z ]+) \| (0x4[89AB]) \|", text, re.MULTILINE)
    assert [(name.replace(" ", "_"), int(address, 16)) for name, address in rows] == list(
        zip(CELL_NAMES, LoadCellSettings().addresses, strict=True)
    )


def _figure(text: str, what: str) -> float:
    row = re.search(rf"^\| {what} \| ([\d.]+)", text, re.MULTILINE)
    assert row, what
    return float(row.group(1))


def test_the_amplifier_is_the_one_that_is_modelled_and_its_figures_follow_from_its_parts(text):
    assert _figure(text, "excitation") == cells.EXCITATION_V
    assert _figure(text, "gain") == pytest.approx(cells.AMPLIFIER_GAIN, rel=0.01)
    assert _figure(text, "gain") == pytest.approx(1 + 100e3 / _figure(text, "gain resistor"), rel=1e-3)
    assert _figure(text, "zero") == cells.ZERO_V == pytest.approx(5.0 * 10 / 201, abs=0.002)
    assert _figure(text, "RC corner") == pytest.approx(1 / (2 * 3.14159 * 3.3e3 * 470e-9), abs=0.6)
    full_v = cells.ZERO_V + cells.VOLTS_PER_NEWTON * cells.CELL_CAPACITY_N
    assert full_v < FULL_SCALE_V[LoadCellSettings().gain]


def test_the_one_shots_time_is_the_modelled_one_and_within_its_bounds():
    from_parts_ns = 0.45 * 330e3 * 1e-6 * 1e9
    assert from_parts_ns == pytest.approx(ONE_SHOT_NS, rel=0.02)
    assert 100e6 < from_parts_ns < 200e6
