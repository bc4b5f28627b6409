"""Each test of a battery by simulated people, from its start to its figures."""

import numpy as np
import pytest

from drills.values import Mark
from station.analysis.tested import repetitions_of, taps_of
from station.measures.pipelines import GRID_HZ, prepare_station
from station.measures.signal import check
from station.measures.tasks.chair import chair_stands
from station.measures.tasks.finding import found_again
from station.measures.tasks.force import isometric_push
from station.measures.tasks.limits import Target, limit_mm, limits_of_stability
from station.measures.tasks.marked import with_marks
from station.measures.tasks.standing_errors import stance_errors
from station.measures.tasks.swing import AskedBeat, rhythmic_shift
from tests.hw.simulated.rehearsing import Patients, Rehearsed
from tests.station.analysis.rehearsed import try_out

STILL = Patients("young", lambda patient, hold_s: hold_s < 0.0 or patient._will.forget())
"""Somebody who gets on, and in the hold does nothing that the screen asks for."""


def force_after(done: Rehearsed, kind: str) -> tuple[np.ndarray, float]:
    """The force from this event on, and what else it says of the weight."""
    event = next(one for one in done.events if one.kind == kind)
    end_ns = done.state.results[0].hold_end_ns
    return np.array([one.force_n for one in done.seen if event.t_ns <= one.t_ns <= end_ns]), event.data["weight_n"]


@pytest.mark.parametrize(("who", "least", "most"), [("steady", 15, 25), ("frail", 6, 11)])
def test_chair_stands_are_as_many_as_the_drill_counted_and_the_force_says(who, least, most):
    done, _, (figures,) = try_out("half-minute-stands", who)
    score = done.state.results[0].score
    force_n, weight_n = force_after(done, "go")
    assert figures["chair_stands"] == score.done == chair_stands(force_n, 250.0, weight_n)[0]["chair_stands"]
    assert least <= score.done <= most


def test_five_chair_stands_are_timed_from_the_signal_to_the_last_seat_contact():
    done, (trial,), (figures,) = try_out("five-stands", "frail")
    went, last = (trial.of(kind)[-1]["at_s"] for kind in ("go", "repetition"))
    assert figures["chair_stands"] == 5
    assert figures["five_stands_s"] == pytest.approx(last - went - 0.2, abs=0.05)  # 0.2 s on the seat tell it
    assert 13.0 < figures["five_stands_s"] < 25.0
    assert done.state.success


def test_a_rise_that_the_therapist_taps_does_not_count():
    taps = Patients("young", marks=lambda t_s: Mark.NOT_GOOD if abs(t_s - 18.6) < 0.002 else Mark.NONE)
    done, (trial,), _ = try_out("five-stands", taps)
    assert [one["outcome"] for one in done.of("repetition")].count("marked") == 1
    assert done.state.results[0].score.done == 4
    _, (untapped,), _ = try_out("five-stands", Patients("young"))
    late = [one.outcome for one in with_marks(repetitions_of(untapped), taps_of(trial))]
    assert late == [one.outcome for one in repetitions_of(trial)], "a tap in time and one afterwards spoil the same"


def test_leaning_or_bouncing_on_a_chair_is_no_rise():
    t_s = np.arange(0.0, 20.0, 0.004)
    leans = 700.0 * (0.2 + 0.65 * (np.sin(2.0 * np.pi * t_s / 3.0) > 0.0))
    bounces = np.where(t_s % 1.0 > 0.7, 720.0, 140.0)
    for force_n in (leans, bounces):
        force_n[:100] = force_n[-100:] = 140.0
        assert chair_stands(force_n, 250.0, 700.0)[0]["chair_stands"] == 0.0


def test_one_rise_has_the_figures_of_its_task():
    _, _, (figures,) = try_out("one-stand")
    assert 0.1 < figures["rise_transfer_time_s"] < 1.5
    assert 5.0 < figures["rise_index_percent"] < 80.0
    assert 0.0 < figures["stand_sway_mm_s"] < 60.0
    assert np.isnan(figures["rise_symmetry_percent"]), "a rehearsal has no four cells"


def test_calf_raises_are_counted_until_the_height_is_lost_on_either_leg():
    done, _, figures = try_out("calf-raises", trials=2)
    assert [one["calf_raises"] for one in figures] == [one.score.done for one in done.state.results]
    assert all(15 <= one["calf_raises"] <= 45 for one in figures)
    held = done.state.results[0].hold_s
    counted = [one for one in done.events if one.kind == "repetition" and one.data["trial"] == 1]
    last_ns = max(one.t_ns for one in counted if one.data["outcome"] == "counted")
    assert held == pytest.approx((last_ns - done.state.results[0].hold_start_ns) / 1e9 + 6.0, abs=0.1)


