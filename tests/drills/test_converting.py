"""A document of schema 1, as file and as header, becomes the same drill in the keys of schema 2; nothing is lost."""

import copy
import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drills.converting import converted, first_schema_path, hold_mode
from drills.document import DrillDocument, load_document, read_document
from drills.errors import DrillDocumentError
from drills.library import load_shipped
from drills.vibration import FORMS

OLD: dict[str, dict[str, Any]] = {
    "single-leg-vibration": {
        "schema": 1,
        "name": "single-leg-vibration",
        "title": "One-legged stance with vibration",
        "summary": "",
        "stance": "single-leg",
        "surface": "firm",
        "eyes": "open",
        "trials": {"default": 3, "min": 1, "max": 5},
        "hold": {"mode": "fixed", "default_s": 30.0, "min_s": 5.0, "max_s": 60.0},
        "phases": {
            "get_on_limit_s": 60.0,
            "settle_s": 5.0,
            "baseline_s": 10.0,
            "ramp_up_s": 2.0,
            "ramp_down_s": 1.5,
            "rest_s": 30.0,
        },
        "vibration": {
            "kind": "continuous",
            "frequency_hz": {"default": 25.0, "min": 5.0, "max": 35.0},
            "displacement_pp_mm": {"default": 0.23, "min": 0.02, "max": 2.0},
            "peak_acceleration_max_g": 0.5,
            "ramp_from_hz": 12.0,
        },
        "thresholds": {
            "get_on": {"force_n": 150.0, "for_s": 0.5},
            "step_off": {"force_fraction": 0.5, "for_s": 0.08},
            "foot_down": {
                "force_fraction": 0.85,
                "force_for_s": 0.14,
                "base_half_ml_mm": 45.0,
                "base_half_ap_mm": 100.0,
                "base_for_s": 0.15,
            },
        },
        "success": {"share_of_trials": 0.66},
    },
    "quiet-stance": {
        "schema": 1,
        "name": "quiet-stance",
        "title": "Quiet stance",
        "summary": "",
        "stance": "any",
        "surface": "firm",
        "eyes": "open",
        "trials": {"default": 1, "min": 1, "max": 1},
        "hold": {"mode": "until-step-off", "default_s": 30.0, "min_s": 5.0, "max_s": 120.0, "limit_s": 600.0},
        "phases": {
            "get_on_limit_s": 60.0,
            "settle_s": 0.0,
            "baseline_s": 0.0,
            "ramp_up_s": 0.0,
            "ramp_down_s": 0.0,
            "rest_s": 0.0,
        },
        "vibration": {
            "kind": "none",
            "frequency_hz": None,
            "displacement_pp_mm": None,
            "peak_acceleration_max_g": None,
            "ramp_from_hz": None,
        },
        "thresholds": {
            "get_on": {"force_n": 150.0, "for_s": 0.02},
            "step_off": {"force_fraction": 0.2, "for_s": 0.02},
            "foot_down": None,
        },
        "success": {"share_of_trials": 1.0},
    },
}
"""The two drills of schema 1, one as its file said and one as a header keeps it; summaries are the shipped ones."""


def old(name: str, **changes: object) -> dict[str, Any]:
    """The drill of schema 1, with values at key paths (`phases__settle_s`) changed."""
    table = copy.deepcopy(OLD[name]) | {"summary": load_shipped(name).summary}
    for path, value in changes.items():
        *tables, key = path.split("__")
        inner = table
        for part in tables:
            inner = inner[part]
        inner[key] = value
    return table


def as_schema_1_had_it(name: str) -> DrillDocument:
    """The shipped drill with what schema 1 showed and said: always the dot, and no words for the therapist to say."""
    shipped = load_shipped(name)
    feedback = shipped.feedback.model_copy(update={"level": "F0"})
    return shipped.model_copy(update={"feedback": feedback, "script": None})


@pytest.mark.parametrize("name", OLD)
def test_both_drills_of_schema_1_are_the_shipped_ones_with_a_note(name):
    document, notes = read_document(old(name), "old.toml")
    assert document == as_schema_1_had_it(name)
    assert [(note.where, note.reason, note.values) for note in notes] == [
        ("old.toml", "schema-converted", {"from": 1, "to": 2})
    ]


@pytest.mark.parametrize("recording", ["tripped", "calibrated", "replayed"])
def test_the_documents_of_kept_recordings_are_the_shipped_ones(project: Path, recording: str):
    from station.recording.reader import read_recording

    document = read_recording(project / "tests" / "data" / f"{recording}.mcap").header["document"]
    assert document["schema"] == 1
    read = read_document(document, recording)
    of_then = {"summary": document["summary"]}  # its words have been mended since
    assert read.document == as_schema_1_had_it(document["name"]).model_copy(update=of_then)
    assert read_document(read.document.model_dump(mode="json"), recording) == (read.document, ())


