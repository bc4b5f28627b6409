"""docs/build.md and its drawings are what the dimensions make them, and the plate's arithmetic is right."""

import math
import re
import xml.etree.ElementTree as ET
from pathlib import Path

import numpy as np
import pytest

import drawings.build
from drawings.dimensions import DIMENSIONS, MM
from drawings.parts import PARTS, VALUES
from drawings.solid import Look, Solid, drawn
from drawings.steps import STEPS, solids
from drawings.strength import ABOVE, DRIVE_HZ, PEOPLE_KG, WEIGHTS_KG, Slab, bare, frequencies, plate_kg, rows
from hw.simulated.world import GEOMETRY
from station.commissioning.accepting.parts import PARTS as ACCEPTED
from station.commissioning.accepting.parts import SheetBound
from station.safety.limits import HARD

FREE = Slab((1.0, 1.0), 1.0, 0.3, 1.0)
ON_CORNERS = FREE._replace(springs=tuple((x, y, 1e7) for x in (-0.5, 0.5) for y in (-0.5, 0.5)))


@pytest.fixture(scope="module")
def page(project: Path) -> str:
    return (project / "docs" / "build.md").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def made(project: Path) -> dict[Path, str]:
    return drawings.build.made(project)


def test_what_is_drawn_is_what_the_dimensions_give(project: Path, made) -> None:
    assert len(made) == 5
    assert [str(path) for path, text in made.items() if (project / path).read_text(encoding="utf-8") != text] == [], (
        "run `make drawings`"
    )


def test_a_length_that_changes_changes_drawing_text_and_arithmetic(project: Path, made, monkeypatch) -> None:
    monkeypatch.setitem(MM, "cells_ap", 420.0)
    changed = drawings.build.made(project)
    plate = Path("docs/build-plate.svg")
    assert changed[plate] != made[plate]
    assert ">420<" in changed[plate]
    assert changed[drawings.build.PAGE] != made[drawings.build.PAGE], "the plate bends more"


@pytest.mark.parametrize("name", ["plate", "room", "steps", "trestle"])
def test_a_drawing_is_whole_and_all_of_it_lies_on_the_paper(made, name) -> None:
    root = ET.fromstring(made[Path(f"docs/build-{name}.svg")])
    _, _, width, height = (float(one) for one in root.attrib["viewBox"].split())
    space = "{http://www.w3.org/2000/svg}"
    shapes = list(root.iter())
    for shape in shapes:
        if shape.tag in (f"{space}text", f"{space}rect"):
            letters = len(shape.text or "") if shape.tag.endswith("text") else 0
            right = float(shape.attrib["x"]) + (6.4 * letters or float(shape.attrib.get("width", 0.0)))
            assert float(shape.attrib["x"]) >= 0.0, (shape.text, shape.attrib)
            assert right <= width, (shape.text, shape.attrib)
            assert 0.0 <= float(shape.attrib["y"]) <= height, (shape.text, shape.attrib)
    assert len(shapes) > 30


# --- the plate ---


def test_the_method_gives_plates_whose_figures_are_published() -> None:
    """A free square plate (13.47, Leissa 1969), one on its corners (7.11), and its sag under an even load (0.0255)."""
    stiffness, mass, _ = bare(FREE)
    assert frequencies(stiffness, mass)[3:5] == pytest.approx([13.468, 19.596], rel=1e-3)
    stiffness, mass, shapes = bare(ON_CORNERS)
    assert frequencies(stiffness, mass)[0] == pytest.approx(7.11, rel=1e-3)
    even = np.zeros(len(stiffness))
    even[0] = 1.0
    assert float(shapes(0.0, 0.0) @ np.linalg.solve(stiffness, even)) == pytest.approx(0.0255, rel=5e-3)


