"""What the tests of a battery have found: which figure of several tries counts, and what is usual at an age.

The figures are made of the recordings (`station.analysis.tested`). Nothing is shown of a try that does not count.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from statistics import fmean
from typing import Literal, NamedTuple

from drills.problems import Problem
from station.measures.norms.functional import CALF_RAISES, CHAIR_STANDS, FIVE_STANDS, FunctionalNorm, usual_at

HEIGHT_CM = 165.0
"""For whom leans are recorded (`station.analysis.tested.HEIGHT_MM`)."""


class ShownFigure(NamedTuple):
    """How one figure of several tries becomes one."""

    of_tries: Literal["most", "least", "mean", "later", "each"] = "mean"
    """The largest, the smallest, the mean of all, that of all but the first where there are more, or each by itself."""
    norm: FunctionalNorm | None = None
    by_height: bool = False
    """Whether it is inversely as the patient's height: a lean."""


_OF: Mapping[str, Callable[[Sequence[float]], float]] = {"most": max, "least": min}
_WAYS = ("front", "front-right", "right", "back-right", "back", "back-left", "left", "front-left")
_MEAN, _LEAN = ShownFigure(), ShownFigure("later", by_height=True)
FIGURES: Mapping[str, ShownFigure] = {
    "chair_stands": ShownFigure("most", CHAIR_STANDS),
    "five_stands_s": ShownFigure("least", FIVE_STANDS),
    "rises": ShownFigure("most"),
    "calf_raises": ShownFigure("most", CALF_RAISES),
    "push_force_max_n": ShownFigure("most"),
    "push_rfd_200ms_n_s": ShownFigure("most"),
    "los_reaction_time_s": ShownFigure("later"),
    "los_directional_control_percent": ShownFigure("later"),
    "step_up_peak_percent": ShownFigure("each"),
    "step_up_s": ShownFigure("each"),
    "los_movement_velocity_deg_s": _LEAN,
    "los_endpoint_excursion_percent": _LEAN,
    "los_maximum_excursion_percent": _LEAN,
    **{f"los_maximum_excursion_percent_{way}": _LEAN for way in _WAYS},
    **{
        f"{error}_{place}": _MEAN
        for error in ("constant_error", "variable_error", "absolute_error")
        for place in ("25", "62", "75", "front", "right", "left")
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
    sex: str | None = None


class FigureFound(NamedTuple):
    """One figure of one leg, of all tries that count."""

    name: str
    leg: str
    """ "left" or "right" where the test changes legs, else ""."""
    value: float
    of_tries: str
    tries: int
    """How many; of each by itself, which."""
    usual: tuple[Problem, ...] = ()
    """What is usual at this age, where the value stands, and who says so; empty where there is no norm."""


def figures_of(
    names: Sequence[str], tries: Sequence[tuple[str, Mapping[str, float | None]]], person: PersonKnown
) -> list[FigureFound]:
    """By leg and the figures of each try that counts; one that no try has is not there."""
    found = []
    for leg in sorted({leg for leg, _ in tries}):
        for name in names:
            shown = FIGURES[name]
            values = [value for own, figures in tries if own == leg and (value := figures.get(name)) is not None]
            kept = values[1:] if shown.of_tries == "later" and len(values) > 1 else values
            if shown.of_tries == "each":
                found += [FigureFound(name, leg, value, "each", number) for number, value in enumerate(kept, 1)]
            elif kept:
                value = _OF.get(shown.of_tries, fmean)(kept)
                if shown.by_height and person.height_cm:
                    value *= HEIGHT_CM / person.height_cm
                found.append(FigureFound(name, leg, value, shown.of_tries, len(kept), _usual(shown, person, value)))
    return found


def _usual(shown: ShownFigure, person: PersonKnown, value: float) -> tuple[Problem, ...]:
    """What is usual at this age; nothing where there is no norm, or nobody knows the age."""
    if shown.norm is None or person.age_years is None:
        return ()
    return tuple(usual_at(shown.norm, person.age_years, person.sex, value))
