"""What may be changed of a copied drill, for every shipped one; and what never."""

import pytest

from drills.changing import MOST_DOCUMENT_BYTES, changed, copy_of, may_change, refused, values_of
from drills.document import digest_of, load_document, read_document
from drills.errors import DrillDocumentError, UnknownDrillError
from drills.library import catalogue_names, load_shipped


def problems(name: str, **changes: object) -> dict[str, str]:
    document = changed(copy_of(name, "own"), {key.replace("__", "."): value for key, value in changes.items()})
    return {one.field: one.reason for one in refused(document)}


@pytest.mark.parametrize("name", catalogue_names())
def test_a_copy_says_what_it_is_a_copy_of_and_judges_as_it_does(name: str) -> None:
    copy, shipped = copy_of(name, "own"), load_shipped(name)
    assert refused(copy) == ()
    assert (copy.own.version, copy.own.copied_from, copy.name) == (1, name, "own")
    assert (copy.thresholds, copy.steps, copy.stance) == (shipped.thresholds, shipped.steps, shipped.stance)
    assert copy.about is None or copy.about.evidence == "D", "what was shown of another drill is not its evidence"
    assert "own" not in shipped.model_dump()
    assert [one.reason for one in refused(shipped)] == ["missing"]
    locked = {path for path in values_of(copy) if not may_change(path)}
    assert {path for path in values_of(copy) if path.startswith("thresholds.")} <= locked
    assert {"steps.exercise.exercise", "steps.exercise.vibration.form", "stance.kind", "steps.learn.time_s"} & set(
        values_of(copy)
    ) <= locked


def test_what_judges_the_patient_stays() -> None:
    stays = {
        "thresholds.step_off.force_fraction": 0.2,
        "thresholds.foot_down.base_half_ml_mm": 75.0,
        "thresholds.foot_down": None,
        "steps.learn.time_s": 1.5,
        "about.evidence": "A",
    }
    for path, value in stays.items():
        document = changed(copy_of("one-leg", "own"), {path: value})
        found = refused(document)
        assert {one.reason for one in found} == {"as-copied"}, path
        assert all(one.field.startswith(path) and one.values["of"] == "one-leg" for one in found)
    other = values_of(load_shipped("single-leg-vibration"))
    assert "steps.exercise.vibration.form" in other
    table = copy_of("one-leg", "own").model_dump(mode="json", by_alias=True, exclude_none=True)
    table["steps"] = [one for one in table["steps"] if one["step"] != "rest"]
    assert [(one.field, one.reason) for one in refused(read_document(table, "x").document)] == [("steps", "as-copied")]


def test_dose_axes_and_words_may_be_changed() -> None:
    changes = {"trials.max": 4, "eyes": "closed", "hands": "crossed", "title": "Mein Bein", "steps.rest.time_s": 45.0}
    document = changed(
        copy_of("one-leg", "own"), {**changes, "steps.exercise.time.max_s": 20.0, "success.share_of_trials": 1.0}
    )
    assert refused(document) == ()
    assert {path: values_of(document)[path] for path in changes} == changes
    assert problems("follow-the-leader", surface="foam") == {}
    assert problems("single-leg-vibration", surface="foam") == {"surface": "foam-still"}


def test_a_wrong_value_names_its_field_and_its_bound() -> None:
    with pytest.raises(DrillDocumentError) as refusal:
        changed(
            copy_of("single-leg-vibration", "own"),
            {"trials.max": 40, "steps.exercise.vibration.frequency_hz.max": 60.0},
        )
    assert {(one.field, one.most) for one in refusal.value.problems} >= {
        ("trials.max", 20),
        ("steps.exercise.vibration.frequency_hz.max", 35.0),
    }
    for path in ("nothing.here", "steps.fly.time_s", "title.deeper", ""):
        with pytest.raises(DrillDocumentError):
            changed(copy_of("one-leg", "own"), {path: 1})


@pytest.mark.parametrize("name", ["../x", "/etc/x", "a/b", "Own", "", "own\n", "own.toml", "a" * 61, "ö", "-a"])
def test_a_name_is_words_of_small_letters(name: str) -> None:
    with pytest.raises(DrillDocumentError) as refusal:
        copy_of("one-leg", name)
    assert [one.field for one in refusal.value.problems] == ["name"]


def test_a_name_of_a_shipped_drill_or_no_origin() -> None:
    assert [one.reason for one in refused(copy_of("one-leg", "stand-tall"))] == ["shipped-name"]
    with pytest.raises(UnknownDrillError):
        copy_of("no-such", "own")
    own = {"version": 1, "copied_from": "no-such"}
    table = copy_of("one-leg", "own").model_dump(mode="json", by_alias=True, exclude_none=True) | {"own": own}
    assert [one.field for one in refused(read_document(table, "x").document)] == ["own.copied_from"]


def test_words_that_no_message_can_hold() -> None:
    harder = ["ö" * 400] * 8
    document = changed(copy_of("one-leg", "own"), {"about.harder": harder})
    assert [(one.reason, one.most) for one in refused(document)] == [("document-too-long", MOST_DOCUMENT_BYTES)]


def test_its_digest_is_of_what_it_says_alone() -> None:
    copy = copy_of("one-leg", "own")
    assert digest_of(changed(copy, {"trials.max": 5})) == digest_of(copy)
    assert digest_of(changed(copy, {"trials.max": 4})) != digest_of(copy)
    with pytest.raises(DrillDocumentError):
        load_document("schema = 3\nname = 'own'\n", "later")
