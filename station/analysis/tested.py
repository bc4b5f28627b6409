"""Figures of a trial that is a test: the measures of its task, of what its samples and events show.

By exercise and its keys: which drill of a battery shows which of them is said by the battery's document. They stand in
the records beside what was exercised, so that pages and plans need no recording.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np

from drills.exercises.press import BEST_NS, EASE_NS, REST_NS
from drills.exercises.seconds import LEAD_NS
from drills.plan import TURNS
from drills.turned import own
from drills.values import Mark
from station.analysis.reading import RecordingFile, Trial
from station.clock import NS_PER_S
from station.measures.pipelines import GRID_HZ, prepare_station
from station.measures.signal import Array, Refusal, check
from station.measures.tasks import force
from station.measures.tasks.chair import ON_FEET, chair_stands
from station.measures.tasks.finding import found_again
from station.measures.tasks.limits import LEAN_NAMES, Target, limit_mm, limits_of_stability
from station.measures.tasks.marked import RepetitionDone, mean, repetition_figures
from station.measures.tasks.standing_errors import stance_errors
from station.measures.tasks.swing import AskedBeat, rhythmic_shift
from station.measures.values import NAN

HEIGHT_MM = 1650.0
"""Leans are given for somebody so tall: the recording does not know how tall the patient is."""
BEFORE_CUE_S = 0.5
WAYS = ("front", "front-right", "right", "back-right", "back", "back-left", "left", "front-left")
"""By the number of a place of eight, less one."""
MEASURED = ("peak_share_of_weight", "time_s", "reached_mm")
"""Of a repetition, by its event: what figures are made of."""
_LEFT_CELLS = ((0, 3), (0, 1), (1, 2), (2, 3))
"""At the patient's left, by the quarters that they have turned: the front of the plate for who faces right."""


class TestedTrial(NamedTuple):
    """One trial, from the first sample of its hold to its last. Times in s from there; (N,) arrays."""

    exercise: str
    keys: Mapping[str, Any]
    """The exercise's parameters."""
    leg: str
    t_s: Array
    force_n: Array
    ml_mm: Array
    """As the drill saw it, in the patient's own axes: below 10 Hz."""
    ap_mm: Array
    left_n: Array | None
    marks: Array
    """Numbers of `drills.values.Mark`, 0 for none."""
    weight_n: float
    """As the drill learnt it."""
    foot_mm: tuple[float, float]
    """Where the patient stood, ML and AP."""
    events: Sequence[Mapping[str, Any]]
    """With `kind` and `at_s`."""

    @property
    def rate_hz(self) -> float:
        """Median rate; 0 where there are not two samples."""
        return float(1.0 / np.median(np.diff(self.t_s))) if len(self.t_s) > 1 else 0.0

    def of(self, kind: str) -> list[Mapping[str, Any]]:
        """The events of a kind."""
        return [one for one in self.events if one["kind"] == kind]

    def at(self, t_s: float) -> int:
        """The sample of this time."""
        return int(np.searchsorted(self.t_s, t_s))


def tested(done: TestedTrial) -> dict[str, float]:
    """The figures by name; `nan` for one that could not be had, nothing for an exercise that has none."""
    find = _FINDERS.get(done.exercise)
    return {} if find is None or done.rate_hz <= 0.0 else {name: float(value) for name, value in find(done).items()}


def done_of(file: RecordingFile, trial: Trial, exercise: Mapping[str, Any]) -> TestedTrial | None:
    """The trial of a recording, by what `station.analysis.exercised` says of it; None where nothing was held."""
    recording, window = file.recording, trial.hold
    if window is None:
        return None
    events = [
        {**event, "at_s": (event["t_ns"] - window[0]) / NS_PER_S}
        for event in recording.events
        if event.get("trial") == trial.number
    ]
    begun = next((one for one in events if one["kind"] == "trial-started"), {})
    stance = (recording.header.get("document") or {}).get("stance")
    turn = TURNS.get(str(stance.get("orientation")), 0) if isinstance(stance, Mapping) else 0
    kept = (recording.samples["t_ns"] >= window[0]) & (recording.samples["t_ns"] <= window[1])
    samples, cells_n = recording.samples[kept], recording.cells_n[kept]
    return TestedTrial(
        exercise["exercise"],
        exercise["parameters"],
        str(exercise.get("leg") or ""),
        (samples["t_ns"] - window[0]) / NS_PER_S,
        samples["force_n"].astype(np.float64),
        *own(samples["cop_ml_mm"].astype(np.float64), samples["cop_ap_mm"].astype(np.float64), turn),
        cells_n[:, _LEFT_CELLS[turn][0]] + cells_n[:, _LEFT_CELLS[turn][1]],
        samples["mark"],
        float(begun.get("reference_n") or NAN),
        own(float(begun.get("foot_ml_mm") or 0.0), float(begun.get("foot_ap_mm") or 0.0), turn),
        events,
    )


