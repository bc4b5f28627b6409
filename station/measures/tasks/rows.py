"""Rows of the table of measures: figures of tasks, and of several trials."""

from __future__ import annotations

from station.measures.constants import LEAST_RATE_HZ
from station.measures.tasks.distribution import DISTRIBUTION_NAMES
from station.measures.values import Measure

TASK_ROWS: tuple[Measure, ...] = (
    # --- tasks
    Measure("los_reaction_time_s", "s", "limits-of-stability", 2, 50, "task"),
    Measure("los_movement_velocity_deg_s", "deg/s", "limits-of-stability", 2, 50, "task"),
    Measure("los_endpoint_excursion_percent", "%", "limits-of-stability", 2, 50, "task"),
    Measure("los_maximum_excursion_percent", "%", "limits-of-stability", 2, 50, "task"),
    Measure("los_directional_control_percent", "%", "limits-of-stability", 2, 50, "task"),
    Measure("rise_transfer_time_s", "s", "sit-to-stand", 2, 50, "task"),
    Measure("rise_index_percent", "%", "sit-to-stand", 2, 50, "task"),
    Measure("rise_symmetry_percent", "%", "sit-to-stand", 2, 50, "task"),
    Measure("push_force_max_n", "N", "maffiuletti-2016", 1, 100, "task"),
    *(
        Measure(f"push_rfd_{ms}ms_n_s", "N/s", "maffiuletti-2016", 1, 100, "task", "push_rfd", {"window_ms": ms})
        for ms in (100, 150, 200, 250)
    ),
    Measure("time_to_stabilisation_s", "s", "fransz-2015", 5, 50, "task"),
    Measure("single_leg_stance_time_s", "s", "springer-2007", 0, 50, "task"),
    Measure("weight_bearing_left_percent", "%", "moments", 2, LEAST_RATE_HZ, "task"),
    *(Measure(name, "%", "openbalance", 2, LEAST_RATE_HZ, "task") for name in DISTRIBUTION_NAMES[:5]),
    Measure(DISTRIBUTION_NAMES[5], "1", "openbalance", 2, LEAST_RATE_HZ, "task"),
    # --- several trials
    Measure("romberg_quotient", "1", "fujimoto-2009", 20, LEAST_RATE_HZ, "trials"),
    Measure("foam_quotient", "1", "fujimoto-2009", 20, LEAST_RATE_HZ, "trials"),
    Measure("mctsib_composite", "as-measured", "ctsib-composite", 20, LEAST_RATE_HZ, "trials"),
    Measure("mctsib_vision", "1", "ctsib-scores", 20, LEAST_RATE_HZ, "trials"),
    Measure("mctsib_somatosensory", "1", "ctsib-scores", 20, LEAST_RATE_HZ, "trials"),
    Measure("mctsib_vestibular", "1", "ctsib-scores", 20, LEAST_RATE_HZ, "trials"),
    Measure("side_difference_percent", "%", "robinson-1987", 10, 50, "trials"),
    Measure("vibration_effect_percent", "%", "within-patient", 10, 50, "trials"),
)
