"""Rows of the table of measures: figures of one stance, of every trial and of `station-1` with everything."""

from __future__ import annotations

from station.measures.constants import LEAST_RATE_HZ, USUAL_RATE_HZ
from station.measures.values import Measure

_QUICK = ("rambling", "foot")
"""Groups that it does not carry, or that were not tried."""


def _axes(name: str, unit: str, source: str, min_duration_s: float, group: str) -> dict[str, Measure]:
    """The row of each axis, by its name with `{axis}` in it; both have the same words but for the axis."""
    words, least_hz = name.replace("_{axis}", ""), USUAL_RATE_HZ if group in _QUICK else LEAST_RATE_HZ
    return {
        axis: Measure(name.format(axis=axis), unit, source, min_duration_s, least_hz, group, words, {"axis": axis})
        for axis in ("ml", "ap")
    }


_OF_AXES = (
    _axes("power_frequency_50_{axis}_hz", "Hz", "vieira-2009", 20, "spectrum"),
    _axes("power_frequency_95_{axis}_hz", "Hz", "vieira-2009", 20, "spectrum"),
    _axes("sample_entropy_{axis}", "1", "richman-2000", 20, "regularity"),
    _axes("dfa_alpha_{axis}", "1", "peng-1994", 20, "regularity"),
    _axes("higuchi_dimension_{axis}", "1", "higuchi-1988", 10, "regularity"),
    _axes("diffusion_short_{axis}_mm2_s", "mm2/s", "collins-1993", 30, "diffusion"),
    _axes("diffusion_long_{axis}_mm2_s", "mm2/s", "collins-1993", 30, "diffusion"),
    _axes("diffusion_critical_time_{axis}_s", "s", "collins-1993", 30, "diffusion"),
    _axes("hurst_short_{axis}", "1", "collins-1993", 30, "diffusion"),
    _axes("hurst_long_{axis}", "1", "collins-1993", 30, "diffusion"),
    _axes("rambling_rms_{axis}_mm", "mm", "zatsiorsky-1999", 20, "rambling"),
    _axes("trembling_rms_{axis}_mm", "mm", "zatsiorsky-1999", 20, "rambling"),
    _axes("ttb_{axis}_min_s", "s", "hertel-2006", 10, "foot"),
    _axes("ttb_{axis}_mean_min_s", "s", "hertel-2006", 10, "foot"),
    _axes("ttb_{axis}_sd_min_s", "s", "hertel-2006", 10, "foot"),
)

SWAY_ROWS: tuple[Measure, ...] = (
    # --- every trial
    Measure("path_length_mm", "mm", "ispgr", 2, LEAST_RATE_HZ, "sway"),
    Measure("mean_velocity_mm_s", "mm/s", "ispgr", 2, LEAST_RATE_HZ, "sway"),
    Measure("ellipse_area_mm2", "mm2", "ellipse", 2, LEAST_RATE_HZ, "sway"),
    Measure("rms_ml_mm", "mm", "ispgr", 2, LEAST_RATE_HZ, "sway"),
    Measure("rms_ap_mm", "mm", "ispgr", 2, LEAST_RATE_HZ, "sway"),
    Measure("range_ml_mm", "mm", "ispgr", 2, LEAST_RATE_HZ, "sway"),
    Measure("range_ap_mm", "mm", "ispgr", 2, LEAST_RATE_HZ, "sway"),
    Measure("mean_force_n", "N", "definition", 2, LEAST_RATE_HZ, "sway"),
    # --- station-1, everything
    Measure("mean_velocity_ml_mm_s", "mm/s", "prieto-1996", 2, LEAST_RATE_HZ, "axes"),
    Measure("mean_velocity_ap_mm_s", "mm/s", "prieto-1996", 2, LEAST_RATE_HZ, "axes"),
    Measure("sway_area_rate_mm2_s", "mm2/s", "prieto-1996", 2, LEAST_RATE_HZ, "axes"),
    Measure("hull_area_mm2", "mm2", "andrew-1979", 2, LEAST_RATE_HZ, "axes"),
    Measure("principal_direction_deg", "deg", "oliveira-1996", 2, LEAST_RATE_HZ, "axes"),
    *(rows[axis] for axis in ("ml", "ap") for rows in _OF_AXES),
    Measure("vtc_mean_s", "s", "slobounov-1997", 10, 50, "foot"),
    Measure("vtc_min_s", "s", "slobounov-1997", 10, 50, "foot"),
    Measure("sway_density_peak_s", "s", "baratto-2002", 10, 50, "density"),
    Measure("sway_density_distance_mm", "mm", "baratto-2002", 10, 50, "density"),
    # --- raw, as published with the data set
    Measure("duarte_area_cm2", "cm2", "duarte-2016", 2, LEAST_RATE_HZ, "duarte"),
    Measure("duarte_mean_velocity_cm_s", "cm/s", "duarte-2016", 2, 50, "duarte"),
    Measure("duarte_mean_frequency_hz", "Hz", "duarte-2016", 2, 50, "duarte"),
)
