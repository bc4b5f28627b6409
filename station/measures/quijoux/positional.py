"""The 19 positional variables of Quijoux et al. 2021 (Physiol Rep 9:e15067): where the CoP was."""

from __future__ import annotations

import math

import numpy as np

from station.measures.signal import Array
from station.measures.sway.extent import dot, f95, principal_direction_deg
from station.measures.sway.hull import diameter


def positional(ml: Array, ap: Array, mean_ml: float, mean_ap: float) -> dict[str, float]:
    """Names and figures; `ml`, `ap` (N,) centred in cm, the means those of the samples as recorded."""
    n = len(ml)
    r2 = ml * ml + ap * ap
    radius = np.sqrt(r2)
    abs_ml, abs_ap = np.abs(ml), np.abs(ap)
    s2_ml, s2_ap, cov = dot(ml, ml) / n, dot(ap, ap) / n, dot(ml, ap) / n
    s_ml, s_ap = math.sqrt(s2_ml), math.sqrt(s2_ap)
    range_ml, range_ap = float(np.ptp(ml)), float(np.ptp(ap))
    return {
        "mean_value_ML": mean_ml,
        "mean_value_AP": mean_ap,
        "mean_distance_ML": float(np.mean(abs_ml)),
        "maximal_distance_ML": float(np.max(abs_ml)),
        "rms_ML": s_ml,
        "mean_distance_AP": float(np.mean(abs_ap)),
        "maximal_distance_AP": float(np.max(abs_ap)),
        "rms_AP": s_ap,
        "mean_distance_Radius": float(np.mean(radius)),
        "maximal_distance_Radius": float(np.max(radius)),
        "rms_Radius": math.sqrt(float(np.mean(r2))),
        "range_ML": range_ml,
        "range_AP": range_ap,
        "range_ML_AND_AP": diameter(ml, ap),
        "range_ratio_ML_AND_AP": range_ml / range_ap,
        "planar_deviation_ML_AND_AP": math.hypot(s_ml, s_ap),
        "coefficient_sway_direction_ML_AND_AP": cov / (s_ml * s_ap),
        "confidence_ellipse_area_ML_AND_AP": ellipse(n, s2_ml, s2_ap, cov),
        "principal_sway_direction_ML_AND_AP": principal_direction_deg(ml, ap),
    }


def ellipse(n: int, s2_ml: float, s2_ap: float, cov: float) -> float:
    """95 % ellipse of the reference, cm2: 2 pi F.95(2, N-2) sqrt(det) (N+1)(N-1) / (N(N-2)), population moments."""
    root = math.sqrt(max(s2_ml * s2_ap - cov * cov, 0.0))
    return 2.0 * math.pi * f95(n - 2) * root * (n + 1) * (n - 1) / (n * (n - 2))