def _cycles(done: TestedTrial) -> dict[str, float]:
    movement = done.keys["movement"]
    counted = [one for one in done.of("repetition") if one["outcome"] == "counted"]
    if movement == "sit-to-stand":
        return _chair(done, counted)
    return repetition_figures(movement, repetitions_of(done))


def _chair(done: TestedTrial, counted: Sequence[Mapping[str, Any]]) -> dict[str, float]:
    """From the signal on, for which a test from the seat waits; other drills of the chair are no tests."""
    go = done.of("go")
    if not done.keys.get("from_seat") or not go:
        return {}  # who never sat was never tested
    weight_n = float(go[0]["weight_n"])
    if done.keys["repetitions"] > 1:
        found, _ = chair_stands(done.force_n[done.at(go[0]["at_s"]) :], done.rate_hz, weight_n)
        return found if done.keys.get("for_s") else {"rises": found["chair_stands"], **found}
    if not counted:
        return dict.fromkeys(force.RISE_NAMES, NAN)
    begin = done.at(go[0]["at_s"])
    risen = begin + int(np.argmax(done.force_n[begin:] >= ON_FEET * weight_n))
    stood = slice(risen, done.at(done.t_s[risen] + done.keys["hold_s"]))
    rise = slice(done.at(go[0]["at_s"] - BEFORE_CUE_S), stood.stop)
    left_n = None if done.left_n is None else done.left_n[rise]
    values, _ = force.sit_to_stand(done.force_n[rise], left_n, done.rate_hz, weight_n)
    return {**values, "stand_sway_mm_s": _speed(done, stood)}


def _speed(done: TestedTrial, part: slice) -> float:
    """Mean velocity of the centre of pressure."""
    t_s = done.t_s[part]
    if len(t_s) < 2:
        return NAN
    steps = np.hypot(np.diff(done.ml_mm[part]), np.diff(done.ap_mm[part]))
    return float(np.sum(steps) / (t_s[-1] - t_s[0]))


def _share(done: TestedTrial) -> dict[str, float]:
    """By where the drill saw the feet, from when the patient has come back from the one that was learnt last."""
    feet = next(iter(done.of("feet")), None)
    name = "weight_bearing_left_percent"
    if feet is None or feet["too_near"]:
        return {name: NAN}
    part = slice(done.at(feet["at_s"] + LEAD_NS / NS_PER_S), None)
    middle_mm, apart_mm = (feet["left_mm"] + feet["right_mm"]) / 2.0, feet["right_mm"] - feet["left_mm"]
    ml_mm, force_n = done.ml_mm[part] - middle_mm, done.force_n[part]
    known = np.isfinite(ml_mm) & np.isfinite(force_n)
    found = force.weight_bearing(ml_mm[known], force_n[known], apart_mm)[0]
    return {**found, "share_error_percent": feet["error_percent"]}


