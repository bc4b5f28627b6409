"""A drill document is read whole, and everything wrong with it is named."""

from importlib.resources import files

import pytest

from drills.document import DrillDocument, load_document
from drills.errors import DrillDocumentError
from drills.library import catalogue_names, load_shipped
from drills.problems import Problem

VIBRATING = (files("drills") / "catalogue" / "single-leg-vibration.toml").read_text(encoding="utf-8")
QUIET = (files("drills") / "catalogue" / "quiet-stance.toml").read_text(encoding="utf-8")


def problems(text: str) -> tuple[Problem, ...]:
    with pytest.raises(DrillDocumentError) as caught:
        load_document(text, "my.toml")
    assert caught.value.where == "my.toml"
    assert str(caught.value) == f"drill-invalid my.toml: {'; '.join(map(str, caught.value.problems))}"
    return caught.value.problems


def changed(text: str, old: str, new: str) -> str:
    assert text.count(old) >= 1, old
    return text.replace(old, new, 1)


@pytest.mark.parametrize("name", catalogue_names())
def test_a_document_survives_json_both_ways(name):
    document = load_shipped(name)
    assert DrillDocument.model_validate(document.model_dump(mode="json")) == document
    assert DrillDocument.model_validate_json(document.model_dump_json()) == document
    assert document.model_dump(mode="json")["schema"] == 1


@pytest.mark.parametrize(
    ("text", "old", "new", "problem"),
    [
        (QUIET, "schema = 1", "schema = 2", "schema=2 later-schema most=1"),
        (QUIET, "schema = 1\n", "", "schema missing"),
        (
            QUIET,
            'name = "quiet-stance"',
            'name = "Quiet Stance"',
            "name='Quiet Stance' pattern pattern='^[a-z][a-z0-9]*(-[a-z0-9]+)*$'",
        ),
        (QUIET, 'title = "Quiet stance"', 'title = ""', "title='' too-short least=1"),
        (
            QUIET,
            'stance = "any"',
            'stance = "two-leg"',
            "stance=two-leg not-one-of choices=single-leg,two-legs,any suggestion=two-legs",
        ),
        (QUIET, 'eyes = "open"', 'eye = "open"', "eye=open unknown-key suggestion=eyes"),
        (
            QUIET,
            "get_on_limit_s = 60.0",
            "get_on_limits = 60.0",
            "phases.get_on_limits=60 unknown-key suggestion=get_on_limit_s",
        ),
        (QUIET, "[success]", "[successes]", "successes={'share_of_trials': 1.0} unknown-key suggestion=success"),
        (QUIET, "eyes =", "zzz = 3\neyes =", "zzz=3 unknown-key"),
        (
            QUIET,
            "for_s = 0.02\n\n[thresholds.step_off]",
            "fr_s = 0.02\n\n[thresholds.step_off]",
            "thresholds.get_on.fr_s=0.02 unknown-key suggestion=for_s",
        ),
        (QUIET, "share_of_trials = 1.0", "share_of_trials = 1.5", "success.share_of_trials=1.5 out-of-range most=1"),
        (QUIET, "get_on_limit_s = 60.0", "get_on_limit_s = 1", "phases.get_on_limit_s=1 out-of-range least=5"),
        (QUIET, "force_n = 150.0", "force_n = nan", "thresholds.get_on.force_n=nan not-finite"),
        (QUIET, "force_n = 150.0", 'force_n = "150"', "thresholds.get_on.force_n='150' wrong-kind kind=number"),
        (QUIET, "default = 1", "default = 1.5", "trials.default=1.5 wrong-kind kind=whole-number"),
        (
            QUIET,
            "default = 1",
            "default = 3",
            "trials.default=3 out-of-range least=1 most=1 least_key=trials.min most_key=trials.max",
        ),
        (
            QUIET,
            "default_s = 30.0",
            "default_s = 3.0",
            "hold.default_s=3 out-of-range least=5 most=120 least_key=hold.min_s most_key=hold.max_s",
        ),
        (QUIET, "limit_s = 600.0", "limit_s = 60.0", "hold.limit_s=60 out-of-range least=120 least_key=hold.max_s"),
        (QUIET, "limit_s = 600.0\n", "", "hold.limit_s needed-with key=hold.mode is=until-step-off"),
        (QUIET, "ramp_up_s = 0.0", "ramp_up_s = 1.0", "phases.ramp_up_s=1 zero-with key=vibration.kind is=none"),
        (
            QUIET,
            'kind = "none"',
            'kind = "none"\nramp_from_hz = 12.0',
            "vibration.ramp_from_hz not-with key=vibration.kind is=none",
        ),
        (
            VIBRATING,
            'mode = "fixed"',
            'mode = "fixed"\nlimit_s = 90.0',
            "hold.limit_s=90 only-with key=hold.mode is=until-step-off",
        ),
        (
            VIBRATING,
            'mode = "fixed"',
            'mode = "until-step-off"\nlimit_s = 90.0',
            "hold.mode=until-step-off moving-plate",
        ),
        (VIBRATING, "max_s = 60.0", "max_s = 118.0", "hold.max_s=118 bout-too-long most=120 bout_s=121.5"),
        (VIBRATING, "rest_s = 30.0", "rest_s = 20.0", "phases.rest_s=20 too-short-to-vibrate least=30"),
        (VIBRATING, "ramp_up_s = 2.0", "ramp_up_s = 0.2", "phases.ramp_up_s=0.2 too-short-to-vibrate least=0.5"),
        (VIBRATING, "ramp_from_hz = 12.0", "", "vibration.ramp_from_hz needed-with key=vibration.kind is=continuous"),
        (VIBRATING, "max = 35.0", "max = 45.0", "vibration.frequency_hz.max=45 out-of-range most=35"),
        (
            VIBRATING,
            "default = 25.0",
            "default = 6.0\n",
            (
                "vibration.frequency_hz.default=6 out-of-range least=10 most=35 "
                "least_key=vibration.frequency_hz.min most_key=vibration.frequency_hz.max"
            ),
        ),
        (
            VIBRATING,
            "max = 2.0",
            "max = 0.1",
            (
                "vibration.displacement_pp_mm.default=0.23 out-of-range least=0.02 most=0.1 "
                "least_key=vibration.displacement_pp_mm.min most_key=vibration.displacement_pp_mm.max"
            ),
        ),
        (
            VIBRATING,
            "default = 0.23",
            "default = 0.8",
            (
                "vibration.displacement_pp_mm.default=0.8 too-hard hz=25 peak_g=1.00642 most_g=0.5 "
                "most_key=vibration.peak_acceleration_max_g"
            ),
        ),
        (
            VIBRATING,
            "peak_acceleration_max_g = 0.5",
            "peak_acceleration_max_g = 1.5",
            "vibration.peak_acceleration_max_g=1.5 out-of-range most=1",
        ),
        (
            VIBRATING,
            "force_fraction = 0.85",
            "force_fraction = 0.1",
            (
                "thresholds.foot_down.force_fraction=0.1 out-of-range least=0.5 "
                "least_key=thresholds.step_off.force_fraction exclusive=True"
            ),
        ),
        (VIBRATING, "settle_s = 5.0", "settle_s = 0.0", "phases.settle_s=0 too-short-to-learn least=1"),
    ],
)
def test_a_problem_names_the_key_the_value_and_the_bound(text, old, new, problem):
    text = text.replace("min = 5.0\nmax = 35.0", "min = 10.0\nmax = 35.0") if "least=10" in problem else text
    assert [str(one) for one in problems(changed(text, old, new))] == [problem]


