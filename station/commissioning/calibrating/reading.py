"""One reading of a still plate: the mean voltage of each cell over some seconds, and whether it may be used."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import NamedTuple

from drills.problems import Problem
from hw.ports import Rig
from hw.values import CELL_NAMES, LAST_USABLE_STATUS, CellCalibration, CellStatus, Four, Frame, PlateGeometry
from station.clock import NS_PER_S, StationClock
from station.control.loop import PERIOD_NS, RATE_HZ
from station.faults import InputError, StationError, because
from station.measures.constants import STANDARD_GRAVITY_M_S2
from station.sensing.calibration import Calibrator
from station.wire.sample import Sample

READ_S = 4.0
SETTLE_S = 1.0
"""Left out after the person has let go: the plate rings."""
ZERO_SHARE = 0.02
"""Largest distance of a cell's zero from the designed one, as a share of the converter's range."""
LEAST_CHANGE = 0.01
"""Least change that a weight must make, all cells together, as a share of the converter's range."""
UNSTABLE_N = 1.0
"""Largest standard deviation of a cell: quiet electronics have 0.03 N, somebody leaning on the plate has more."""
WANDERING_N = 0.5
"""Largest change of a cell from the reading's first half to its second."""
LOADED_N = 60.0
"""More than this on a plate that is to be empty is a forgotten weight, or a foot."""
WRONG_MASS = 0.2
WRONG_PLACE_MM = 40.0
"""A weight that the old calibration sees so far from where it should be is another weight, or elsewhere."""


class CellReading(NamedTuple):
    """Voltages of one step."""

    volts: Four
    sd_v: Four
    """Standard deviation of single conversions: noise, and movement."""
    wander_v: Four
    """Mean of the second half less mean of the first."""
    at_s: float
    """Wall time (Unix) of the reading's middle."""


def read_cells(rig: Rig, clock: StationClock, duration_s: float = READ_S) -> CellReading:
    """Read all four cells at 250 Hz for so long. Raises InputError "calibration-refused" naming a cell at fault."""
    begin_ns = clock.now_ns() + round(SETTLE_S * NS_PER_S)
    frames: list[Frame] = []
    deadline_ns = clock.now_ns()
    for _ in range(round((duration_s + SETTLE_S) * NS_PER_S / PERIOD_NS)):
        deadline_ns += PERIOD_NS
        clock.sleep_until_ns(deadline_ns)
        frame = rig.load_cells.read()
        if frame.t_ns >= begin_ns:
            refuse_broken(frame)
            frames.append(frame)
    return averaged([(frame.t_ns, frame.volts) for frame in frames], clock.epoch_ns)


def averaged(rows: Sequence[tuple[int, Four]], epoch_ns: int) -> CellReading:
    """The reading of these voltages, each with its monotonic time (ns); `epoch_ns` is the wall time at its zero."""
    half = len(rows) // 2
    columns = list(zip(*(volts for _, volts in rows), strict=True))
    means = [math.fsum(column) / len(column) for column in columns]
    spreads = [
        math.sqrt(math.fsum((v - mean) ** 2 for v in column) / len(column))
        for column, mean in zip(columns, means, strict=True)
    ]
    wander = [math.fsum(column[half:]) / (len(column) - half) - math.fsum(column[:half]) / half for column in columns]
    at_ns = epoch_ns + (rows[0][0] + rows[-1][0]) // 2
    return CellReading(_four(means), _four(spreads), _four(wander), at_ns / NS_PER_S)


def read_samples(samples: Sequence[Sample], epoch_ns: int) -> CellReading:
    """The same of what control has published, after the settling; `epoch_ns` is the wall time at monotonic zero.

    Raises InputError "calibration-refused" naming a cell at fault; StationError "drill-runs" where something was asked
    of the drive meanwhile, "control-unreachable" for too few samples.
    """
    if len(samples) < READ_S * RATE_HZ / 2:
        raise StationError("control-unreachable", "samples")
    rows = []
    for one in samples:
        if one.session or one.output_hz > 0.0:
            raise StationError("drill-runs", "calibration")
        volts = (one.front_left_v, one.front_right_v, one.back_right_v, one.back_left_v)
        states = (one.front_left_status, one.front_right_status, one.back_right_status, one.back_left_status)
        _refuse_states(volts, states)
        rows.append((one.t_ns, volts))
    return averaged(rows, epoch_ns)