def test_a_load_share_is_what_the_drill_saw_and_asks_for_nothing():
    done, (trial,), (figures,) = try_out("load-share")
    (said,) = done.of("shared")
    assert figures["weight_bearing_left_percent"] == pytest.approx(100.0 - said["right_percent"], abs=0.3)
    assert figures["share_error_percent"] == said["error_percent"] == trial.of("feet")[0]["error_percent"]
    assert said["in_band"] == said["of"]
    assert 40.0 < figures["weight_bearing_left_percent"] < 60.0


@pytest.mark.parametrize("name", ["load-share-even", "squat-share-90"])
def test_evenly_and_with_bent_knees_it_is_measured_alike(name):
    done, _, (figures,) = try_out(name, "frail")
    said = done.of("shared")[0]["right_percent"]
    assert figures["weight_bearing_left_percent"] == pytest.approx(100.0 - said, abs=0.5)


def test_a_hand_on_the_rail_carries_no_share():
    def holds(patient, hold_s):
        patient._rail_s = 1.0 if hold_s >= 0.0 else 0.0
        return True

    done, _, _ = try_out("load-share-even", Patients("frail", holds))
    assert done.of("shared")[0]["in_band"] == 0


def test_leans_to_eight_sides_have_the_figures_of_their_task_and_more_of_who_leans_farther():
    _, (trial,), (young,) = try_out("limits-of-stability")
    cue, after = [one for one in trial.of("target") if one["place"]][2], trial.of("target-ended")[2]
    ready = prepare_station(check(trial.t_s, trial.ml_mm, trial.ap_mm, trial.force_n, None))
    begin, end = round((cue["at_s"] - 0.5) * GRID_HZ), round(after["at_s"] * GRID_HZ)
    to_the_right = Target(90.0, limit_mm(1650.0, 90.0))
    own, _ = limits_of_stability(ready.ml_mm[begin:end], ready.ap_mm[begin:end], GRID_HZ, 0.5, to_the_right, 1650.0)
    for name, value in own.items():
        assert young[f"{name}_right"] == pytest.approx(value, abs=0.02 * max(1.0, abs(value))), name
    shown = trial.of("target")
    holds = {round(then["at_s"] - now["at_s"], 1) for now, then in zip(shown[::2], shown[1::2], strict=True)}
    assert len(holds) > 3, "the cue is not to be foreseen"
    _, _, (frail,) = try_out("limits-of-stability", "frail")
    assert frail["los_maximum_excursion_percent"] < 0.75 * young["los_maximum_excursion_percent"]
    assert frail["los_reaction_time_s"] > young["los_reaction_time_s"]
    assert frail["los_directional_control_percent"] < young["los_directional_control_percent"]


def test_who_stands_still_has_no_lean_and_no_reach():
    done, _, (figures,) = try_out("limits-of-stability", STILL)
    assert done.state.results[0].score.done == 0
    assert not figures["los_maximum_excursion_percent"] > 20.0
    done, _, (figures,) = try_out("functional-reach", STILL)
    assert done.state.results[0].score.done == 0
    assert figures["reach_cop_mm"] < 30.0


def test_touching_places_says_how_straight_the_way_was():
    done, _, (figures,) = try_out("reach-the-targets")
    score = done.state.results[0].score
    assert figures["targets_reached"] == pytest.approx(100.0 * score.done / score.of)
    assert 20.0 < figures["targets_path_percent"] <= 100.0


@pytest.mark.parametrize("name", ["shift-side-2", "shift-forward-2"])
def test_rhythmic_shift_is_measured_from_the_second_cycle_on(name):
    done, (trial,), (figures,) = try_out(name)
    forward, period_s = "forward" in name, trial.keys["period_s"]
    along = (trial.ap_mm if forward else trial.ml_mm) - trial.foot_mm[forward]
    across = (trial.ml_mm if forward else trial.ap_mm) - trial.foot_mm[not forward]
    beats = tuple(AskedBeat(2.0 + (number + 1) * period_s / 2.0, -1 if number % 2 == 0 else 1) for number in range(12))
    own, _ = rhythmic_shift(along, across, trial.rate_hz, beats[2:], 35.0 if forward else 55.0)
    assert figures == pytest.approx(own, rel=0.02, abs=0.01)
    assert done.state.results[0].score.done >= 8
    assert figures["swing_directional_control_percent"] > 60.0


