"""The table of every measure: name, unit, formula, source, and what a recording must have to carry it.

`docs/measures-reference.md` has each of these, `docs/measures.md` explains them; tests hold them together.
"""

from __future__ import annotations

from station.measures.quijoux.registry import QUIJOUX
from station.measures.values import Measure

_ISPGR = "Scoppa et al. 2013, Gait Posture 37:290; Duarte and Freitas 2010, Rev Bras Fisioter 14:183"
_ELLIPSE = "Schubert and Kirchner 2014, Gait Posture 39:518; chi-square form: the plates' vendors"
_PRIETO = "Prieto et al. 1996, IEEE Trans Biomed Eng 43:956"
_SDA = "Collins and De Luca 1993, Exp Brain Res 95:308"
_DUARTE = "Santos and Duarte 2016, PeerJ 4:e2648"
_TTB = "Hertel et al. 2006, J Appl Biomech 22:67; Hertel and Olmsted-Kramer 2007, Gait Posture 25:33"
_DENSITY = "Baratto et al. 2002, Motor Control 6:246; radius of Quijoux et al. 2021, Physiol Rep 9:e15067"
_FOAM = "Fujimoto et al. 2009, Clin Neurophysiol 120:1408"
_MCTSIB = "APDM, CTSIB scores (support.apdm.com 115004818406), of the CoP's ellipse"
_RAMBLING = "Zatsiorsky and Duarte 1999, Motor Control 3:28"
_LOS = "NeuroCom's terms, as in Lininger et al. 2018, Int J Sports Phys Ther 13:800; rules of our own"
_RISE = "NeuroCom's definitions (resourcesonbalance.com, sit to stand); thresholds of our own"

