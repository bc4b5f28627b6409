"""A drill document is read whole, and everything wrong with it is named."""

from importlib.resources import files

import pytest

from drills.document import DrillDocument, load_document
from drills.errors import DrillDocumentError
from drills.exercises import EXERCISES
from drills.library import catalogue_names, load_shipped
from drills.problems import Problem
from drills.vibration import FORMS

VIBRATING = (files("drills") / "catalogue" / "single-leg-vibration.toml").read_text(encoding="utf-8")
TARGETS = (files("drills") / "catalogue" / "reach-the-targets.toml").read_text(encoding="utf-8")
QUIET = (files("drills") / "catalogue" / "quiet-stance.toml").read_text(encoding="utf-8")
FOOT_DOWN = """[thresholds.foot_down]
force_fraction = 0.85
force_for_s = 0.14
base_half_ml_mm = 60.0
base_half_ap_mm = 200.0
base_for_s = 0.15

"""


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
    assert document.model_dump(mode="json")["schema"] == 2


@pytest.mark.parametrize(
    ("text", "old", "new", "found"),
    [
        (QUIET, "schema = 2", "schema = 3", ["schema=3 later-schema most=2"]),
        (QUIET, "schema = 2\n", "", ["schema missing"]),
        (QUIET, "schema = 2", 'schema = "2"', ["schema='2' not-one-of choices='2' suggestion='2'"]),
        (
            QUIET,
            'name = "quiet-stance"',
            'name = "Quiet Stance"',
            ["name='Quiet Stance' pattern pattern='^[a-z][a-z0-9]*(-[a-z0-9]+)*$'"],
        ),
        (
            QUIET,
            'language = "en"',
            'language = "English!"',
            ["language=English! pattern pattern='^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$'"],
        ),
        (QUIET, 'title = "Quiet stance"', 'title = ""', ["title='' too-short least=1"]),
        (QUIET, 'title = "Quiet stance"', 'title = "a\\u0000"', ["title not-printable letter='\\\\x00'"]),
        (QUIET, 'title = "Quiet stance"', 'title = "a\\u202eb"', ["title not-printable letter='\\\\u202e'"]),
        (QUIET, 'title = "Quiet stance"', 'title = "a\\nb"', ["title not-printable letter='\\\\n'"]),
        (QUIET, "The patient", "The\\u001b patient", ["summary not-printable letter='\\\\x1b'"]),
        (
            QUIET,
            'kind = "any"',
            'kind = "two-leg"',
            ["stance.kind=two-leg not-one-of choices=single-leg,two-legs,any,seated suggestion=two-legs"],
        ),
        (
            QUIET,
            'orientation = "forward"',
            'orientation = "forwards"',
            ["stance.orientation=forwards not-one-of choices=forward,right,back,left suggestion=forward"],
        ),
        (QUIET, 'eyes = "open"', 'eye = "open"', ["eye=open unknown-key suggestion=eyes"]),
        (
            QUIET,
            'hands = "free"',
            'hands = "rails"',
            ["hands=rails not-one-of choices=free,rail,one-on-rail,hips,crossed suggestion=rail"],
        ),
        (QUIET, 'level = "F4"', 'level = "F5"', ["feedback.level=F5 not-one-of choices=F0,F1,F2,F3,F4"]),
        (QUIET, "limit_s = 60.0", "limits = 60.0", ["steps.get-on.limits=60 unknown-key suggestion=limit_s"]),
        (QUIET, "[success]", "[successes]", ["successes={'share_of_trials': 1.0} unknown-key suggestion=success"]),
        (QUIET, "eyes =", "zzz = 3\neyes =", ["zzz=3 unknown-key"]),
        (
            QUIET,
            "for_s = 0.02\n\n[thresholds.step_off]",
            "fr_s = 0.02\n\n[thresholds.step_off]",
            ["thresholds.get_on.fr_s=0.02 unknown-key suggestion=for_s"],
        ),
        (QUIET, "share_of_trials = 1.0", "share_of_trials = 1.5", ["success.share_of_trials=1.5 out-of-range most=1"]),
        (QUIET, "limit_s = 60.0", "limit_s = 1", ["steps.get-on.limit_s=1 out-of-range least=5"]),
        (QUIET, "force_n = 150.0", "force_n = nan", ["thresholds.get_on.force_n=nan not-finite"]),
        (QUIET, "force_n = 150.0", 'force_n = "150"', ["thresholds.get_on.force_n='150' wrong-kind kind=number"]),
        (QUIET, "default = 1", "default = 1.5", ["trials.default=1.5 wrong-kind kind=whole-number"]),
        (
            QUIET,
            "default = 1",
            "default = 3",
            ["trials.default=3 out-of-range least=1 most=1 least_key=trials.min most_key=trials.max"],
        ),
        (
            QUIET,
            "default_s = 30.0",
            "default_s = 3.0",
            [
                (
                    "steps.exercise.time.default_s=3 out-of-range least=5 most=120 "
                    "least_key=steps.exercise.time.min_s most_key=steps.exercise.time.max_s"
                ),
            ],
        ),
        (QUIET, "default_s = 30.0", "default_s = nan", ["steps.exercise.time.default_s=nan not-finite"]),
        (
            QUIET,
            "limit_s = 600.0",
            "limit_s = 100.0",
            ["steps.exercise.time.limit_s=100 out-of-range least=120 least_key=steps.exercise.time.max_s"],
        ),
        (
            QUIET,
            "limit_s = 600.0\n",
            "",
            ["steps.exercise.time.limit_s needed-with key=steps.exercise.time.mode is=until-step-off"],
        ),
        (
            QUIET,
            'step = "get-on"',
            'step = "get-in"',
            [
                (
                    "steps.1.step=get-in not-one-of choices=get-on,weigh,settle,learn,baseline,exercise,rest,change,"
                    "get-off suggestion=get-on"
                ),
            ],
        ),
        (QUIET, 'step = "get-on"', 'stp = "get-on"', ["steps.1.step missing"]),
        (QUIET, '[[steps]]\nstep = "get-off"\n', "", ["steps step-missing choices=rest,change,get-off"]),
        (
            QUIET,
            '[[steps]]\nstep = "get-off"\n',
            '[[steps]]\nstep = "get-off"\n\n[[steps]]\nstep = "rest"\ntime_s = 3.0\n',
            ["steps=rest step-out-of-order choices="],
        ),
        (
            QUIET,
            '[[steps]]\nstep = "get-on"\nlimit_s = 60.0\n',
            "",
            ["steps=exercise step-out-of-order choices=get-on"],
        ),
        (
            QUIET,
            'exercise = "stand"',
            'exercise = "stands"',
            [f"steps.exercise.exercise=stands not-one-of choices={','.join(EXERCISES)} suggestion=stand"],
        ),
        (
            QUIET,
            'exercise = "stand"\n',
            'exercise = "stand"\nparameters = { depth_mm = 3.0 }\n',
            ["steps.exercise.parameters.depth_mm=3 unknown-key"],
        ),
        (
            QUIET,
            'exercise = "stand"\n',
            'exercise = "stand"\nvibration = { form = "none", ramp_up_s = 1.0 }\n',
            ["steps.exercise.vibration.ramp_up_s=1 unknown-key"],
        ),
        (
            QUIET,
            'exercise = "stand"\n',
            'exercise = "stand"\nvibration = { form = "hula" }\n',
            [f"steps.exercise.vibration.form=hula not-one-of choices={','.join(FORMS)}"],
        ),
        (
            QUIET,
            'exercise = "stand"\n',
            'exercise = "stand"\nvibration = 3\n',
            ["steps.exercise.vibration='3' wrong-kind kind=table"],
        ),
        (
            VIBRATING,
            'mode = "fixed"',
            'mode = "fixed"\nlimit_s = 90.0',
            ["steps.exercise.time.limit_s=90 only-with key=steps.exercise.time.mode is=until-step-off"],
        ),
        (
            VIBRATING,
            'mode = "fixed"',
            'mode = "until-step-off"\nlimit_s = 90.0',
            ["steps.exercise.time.mode=until-step-off moving-plate"],
        ),
        (
            VIBRATING,
            "max_s = 60.0",
            "max_s = 118.0",
            ["steps.exercise.time.max_s=118 bout-too-long most=120 bout_s=121.5"],
        ),
        (
            VIBRATING,
            'step = "rest"\ntime_s = 30.0',
            'step = "rest"\ntime_s = 20.0',
            ["steps.rest.time_s=20 too-short-to-vibrate least=30"],
        ),
        (
            VIBRATING,
            "ramp_up_s = 2.0",
            "ramp_up_s = 0.2",
            ["steps.exercise.vibration.ramp_up_s=0.2 out-of-range least=0.5"],
        ),
        (VIBRATING, "ramp_from_hz = 12.0 ", "# ", ["steps.exercise.vibration.ramp_from_hz missing"]),
        (VIBRATING, "max = 35.0", "max = 45.0", ["steps.exercise.vibration.frequency_hz.max=45 out-of-range most=35"]),
        (
            VIBRATING,
            "default = 25.0",
            "default = 4.0",
            ["steps.exercise.vibration.frequency_hz.default=4 out-of-range least=5"],
        ),
        (
            VIBRATING,
            "min = 5.0",
            "min = 26.0",
            [
                (
                    "steps.exercise.vibration.frequency_hz.default=25 out-of-range least=26 most=35 "
                    "least_key=steps.exercise.vibration.frequency_hz.min "
                    "most_key=steps.exercise.vibration.frequency_hz.max"
                ),
            ],
        ),
        (
            VIBRATING,
            "max = 2.0",
            "max = 0.1",
            [
                (
                    "steps.exercise.vibration.displacement_pp_mm.default=0.23 out-of-range least=0.02 most=0.1 "
                    "least_key=steps.exercise.vibration.displacement_pp_mm.min "
                    "most_key=steps.exercise.vibration.displacement_pp_mm.max"
                ),
            ],
        ),
        (
            VIBRATING,
            "default = 0.23",
            "default = 0.8",
            [
                (
                    "steps.exercise.vibration.displacement_pp_mm.default=0.8 too-hard hz=25 peak_g=1.00642 most_g=0.5 "
                    "most_key=steps.exercise.vibration.peak_acceleration_max_g"
                ),
            ],
        ),
        (
            VIBRATING,
            "peak_acceleration_max_g = 0.5",
            "peak_acceleration_max_g = 1.5",
            ["steps.exercise.vibration.peak_acceleration_max_g=1.5 out-of-range most=1"],
        ),
        (
            VIBRATING,
            "force_fraction = 0.85",
            "force_fraction = 0.1",
            [
                (
                    "thresholds.foot_down.force_fraction=0.1 out-of-range least=0.5 "
                    "least_key=thresholds.step_off.force_fraction exclusive=True"
                ),
            ],
        ),
        (
            VIBRATING,
            'step = "learn"\ntime_s = 2.0',
            'step = "learn"\ntime_s = 0.5',
            ["steps.learn.time_s=0.5 too-short-to-learn least=1"],
        ),
        (
            VIBRATING,
            'step = "baseline"',
            'step = "settle"',
            [
                "steps=settle step-out-of-order choices=baseline,exercise",
                "steps=exercise step-out-of-order choices=learn",
                "steps=settle step-repeated",
            ],
        ),
        (TARGETS, "places = 8", "places = 9", ["steps.exercise.parameters.places=9 out-of-range most=8"]),
        (
            TARGETS,
            'order = "clockwise"',
            'order = "clockwize"',
            ["steps.exercise.parameters.order=clockwize not-one-of choices=clockwise,shuffled suggestion=clockwise"],
        ),
        (
            TARGETS,
            "dwell_s = 0.5",
            "dwel_s = 0.5",
            ["steps.exercise.parameters.dwel_s=0.5 unknown-key suggestion=dwell_s"],
        ),
        (TARGETS, "radius_mm = 12.0", "radius_mm = inf", ["steps.exercise.parameters.radius_mm=inf not-finite"]),
        (
            TARGETS,
            "radius_mm = 12.0",
            "radius_mm = 14.0",
            ["steps.exercise.parameters.radius_mm=14 places-overlap least=37 place=4 other=3 apart_mm=35.4"],
        ),
        (
            TARGETS.replace("places = 8", "places = 4"),
            "limit_back_mm = 70.0",
            "limit_back_mm = 50.0",
            ["steps.exercise.parameters.radius_mm=12 place-over-home least=33 place=3 other=0 apart_mm=30"],
        ),
        (
            TARGETS,
            "limit_side_mm = 110.0",
            "limit_side_mm = 125.0",
            ["steps.exercise.parameters.distance_share=0.6 place-beyond-base most=80 place=3 reach_mm=87"],
        ),
        (
            TARGETS,
            "distance_share = 0.6",
            "distance_share = 0.8",
            [
                "steps.exercise.parameters.distance_share=0.8 place-beyond-base most=80 place=3 reach_mm=100",
                "steps.exercise.parameters.distance_share=0.8 place-off-screen most=105 place=1 reach_mm=112",
            ],
        ),
        (
            TARGETS,
            "[success]",
            FOOT_DOWN + "[success]",
            [
                (
                    "steps.exercise.parameters.distance_share=0.6 place-beyond-base most=60 place=3 reach_mm=78 "
                    "most_key=thresholds.foot_down.base_half_ml_mm"
                ),
            ],
        ),
        (
            TARGETS,
            """step = "learn"
time_s = 2.0""",
            """step = "learn"
time_s = 0.5""",
            ["steps.learn.time_s=0.5 places-need-learning least=1"],
        ),
    ],
)
def test_a_problem_names_the_key_the_value_and_the_bound(text, old, new, found):
    assert [str(one) for one in problems(changed(text, old, new))] == found


