"""The registry is whole, and the documents say of each measure and norm exactly what the program says."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from drawings.languages import written
from station.cli.meanings import measure_words
from station.measures import PIPELINES, REGISTRY, RecordedCop, Request, compute
from station.measures.constants import LEAST_RATE_HZ
from station.measures.norms import quotient_norms, ranks, spread
from station.measures.norms.between import shipped
from station.measures.norms.people import STANCE_NORMS, table
from station.measures.pipelines import EXTRA
from station.measures.registry import carries
from station.measures.tasks.force import PUSH_NAMES, RISE_NAMES
from station.measures.tasks.limits import LEAN_NAMES
from station.texts import Texts
from station.texts.counting import Lacks
from tests.words import said

DOCS = Path(__file__).parents[3] / "docs"
PAGE, REFERENCE = DOCS / "measures-tables.md", DOCS / "measures-reference.md"


def line_of(measure):
    """The line that the page must have for a measure."""
    needs = f"{measure.min_duration_s:g} s, {measure.min_rate_hz:g} Hz"
    unit, meaning, formula, source = measure_words(Texts(), measure)
    formula = formula.replace("|", "\\|")
    return f"| `{measure.name}` | {unit} | {meaning} | {formula} | {needs} | {source} |"


def test_every_measure_is_on_the_page():
    lines = set(REFERENCE.read_text(encoding="utf-8").splitlines())
    lacking = [line_of(measure) for measure in REGISTRY.values() if line_of(measure) not in lines]
    assert not lacking, "docs/measures-reference.md lacks or contradicts:\n" + "\n".join(lacking)


def test_the_page_names_nothing_that_does_not_exist():
    rows = [line for page in (PAGE, REFERENCE) for line in page.read_text(encoding="utf-8").splitlines()]
    named = [line.split("`")[1] for line in rows if line.startswith("| `")]
    assert [name for name in named if name not in REGISTRY and name not in PIPELINES] == []


def test_the_clinicians_page_says_of_a_measure_what_the_registry_says():
    lines = [line for line in PAGE.read_text(encoding="utf-8").splitlines() if line.startswith("| `")]
    rows = [line for line in lines if line.split("`")[1] in REGISTRY]
    assert len(rows) >= 30
    for line in rows:
        measure = REGISTRY[line.split("`")[1]]
        words = measure_words(Texts(), measure)
        assert line == f"| `{measure.name}` | {words.unit} | {words.meaning} |"


def plain(number):
    """A figure as the page prints it."""
    return f"{number:.0f}" if number >= 100 else f"{number:.1f}"


@pytest.mark.parametrize("vision", ["open", "closed"])
@pytest.mark.parametrize("surface", ["firm", "foam"])
def test_norms_and_repeatability_on_the_page_are_those_of_the_table(vision, surface):
    lines = PAGE.read_text(encoding="utf-8").splitlines()
    places, repeated = (line for line in lines if line.startswith(f"| {vision}, {surface} |"))
    velocity, area = "mean_velocity_mm_s", "ellipse_area_mm2"
    for name in (velocity, area):
        for group in ("young", "old"):
            norm = table()[name, 60, group, vision, surface]
            points = " / ".join(plain(norm.points[k]) for k in (0, 3, 6))
            assert f"{points} ({norm.people})" in places
    norm = table()[velocity, 60, "all", vision, surface]
    cells = [f"{norm.icc_single:.2f}", f"{norm.icc_mean3:.2f}"]
    for name, form in ((velocity, ".1f"), (area, ".0f")):
        for group in ("young", "old"):
            middle = ranks.table()[name, 60, "mean", group, vision, surface].points[3]
            below, above = spread.limits(middle, spread.table()[name, 60, group, vision, surface], (3, 3))
            cells.append(f"{middle:{form}}: {below:{form}}, {above:{form}}")
    assert repeated == f"| {vision}, {surface} | " + " | ".join(cells) + " |"


@pytest.mark.parametrize(
    ("name", "alike", "words"),
    [
        ("romberg_quotient", "firm", "closed over open, firm"),
        ("romberg_quotient", "foam", "closed over open, foam"),
        ("foam_quotient", "open", "foam over firm, open"),
        ("foam_quotient", "closed", "foam over firm, closed"),
    ],
)
def test_quotients_on_the_page_are_those_of_the_table(name, alike, words):
    cells = []
    for group in ("young", "old"):
        norm = quotient_norms.table()[name, alike, "mean_velocity_mm_s", 60, group]
        percent = 100.0 * (quotient_norms.smallest_change(norm, (3, 3)) - 1.0)
        cells += [" / ".join(f"{point:.2f}" for point in norm.points), f"{percent:.0f} %"]
    assert f"| {words} | " + " | ".join(cells) + " |" in PAGE.read_text(encoding="utf-8").splitlines()


def test_the_rules_for_two_days_on_the_page_are_those_of_the_file():
    page = PAGE.read_text(encoding="utf-8")
    for rule in shipped().rules:
        legs = {"both": "both legs", "one": "one leg"}[rule.stance]
        real = f"{rule.percent:g} % and {rule.least:g} mm/s"
        assert f"| {legs}, {rule.vision}, {rule.surface} | {real} |" in page


def test_stance_times_on_the_page_are_those_of_the_program():
    lines = PAGE.read_text(encoding="utf-8").splitlines()
    for norm in STANCE_NORMS:
        times = (norm.open_s, norm.closed_women_s, norm.closed_men_s)
        assert f"| {norm.ages[0]}-{norm.ages[1]} | " + " | ".join(f"{time:g} s" for time in times) + " |" in lines


@pytest.mark.parametrize("language", written())
def test_every_entry_says_all_that_it_must_in_every_language(language):
    lacks = Lacks()
    for name, measure in REGISTRY.items():
        words = measure_words(Texts(language, lacks=lacks), measure)
        assert measure.name == name
        assert all((measure.unit, measure.group, *words))
        assert words.meaning.endswith(".")
        assert measure.min_rate_hz >= LEAST_RATE_HZ
    assert lacks.seen() == ()


def test_every_figure_that_is_computed_is_in_the_registry():
    for pipeline in PIPELINES.values():
        assert set(pipeline.keys) <= set(REGISTRY)
    assert {*EXTRA, *LEAN_NAMES, *RISE_NAMES, *PUSH_NAMES} <= set(REGISTRY)


@pytest.mark.parametrize("seconds", [2, 5, 10, 20, 30])
def test_what_a_recording_is_too_short_for_is_exactly_what_the_registry_says(sway, seconds):
    t, ml, ap = (x[: 100 * seconds] for x in sway)
    for pipeline in PIPELINES:
        found = compute(RecordedCop(t, ml, ap), Request(pipeline, everything=True))
        short = {name for name, why in found.reasons.items() if "at least" in said(why)}
        assert short == {name for name in found.values if not carries(name, float(t[-1]))}
        assert all(np.isnan(found.values[name]) for name in short)