_ROWS: tuple[Measure, ...] = (
    # --- every trial -----------------------------------------------------------------------------------------------
    Measure("path_length_mm", "mm", "sum of |step|", _ISPGR, 2, 50, "sway", "How far the pressure point travelled."),
    Measure("mean_velocity_mm_s", "mm/s", "path / duration", _ISPGR, 2, 50, "sway",
            "How fast it travelled on average: the most repeatable figure of all."),
    Measure("ellipse_area_mm2", "mm2", "station-1: pi sqrt(det S) 2(n-1)(n+1)/(n(n-2)) F.95(2,n-2); "
            "raw: pi 5.991 sqrt(det S)", _ELLIPSE, 2, 50, "sway", "The area that would hold 95 % of further samples."),
    Measure("rms_ml_mm", "mm", "sqrt(mean((x - mean)^2))", _ISPGR, 2, 50, "sway", "Typical sway to the sides."),
    Measure("rms_ap_mm", "mm", "sqrt(mean((y - mean)^2))", _ISPGR, 2, 50, "sway", "Typical sway forward and back."),
    Measure("range_ml_mm", "mm", "max - min", _ISPGR, 2, 50, "sway", "Widest sway to the sides."),
    Measure("range_ap_mm", "mm", "max - min", _ISPGR, 2, 50, "sway", "Widest sway forward and back."),
    Measure("mean_force_n", "N", "mean of the vertical force", "by definition", 2, 50, "sway",
            "The load on the plate."),
    # --- station-1, everything -------------------------------------------------------------------------------------
    Measure("mean_velocity_ml_mm_s", "mm/s", "sum |dx| / duration", _PRIETO, 2, 50, "axes", "Speed to the sides."),
    Measure("mean_velocity_ap_mm_s", "mm/s", "sum |dy| / duration", _PRIETO, 2, 50, "axes", "Speed forward and back."),
    Measure("sway_area_rate_mm2_s", "mm2/s", "sum |x' y - x y'| / (2 duration)", _PRIETO, 2, 50, "axes",
            "Area swept about the middle in each second."),
    Measure("hull_area_mm2", "mm2", "area of the convex hull", "Andrew 1979, Inf Process Lett 9:216", 2, 50,
            "axes", "Area inside the outermost points."),
    Measure("principal_direction_deg", "deg", "atan2(2 s_xy, s_yy - s_xx) / 2",
            "Oliveira et al. 1996, Physiol Meas 17:305", 2, 50, "axes",
            "Direction of the largest sway; 0 is forward and back, 90 is sideways."),
    *(row for axis, plain in (("ml", "to the sides"), ("ap", "forward and back")) for row in (
        Measure(f"power_frequency_50_{axis}_hz", "Hz", "half of the power of 0.15-5 Hz lies below; Welch 20 s",
                "Vieira et al. 2009, Braz J Med Biol Res 42:665", 20, 50, "spectrum",
                f"Middle frequency of the sway {plain}."),
        Measure(f"power_frequency_95_{axis}_hz", "Hz", "95 % of the power of 0.15-5 Hz lies below; Welch 20 s",
                "Vieira et al. 2009, Braz J Med Biol Res 42:665", 20, 50, "spectrum",
                f"Where the quick corrections {plain} end."),
        Measure(f"sample_entropy_{axis}", "1", "-ln(A/B), m = 2, r = 0.2 SD, 25 Hz",
                "Richman and Moorman 2000, Am J Physiol 278:H2039; Montesinos et al. 2018, J Neuroeng Rehabil 15:116",
                20, 50, "regularity", f"Low: the sway {plain} repeats itself; high: it is hard to foresee."),
        Measure(f"dfa_alpha_{axis}", "1", "slope of log F(n) over log n, n = 8 samples at 25 Hz to a quarter",
                "Peng et al. 1994, Phys Rev E 49:1685; Duarte and Zatsiorsky 2000, Neurosci Lett 283:173",
                20, 50, "regularity", f"How long the sway {plain} remembers; 0.5 not at all, 1.5 drifting."),
        Measure(f"higuchi_dimension_{axis}", "1", "slope of log L(k) over log 1/k, k = 1..16 at 25 Hz",
                "Higuchi 1988, Physica D 31:277", 10, 50, "regularity", f"Roughness of the sway {plain}, 1 to 2."),
        Measure(f"diffusion_short_{axis}_mm2_s", "mm2/s", "half the slope of the early line of MSD(t)", _SDA, 30, 50,
                "diffusion", f"How fast the point {plain} drifts off before it is corrected."),
        Measure(f"diffusion_long_{axis}_mm2_s", "mm2/s", "half the slope of the late line of MSD(t), to 10 s", _SDA, 30,
                50, "diffusion", f"How fast it drifts {plain} in spite of correction."),
        Measure(f"diffusion_critical_time_{axis}_s", "s", "crossing of both lines", _SDA, 30, 50, "diffusion",
                f"How long it takes until correction {plain} sets in."),
        Measure(f"hurst_short_{axis}", "1", "half the early slope of log MSD over log t", _SDA, 30, 50, "diffusion",
                f"Above 0.5: the point {plain} keeps going at first."),
        Measure(f"hurst_long_{axis}", "1", "half the late slope of log MSD over log t", _SDA, 30, 50, "diffusion",
                f"Below 0.5: the point {plain} is brought back later."),
        Measure(f"rambling_rms_{axis}_mm", "mm", "RMS of the spline through the CoP where the horizontal force is zero",
                _RAMBLING, 20, 50, "rambling", f"Wandering of the set point {plain}."),
        Measure(f"trembling_rms_{axis}_mm", "mm", "RMS of CoP less rambling", _RAMBLING, 20, 50, "rambling",
                f"Sway about the set point {plain}."),
        Measure(f"ttb_{axis}_min_s", "s", "least of distance to the edge ahead / velocity, at 50 Hz", _TTB, 10, 50,
                "foot", f"Closest call {plain}: how soon the foot's edge would have been reached."),
        Measure(f"ttb_{axis}_mean_min_s", "s", "mean of the valleys of time to boundary, at 50 Hz", _TTB, 10, 50,
                "foot", f"Typical closeness of the calls {plain}; less is worse."),
        Measure(f"ttb_{axis}_sd_min_s", "s", "SD of the valleys of time to boundary, at 50 Hz", _TTB, 10, 50, "foot",
                f"How much the calls {plain} differ; less is a stiffer control."),
    )),
    Measure("vtc_mean_s", "s", "mean of the least t > 0 with r + v t + a t^2/2 on an edge",
            "Slobounov et al. 1997, J Mot Behav 29:263", 10, 50, "foot", "Typical time until an edge would be met."),
    Measure("vtc_min_s", "s", "least of the same", "Slobounov et al. 1997, J Mot Behav 29:263", 10, 50, "foot",
            "The closest call to any edge."),
    Measure("sway_density_peak_s", "s", "mean of the peaks of the time within 3 mm, 2.5 Hz low-pass",
            _DENSITY, 10, 50, "density", "How long the point rests in one place."),
    Measure("sway_density_distance_mm", "mm", "mean distance from peak to peak",
            _DENSITY, 10, 50, "density", "How far apart these places are."),
    # --- raw, as published with the data set -------------------------------------------------------------------------
    Measure("duarte_area_cm2", "cm2", "pi sqrt(det S) 2(n-1)(n+1)/(n(n-2)) F.95(2,n-2), unfiltered", _DUARTE, 2, 50,
            "duarte", "Prediction ellipse as the data set's authors publish it."),
    Measure("duarte_mean_velocity_cm_s", "cm/s", "path * rate / n, unfiltered", _DUARTE, 2, 50, "duarte",
            "Mean velocity as they publish it."),
    Measure("duarte_mean_frequency_hz", "Hz", "centre of Welch's density, axes weighted by power", _DUARTE, 2, 50,
            "duarte", "Mean frequency as they publish it."),
    # --- tasks -----------------------------------------------------------------------------------------------------
    Measure("los_reaction_time_s", "s", "cue to the first movement toward the target", _LOS, 2, 50, "task",
            "How long the patient takes to begin to lean."),
    Measure("los_movement_velocity_deg_s", "deg/s", "lean between 5 % and 95 % of the endpoint over its time", _LOS, 2,
            50, "task", "How fast the patient leans."),
    Measure("los_endpoint_excursion_percent", "%", "first stop / limit", _LOS, 2, 50, "task",
            "How far the first attempt reaches."),
    Measure("los_maximum_excursion_percent", "%", "furthest / limit", _LOS, 2, 50, "task", "How far at most."),
    Measure("los_directional_control_percent", "%", "100 (on - off axis) / on axis", _LOS, 2, 50, "task",
            "How straight the way was; 100 is a straight line."),
    Measure("rise_transfer_time_s", "s", "onset (5 % of weight) to the force reaching the weight", _RISE, 2, 50, "task",
            "How long the weight takes from the seat to the feet."),
    Measure("rise_index_percent", "%", "100 (largest force - weight) / weight", _RISE, 2, 50, "task",
            "How strongly the patient pushes up."),
    Measure("rise_symmetry_percent", "%", "100 (left - right) / (left + right)", _RISE, 2, 50, "task",
            "Which leg does more; 0 is equal."),
    Measure("push_force_max_n", "N", "largest force less rest", "Maffiuletti et al. 2016, Eur J Appl Physiol 116:1091",
            1, 100, "task", "Strength of the push."),
    *(Measure(f"push_rfd_{window}ms_n_s", "N/s", f"rise of the force in the first {window} ms over that time",
              "Maffiuletti et al. 2016, Eur J Appl Physiol 116:1091", 1, 100, "task", "How explosive the push begins.")
      for window in (100, 150, 200, 250)),
    Measure("time_to_stabilisation_s", "s", "running mean stays within 0.25 SD of the mean of 5 s",
            "sequential averaging, one of the 18 methods of Fransz et al. 2015, Gait Posture 41:63", 5, 50, "task",
            "How long it takes to find rest after lifting the foot or landing."),
    Measure("single_leg_stance_time_s", "s", "foot lifted to foot down or step off, 45 s at most",
            "Springer et al. 2007, J Geriatr Phys Ther 30:8", 0, 50, "task", "How long the patient stands on one leg."),
    Measure("weight_bearing_left_percent", "%", "100 (0.5 - ML / width of stance), weighted by force",
            "moments about the plate's middle", 2, 50, "task",
            "Share of the weight on the left leg."),
    # --- several trials --------------------------------------------------------------------------------------------
    Measure("romberg_quotient", "1", "eyes closed / eyes open, one surface", _FOAM, 20, 50, "trials",
            "How much the patient leans on sight."),
    Measure("foam_quotient", "1", "foam / firm, one vision", _FOAM, 20, 50, "trials",
            "How much the patient leans on the feel of the ground."),
    Measure("mctsib_composite", "as measured", "mean of the four conditions",
            "APDM, composite (support.apdm.com 217035886), of the CoP's ellipse", 20, 50, "trials",
            "All four sensory conditions in one figure."),
    Measure("mctsib_vision", "1", "closed-firm / open-firm", _MCTSIB, 20, 50, "trials",
            "The part of sight."),
    Measure("mctsib_somatosensory", "1", "open-foam / open-firm", _MCTSIB, 20, 50, "trials",
            "The part of the feel of the ground."),
    Measure("mctsib_vestibular", "1", "closed-foam / open-firm", _MCTSIB, 20, 50, "trials",
            "The part of the inner ear."),
    Measure("side_difference_percent", "%", "100 (left - right) / mean", "symmetry index, Robinson et al. 1987, "
            "J Manipulative Physiol Ther 10:172", 10, 50, "trials", "How much more the left leg shows."),
    Measure("vibration_effect_percent", "%", "100 (vibrated - quiet) / quiet", "difference within the patient", 10, 50,
            "trials", "What the vibration changed."),
)

REGISTRY: dict[str, Measure] = {row.name: row for row in (*_ROWS, *QUIJOUX)}


def carries(name: str, duration_s: float) -> bool:
    """Whether a recording is long enough for a measure; the last sample of 30 s at 100 Hz is at 29.99 s."""
    return duration_s >= REGISTRY[name].min_duration_s - 0.05


def names(*groups: str) -> tuple[str, ...]:
    """Names of the measures of these groups, in the table's order."""
    return tuple(name for name, row in REGISTRY.items() if row.group in groups)
