"""The parts of an acceptance that weights show: noise, a dead weight, ruler, swing, a weight on the running plate."""

from __future__ import annotations

import math
from collections.abc import Mapping

from hw.values import Four
from station.clock import NS_PER_S
from station.commissioning.accepting.gauge import LEAST_N, Gauge, PartFound, refused
from station.commissioning.accepting.parts import REACH_OF
from station.commissioning.accepting.pendulum import PERIODS, WIDEST_COP_MM, Swing, start_of, swung
from station.commissioning.bench import Bench
from station.commissioning.calibrating.plan import REACH
from station.commissioning.calibrating.reading import LOADED_N, pressing, refuse_broken
from station.commissioning.calibrating.run import NOISE_FORCE_N
from station.control.loop import PERIOD_NS, RATE_HZ
from station.faults import because
from station.measures.constants import STANDARD_GRAVITY_M_S2
from station.sensing.calibration import Calibrator

EMPTY_S = 10.0
RUNNING_HZ = 20.0
"""At the top of the self-test's sweep, where its acceleration is within MOST_G."""
GETS_UP_S, LOOKED_AT_S = 4.0, 5.0
SETTLES_S = 3.0
"""After a weight was felt on the plate."""

Given = Mapping[str, float | str]
Kept = Mapping[str, float]


def reach_mm(gauge: Gauge, name: str) -> tuple[float, float]:
    """Where this ruler part wants the weight (ML, AP, mm)."""
    ml, ap = REACH_OF[name]
    plate = gauge.rig.plate
    return float(ml * round(REACH * plate.spacing_ml_mm)), float(ap * round(REACH * plate.spacing_ap_mm))


def empty(gauge: Gauge) -> PartFound:
    """Noise of the CoP of 70 kg, and the cells' zeros. Raises InputError for a plate that is not empty."""
    gauge.put(0.0)
    reading, calibration = gauge.read(EMPTY_S), gauge.calibration
    force_n = sum(Calibrator(calibration).newtons(reading.volts))
    if abs(force_n) > LOADED_N:
        raise refused(because("plate-loaded", kg=force_n / STANDARD_GRAVITY_M_S2))
    squares = math.fsum((sd * span) ** 2 for sd, span in zip(reading.sd_v, calibration.span_n_per_v, strict=True))
    zeros = [abs(now - then) for now, then in zip(reading.volts, calibration.zero_v, strict=True)]
    return PartFound(
        {
            "noise_mm": max(gauge.rig.plate) / 2.0 * math.sqrt(squares) / NOISE_FORCE_N,
            "zero_percent": 100.0 * max(zeros) / gauge.range_v,
        }
    )


def weight_middle(gauge: Gauge, weight_kg: float) -> PartFound:
    """A known weight in the middle."""
    gauge.put(weight_kg)
    force_n, ml_mm, ap_mm = gauge.place()
    return PartFound(
        {
            "force_error_percent": 100.0 * (force_n / (weight_kg * STANDARD_GRAVITY_M_S2) - 1.0),
            "place_error_mm": math.hypot(ml_mm, ap_mm),
        },
        {"weight_kg": weight_kg, "force_n": force_n, "ml_mm": ml_mm, "ap_mm": ap_mm},
    )


def weight_again(gauge: Gauge, middle: Kept) -> PartFound:
    """The same weight, lifted and put back."""
    gauge.put(0.0)
    gauge.put(middle["weight_kg"])
    force_n, ml_mm, ap_mm = gauge.place()
    return PartFound(
        {
            "repeat_n": abs(force_n - middle["force_n"]),
            "repeat_mm": math.hypot(ml_mm - middle["ml_mm"], ap_mm - middle["ap_mm"]),
        }
    )


def ruler(gauge: Gauge, name: str, middle: Kept) -> PartFound:
    """The same weight at a known distance from the middle: how far the plate's answer is from it."""
    right_mm, front_mm = reach_mm(gauge, name)
    gauge.put(middle["weight_kg"], right_mm, front_mm)
    _, ml_mm, ap_mm = gauge.place()
    apart = (ml_mm - middle["ml_mm"] - right_mm, ap_mm - middle["ap_mm"] - front_mm)
    return PartFound({"distance_error_mm": math.hypot(*apart)})