def test_every_problem_is_named_at_once():
    text = changed(changed(QUIET, "default_s = 30.0", "default_s = -1"), 'eyes = "open"', "eyes = 3")
    assert len(problems(text)) == 2


def test_every_contradiction_is_named_at_once():
    short = changed(VIBRATING, 'step = "rest"\ntime_s = 30.0', 'step = "rest"\ntime_s = 0')
    assert len(problems(changed(short, "max = 5\n", "max = 2\n"))) == 2


def test_a_document_of_a_later_schema_is_refused_by_its_number_alone() -> None:
    with pytest.raises(DrillDocumentError) as caught:
        load_document('schema = 3\nsteps = ["hold"]\n', "later.toml")
    assert caught.value.problems == (Problem("schema", 3, most=2, reason="later-schema"),)


@pytest.mark.parametrize("text", ["schema = ", "[trials\n", "schema = 2\nschema = 2\n", "\x00"])
def test_what_is_no_toml_is_said_so(text):
    (problem,) = problems(text)
    assert problem.reason == "not-toml"
    assert problem.values["said"]


def test_an_empty_document_misses_every_required_key():
    keys = {problem.field for problem in problems("") if problem.reason == "missing"}
    assert keys == {"schema", *(set(DrillDocument.model_fields) - {"schema_version", "script", "about", "own"})}


