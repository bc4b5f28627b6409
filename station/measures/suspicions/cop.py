"""All that can be suspected of a centre of pressure, one of each kind."""

from __future__ import annotations

import numpy as np

from drills.problems import Problem
from station.measures.recorded import QUIET, PlateMotion
from station.measures.signal import FROZEN_S, Signal
from station.measures.suspicions.clock import stretched
from station.measures.suspicions.course import course_of
from station.measures.suspicions.even import EvenCop, evenly
from station.measures.suspicions.load import odd_load
from station.measures.suspicions.pace import unlike_people
from station.measures.suspicions.plate import STOOD_PERCENTILE
from station.measures.suspicions.scale import wrong_scale
from station.measures.suspicions.steps import jump, moving, noise, quick_part, uneven
from station.measures.suspicions.stuck import axes_alike, clipped, dead_axis, held, still_axis, straight, twice
from station.measures.suspicions.vibrated import MOVES_BESIDE, jump_beside, noise_between

HIDES_SCALE_PERCENT = 100.0
"""Noise that would lift the velocity by more is no noise: nothing of the sway is left."""


def suspicions_of(
    signal: Signal,
    weight_kg: float | None = None,
    *,
    scale_known: bool = False,
    motion: PlateMotion = QUIET,
    moves: bool = False,
    stood: str = "",
) -> tuple[tuple[Problem, ...], dict[str, float]]:
    """What is suspect of a checked signal, nothing or one of each kind; and its slow shifts and drift.

    With `scale_known` nobody can have mistaken its unit, and what was done may be more than standing; on a plate that
    vibrates what trembles at its harmonics is the plate. Of somebody who `moves` on purpose only a jump that no foot
    makes is one. `stood` is as for `wrong_scale`.
    """
    cop = EvenCop(evenly(signal), signal.rate_hz)
    stands = not (moves or scale_known or motion.frequency_hz > 0)
    still, slower = still_axis(cop) or axes_alike(cop, stands=stands), held(cop)
    if motion.frequency_hz > 0:
        quick = _quick_beside(signal, motion, moves)
        peaks = None
    else:
        # What is held from one sample to the next jumps there: that says it all.
        quick = slower or noise(cop) or jump(cop, moving(cop.rate_hz) if moves else 1.0)
        peaks = clipped(cop)
        if peaks is not None and still is not None and _seconds(still) < FROZEN_S:
            still = None  # what is cut off stands still at its end
        if not (still or moves or scale_known or (quick is not None and quick.reason.startswith("white-noise"))):
            still = dead_axis(cop) or straight(cop)
        if not (quick or still or peaks or moves or scale_known):
            # What the others do not explain: a spike has all frequencies, and noise no aim.
            quick = unlike_people(cop.mm, cop.rate_hz) or (uneven(cop) if signal.even else None)
    # An axis that stands still has no scale, nor have rows in any order.
    unscaled = motion.frequency_hz > 0 or scale_known or still or (quick is not None and _hides_scale(quick))
    wrong = None if unscaled else wrong_scale(cop.tenths_mm, stood)
    found = [still, wrong, twice(cop), peaks, quick, stretched(signal)]
    if signal.force_n is not None:
        found.append(odd_load(float(np.percentile(signal.force_n, STOOD_PERCENTILE if moves else 50.0)), weight_kg))
    return tuple(one for one in found if one is not None), course_of(cop.tenths_mm)


def suspicion_unfiltered(signal: Signal) -> Problem | None:
    """What is suspect of a signal only where nothing is filtered out of it."""
    return quick_part(EvenCop(evenly(signal), signal.rate_hz))


def _seconds(still: Problem) -> float:
    length_s = still.values.get("length_s")
    return length_s if isinstance(length_s, float) else FROZEN_S


def _hides_scale(quick: Problem) -> bool:
    percent = quick.values.get("percent")
    return isinstance(percent, float) and percent > HIDES_SCALE_PERCENT


def _quick_beside(signal: Signal, motion: PlateMotion, moves: bool) -> Problem | None:
    """A jump, else noise, beside the vibration; where the drive's phase is not known, noise only."""
    cop = np.column_stack((signal.ml_mm, signal.ap_mm))
    phase = None if motion.phase_turns is None else np.asarray(motion.phase_turns, dtype=float)
    if phase is None or phase.shape != signal.kept.shape or not np.all(np.isfinite(phase)):
        return noise_between(cop, signal.rate_hz, motion.frequency_hz)
    phase = phase[signal.kept]
    return jump_beside(cop, signal.rate_hz, phase, MOVES_BESIDE if moves else 1.0) or noise_between(
        cop, signal.rate_hz, motion.frequency_hz, phase
    )