def swing(gauge: Gauge, given: Given, *, forward: bool) -> PartFound:
    """A weight that swings in a trestle on the plate. Raises InputError for what cannot swing well, or did not."""
    hung = Swing(*(float(given[name]) for name in Swing._fields))
    if not hung.possible:
        raise refused(because("accept-swing-shape", mm=hung.amplitude_mm, most_mm=WIDEST_COP_MM))
    gauge.put(hung.weight_kg + hung.trestle_kg)
    _, ml_mm, ap_mm = gauge.place()
    gauge.say(because("accept-let-go", mm=hung.out_mm, within_s=gauge.patience_s))
    if gauge.simulated:
        grams = (1000.0 * hung.weight_kg, 1000.0 * hung.trestle_kg)
        gauge.rig.faults["swing"](*grams, hung.rope_mm, hung.hook_mm, hung.out_mm, forward)
    along, across = _swinging(gauge, hung, ap_mm if forward else ml_mm, forward=forward)
    seen = swung(along, across, RATE_HZ, hung.period_s)
    gauge.put(0.0)
    return PartFound(
        {
            "amplitude_percent": 100.0 * (seen.amplitude_mm / hung.amplitude_mm - 1.0),
            "period_percent": 100.0 * (seen.period_s / hung.period_s - 1.0),
            "across_percent": 100.0 * seen.across_mm / seen.amplitude_mm,
        }
    )


def _swinging(gauge: Gauge, hung: Swing, still_mm: float, *, forward: bool) -> tuple[list[float], list[float]]:
    """The CoP along and across the swing, `PERIODS` of it, from the first time that the weight passes its middle."""
    along: list[float] = []
    across: list[float] = []
    wanted = round(PERIODS * hung.period_s * RATE_HZ)
    begin: int | None = None
    newtons, rig, clock = Calibrator(gauge.calibration).newtons, gauge.rig, gauge.clock
    deadline_ns = clock.now_ns()
    for _ in range(wanted + round(gauge.patience_s * RATE_HZ)):
        deadline_ns += PERIOD_NS
        clock.sleep_until_ns(deadline_ns)
        frame = rig.load_cells.read()
        refuse_broken(frame)
        cells_n: Four = newtons(frame.volts)
        if sum(cells_n) < LEAST_N:
            raise refused(because("accept-no-weight", force_n=sum(cells_n), least_n=LEAST_N))
        _, ml_mm, ap_mm = pressing(cells_n, rig.plate)
        along.append(ap_mm if forward else ml_mm)
        across.append(ml_mm if forward else ap_mm)
        begin = start_of(along, still_mm, hung.amplitude_mm) if begin is None else begin
        if begin is not None and len(along) - begin >= wanted:
            return along[begin:], across[begin:]
    raise refused(because("accept-no-swing", within_s=gauge.patience_s))


def weight_running(gauge: Gauge, weight_kg: float) -> PartFound:
    """How much a dead weight on the running plate seems to sway. The start-up test passes first, on the empty plate."""
    gauge.put(0.0)
    bench = gauge.bench()
    if fault := start_tested(gauge, bench):
        return PartFound({}, fault=fault)
    gauge.say(because("accept-put-running", kg=weight_kg))
    if gauge.simulated:
        gauge.rig.faults["dead_weight"](1000.0 * weight_kg, 0.0, 0.0)
    if not bench.until(lambda: sum(bench.forces_n) > 0.5 * weight_kg * STANDARD_GRAVITY_M_S2, gauge.patience_s):
        raise refused(because("accept-no-weight", force_n=sum(bench.forces_n), least_n=LEAST_N))
    bench.until(lambda: False, SETTLES_S)
    places: list[tuple[float, float]] = []
    gauge.rig.drive.arm()
    bench.power, bench.demand_hz = True, RUNNING_HZ
    begin_ns = gauge.clock.now_ns()

    def looked() -> bool:
        t_s = (gauge.clock.now_ns() - begin_ns) / NS_PER_S
        if t_s > GETS_UP_S and bench.reading is not None:
            balance = bench.reading.balance
            places.append((balance.cop_ml_mm, balance.cop_ap_mm))
        return bool(bench.broken) or t_s >= GETS_UP_S + LOOKED_AT_S

    bench.until(looked, GETS_UP_S + LOOKED_AT_S + 1.0)
    gauge.rig.drive.stop()
    bench.power, bench.demand_hz = False, 0.0
    bench.until(lambda: False, 1.0)
    gauge.rig.panel.power(False)
    gauge.put(0.0)
    if bench.broken:
        return PartFound({}, fault=bench.broken)
    return PartFound({"residual_mm": _spread(places)})


def start_tested(gauge: Gauge, bench: Bench) -> str:
    """Let the start-up test pass: the fault that locks, or what it waits for; "" where it has passed."""
    bench.until(lambda: bool(bench.lock.fault) or not bench.lock.waits, gauge.patience_s)
    return bench.lock.fault or bench.lock.waits


def _spread(places: list[tuple[float, float]]) -> float:
    """Root mean square of the distance from the mean place."""
    count = len(places)
    mean_ml, mean_ap = (math.fsum(column) / count for column in zip(*places, strict=True))
    return math.sqrt(math.fsum((ml - mean_ml) ** 2 + (ap - mean_ap) ** 2 for ml, ap in places) / count)
