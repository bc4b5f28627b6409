"""What each key of a document may be: the bounds of its numbers, the lengths of its texts, and its words."""

from typing import Annotated, Any

import pytest
from pydantic import TypeAdapter, ValidationError

from drills.document import (
    SCHEMA,
    About,
    ConfirmSeconds,
    DrillDocument,
    DrillName,
    FeedbackKeys,
    FootDown,
    ForceFor,
    Line,
    Own,
    Remark,
    Script,
    StanceKeys,
    StepOff,
    Success,
    Thresholds,
    Trials,
)

LEAST = ("minimum", "exclusiveMinimum", "minLength", "minItems")
MOST = ("maximum", "exclusiveMaximum", "maxLength", "maxItems")
CONFIRM, TRIALS, LINE, REMARK = (0.01, 2), (1, 20), (1, 120), (1, 400)


def bounds(schema: dict[str, Any]) -> tuple[object, object]:
    """Least and most, of number, length or items; None where there is none."""
    said = next((one for one in schema.get("anyOf", ()) if one.get("type") != "null"), schema)
    return tuple(next((said[key] for key in keys if key in said), None) for keys in (LEAST, MOST))


@pytest.mark.parametrize(
    ("table", "keys"),
    [
        (Own, {"version": (1, 9999), "copied_from": (None, 60)}),
        (Trials, dict.fromkeys(("default", "min", "max"), TRIALS)),
        (ForceFor, {"force_n": (20, 1000), "for_s": CONFIRM}),
        (StepOff, {"force_fraction": (0, 1), "for_s": CONFIRM}),
        (
            FootDown,
            {"force_for_s": CONFIRM, "base_half_ml_mm": (20, 200), "base_half_ap_mm": (20, 300), "base_for_s": CONFIRM},
        ),
        (Success, {"share_of_trials": (0, 1), "share_of_score": (0, 1)}),
        (Script, dict.fromkeys(("what", "goal", "look", "safe", "stop"), LINE)),
        (
            About,
            {
                **dict.fromkeys(("purpose", "setup", "ability", "cheat", "suits", "not_for", "source"), REMARK),
                "harder": (1, 8),
            },
        ),
        (DrillDocument, {"name": (None, 60), "language": (None, 35), "title": (1, 80), "summary": (1, 2000)}),
    ],
)
def test_the_bounds_of_each_key(table, keys):
    found = table.model_json_schema()["properties"]
    assert {name: bounds(found[name]) for name in keys} == keys


@pytest.mark.parametrize(
    ("kind", "good", "bad"),
    [
        (ConfirmSeconds, [0.01, 2.0], [0.0099, 2.001]),
        (Line, ["x", "x" * 120], ["", "x" * 121, "a\nb"]),
        (Remark, ["x", "x" * 400], ["", "x" * 401, "a\nb"]),
        (DrillName, ["a", "a1-b2", "a" * 60], ["", "A", "1a", "a-", "a--b", "a" * 61, "a_b"]),
    ],
)
def test_a_value_at_its_bound_and_one_beyond(kind, good, bad):
    adapter = TypeAdapter(kind)
    for value in good:
        assert adapter.validate_python(value) == value
    for value in bad:
        with pytest.raises(ValidationError):
            adapter.validate_python(value)


@pytest.mark.parametrize(
    ("table", "key", "words"),
    [
        (StanceKeys, "kind", {"single-leg", "two-legs", "any", "seated"}),
        (StanceKeys, "orientation", {"forward", "right", "back", "left"}),
        (StanceKeys, "feet", {"apart", "together", "semi-tandem", "tandem"}),
        (FeedbackKeys, "level", {"F0", "F1", "F2", "F3", "F4"}),
        (FeedbackKeys, "kind", {"sight", "sound", "sight-and-sound"}),
        (Trials, "legs", {"alternating", "named"}),
        (Trials, "with_without", {"abba", "coin"}),
        (About, "evidence", {"A", "B", "C", "D"}),
        (DrillDocument, "surface", {"firm", "foam"}),
        (DrillDocument, "eyes", {"open", "closed"}),
        (DrillDocument, "hands", {"free", "rail", "one-on-rail", "hips", "crossed"}),
    ],
)
def test_the_words_of_each_key(table, key, words):
    said = table.model_json_schema()["properties"][key]
    said = next((one for one in said.get("anyOf", ()) if one.get("type") != "null"), said)
    assert set(said["enum"]) == words


@pytest.mark.parametrize(
    ("table", "key", "good", "bad"),
    [
        (About, "id", ["A", "A1", "ABCDEFGH"], ["", "a", "1A", "ABCDEFGHI", "A-1"]),
        (DrillDocument, "language", ["en", "deu", "de-CH", "pt-BR-abl1943"], ["e", "engl", "EN", "de-", "de-C"]),
    ],
)
def test_how_a_key_is_spelt(table, key, good, bad):
    field = table.model_fields[key]
    kind = TypeAdapter(Annotated[(field.annotation, *field.metadata)])
    for value in good:
        assert kind.validate_python(value) == value
    for value in bad:
        with pytest.raises(ValidationError):
            kind.validate_python(value)


def test_what_may_be_left_out_and_which_schema_it_is():
    tables = (Own, StanceKeys, FeedbackKeys, Trials, ForceFor, StepOff, FootDown, Thresholds, Success, About)
    fields = [(one.__name__, name, field) for one in tables for name, field in one.model_fields.items()]
    optional = {(table, name) for table, name, field in fields if not field.is_required()}
    assert optional == {
        ("StanceKeys", "feet"),
        ("Trials", "legs"),
        ("Trials", "with_without"),
        ("Thresholds", "foot_down"),
        ("Success", "share_of_score"),
    }
    assert SCHEMA == 2