def _leans(done: TestedTrial) -> dict[str, float]:
    """Of each cue the five figures of its direction, and their means."""
    if not done.keys.get("farthest"):
        return _touches(done)
    checked = check(done.t_s, done.ml_mm, done.ap_mm, done.force_n, None)
    if isinstance(checked, Refusal):
        return dict.fromkeys(LEAN_NAMES, NAN)
    ready, places = prepare_station(checked), done.keys["places"]
    found: dict[str, list[float]] = {}
    for cue in (one for one in done.of("target") if one["place"]):
        ended = next((one for one in done.of("target-ended") if one["number"] == cue["number"]), None)
        begin = max(round((cue["at_s"] - BEFORE_CUE_S) * GRID_HZ), 0)
        part = slice(begin, None if ended is None else round(ended["at_s"] * GRID_HZ))
        turn_deg = 360.0 * (cue["place"] - 1) / places
        target = Target(turn_deg, limit_mm(HEIGHT_MM, turn_deg))
        cue_s = cue["at_s"] - begin / GRID_HZ
        values, _ = limits_of_stability(ready.ml_mm[part], ready.ap_mm[part], GRID_HZ, cue_s, target, HEIGHT_MM)
        way = WAYS[(cue["place"] - 1) * 8 // places]
        for name, value in values.items():
            found.setdefault(name, []).append(value)
            found.setdefault(f"{name}_{way}", []).append(value)
    return {name: mean(values) for name, values in found.items()}


def _touches(done: TestedTrial) -> dict[str, float]:
    """How straight the way to each place was, of those that were reached; how many were; and how long it took."""
    straight, ended = [], done.of("target-ended")
    for end in ended:
        cue = next((one for one in done.of("target") if one["number"] == end["number"] and one["place"]), None)
        if cue is None or end["outcome"] != "hit":
            continue
        part = slice(done.at(cue["at_s"]), done.at(end["at_s"] - done.keys["dwell_s"]))
        ml_mm, ap_mm = done.ml_mm[part], done.ap_mm[part]
        way_mm = float(np.sum(np.hypot(np.diff(ml_mm), np.diff(ap_mm)))) if len(ml_mm) > 1 else 0.0
        if way_mm > 0.0:
            straight.append(100.0 * float(np.hypot(ml_mm[-1] - ml_mm[0], ap_mm[-1] - ap_mm[0])) / way_mm)
    hits = sum(one["outcome"] == "hit" for one in ended)
    return {
        "targets_path_percent": mean(straight),
        "targets_reached": 100.0 * hits / len(ended) if ended else NAN,
        "targets_time_s": ended[-1]["at_s"] if ended else NAN,
    }


def _swing(done: TestedTrial) -> dict[str, float]:
    """From the second cycle on: the first is for finding the beat."""
    path = done.keys["path"]
    if not path.startswith("lines-"):
        return {}
    forward = path == "lines-forward"
    along, across = (done.ap_mm, done.ml_mm) if forward else (done.ml_mm, done.ap_mm)
    home, aside = (done.foot_mm[1], done.foot_mm[0]) if forward else done.foot_mm
    half_s = done.keys["period_s"] / 2.0
    # The event is half of the way to the next beat late.
    beats = tuple(AskedBeat(one["at_s"] - half_s / 2.0, int(one["side"])) for one in done.of("touch"))[2:]
    reach_mm = done.keys["reach_ap_mm" if forward else "reach_ml_mm"]
    return rhythmic_shift(along - home, across - aside, done.rate_hz, beats, reach_mm)[0]


def _press(done: TestedTrial) -> dict[str, float]:
    """The best of a press of the whole foot, and how steadily a part of it was held."""
    if done.keys["press"] != "force":
        return {}
    best = slice(done.at(REST_NS / NS_PER_S - 1.0), done.at((REST_NS + BEST_NS) / NS_PER_S))
    found = force.isometric_push(done.force_n[best], done.rate_hz, done.weight_n)[0]
    begin_s = (REST_NS + BEST_NS + EASE_NS) / NS_PER_S + done.keys["pause_s"] + done.keys["ramp_s"]
    held = done.force_n[done.at(begin_s + 1.0) : done.at(begin_s + done.keys["plateau_s"])]
    most_n = found["push_force_max_n"]
    steady = 100.0 * float(np.std(held)) / most_n if len(held) > 1 and most_n > 0.0 else NAN
    return {**found, "push_unsteadiness_percent": steady}


def _recall(done: TestedTrial) -> dict[str, float]:
    """Errors by place, in % of the load or of the limit to that side."""
    share, found = done.keys["what"] == "share", {}
    for place in range(1, done.keys["places"] + 1):
        tries = [one for one in done.of("recalled") if one["place"] == place and "error_mm" in one]
        if share:
            errors = [100.0 * one["error_ml_mm"] / (2.0 * done.keys["side_mm"]) for one in tries]
        else:
            front = place == 1
            own = "error_ap_mm" if front else "error_ml_mm"
            side = -1.0 if place == 3 else 1.0
            errors = [side * 100.0 * one[own] / done.keys["front_mm" if front else "side_mm"] for one in tries]
        third = "50" if done.keys.get("even") else "62"
        word = {True: ("75", "25", third), False: ("front", "right", "left")}[share][place - 1]
        for name, value in found_again(errors)[0].items():
            found[f"{name}_{word}"] = value
    return found


def _guided(done: TestedTrial) -> dict[str, float]:
    """The farthest of the centre of pressure in the last three reaches."""
    return repetition_figures(done.keys["lead"], repetitions_of(done))


def repetitions_of(done: TestedTrial) -> list[RepetitionDone]:
    """What the exercise said of each repetition."""
    found: list[RepetitionDone] = []
    for one in done.of("repetition"):
        begin_s = found[-1].end_s if found else 0.0
        values = {name: one[name] for name in MEASURED if one.get(name) is not None}
        found.append(RepetitionDone(one["number"], begin_s, one["at_s"], one["outcome"], values))
    return found


def taps_of(done: TestedTrial) -> list[float]:
    """When the therapist marked something, in s."""
    return [float(t_s) for t_s in done.t_s[done.marks != Mark.NONE]]


def _stand(done: TestedTrial) -> dict[str, float]:
    return {
        "stance_errors": stance_errors(done.force_n, done.rate_hz, done.weight_n, taps_of(done)),
        "stance_velocity_mm_s": _speed(done, slice(None)),
    }


def _compare(done: TestedTrial) -> dict[str, float]:
    told = next(iter(done.of("threshold")), None)
    level = None if told is None else told["db_re_1_mm_s2_rms"]
    return {} if told is None else {"vibration_threshold_db": NAN if level is None else level}


_FINDERS: Mapping[str, Callable[[TestedTrial], Mapping[str, float]]] = {
    "cycles": _cycles,
    "share": _share,
    "targets": _leans,
    "follow": _swing,
    "press": _press,
    "recall": _recall,
    "guided": _guided,
    "stand": _stand,
    "compare": _compare,
}
