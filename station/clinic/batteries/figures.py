"""What the tests of a battery have found: which figure of several tries counts, and what is usual at an age.

The figures are made of the recordings (`station.analysis.tested`). Nothing is shown of a try that does not count.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from statistics import fmean
from typing import Literal, NamedTuple

from drills.problems import Problem
from station.faults import because
from station.measures.norms.functional import CALF_RAISES, CHAIR_STANDS, FIVE_STANDS, FunctionalNorm, usual_at
from station.measures.norms.people import stance_said

HEIGHT_CM = 165.0
"""For whom leans are recorded (`station.analysis.tested.HEIGHT_MM`)."""


class ShownFigure(NamedTuple):
    """How one figure of several tries becomes one."""

    of_tries: Literal["most", "least", "mean", "later"] = "mean"
    """The largest, the smallest, the mean of all, or that of all but the first where there are more."""
    norm: FunctionalNorm | None = None
    by_height: bool = False
    """Whether it is inversely as the patient's height: a lean."""
    made_of: str = ""
    """The figure of a try that it is made of, where that has another name."""
    one_leg: bool = False
    """Whether it is a time on one leg, which has norms of its own."""
    foot_of: str = ""
    """The figure of which it is the share of the patient's foot; "" where it is one of its own."""
    sides: str = ""
    """What the difference of both legs is called, where there is one: 100 (left - right) / the larger."""
    noted_over: float | None = None
    """From here on it is said that it is worth noting; proposed."""


_OF: Mapping[str, Callable[[Sequence[float]], float]] = {"most": max, "least": min}
_WAYS = ("front", "front-right", "right", "back-right", "back", "back-left", "left", "front-left")
NOTED_SHARES = {"absolute_error_25": 12.0, "absolute_error_50": 7.0, "absolute_error_75": 12.0}
"""Of the load; 61 healthy people were off by 7.3, 3.3 and 7.7 (protocols.md 1.3, read S27); the bounds are proposed."""
HELD_S, SWAY_MM_S = "held_s", "sway_mm_s"
"""Of each try that was stood: for how long, and how fast the centre of pressure went meanwhile (`attempted` in
`station.records.batteries`)."""
_MEAN, _LEAN = ShownFigure(), ShownFigure("later", by_height=True)
FIGURES: Mapping[str, ShownFigure] = {
    "held_best_s": ShownFigure("most", made_of=HELD_S),
    "held_mean_s": ShownFigure(made_of=HELD_S),
    "one_leg_best_s": ShownFigure("most", made_of=HELD_S, one_leg=True, sides="one_leg_sides_percent"),
    "one_leg_sides_percent": ShownFigure(),
    "sway_mean_mm_s": ShownFigure(made_of=SWAY_MM_S),
    "chair_stands": ShownFigure("most", CHAIR_STANDS),
    "five_stands_s": ShownFigure("least", FIVE_STANDS),
    "rises": ShownFigure("most"),
    "calf_raises": ShownFigure("most", CALF_RAISES),
    "push_force_max_n": ShownFigure("most", sides="push_sides_percent"),
    "push_sides_percent": ShownFigure(noted_over=15.0),
    "push_rfd_200ms_n_s": ShownFigure("most"),
    "los_reaction_time_s": ShownFigure("later"),
    "los_directional_control_percent": ShownFigure("later"),
    "step_up_peak_percent": ShownFigure(sides="step_up_sides_percent"),
    "step_up_sides_percent": ShownFigure(),
    "step_up_s": _MEAN,
    "reach_cop_foot_percent": ShownFigure(foot_of="reach_cop_mm"),
    "los_movement_velocity_deg_s": _LEAN,
    "los_endpoint_excursion_percent": _LEAN,
    "los_maximum_excursion_percent": _LEAN,
    **{f"los_maximum_excursion_percent_{way}": _LEAN for way in _WAYS},
    **{
        f"{error}_{place}": ShownFigure(noted_over=NOTED_SHARES.get(f"{error}_{place}"))
        for error in ("constant_error", "variable_error", "absolute_error")
        for place in ("25", "50", "62", "75", "front", "right", "left")
    },
    **dict.fromkeys(
        (
            "rise_transfer_time_s",
            "rise_index_percent",
            "rise_symmetry_percent",
            "stand_sway_mm_s",
            "share_error_percent",
            "targets_path_percent",
            "targets_reached",
            "targets_time_s",
            "weight_bearing_left_percent",
            "swing_velocity_mm_s",
            "swing_directional_control_percent",
            "swing_timing_error_s",
            "swing_amplitude_error_percent",
            "push_unsteadiness_percent",
            "reach_cop_mm",
            "stance_errors",
            "stance_velocity_mm_s",
            "vibration_threshold_db",
        ),
        _MEAN,
    ),
}
"""All that a battery can show, by its name in `station.analysis.tested`; its words are `test-figure.<name>`."""


