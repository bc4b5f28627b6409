"""The 73 rows of pipeline `quijoux-2021`: names and units of the reference's own output (cm, s).

One formula serves both axes: in it x is the axis, d the distance from the mean, v the velocity (Savitzky-Golay, five
samples, third order), P Welch's density over 0.15-5 Hz, and fs = 25 Hz.
"""

from __future__ import annotations

from station.measures.values import Measure

_PLANE = "_ML_AND_AP"
_AXES = {"_ML": "ml", "_AP": "ap", "_Radius": "radius"}


def _row(name: str, unit: str, min_duration_s: float, words: str, axis: str | None = None) -> Measure:
    values = {} if axis is None else {"axis": axis}
    return Measure(name, unit, "quijoux-2021", min_duration_s, 50, "quijoux-2021", f"quijoux.{words}", values)


def _rows(name: str, ends: tuple[str, ...], unit: str, min_duration_s: float) -> list[Measure]:
    """The row of each end. That of the plane has words of its own where there are rows of the axes too."""
    plane = name if ends == (_PLANE,) else f"{name}.plane"
    return [
        _row(name + end, unit, min_duration_s, plane)
        if end == _PLANE
        else _row(name + end, unit, min_duration_s, name, _AXES[end[end.rindex("_") :]])
        for end in ends
    ]


_BOTH, _THREE, _ALL = ("_ML", "_AP"), ("_ML", "_AP", "_Radius"), ("_ML", "_AP", _PLANE)
_SPEED = ("_SPD_ML", "_SPD_AP")
_PSD = ("_Power_Spectrum_Density_ML", "_Power_Spectrum_Density_AP")
_SDA = ("_Diffusion_ML", "_Diffusion_AP")

QUIJOUX_ROWS: tuple[Measure, ...] = (
    *_rows("mean_value", _BOTH, "cm", 5),
    *_rows("mean_distance", _THREE, "cm", 5),
    *_rows("maximal_distance", _THREE, "cm", 5),
    *_rows("rms", _THREE, "cm", 5),
    *_rows("range", _ALL, "cm", 5),
    *_rows("range_ratio", (_PLANE,), "1", 5),
    *_rows("planar_deviation", (_PLANE,), "cm", 5),
    *_rows("coefficient_sway_direction", (_PLANE,), "1", 5),
    *_rows("confidence_ellipse_area", (_PLANE,), "cm2", 5),
    *_rows("principal_sway_direction", (_PLANE,), "deg", 5),
    *_rows("mean_velocity", _ALL, "cm/s", 5),
    *_rows("sway_area_per_second", (_PLANE,), "cm2/s", 5),
    *_rows("phase_plane_parameter", _BOTH, "mixed", 5),
    _row("vfy_SPD_MLAP", "cm/s2", 5, "vfy"),
    *_rows("LFS", (_PLANE,), "1/cm", 5),
    *_rows("fractal_dimension", (_PLANE,), "1", 5),
    *_rows("zero_crossing", _SPEED, "1", 5),
    *_rows("peak_velocity_pos", _SPEED, "cm/s", 5),
    *_rows("peak_velocity_neg", _SPEED, "cm/s", 5),
    *_rows("peak_velocity_all", _SPEED, "cm/s", 5),
    _row("mean_peak_Sway_Density", "s", 5, "mean_peak_sway_density"),
    _row("mean_distance_peak_Sway_Density", "cm", 5, "mean_distance_peak_sway_density"),
    *_rows("mean_frequency", _ALL, "Hz", 5),
    *_rows("total_power", _PSD, "cm2", 20),
    *_rows("power_frequency_50", _PSD, "Hz", 20),
    *_rows("power_frequency_95", _PSD, "Hz", 20),
    *_rows("frequency_mode", _PSD, "Hz", 20),
    *_rows("centroid_frequency", _PSD, "Hz", 20),
    *_rows("frequency_dispersion", _PSD, "1", 20),
    *_rows("energy_content_below_05", _PSD, "cm2", 20),
    *_rows("energy_content_05_2", _PSD, "cm2", 20),
    *_rows("energy_content_above_2", _PSD, "cm2", 20),
    *_rows("frequency_quotient", _PSD, "1", 20),
    *_rows("short_time_diffusion", _SDA, "cm2", 20),
    *_rows("long_time_diffusion", _SDA, "cm2", 20),
    *_rows("critical_time", _SDA, "s", 20),
    *_rows("critical_displacement", _SDA, "cm2", 20),
    *_rows("short_time_scaling", _SDA, "1", 20),
    *_rows("long_time_scaling", _SDA, "1", 20),
)