def test_a_stiff_plate_is_a_mass_on_its_cells() -> None:
    stiff = Slab((0.48, 0.6), 1e9, 0.3, 30.0, tuple((x, y, 2.5e6) for x in (-0.15, 0.15) for y in (-0.2, 0.2)))
    (row,) = rows([(50.0, 1.0)], stiff)
    by_hand = math.sqrt(4 * 2.5e6 / (50.0 + 30.0 * 0.48 * 0.6)) / (2.0 * math.pi)
    assert row.first_hz == pytest.approx(by_hand, rel=1e-3)
    assert row.bends_mm == pytest.approx(0.0, abs=1e-3)
    assert row.cells_mm == pytest.approx(50.0 * VALUES["g"] / 1e7 * 1e3)


def test_under_every_person_the_first_mode_is_well_above_the_drive() -> None:
    people = rows([(kg, VALUES["body_share"]) for kg in PEOPLE_KG])
    assert (min(PEOPLE_KG), max(PEOPLE_KG)) == (35.0, 135.0)
    assert min(row.first_hz for row in people) >= ABOVE * DRIVE_HZ
    assert HARD.max_hz == DRIVE_HZ
    heavier = [row.first_hz for row in people]
    assert heavier == sorted(heavier, reverse=True)
    assert rows([(40.0, 1.0)])[0].first_hz > 2.0 * 20.0 > rows([(WEIGHTS_KG[-1], 1.0)])[0].first_hz - 10.0


def test_the_dimensions_fit_the_program_the_wiring_and_one_another(page: str) -> None:
    assert (MM["cells_ml"], MM["cells_ap"]) == tuple(GEOMETRY)
    assert plate_kg() < VALUES["top_kg"] < plate_kg() + 1.0
    assert f"{plate_kg():.1f} kg" in page
    for way in ("ml", "ap"):
        seat = MM[f"frame_{way}"] / 2.0 - MM["bar"]
        assert seat < MM[f"cells_{way}"] / 2.0 < MM[f"frame_{way}"] / 2.0, "each cell stands on a bar of the frame"
        assert MM[f"springs_{way}"] / 2.0 < MM[f"base_{way}"] / 2.0 < MM[f"plate_{way}"] / 2.0 + MM["gap"]
    assert MM["stop"] == VALUES["stop_mm"]
    assert MM["height"] == pytest.approx(220.0)
    assert MM["rail_ml"] + 60.0 < MM["plate_ml"] / 2.0 + MM["gap"] + MM["side"], "a post passes the block"
    assert len({one.key for one in DIMENSIONS}) == len(DIMENSIONS)


# --- the page ---


def test_the_bounds_of_the_acceptance_are_those_of_the_page(page: str) -> None:
    section = page.partition("## Acceptance\n")[2].partition("\n### ")[0]
    bounds: list[SheetBound] = [bound for part in ACCEPTED for bound in part.bounds]
    told = {float(one) for one in re.findall(r"\d+(?:\.\d+)?", section)}
    assert {bound.most for bound in bounds} - {2.0} <= told
    assert all(f"*{bound.mark}*" in section for bound in bounds)


def test_the_trigger_is_in_the_wiring_and_among_the_parts(project: Path) -> None:
    wiring = (project / "docs" / "wiring.svg").read_text(encoding="utf-8")
    marks = {part.mark for part in PARTS}
    assert {"U21", "U22", "OK5", "R14", "J1"} <= marks
    for word in ("trigger", "trigger_feedback", "U22", "U21: and permit", "R14, OK5", "J1", "GPIO 9", "GPIO 4"):
        assert f">{word}<" in wiring, word


def test_each_step_adds_something_and_takes_nothing_away() -> None:
    before: set[tuple[float, ...]] = set()
    for step in range(1, len(STEPS) + 1):
        there = solids(step)
        assert any(one.new for one in there)
        plain = {one[:6] for one in there}
        assert before < plain
        before = plain


def test_a_box_shows_three_faces_and_what_is_nearer_is_drawn_later() -> None:
    far, near = Solid(0, 0, 0, 10, 10, 10), Solid(50, 50, 0, 10, 10, 10, new=True)
    faces = drawn([near, far], Look(1.0, 0.0, 0.0))
    assert len(faces) == 6
    assert [("new" in face) for face in faces] == [False] * 3 + [True] * 3