class PersonKnown(NamedTuple):
    """What is known of the patient; None where it is not."""

    age_years: float | None = None
    height_cm: float | None = None
    foot_length_mm: float | None = None
    sex: str | None = None


class FigureFound(NamedTuple):
    """One figure of one leg, of all tries that count."""

    name: str
    leg: str
    """ "left" or "right" where the test changes legs, else ""."""
    value: float
    of_tries: str
    tries: int
    """How many."""
    usual: tuple[Problem, ...] = ()
    """What is usual at this age, where the value stands, and who says so; empty where there is no norm."""


def figures_of(
    names: Sequence[str], tries: Sequence[tuple[str, Mapping[str, float | None]]], person: PersonKnown
) -> list[FigureFound]:
    """By leg and the figures of each try that counts; one that no try has is not there."""
    found: list[FigureFound] = []
    for leg in sorted({leg for leg, _ in tries}):
        for name in names:
            shown = FIGURES[name]
            of = made_from(name)
            values = [value for own, figures in tries if own == leg and (value := figures.get(of)) is not None]
            if shown.foot_of:
                foot_mm = person.foot_length_mm
                values = [100.0 * value / foot_mm for value in values] if foot_mm else []
            kept = values[1:] if shown.of_tries == "later" and len(values) > 1 else values
            if kept:
                value = _OF.get(shown.of_tries, fmean)(kept)
                if shown.by_height and person.height_cm:
                    value *= HEIGHT_CM / person.height_cm
                found.append(FigureFound(name, leg, value, shown.of_tries, len(kept), _usual(shown, person, value)))
    return found + _sides(found)


def is_measured(names: Sequence[str], tested: Mapping[str, float | None]) -> bool:
    """Whether any of these figures can be had of one try."""
    return any(tested.get(made_from(name)) is not None for name in names)


def made_from(name: str) -> str:
    """The figure of a try that this one is made of."""
    shown = FIGURES[name]
    return shown.foot_of or shown.made_of or name


def _sides(found: Sequence[FigureFound]) -> list[FigureFound]:
    """How far both legs differ, of each figure of which that is said."""
    differ = []
    for name in dict.fromkeys(one.name for one in found if FIGURES[one.name].sides):
        both = {one.leg: one for one in found if one.name == name}
        left, right = both.get("left"), both.get("right")
        if left is None or right is None or not max(left.value, right.value) > 0.0:
            continue
        called = FIGURES[name].sides
        value = 100.0 * (left.value - right.value) / max(left.value, right.value)
        differ.append(FigureFound(called, "", value, "mean", 1, _noted(FIGURES[called], value)))
    return differ


def _noted(shown: ShownFigure, value: float) -> tuple[Problem, ...]:
    """That it is worth noting, where it is."""
    if shown.noted_over is None or not abs(value) > shown.noted_over:
        return ()
    return (because("figure-noted", over=shown.noted_over),)


def _usual(shown: ShownFigure, person: PersonKnown, value: float) -> tuple[Problem, ...]:
    """What is usual at this age, or that it is worth noting; nothing without a norm, or where nobody knows the age."""
    if shown.noted_over is not None:
        return _noted(shown, value)
    if person.age_years is None:
        return ()
    if shown.one_leg:
        said = stance_said(person.age_years)
        return () if said is None else (said,)
    if shown.norm is None:
        return ()
    return tuple(usual_at(shown.norm, person.age_years, person.sex, value))
