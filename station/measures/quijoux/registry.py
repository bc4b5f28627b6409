"""The 73 rows of pipeline `quijoux-2021`: names and units of the reference's own output (cm, s).

One formula serves both axes: in it x is the axis, d the distance from the mean, v the velocity (Savitzky-Golay, five
samples, third order), P Welch's density over 0.15-5 Hz, and fs = 25 Hz.
"""

from __future__ import annotations

from station.measures.values import Measure

_SOURCE = "Quijoux et al. 2021, Physiol Rep 9:e15067"
_PLAIN = {"_ML": " to the sides", "_AP": " forward and back", "_Radius": " from the middle", "_ML_AND_AP": ""}


def _rows(name: str, ends: tuple[str, ...], unit: str, formula: str, seconds: float, meaning: str) -> list[Measure]:
    return [
        Measure(
            name + end,
            unit,
            formula,
            _SOURCE,
            seconds,
            50,
            "quijoux-2021",
            meaning + _PLAIN[end[end.rindex("_ML_AND_AP" if end.endswith("_ML_AND_AP") else "_") :]] + ".",
        )
        for end in ends
    ]


_BOTH, _THREE, _PLANE = ("_ML", "_AP"), ("_ML", "_AP", "_Radius"), ("_ML_AND_AP",)
_ALL = ("_ML", "_AP", "_ML_AND_AP")
_SPEED = ("_SPD_ML", "_SPD_AP")
_PSD = ("_Power_Spectrum_Density_ML", "_Power_Spectrum_Density_AP")
_SDA = ("_Diffusion_ML", "_Diffusion_AP")

QUIJOUX_ROWS: tuple[Measure, ...] = (
    *_rows("mean_value", _BOTH, "cm", "mean(x) as recorded", 5, "Where the pressure point was on the plate,"),
    *_rows("mean_distance", _THREE, "cm", "mean |d|", 5, "Typical distance"),
    *_rows("maximal_distance", _THREE, "cm", "max |d|", 5, "Largest distance"),
    *_rows("rms", _THREE, "cm", "sqrt(mean(d^2))", 5, "RMS distance"),
    *_rows("range", _ALL, "cm", "largest distance of two samples", 5, "Widest extent"),
    *_rows("range_ratio", _PLANE, "1", "range ML / range AP", 5, "Shape of the extent"),
    *_rows("planar_deviation", _PLANE, "cm", "sqrt(rms_ML^2 + rms_AP^2)", 5, "Sway in the plane"),
    *_rows("coefficient_sway_direction", _PLANE, "1", "cov / (rms_ML rms_AP)", 5, "Whether both axes sway together"),
    *_rows(
        "confidence_ellipse_area", _PLANE, "cm2", "2 pi F.95(2,N-2) sqrt(det) (N+1)(N-1)/(N(N-2))", 5, "95 % ellipse"
    ),
    *_rows(
        "principal_sway_direction",
        _PLANE,
        "deg",
        "angle of the first principal axis from AP",
        5,
        "Direction of the largest sway",
    ),
    *_rows("mean_velocity", _ALL, "cm/s", "path fs / N", 5, "Mean speed"),
    *_rows("sway_area_per_second", _PLANE, "cm2/s", "sum |x' y - x y'| / (2 T)", 5, "Area swept in a second"),
    *_rows("phase_plane_parameter", _BOTH, "mixed", "sqrt(rms^2 + var v)", 5, "Sway and speed together"),
    Measure(
        "vfy_SPD_MLAP",
        "cm/s2",
        "var |v| / mean AP as recorded",
        _SOURCE,
        5,
        50,
        "quijoux-2021",
        "Unrest of the speed for the lean; the reference names it and never computes it.",
    ),
    *_rows("LFS", _PLANE, "1/cm", "path / ellipse area", 5, "Way travelled for the area used"),
    *_rows(
        "fractal_dimension",
        _PLANE,
        "1",
        "ln N / (ln N + ln d - ln path), d of a circle of the ellipse's area",
        5,
        "How much the way fills its area",
    ),
    *_rows("zero_crossing", _SPEED, "1", "changes of sign of v", 5, "Turns"),
    *_rows(
        "peak_velocity_pos",
        _SPEED,
        "cm/s",
        "mean of the largest v between two crossings, v > 0",
        5,
        "Typical top speed in the axis' direction",
    ),
    *_rows("peak_velocity_neg", _SPEED, "cm/s", "the same, v < 0", 5, "Typical top speed against the axis' direction"),
    *_rows("peak_velocity_all", _SPEED, "cm/s", "the same, both", 5, "Typical top speed"),
    Measure(
        "mean_peak_Sway_Density",
        "s",
        "mean of the peaks of the time within 3 mm, 2.5 Hz low-pass",
        _SOURCE,
        5,
        50,
        "quijoux-2021",
        "How long the point rests in one place.",
    ),
    Measure(
        "mean_distance_peak_Sway_Density",
        "cm",
        "mean distance from peak to peak",
        _SOURCE,
        5,
        50,
        "quijoux-2021",
        "How far apart these places are.",
    ),
    *_rows(
        "mean_frequency",
        _ALL,
        "Hz",
        "mean speed / (4 sqrt(2) mean |d|); plane: / (2 pi mean r)",
        5,
        "Turns a second of a sway of this size and speed",
    ),
    *_rows("total_power", _PSD, "cm2", "sum P", 20, "Power of the sway"),
    *_rows("power_frequency_50", _PSD, "Hz", "half of sum P lies below", 20, "Middle frequency of the sway"),
    *_rows("power_frequency_95", _PSD, "Hz", "95 % of sum P lies below", 20, "Where quick corrections end,"),
    *_rows("frequency_mode", _PSD, "Hz", "frequency of the largest P", 20, "Strongest frequency of the sway"),
    *_rows("centroid_frequency", _PSD, "Hz", "sqrt(m2 / m0)", 20, "RMS frequency of the sway"),
    *_rows("frequency_dispersion", _PSD, "1", "sqrt(1 - m1^2 / (m0 m2))", 20, "Spread of the frequencies of the sway"),
    *_rows("energy_content_below_05", _PSD, "cm2", "sum P, f <= 0.5 Hz", 20, "Slow sway"),
    *_rows("energy_content_05_2", _PSD, "cm2", "sum P, 0.5 < f <= 2 Hz", 20, "Middle sway"),
    *_rows("energy_content_above_2", _PSD, "cm2", "sum P, 2 < f <= 5 Hz", 20, "Quick sway"),
    *_rows("frequency_quotient", _PSD, "1", "sum P above 2 Hz / below", 20, "Quick sway over slow sway"),
    *_rows(
        "short_time_diffusion",
        _SDA,
        "cm2",
        "exp of the early intercept of log MSD over log t",
        20,
        "Drift before correction",
    ),
    *_rows("long_time_diffusion", _SDA, "cm2", "exp of the late intercept", 20, "Drift in spite of correction"),
    *_rows("critical_time", _SDA, "s", "crossing of both lines", 20, "When correction sets in,"),
    *_rows("critical_displacement", _SDA, "cm2", "MSD at the crossing", 20, "How far it had drifted by then,"),
    *_rows("short_time_scaling", _SDA, "1", "half the early slope", 20, "Above 0.5: the point keeps going at first,"),
    *_rows("long_time_scaling", _SDA, "1", "half the late slope", 20, "Below 0.5: the point is brought back later,"),
)