def test_a_document_cannot_be_changed(quiet):
    with pytest.raises(ValueError, match="frozen"):
        quiet.name = "other"


def test_everything_inside_the_steps_is_named_at_once():
    text = changed(changed(TARGETS, "places = 8", "places = 0"), 'mode = "fixed"', 'mode = "fixd"')
    text = changed(changed(text, "limit_s = 60.0", "limit_s = 1.0"), 'step = "rest"', 'step = "brest"')
    assert {problem.field for problem in problems(text)} == {
        "steps.get-on.limit_s",
        "steps.exercise.parameters.places",
        "steps.exercise.time.mode",
        "steps.5.step",
    }


@pytest.mark.parametrize("steps", ["3", '"x"', "[3]", "{}"])
def test_steps_that_are_none_are_said_so(steps):
    text = "steps = " + steps + "\n" + QUIET.replace("[[steps]]", "[[other]]").replace("[steps.", "[other.")
    assert any(problem.field.startswith("steps") for problem in problems(text))


def test_a_drill_of_two_exercises_is_refused_by_the_table_of_order():
    step = QUIET[QUIET.index('[[steps]]\nstep = "exercise"') : QUIET.index('[[steps]]\nstep = "get-off"')]
    reasons = [problem.reason for problem in problems(changed(QUIET, step, step + step))]
    assert reasons == ["step-out-of-order", "step-repeated"]