def refuse_unsteady(reading: CellReading, calibration: CellCalibration) -> None:
    """Raise InputError "calibration-refused" where something moved while it was read."""
    for name, sd, wander, span in zip(
        CELL_NAMES, reading.sd_v, reading.wander_v, calibration.span_n_per_v, strict=True
    ):
        if sd * span > UNSTABLE_N or abs(wander) * span > WANDERING_N:
            raise _refused(because("cell-unsteady", cell=name, rms_n=sd * span, wander_n=wander * span))


def refuse_zero(reading: CellReading, calibration: CellCalibration, range_v: float) -> None:
    """Raise InputError "calibration-refused" where a plate that is to be empty is not, or a cell's zero is far off."""
    force_n = sum(Calibrator(calibration).newtons(reading.volts))
    if force_n > LOADED_N:
        raise _refused(because("plate-loaded", kg=force_n / STANDARD_GRAVITY_M_S2))
    for name, volts, zero in zip(CELL_NAMES, reading.volts, calibration.zero_v, strict=True):
        share = abs(volts - zero) / range_v
        if share > ZERO_SHARE:
            raise _refused(
                because(
                    "zero-far-off",
                    cell=name,
                    volts=volts,
                    percent=100 * share,
                    wanted_v=zero,
                    most_percent=100 * ZERO_SHARE,
                )
            )


def refuse_weight(
    reading: CellReading,
    zero: CellReading,
    calibration: CellCalibration,
    range_v: float,
    plate: PlateGeometry,
    expected: tuple[float, float, float],
) -> None:
    """Raise InputError "calibration-refused" where the weight is missing, or not the one or not where it should be.

    `expected` is force (N) and place (ML, AP, mm); `zero` the newest reading of the empty plate.
    """
    change_v = sum(reading.volts) - sum(zero.volts)
    if change_v < LEAST_CHANGE * range_v:
        raise _refused(because("no-weight", percent=100 * change_v / range_v, least_percent=100 * LEAST_CHANGE))
    cells_n = Calibrator(calibration._replace(zero_v=zero.volts)).newtons(reading.volts)
    force_n, ml_mm, ap_mm = pressing(cells_n, plate)
    wanted_n, wanted_ml, wanted_ap = expected
    if abs(force_n / wanted_n - 1.0) > WRONG_MASS:
        kg, wanted_kg = force_n / STANDARD_GRAVITY_M_S2, wanted_n / STANDARD_GRAVITY_M_S2
        raise _refused(because("other-weight", kg=kg, wanted_kg=wanted_kg))
    if math.hypot(ml_mm - wanted_ml, ap_mm - wanted_ap) > WRONG_PLACE_MM:
        raise _refused(
            because("weight-elsewhere", ml_mm=ml_mm, ap_mm=ap_mm, wanted_ml_mm=wanted_ml, wanted_ap_mm=wanted_ap)
        )


def refuse_broken(frame: Frame) -> None:
    """Raise InputError "calibration-refused" where a cell's voltage may not be used."""
    _refuse_states(frame.volts, frame.status)


def _refuse_states(read: Four, states: Sequence[int]) -> None:
    for name, status, volts in zip(CELL_NAMES, states, read, strict=True):
        if status > LAST_USABLE_STATUS:
            why = {
                CellStatus.SATURATED: "cell-saturated",
                CellStatus.OPEN: "cell-open",
                CellStatus.STALE: "cell-stale",
            }.get(CellStatus(status), "cell-silent")
            raise _refused(because(why, cell=name, volts=volts))


def pressing(cells_n: Four, plate: PlateGeometry) -> tuple[float, float, float]:
    """Force on the plate (N) and where it acts (ML, AP, mm). Raises ZeroDivisionError where there is no force."""
    front_left, front_right, back_right, back_left = cells_n
    force = front_left + front_right + back_right + back_left
    ml = plate.spacing_ml_mm / 2.0 * (front_right + back_right - front_left - back_left) / force
    return force, ml, plate.spacing_ap_mm / 2.0 * (front_left + front_right - back_right - back_left) / force


def _refused(seen: Problem) -> InputError:
    return InputError("calibration-refused", "", seen)


def _four(values: list[float]) -> Four:
    one, two, three, four = values
    return (one, two, three, four)
