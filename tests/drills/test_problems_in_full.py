"""What is wrong with a document is said whole: the key, its value, the bound, and every value that names the other key.

A page words a problem by these values: one that is named otherwise leaves a hole in a sentence that nobody sees here.
"""

import pytest

from drills.changing import changed, copy_of, refused
from drills.contradictions import _base
from drills.errors import DrillDocumentError
from drills.library import load_shipped

KEYS, SHAKEN, TIME = "steps.exercise.parameters", "steps.exercise.vibration", "steps.exercise.time"
LEG = "single-leg-vibration"


def said(name: str, changes: dict[str, object]) -> list[str]:
    """What is wrong with this shipped drill when some of its keys are otherwise; `~` is the way to its exercise's."""
    places = {path.replace("~", KEYS).replace("^", SHAKEN): value for path, value in changes.items()}
    with pytest.raises(DrillDocumentError) as caught:
        changed(load_shipped(name), places)
    return [str(problem) for problem in caught.value.problems]


@pytest.mark.parametrize(
    ("name", "changes", "found"),
    [
        (LEG, {"trials.legs": "named"}, ["stance.kind=single-leg useless-with key=trials.legs is=named"]),
        (LEG, {"trials.legs": "alternating"}, ["steps.change needed-with key=trials.legs is=alternating"]),
        (
            LEG,
            {"trials.legs": "alternating", "stance.kind": "two-legs", "stance.orientation": "back"},
            [
                "trials.legs=alternating only-with key=stance.kind is=single-leg",
                "trials.legs=alternating only-with key=stance.orientation is=forward",
                "steps.change needed-with key=trials.legs is=alternating",
            ],
        ),
        (
            "one-leg",
            {"trials.with_without": "abba"},
            [
                f"trials.with_without=abba only-with key={SHAKEN}.form is=continuous",
                *(
                    f"trials.{key}={count} not-whole-blocks block=4"
                    for key, count in (("min", 1), ("default", 3), ("max", 5))
                ),
            ],
        ),
        (
            LEG,
            {"trials.with_without": "coin"},
            [
                f"trials.{key}={count} not-whole-blocks block=2"
                for key, count in (("min", 1), ("default", 3), ("max", 5))
            ],
        ),
        (LEG, {f"{TIME}.max_s": 118.0}, [f"{TIME}.max_s=118 bout-too-long most=120 bout_s=121.5"]),
        (
            LEG,
            {f"{TIME}.mode": "until-step-off"},
            [
                f"{TIME}.limit_s needed-with key={TIME}.mode is=until-step-off",
                f"{TIME}.mode=until-step-off moving-plate",
            ],
        ),
        (
            "quiet-stance",
            {f"{TIME}.limit_s": 90.0},
            [f"{TIME}.limit_s=90 out-of-range least=120 least_key={TIME}.max_s"],
        ),
        (
            LEG,
            {"thresholds.foot_down.force_fraction": 0.5},
            [
                (
                    "thresholds.foot_down.force_fraction=0.5 out-of-range least=0.5 "
                    "least_key=thresholds.step_off.force_fraction exclusive=True"
                ),
            ],
        ),
        (LEG, {"steps.rest.time_s": 29.0}, ["steps.rest.time_s=29 too-short-to-vibrate least=30"]),
        (LEG, {"steps.learn.time_s": 0.9}, ["steps.learn.time_s=0.9 too-short-to-learn least=1"]),
        (
            LEG,
            {"^.displacement_pp_mm.default": 0.5},
            [
                (
                    f"{SHAKEN}.displacement_pp_mm.default=0.5 too-hard hz=25 peak_g=0.629012 most_g=0.5 "
                    f"most_key={SHAKEN}.peak_acceleration_max_g"
                ),
            ],
        ),
        (
            LEG,
            {"^.frequency_hz.default": 5.0, "^.frequency_hz.min": 6.0},
            [
                (
                    f"{SHAKEN}.frequency_hz.default=5 out-of-range least=6 most=35 least_key={SHAKEN}.frequency_hz.min "
                    f"most_key={SHAKEN}.frequency_hz.max"
                ),
            ],
        ),
        ("calf-raise", {"~.height_mm": None}, [f"{KEYS}.height_mm needed-with key={KEYS}.movement is=calf-raise"]),
        ("calf-raise", {"~.ahead_mm": None}, [f"{KEYS}.ahead_mm needed-with key={KEYS}.movement is=calf-raise"]),
        (
            "calf-raise",
            {"~.peak_most": 1.2, "~.peak_least": 1.1, "~.from_seat": True},
            [
                f"{KEYS}.{key} useless-with key={KEYS}.movement is=calf-raise"
                for key in ("peak_least=1.1", "peak_most=1.2", "from_seat=True")
            ],
        ),
        (
            "up-and-down",
            {"~.off_beat_most": 0.1},
            [f"{KEYS}.off_beat_most=0.1 useless-with key={KEYS}.beat_s is=0"],
        ),
        (
            "up-and-down",
            {"~.for_s": 30.0},
            [f"{KEYS}.for_s=30 useless-with key={KEYS}.from_seat is=False"],
        ),
        (
            "up-and-down",
            {"~.height_mm": 40.0},
            [f"{KEYS}.height_mm=40 useless-with key={KEYS}.movement is=step-up"],
        ),
        (
            "even-stand-up",
            {"~.feet_apart_mm": None},
            [f"{KEYS}.uneven_most=0.1 useless-with key={KEYS}.feet_apart_mm is=given"],
        ),
        (
            "even-stand-up",
            {"~.uneven_most": None},
            [f"{KEYS}.uneven_most needed-with key={KEYS}.feet_apart_mm is=given"],
        ),
        (
            "even-stand-up",
            {"thresholds.step_off.force_fraction": 0.11},
            ["thresholds.step_off.force_fraction=0.11 feet-stay-on most=0.1"],
        ),
        ("even-stand-up", {"stance.kind": "two-legs"}, ["stance.kind=two-legs chair-and-rise"]),
        ("even-stand-up", {"steps.learn.time_s": 0.9}, ["steps.learn.time_s=0.9 weight-needs-learning least=1"]),
        (
            "lift-off",
            {"~.from_seat": False, "~.for_s": 30.0, "~.gives_up_s": 5.0, "eyes": "closed"},
            [
                f"{KEYS}.from_seat=False useless-with key={KEYS}.movement is=calf-raise",
                f"{KEYS}.for_s=30 useless-with key={KEYS}.from_seat is=False",
                *(
                    f"{KEYS}.{key} useless-with key=steps.exercise.exercise is=lift"
                    for key in ("from_seat=False", "for_s=30", "gives_up_s=5")
                ),
                "eyes=closed eyes-needed",
            ],
        ),
        ("head-to-the-beat", {"~.beat_s": None}, [f"{KEYS}.beat_s needed-with key={KEYS}.lead is=turn"]),
        ("reach-out", {"~.beat_s": 1.0}, [f"{KEYS}.beat_s=1 useless-with key={KEYS}.lead is=reach"]),
        ("lean-from-memory", {"~.front_mm": None}, [f"{KEYS}.front_mm needed-with key={KEYS}.what is=lean"]),
        (
            "lean-from-memory",
            {"~.even": True},
            [
                f"{KEYS}.even=True useless-with key={KEYS}.what is=lean",
                f"{KEYS}.even=True only-with key={KEYS}.places is=3",
            ],
        ),
        (
            "lean-from-memory",
            {"~.far_share": 0.9, "~.places": 2},
            [
                f"{KEYS}.far_share=0.9 place-beyond-base most=80 place=2 reach_mm=111",
                f"{KEYS}.far_share=0.9 place-off-screen most=105 place=1 reach_mm=124.5",
            ],
        ),
        (
            "weight-from-memory",
            {"~.front_mm": 100.0, "~.even": True},
            [
                f"{KEYS}.even=True only-with key={KEYS}.places is=3",
                f"{KEYS}.front_mm=100 useless-with key={KEYS}.what is=share",
            ],
        ),
        (
            "press-and-hold",
            {"~.plateau_s": 12.0, "~.ramp_s": 5.0, "~.pause_s": 10.0},
            [f"{KEYS}.plateau_s=12 lane-too-long most=24.1 cycle_s=32"],
        ),
        (
            "press-and-hold",
            {"~.level": 0.9, "~.tolerance_of_best": 0.25},
            [f"{KEYS}.level=0.9 out-of-range most=0.8"],
        ),
        (
            "out-of-the-maze",
            {"~.width_mm": 11.0},
            [f"{KEYS}.width_mm=11 lanes-overlap most=10.5 apart_mm=23"],
        ),
        (
            "follow-the-leader",
            {"~.reach_ml_mm": 90.0},
            [f"{KEYS}.reach_ml_mm=90 path-beyond-base most=80 reach_mm=102"],
        ),
        (
            "share-the-weight",
            {"~.squat_period_s": 2.0},
            [f"{KEYS}.squat_period_s=2 out-of-range least=3"],
        ),
        (
            "share-the-weight",
            {"~.asks": "bent", "~.squat_period_s": 4.0},
            [
                f"{KEYS}.squat_period_s=4 useless-with key={KEYS}.asks is=bent",
                f"{KEYS}.knee_deg needed-with key={KEYS}.asks is=bent",
            ],
        ),
        ("share-the-weight", {"~.knee_deg": 30}, [f"{KEYS}.knee_deg=30 useless-with key={KEYS}.asks is=''"]),
        ("slalom", {"~.far_share": 0.9}, [f"{KEYS}.far_share=109.45 path-beyond-base most=80 reach_mm=109.5"]),
        ("ball-in-the-tray", {"~.radius_mm": 25.0}, [f"{KEYS}.radius_mm=25 out-of-range most=23.33"]),
        (
            "load-to-the-line",
            {"trials.legs": "alternating"},
            [
                "steps.change needed-with key=trials.legs is=alternating",
                "trials.legs=alternating useless-with key=steps.exercise.exercise is=load",
            ],
        ),
        (
            "load-to-the-line",
            {"stance.kind": "two-legs"},
            ["stance.kind=two-legs only-with key=stance.kind is=single-leg"],
        ),
        ("load-to-the-line", {f"{TIME}.min_s": 5.0}, [f"{TIME}.min_s=5 out-of-range least=6"]),
        ("feel-the-hum", {"^.pair_gap_s": 0.0}, [f"{SHAKEN}.pair_gap_s pairs-needed"]),
        (
            "feel-the-hum",
            {"~.start_below_db": 30.0, "~.least_below_db": 10.0},
            [f"{KEYS}.start_below_db=30 out-of-range most=10 exclusive=True"],
        ),
        (
            "catch-the-bursts",
            {"^.every_max_s": 3.0},
            [f"{SHAKEN}.every_max_s=3 out-of-range least=4 least_key={SHAKEN}.every_min_s"],
        ),
        (
            "catch-the-bursts",
            {"^.edge_s": 0.4, "^.burst_s": 0.5},
            [f"{SHAKEN}.edge_s=0.4 out-of-range most=0.25 most_key='{SHAKEN}.burst_s / 2'"],
        ),
    ],
)
def test_a_contradiction_names_both_keys_and_what_they_say(name, changes, found):
    assert said(name, changes) == found


