"""A drill document is read whole, and everything wrong with it is named."""

from importlib.resources import files

import pytest

from drills.document import DrillDocument, load_document
from drills.errors import DrillDocumentError
from drills.library import catalogue_names, load_shipped

VIBRATING = (files("drills") / "catalogue" / "single-leg-vibration.toml").read_text(encoding="utf-8")
QUIET = (files("drills") / "catalogue" / "quiet-stance.toml").read_text(encoding="utf-8")


def problems(text: str) -> tuple[str, ...]:
    with pytest.raises(DrillDocumentError) as caught:
        load_document(text, "my.toml")
    assert caught.value.where == "my.toml"
    assert str(caught.value) == "; ".join(caught.value.problems)
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
        (QUIET, "schema = 1", "schema = 2", "schema = 2: must be 1"),
        (QUIET, "schema = 1\n", "", "schema: this key is missing"),
        (
            QUIET,
            'name = "quiet-stance"',
            'name = "Quiet Stance"',
            "name = 'Quiet Stance': String should match pattern '^[a-z][a-z0-9]*(-[a-z0-9]+)*$'",
        ),
        (QUIET, 'title = "Quiet stance"', 'title = ""', "title = '': String should have at least 1 character"),
        (
            QUIET,
            'stance = "any"',
            'stance = "two-leg"',
            "stance = 'two-leg': must be 'single-leg', 'two-legs' or 'any'; did you mean \"two-legs\"?",
        ),
        (QUIET, 'eyes = "open"', 'eye = "open"', "eye = 'open': there is no such key; did you mean \"eyes\"?"),
        (
            QUIET,
            "get_on_limit_s = 60.0",
            "get_on_limits = 60.0",
            'phases.get_on_limits = 60.0: there is no such key; did you mean "get_on_limit_s"?',
        ),
        (
            QUIET,
            "[success]",
            "[successes]",
            "successes = {'share_of_trials': 1.0}: there is no such key; did you mean \"success\"?",
        ),
        (QUIET, "eyes =", "zzz = 3\neyes =", "zzz = 3: there is no such key"),
        (
            QUIET,
            "for_s = 0.02\n\n[thresholds.step_off]",
            "fr_s = 0.02\n\n[thresholds.step_off]",
            'thresholds.get_on.fr_s = 0.02: there is no such key; did you mean "for_s"?',
        ),
        (
            QUIET,
            "share_of_trials = 1.0",
            "share_of_trials = 1.5",
            "success.share_of_trials = 1.5: must be less than or equal to 1",
        ),
        (
            QUIET,
            "get_on_limit_s = 60.0",
            "get_on_limit_s = 1",
            "phases.get_on_limit_s = 1: must be greater than or equal to 5",
        ),
        (QUIET, "force_n = 150.0", "force_n = nan", "thresholds.get_on.force_n = nan: must be a finite number"),
        (QUIET, "force_n = 150.0", 'force_n = "150"', "thresholds.get_on.force_n = '150': must be a valid number"),
        (QUIET, "default = 1", "default = 1.5", "trials.default = 1.5: must be a valid integer"),
        (QUIET, "default = 1", "default = 3", "trials.default = 3: must be from trials.min = 1 to trials.max = 1"),
        (
            QUIET,
            "default_s = 30.0",
            "default_s = 3.0",
            "hold.default_s = 3: must be from hold.min_s = 5 to hold.max_s = 120",
        ),
        (QUIET, "limit_s = 600.0", "limit_s = 60.0", "hold.limit_s = 60.0: must be at least hold.max_s = 120"),
        (QUIET, "limit_s = 600.0\n", "", "hold.limit_s = None: must be at least hold.max_s = 120"),
        (QUIET, "ramp_up_s = 0.0", "ramp_up_s = 1.0", 'phases.ramp_up_s = 1: must be 0 where vibration.kind = "none"'),
        (
            QUIET,
            'kind = "none"',
            'kind = "none"\nramp_from_hz = 12.0',
            'vibration.ramp_from_hz must be left out where vibration.kind = "none"',
        ),
        (
            VIBRATING,
            'mode = "fixed"',
            'mode = "fixed"\nlimit_s = 90.0',
            'hold.limit_s = 90: only mode "until-step-off" has a limit',
        ),
        (
            VIBRATING,
            'mode = "fixed"',
            'mode = "until-step-off"\nlimit_s = 90.0',
            (
                'hold.mode = "until-step-off": must be "fixed" where the drill vibrates: '
                "nobody is asked to leave a moving plate"
            ),
        ),
        (
            VIBRATING,
            "max_s = 60.0",
            "max_s = 118.0",
            "hold.max_s = 118: with its ramps 121.5 s of vibration, must be at most 120 s",
        ),
        (
            VIBRATING,
            "rest_s = 30.0",
            "rest_s = 20.0",
            "phases.rest_s = 20: must be at least 30 where the drill vibrates",
        ),
        (
            VIBRATING,
            "ramp_up_s = 2.0",
            "ramp_up_s = 0.2",
            "phases.ramp_up_s = 0.2: must be at least 0.5 where the drill vibrates",
        ),
        (
            VIBRATING,
            "ramp_from_hz = 12.0",
            "",
            'vibration.ramp_from_hz is missing: vibration.kind = "continuous" needs it',
        ),
        (VIBRATING, "max = 35.0", "max = 45.0", "vibration.frequency_hz.max = 45.0: must be less than or equal to 35"),
        (
            VIBRATING,
            "default = 25.0",
            "default = 6.0\n",
            (
                "vibration.frequency_hz.default = 6: must be from "
                "vibration.frequency_hz.min = 10 to vibration.frequency_hz.max = 35"
            ),
        ),
        (
            VIBRATING,
            "max = 2.0",
            "max = 0.1",
            (
                "vibration.displacement_pp_mm.default = 0.23: must be from "
                "vibration.displacement_pp_mm.min = 0.02 to vibration.displacement_pp_mm.max = 0.1"
            ),
        ),
        (
            VIBRATING,
            "default = 0.23",
            "default = 0.8",
            (
                "vibration.displacement_pp_mm.default = 0.8: at 25 Hz this is 1.01 g, "
                "must be at most vibration.peak_acceleration_max_g = 0.5"
            ),
        ),
        (
            VIBRATING,
            "peak_acceleration_max_g = 0.5",
            "peak_acceleration_max_g = 1.5",
            "vibration.peak_acceleration_max_g = 1.5: must be less than or equal to 1",
        ),
        (
            VIBRATING,
            "force_fraction = 0.85",
            "force_fraction = 0.1",
            ("thresholds.foot_down.force_fraction = 0.1: must be above thresholds.step_off.force_fraction = 0.5"),
        ),
        (
            VIBRATING,
            "settle_s = 5.0",
            "settle_s = 0.0",
            (
                "phases.settle_s = 0: must be at least 1 where thresholds.foot_down is given: "
                "the foot's place is learnt while settling"
            ),
        ),
    ],
)
def test_a_problem_names_the_file_the_key_the_value_and_the_bound(text, old, new, problem):
    text = text.replace("min = 5.0\nmax = 35.0", "min = 10.0\nmax = 35.0") if "min = 10" in problem else text
    assert problems(changed(text, old, new)) == (f"my.toml: {problem}",)