def test_every_problem_is_named_at_once():
    text = changed(changed(QUIET, "default_s = 30.0", "default_s = -1"), 'eyes = "open"', "eyes = 3")
    assert len(problems(text)) == 2


def test_every_contradiction_is_named_at_once():
    assert len(problems(changed(changed(VIBRATING, "rest_s = 30.0", "rest_s = 0"), "max = 5\n", "max = 2\n"))) == 2


def test_a_document_of_a_later_schema_is_refused_by_its_number_alone() -> None:
    with pytest.raises(DrillDocumentError) as caught:
        load_document('schema = 3\nsteps = ["hold"]\n', "later.toml")
    assert caught.value.problems == (Problem("schema", 3, most=1, reason="later-schema"),)


@pytest.mark.parametrize("text", ["schema = ", "[trials\n", "schema = 1\nschema = 1\n", "\x00"])
def test_what_is_no_toml_is_said_so(text):
    (problem,) = problems(text)
    assert problem.reason == "not-toml"
    assert problem.values["said"]


def test_an_empty_document_misses_every_required_key():
    keys = {problem.field for problem in problems("") if problem.reason == "missing"}
    assert keys == {"schema", *(set(DrillDocument.model_fields) - {"schema_version"})}


def test_a_document_cannot_be_changed(quiet):
    with pytest.raises(ValueError, match="frozen"):
        quiet.name = "other"
