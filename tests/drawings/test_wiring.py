"""docs/wiring.md and its drawing are what the list of parts makes them, and the arithmetic printed there is right."""

import math
import re
from pathlib import Path

import pytest

import drawings.wiring
from drawings.figures import FIGURES, figures, in_numbers, short, value
from drawings.parts import PARTS, VALUES
from hw.settings import FULL_SCALE_V, DriveSettings, LoadCellSettings
from hw.simulated.cells import CELL_OVERLOAD_N, ZERO_V
from hw.simulated.circuit import ONE_SHOT_NS
from hw.simulated.platform import PLATE_KG
from hw.units import STANDARD_GRAVITY_M_S2
from station.safety.limits import HARD

ROW = re.compile(r"^\| ([^|]+) \| `(\w+) = ([^|`]+)` \| `([^|`]+)` \| ([^|]+) \| ([^|]*)\|$", re.MULTILINE)


@pytest.fixture(scope="module")
def page(project: Path) -> str:
    return (project / "docs" / "wiring.md").read_text(encoding="utf-8")


def test_what_is_drawn_is_what_the_parts_give(project: Path) -> None:
    drawn = drawings.wiring.made(project)
    assert len(drawn) == 2
    assert [str(path) for path, text in drawn.items() if (project / path).read_text(encoding="utf-8") != text] == [], (
        "run `make drawings`"
    )


def test_each_printed_line_of_arithmetic_gives_what_is_printed_behind_it(page: str) -> None:
    rows = ROW.findall(page)
    assert len(rows) == len(FIGURES) > 50
    for _, name, formula, numbers, printed, _ in rows:
        told = float(printed.split()[0])
        assert value(numbers, {}) == pytest.approx(told, rel=2e-3), name
        assert figures()[name] == pytest.approx(told, rel=1e-3), name
        assert set(re.findall(r"\b[A-Za-z_]\w*", formula)) - {"sqrt", "ln", "pi"} <= {*VALUES, *figures()}


def test_every_figure_is_within_what_it_must_be(page: str) -> None:
    found = figures()
    assert [one.name for one in FIGURES if not one.low <= found[one.name] <= one.high] == []
    assert sum(math.isfinite(one.low) for one in FIGURES) >= 30
    assert all(one.why for one in FIGURES if math.isfinite(one.low) or math.isfinite(one.high))


@pytest.mark.parametrize(
    ("name", "by_hand"),
    [
        ("loss", 3.2),  # 3.3 / 103.3
        ("shot_ms", 148.5),  # 0.45 x 330 x 1
        ("shot_3V", 167.2),
        ("gain", 119.34),
        ("unbalance", 3.5e-3),
        ("limit_A", 2.75),
        ("sink_mm", 20.4),
        ("still_s", 0.273),
        ("own_Hz", 9.01),
        ("b_V", 4.645),
    ],
)
def test_by_hand(name: str, by_hand: float) -> None:
    assert figures()[name] == pytest.approx(by_hand, rel=2e-3)


def test_the_faults_of_the_former_drawing_would_be_seen() -> None:
    """Each value that it had breaks a bound, or shows what was lost."""
    wrong = {"R_G": 576.0, "R_S": 5e-3, "F1_A": 5.0, "R_B": 0.5, "R_T": 500e3, "R_led": 4.7e3}
    for name, former in wrong.items():
        found = figures({**VALUES, name: former})
        assert [one.name for one in FIGURES if not one.low <= found[one.name] <= one.high], name
    assert figures({**VALUES, "R_G": 576.0})["end_N"] == pytest.approx(1030, abs=1)
    assert VALUES["person_kg"] * VALUES["g"] == pytest.approx(1177, abs=1)


def test_the_parts_fit_the_programs_own_figures() -> None:
    found, cells = figures(), LoadCellSettings()
    assert VALUES["range_V"] == FULL_SCALE_V[cells.gain]
    assert found["zero"] == pytest.approx(ZERO_V, abs=0.002)
    assert found["zero"] > 5 * cells.open_below_v
    assert found["worst_N"] < CELL_OVERLOAD_N
    assert found["shot_ms"] == pytest.approx(ONE_SHOT_NS * 1e-6, rel=0.02)
    assert VALUES["top_kg"] == PLATE_KG
    assert VALUES["g"] == STANDARD_GRAVITY_M_S2
    assert DriveSettings().displacement_pp_mm == ((VALUES["usual_Hz"], pytest.approx(found["pp_mm"], rel=0.02)),)
    assert found["empty_g"] < HARD.acceleration_g
    low_hz, high_hz = DriveSettings().resonance_hz
    assert low_hz < found["with_Hz"] < found["own_Hz"] < high_hz


def test_the_list_says_the_values_that_are_calculated_with() -> None:
    rated = {part.mark: part.rated for part in PARTS}
    assert f"{VALUES['R_G']:g} Ohm" in rated["R1-R4"]
    assert f"{VALUES['R_led'] / 1e3:g} kOhm" in rated["R10-R13"]
    assert f"{VALUES['R_S'] * 1e3:g} mOhm" in rated["RS"]
    assert f"{VALUES['R_B']:g} Ohm" in rated["RB1, RB2"]
    assert f"T {VALUES['F1_A']:g} A" in rated["F1"]
    assert f"{VALUES['R_coil']:g} Ohm" in rated["K1, K2"]
    assert f"K {VALUES['K_5V']:g} at 5 V, {VALUES['K_2V']:g} at 2 V" in rated["U12, U13"]
    assert f"{VALUES['C_T'] * 1e6:g} uF" in rated["CT"]
    assert f"{VALUES['R_M']:g} Ohm, {VALUES['k_M'] * 1e3:g} mNm/A" in rated["M"]
    assert (
        f"{VALUES['teeth_M']:g} and {VALUES['teeth_X']:g} teeth" in {part.mark: part.number for part in PARTS}["BELT"]
    )
    assert f"{VALUES['mass_kg'] * 1e3:g} g at {VALUES['radius'] * 1e3:g} mm" in rated["X"]
    assert f"{figures()['spring']:.1f} N/mm" in rated["SP1-SP4"]
    assert {part.seen for part in PARTS} == {"published", "memory", "made"}
    assert {part.price for part in PARTS} <= set("abcde")
    marks = [part.mark for part in PARTS]
    assert len(set(marks)) == len(marks)


def test_the_page_invites_nobody_and_says_what_an_engineer_must_do(page: str) -> None:
    assert "**No person is invited on to a platform by this document alone.**" in page
    section = page.partition("## What a certified engineer must still do\n")[2].partition("\n## ")[0]
    assert len(re.findall(r"^\| ", section, re.MULTILINE)) > 12


def test_arithmetic_knows_nothing_else() -> None:
    with pytest.raises(ValueError, match="no arithmetic"):
        value("[1]", {})
    with pytest.raises(KeyError):
        value("R_unknown * 2", VALUES)
    assert value("sqrt(2 ** 4) - ln(1)", {}) == 4.0
    assert short(1234.5) == "1234"
    assert in_numbers(FIGURES[0], VALUES) == "1 + 100000.0 / 845"
