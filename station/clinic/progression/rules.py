"""The numbers of progression: a file that a clinician can sign or change."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from station.clinic.signed import Number, Signable, read_signable

SHIPPED = Path(__file__).with_name("rules.toml")


class ProgressionRules(Signable):
    """Every number of `rules.toml`; what each means stands there."""

    target_success: Number
    target_success_fear: Number
    step_share: Number
    reversals_to_halve: Number
    start_share: Number
    window_trials: Number
    up_hits: Number
    down_hits: Number
    up_hits_fear: Number
    down_hits_fear: Number
    hardest_share: Number
    least_trials: Number
    most_effort_rpe: Number
    most_pain_rise: Number
    unsafe_in_a_row: Number
    unsafe_in_session: Number
    near_falls_in_session: Number
    pain_stop: Number
    pain_rise_stop: Number
    pain_ceiling: Number
    pain_ceiling_after_surgery: Number
    next_day_rise: Number
    rest_days: Number
    effort_stop_rpe: Number
    gap_days: Number
    long_gap_days: Number
    fade_success: Number
    fade_sets: Number
    regain_success: Number
    retention_share: Number
    dual_task_cost_percent: Number
    automatic_sessions: Number


@cache
def shipped() -> ProgressionRules:
    """The rules that come with the station."""
    return read_signable(SHIPPED, ProgressionRules)
