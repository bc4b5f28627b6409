"""Which way a figure is better, where it has one: what a real change is called."""

from __future__ import annotations

BETTER, WORSE = "better", "worse"
"""Keys under `word.direction.` of the catalogue of texts."""
_LESS = frozenset(
    {
        "path_length_mm",
        "mean_velocity_mm_s",
        "mean_velocity_ml_mm_s",
        "mean_velocity_ap_mm_s",
        "ellipse_area_mm2",
        "rms_ml_mm",
        "rms_ap_mm",
        "range_ml_mm",
        "range_ap_mm",
        "sway_area_rate_mm2_s",
        "hull_area_mm2",
        "duarte_area_cm2",
        "duarte_mean_velocity_cm_s",
        "mean_velocity_ML",
        "mean_velocity_AP",
        "mean_velocity_ML_AND_AP",
        "confidence_ellipse_area_ML_AND_AP",
        "los_reaction_time_s",
        "rise_transfer_time_s",
        "time_to_stabilisation_s",
    }
)
"""Less is better: sway in quiet stance, and times that a task takes."""
_MORE = frozenset(
    {
        "los_movement_velocity_deg_s",
        "los_endpoint_excursion_percent",
        "los_maximum_excursion_percent",
        "los_directional_control_percent",
        "rise_index_percent",
        "push_force_max_n",
        "push_rfd_100ms_n_s",
        "push_rfd_150ms_n_s",
        "push_rfd_200ms_n_s",
        "push_rfd_250ms_n_s",
        "single_leg_stance_time_s",
    }
)


def direction_of(name: str, difference: float) -> str | None:
    """`BETTER` or `WORSE` for a figure that changed by this; None where neither can be said.

    Frequencies, entropies and what research figures say have none: more may be either.
    """
    if name not in _LESS | _MORE or not difference:
        return None
    return BETTER if (difference < 0.0) == (name in _LESS) else WORSE