def test_staying_at_one_line_is_no_shift():
    t_s = np.arange(0.0, 20.0, 0.004)
    beats = tuple(AskedBeat(2.0 + number, 1 if number % 2 else -1) for number in range(12))
    swings = -55.0 * np.cos(np.pi * (t_s - 2.0))
    good, _ = rhythmic_shift(swings, 0.0 * t_s, 250.0, beats, 55.0)
    assert good["swing_velocity_mm_s"] == pytest.approx(110.0, rel=0.01)
    assert good["swing_timing_error_s"] == pytest.approx(0.0, abs=0.01)
    assert good["swing_amplitude_error_percent"] == pytest.approx(0.0, abs=0.1)
    assert good["swing_directional_control_percent"] == 100.0
    stays, _ = rhythmic_shift(55.0 + 0.0 * t_s, 3.0 * np.sin(6.0 * t_s), 250.0, beats, 55.0)
    assert (stays["swing_velocity_mm_s"], stays["swing_directional_control_percent"]) == (0.0, 0.0)
    assert stays["swing_amplitude_error_percent"] <= -90.0


def test_errors_of_a_stance_are_what_was_tapped_and_what_the_plate_saw():
    taps = lambda t_s: Mark.HIP if any(abs(t_s - at) < 0.002 for at in (15.0, 15.5, 22.0)) else Mark.NONE  # noqa: E731
    _, (trial,), (figures,) = try_out("bess-tandem", Patients("young", marks=taps))
    assert figures["stance_errors"] == 2.0, "two taps within a second are one error"
    assert sum(trial.marks != Mark.NONE) == 3
    _, _, (alone,) = try_out("bess-double")
    assert alone["stance_errors"] == 0.0


def test_a_foot_beside_the_plate_is_one_error_and_more_than_5_s_of_it_are_ten():
    force_n = np.full(5000, 700.0)
    force_n[1000:1250] = 400.0
    assert stance_errors(force_n, 250.0, 700.0, [4.5, 10.0]) == 2
    assert stance_errors(force_n, 250.0, 700.0, []) == 1
    force_n[1000:2500] = 400.0
    assert stance_errors(force_n, 250.0, 700.0, []) == 10
    assert stance_errors(np.full(1000, 700.0), 250.0, 700.0, []) == 10, "less than 5 s in place"
    assert stance_errors(np.full(5000, 700.0), 250.0, 700.0, [float(at) for at in range(1, 20)]) == 10


def test_a_push_has_the_figures_of_its_task_and_is_as_steady_as_the_lane_shows():
    done, (trial,), (figures,) = try_out("push-down")
    part = trial.force_n[trial.at(2.0) : trial.at(7.0)]
    assert figures["push_force_max_n"] == isometric_push(part, trial.rate_hz, trial.weight_n)[0]["push_force_max_n"]
    assert figures["push_force_max_n"] == pytest.approx(done.of("press")[0]["best"], rel=0.1)
    assert 0.5 < figures["push_unsteadiness_percent"] < 8.0
    assert done.state.results[0].score.done == 1


def test_a_reach_is_how_far_the_last_three_went():
    done, _, (figures,) = try_out("functional-reach")
    reached = [one["reached_mm"] for one in done.of("repetition")]
    assert figures["reach_cop_mm"] == pytest.approx(np.mean(reached[-3:]))
    assert figures["reach_cop_mm"] > 40.0


@pytest.mark.parametrize("name", ["load-sense", "lean-sense"])
def test_what_is_felt_has_three_errors_a_place(name):
    done, _, (figures,) = try_out(name)
    answered = [one for one in done.of("recalled") if one["place"] == 1 and "error_mm" in one]
    part = [one["error_ml_mm"] / 2.5 if name == "load-sense" else one["error_ap_mm"] / 1.25 for one in answered]
    own, _ = found_again(part)
    place = "75" if name == "load-sense" else "front"
    assert {key: figures[f"{key}_{place}"] for key in own} == pytest.approx(own, nan_ok=True)
    assert len(done.of("recalled")) == 9
    assert figures[f"absolute_error_{place}"] < 25.0


def test_errors_of_answers_are_those_of_the_book_and_none_without_an_answer():
    three = {"constant_error": 2.0, "variable_error": 7.0**0.5, "absolute_error": 8.0 / 3.0}
    assert found_again([3.0, -1.0, 4.0])[0] == pytest.approx(three)
    values, why = found_again([])
    assert all(np.isnan(one) for one in values.values())
    assert set(why) == set(values)
    assert np.isnan(found_again([2.0])[0]["variable_error"])


def test_steps_up_are_those_after_the_first():
    done, _, (figures,) = try_out("step-ups")
    scored = [one for one in done.of("repetition") if one["outcome"] == "counted"][1:]
    assert figures["step_up_s"] == pytest.approx(np.mean([one["time_s"] for one in scored]))
    assert figures["step_up_peak_percent"] >= 95.0
