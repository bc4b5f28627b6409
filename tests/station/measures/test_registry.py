"""The registry is whole, and `docs/measures.md` says of each measure exactly what the registry says."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from station.measures import PIPELINES, REGISTRY, compute
from station.measures.force_tasks import PUSH_NAMES, RISE_NAMES
from station.measures.limits import NAMES as LOS_NAMES
from station.measures.pipelines import EXTRA
from station.measures.registry import carries

PAGE = Path(__file__).parents[3] / "docs" / "measures.md"


def line_of(measure):
    """The line that the page must have for a measure."""
    needs = f"{measure.min_duration_s:g} s, {measure.min_rate_hz:g} Hz"
    formula = measure.formula.replace("|", "\\|")
    return f"| `{measure.name}` | {measure.unit} | {measure.meaning} | {formula} | {needs} | {measure.source} |"


def test_every_measure_is_on_the_page():
    lines = set(PAGE.read_text(encoding="utf-8").splitlines())
    lacking = [line_of(measure) for measure in REGISTRY.values() if line_of(measure) not in lines]
    assert not lacking, "docs/measures.md lacks or contradicts:\n" + "\n".join(lacking)


def test_the_page_names_nothing_that_does_not_exist():
    rows = [line for line in PAGE.read_text(encoding="utf-8").splitlines() if line.startswith("| `")]
    assert [line.split("`")[1] for line in rows if line.count("|") >= 7 and line.split("`")[1] not in REGISTRY] == []


def test_every_entry_says_all_that_it_must():
    for name, measure in REGISTRY.items():
        assert measure.name == name
        assert all((measure.unit, measure.formula, measure.source, measure.group))
        assert measure.meaning.endswith(".")
        assert measure.min_rate_hz >= 50.0


def test_every_figure_that_is_computed_is_in_the_registry():
    for pipeline in PIPELINES.values():
        assert set(pipeline.keys) <= set(REGISTRY)
    assert {*EXTRA, *LOS_NAMES, *RISE_NAMES, *PUSH_NAMES} <= set(REGISTRY)


@pytest.mark.parametrize("seconds", [2, 5, 10, 20, 30])
def test_what_a_recording_is_too_short_for_is_exactly_what_the_registry_says(sway, seconds):
    t, ml, ap = (x[:100 * seconds] for x in sway)
    for pipeline in PIPELINES:
        found = compute(t, ml, ap, pipeline=pipeline, everything=True)
        short = {name for name, why in found.reasons.items() if "at least" in why}
        assert short == {name for name in found.values if not carries(name, float(t[-1]))}
        assert all(np.isnan(found.values[name]) for name in short)