def test_every_problem_is_named_at_once():
    text = changed(changed(QUIET, "default_s = 30.0", "default_s = -1"), 'eyes = "open"', "eyes = 3")
    assert len(problems(text)) == 2


def test_every_contradiction_is_named_at_once():
    assert len(problems(changed(changed(VIBRATING, "rest_s = 30.0", "rest_s = 0"), "max = 5\n", "max = 2\n"))) == 2


def test_a_document_of_a_later_schema_is_refused_by_its_number_alone() -> None:
    with pytest.raises(DrillDocumentError) as caught:
        load_document('schema = 3\nsteps = ["hold"]\n', "later.toml")
    assert caught.value.problems == ("later.toml: schema = 3: must be 1",)


@pytest.mark.parametrize("text", ["schema = ", "[trials\n", "schema = 1\nschema = 1\n", "\x00"])
def test_what_is_no_toml_is_said_so(text):
    (line,) = problems(text)
    assert line.startswith("my.toml: this is not TOML: ")


def test_an_empty_document_misses_every_required_key():
    keys = {line.split(": ")[1] for line in problems("")}
    assert keys == {"schema", *(set(DrillDocument.model_fields) - {"schema_version"})}


def test_a_document_cannot_be_changed(quiet):
    with pytest.raises(ValueError, match="frozen"):
        quiet.name = "other"