def test_reading_it_twice_changes_nothing():
    table = converted(old("quiet-stance"))
    assert converted(table) == table


@pytest.mark.parametrize(
    ("changes", "found"),
    [
        ({"phases__settle_s": 40.0}, ["phases.settle_s=38 out-of-range most=28"]),
        ({"phases__settle_s": 0.5}, ["phases.settle_s=0.5 too-short-to-learn least=1"]),
        ({"phases__baselin_s": 3.0}, ["phases={'baselin_s': 3.0} unknown-key"]),
        ({"hold__max_s": 700.0}, ["hold.max_s=700 out-of-range most=600"]),
        ({"vibration__frequency_hz": {"default": 25.0, "min": 5.0}}, ["vibration.frequency_hz.max missing"]),
        ({"vibration__kind": "hula"}, [f"vibration.kind=hula not-one-of choices={','.join(FORMS)}"]),
        (
            {"stance": "one-leg"},
            ["stance=one-leg not-one-of choices=single-leg,two-legs,any,seated suggestion=single-leg"],
        ),
        ({"eyes": "shut"}, ["eyes=shut not-one-of choices=open,closed"]),
    ],
)
def test_what_is_wrong_in_schema_1_is_named_by_its_own_keys(changes, found):
    with pytest.raises(DrillDocumentError) as caught:
        read_document(old("single-leg-vibration", **changes), "old.toml")
    assert [str(one) for one in caught.value.problems] == found


def test_a_missing_key_is_named_by_its_own_path():
    table = old("quiet-stance")
    del table["phases"]["get_on_limit_s"], table["phases"]["settle_s"], table["stance"], table["hold"]["mode"]
    with pytest.raises(DrillDocumentError) as caught:
        read_document(table, "old.toml")
    assert {problem.field for problem in caught.value.problems} == {
        "phases.get_on_limit_s",
        "phases.settle_s",
        "stance",
        "hold.mode",
    }
    assert {problem.reason for problem in caught.value.problems} == {"missing"}


@pytest.mark.parametrize(
    ("settle_s", "steps"), [(5.0, {"settle": 3.0, "learn": 2.0}), (1.5, {"learn": 1.5}), (0.0, {})]
)
def test_settling_was_settling_and_then_learning(settle_s, steps):
    table = converted(old("single-leg-vibration", phases__settle_s=settle_s))
    assert {one["step"]: one["time_s"] for one in table["steps"] if one["step"] in ("settle", "learn")} == steps


def test_a_file_of_schema_1_reads_as_its_table_does():
    text = 'schema = 1\nname = "quiet-stance"\neyes = "opn"\n'
    with pytest.raises(DrillDocumentError) as caught:
        load_document(text, "old.toml")
    assert {"title", "hold", "eyes"} <= {problem.field.split(".")[0] for problem in caught.value.problems}


@pytest.mark.parametrize(
    ("document", "mode"),
    [
        (OLD["quiet-stance"], "until-step-off"),
        (load_shipped("quiet-stance").model_dump(mode="json"), "until-step-off"),
        (load_shipped("single-leg-vibration").model_dump(mode="json"), "fixed"),
        ({"schema": 1, "hold": {"mode": "fixed"}}, "fixed"),
        ({"schema": 2, "steps": [3, {"time": 4}]}, ""),
        ({"schema": 2, "steps": 3}, ""),
        (None, ""),
        ([], ""),
    ],
)
def test_what_ends_a_hold_is_read_from_a_header_of_either_schema(document, mode):
    assert hold_mode(document) == mode


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=True) | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["kind", "mode", "x", "rest_s"]), inner)
    ),
    max_leaves=6,
)


@given(st.dictionaries(st.sampled_from([*OLD["quiet-stance"], "other"]), JSON), st.booleans())
def test_whatever_a_header_holds_it_does_not_raise_and_stays_as_it_is(table, first):
    given_table = {**table, "schema": 1} if first else table
    before = repr(given_table)
    new = converted(given_table)
    assert repr(given_table) == before
    assert new.get("schema") == (2 if given_table.get("schema") == 1 else given_table.get("schema"))
    assert isinstance(hold_mode(given_table), str)
    with pytest.raises(DrillDocumentError):
        read_document(given_table, "any")


def test_every_key_of_schema_1_has_its_place():
    """What is renamed is named back: a therapist reads of the key that stands in the file."""
    table = json.loads(json.dumps(converted(old("single-leg-vibration"))))
    for step in table["steps"]:
        for key, value in step.items():
            inner = value if isinstance(value, dict) else {"": None}
            for part in inner:
                path = f"steps.{step['step']}.{key}" + (f".{part}" if part else "")
                if key not in ("step", "exercise", "parameters") and part:
                    assert first_schema_path(path).split(".")[0] in ("hold", "vibration", "phases")