@pytest.mark.parametrize(
    ("ml_mm", "ap_mm", "half_mm", "named"),
    [
        (80.0, 160.0, (80.0, 160.0), ("ml", "ap")),
        (79.9, 159.9, (79.9, 159.9), ("ml", "ap")),
        (80.1, 160.0, (80.0, 160.0), ("", "ap")),
        (80.0, 160.1, (80.0, 160.0), ("ml", "")),
        (None, None, (80.0, 160.0), ("", "")),
    ],
)
def test_the_base_of_a_drill_is_named_where_it_is_no_wider_than_safetys(ml_mm, ap_mm, half_mm, named):
    """Else what bounds is safety's, and no key of the document says it."""
    document = load_shipped(LEG if ml_mm else "quiet-stance")
    key = "thresholds.foot_down.base_half"
    if ml_mm:
        document = changed(document, {f"{key}_ml_mm": ml_mm, f"{key}_ap_mm": ap_mm})
    base = _base(document)
    assert (base.half_ml_mm, base.half_ap_mm) == half_mm
    assert base.keys == tuple(f"{key}_{axis}_mm" if axis else "" for axis in named)


def test_what_an_own_drill_judges_otherwise_is_said_with_what_it_was():
    own = copy_of("one-leg", "own")
    tighter = changed(own, {"thresholds.step_off.force_fraction": 0.2})
    assert [str(one) for one in refused(tighter)] == [
        "thresholds.step_off.force_fraction=0.2 as-copied was=0.5 of=one-leg"
    ]
    stands = changed(copy_of("stand-open", "own"), {"stance.feet": "tandem"})
    assert [str(one) for one in refused(stands)] == ["stance.feet=tandem as-copied was='-' of=stand-open"]
    longer = own.model_copy(update={"steps": own.steps[:-1]})
    (problem,) = refused(longer)
    assert (problem.field, problem.reason, problem.values["of"]) == ("steps", "as-copied", "one-leg")
    assert problem.values["was"] == ", ".join(step.step for step in own.steps)


THRESHOLDS = {
    "get_on.for_s": (0.01, 2.0),
    "step_off.for_s": (0.01, 2.0),
    "foot_down.force_for_s": (0.01, 2.0),
    "foot_down.base_for_s": (0.01, 2.0),
    "get_on.force_n": (20.0, 1000.0),
    "foot_down.base_half_ml_mm": (20.0, 200.0),
    "foot_down.base_half_ap_mm": (20.0, 300.0),
}


@pytest.mark.parametrize("key", THRESHOLDS)
def test_a_threshold_may_lie_at_its_bounds_and_not_beyond(key):
    path, (least, most) = f"thresholds.{key}", THRESHOLDS[key]
    for value in (least, most):
        changed(load_shipped(LEG), {path: value})
    assert said(LEG, {path: 0.99 * least}) == [f"{path}={0.99 * least:g} out-of-range least={least:g}"]
    assert said(LEG, {path: 1.01 * most}) == [f"{path}={1.01 * most:g} out-of-range most={most:g}"]
