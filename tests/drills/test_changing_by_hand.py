"""What may be changed of an own drill, path by path, and what is said of anything else."""

import json

import pytest

from drills.changing import changed, copy_of, lifted, may_change, refused, table_of, values_of
from drills.errors import DrillDocumentError
from drills.library import load_shipped
from drills.problems import Problem

MAY = [
    "language",
    "title",
    "summary",
    "surface",
    "eyes",
    "hands",
    "feedback.level",
    "feedback.kind",
    "stance.orientation",
    "trials.default",
    "trials.min",
    "trials.max",
    "script.before",
    "about.harder",
    "success.share_of_trials",
    "steps.rest.time_s",
    "steps.get-on.limit_s",
    "steps.exercise.parameters.dwell_s",
    "steps.exercise.time.max_s",
    "steps.exercise.vibration.frequency_hz.max",
]
MAY_NOT = [
    "about.id",
    "about.evidence",
    "about",
    "name",
    "schema",
    "stance.kind",
    "trials.legs",
    "trials",
    "thresholds.step_off.force_fraction",
    "steps",
    "steps.learn.time_s",
    "steps.rest.step",
    "steps.exercise.step",
    "steps.exercise.exercise",
    "steps.exercise.time.mode",
    "steps.exercise.vibration.form",
    "steps.exercise.parameter",
    "steps.",
    "steps.rest",
    "steps..time_s",
    "",
]


@pytest.mark.parametrize("path", [*MAY, *MAY_NOT])
def test_what_a_therapist_may_change(path):
    assert may_change(path) is (path in MAY)


def test_a_copy_says_in_its_title_which_it_is_and_keeps_within_80_letters():
    shipped = load_shipped("one-leg")
    assert copy_of("one-leg", "own").title == f"{shipped.title} (own)"
    name = "a" * 60
    assert copy_of("one-leg", name).title == f"{shipped.title[:17]} ({name})"


def test_a_value_is_changed_or_taken_away_by_its_path():
    document = copy_of("one-leg", "own")
    other = changed(document, {"trials.max": 4, "steps.rest.time_s": 45.0, "about": None})
    found = values_of(other)
    assert (found["trials.max"], found["steps.rest.time_s"], other.about) == (4, 45.0, None)
    assert changed(other, {"about": None}) == other
    assert "steps.rest.step" not in found
    assert found["name"] == "own"


@pytest.mark.parametrize("path", ["nothing.here", "steps.fly.time_s", "title.deeper", "trials.max.deeper", "steps.x"])
def test_a_path_that_leads_nowhere_is_an_unknown_key(path):
    with pytest.raises(DrillDocumentError) as refusal:
        changed(copy_of("one-leg", "own"), {path: 1})
    assert refusal.value.problems == (Problem(path, 1, reason="unknown-key"),)
    assert refusal.value.where == "own"


def test_a_document_of_10000_bytes_is_not_too_long_and_of_one_more_is():
    """As JSON; what is added to it are letters of one byte."""
    document = changed(copy_of("one-leg", "own"), {"about.harder": ["x"] * 8, "summary": "s"})
    size = len(json.dumps(document.model_dump(mode="json", by_alias=True)))
    more = divmod(10_000 - size, 8)
    full = ["x" * (1 + more[0] + (number < more[1])) for number in range(8)]

    def with_harder(harder: list[str]) -> tuple[Problem, ...]:
        about = document.about.model_copy(update={"harder": tuple(harder)})
        return refused(document.model_copy(update={"about": about}))

    assert with_harder(full) == ()
    assert with_harder([full[0] + "x", *full[1:]]) == (Problem("", 10_001, most=10_000, reason="document-too-long"),)


def test_what_judges_otherwise_is_said_with_what_it_was():
    document = changed(copy_of("one-leg", "own"), {"thresholds.step_off.force_fraction": 0.2})
    was = values_of(copy_of("one-leg", "own"))["thresholds.step_off.force_fraction"]
    said = {"was": was, "of": "one-leg"}
    assert refused(document) == (Problem("thresholds.step_off.force_fraction", 0.2, reason="as-copied", values=said),)
    added = document.model_copy(update={"thresholds": copy_of("one-leg", "own").thresholds})
    added = added.model_copy(update={"trials": added.trials.model_copy(update={"legs": "alternating"})})
    assert refused(added) == (
        Problem("trials.legs", "alternating", reason="as-copied", values={"was": "-", "of": "one-leg"}),
    )


def test_other_steps_are_said_with_those_of_the_copy():
    document = copy_of("one-leg", "own")
    steps = [one.step for one in document.steps]
    fewer = document.model_copy(update={"steps": document.steps[1:]})
    values = {"was": ", ".join(steps), "of": "one-leg"}
    assert refused(fewer) == (Problem("steps", ", ".join(steps[1:]), reason="as-copied", values=values),)


def test_a_foot_is_asked_for_where_the_shipped_drill_has_asked_since():
    named = copy_of("push-down", "own") if load_shipped("push-down").names_foot else None
    assert named is not None
    without = named.model_copy(update={"trials": named.trials.model_copy(update={"legs": None})})
    assert lifted(without).names_foot
    assert lifted(named) is named
    other = copy_of("one-leg", "own")
    assert lifted(other) is other
    shipped = load_shipped("one-leg")
    assert lifted(shipped) is shipped
    lost = without.model_copy(update={"own": without.own.model_copy(update={"copied_from": "no-such"})})
    assert lifted(lost) is lost


def test_foam_is_no_ground_for_a_plate_that_vibrates():
    document = copy_of("single-leg-vibration", "own").model_copy(update={"surface": "foam"})
    assert refused(document) == (Problem("surface", "foam", reason="foam-still"),)
    assert "own" in table_of(document)
