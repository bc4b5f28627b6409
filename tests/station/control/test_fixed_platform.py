"""A whole drill on a platform with a displacement of its own: what is asked for, permitted and delivered agree."""

import itertools

import pytest

from benchmarks.vibration_drive import Bench
from drills.dose import peak_acceleration_g
from drills.library import load_shipped
from drills.plan import make_plan
from drills.platform import Platform
from drills.prescription import Asked, prescribe
from drills.problems import Problem
from drills.values import Leg, Phase
from hw.mechanics import displacement_pp_mm
from hw.settings import DriveSettings, RigSettings, SimulationSettings
from station.control.admission import beyond_limits
from station.control.session import DrillRequest
from station.safety.limits import CLINICIAN, tightest
from station.texts import Texts
from station.texts.problems import limit

MASS = ((12.0, 0.55), (20.0, 0.41), (35.0, 0.3))
VIBRATING = (Phase.RAMP_UP, Phase.HOLD, Phase.RAMP_DOWN)


def fixed(pairs: tuple[tuple[float, float], ...] = ((25.0, 0.23),)) -> RigSettings:
    return RigSettings(
        drive=DriveSettings(displacement_pp_mm=pairs), simulation=SimulationSettings(fixed_displacement=True)
    )


@pytest.mark.parametrize(("pairs", "hz"), [(((25.0, 0.23),), 25.0), (MASS, 22.0)], ids=["crank", "mass"])
def test_what_is_asked_for_permitted_and_delivered_agree_in_every_phase(make_bench, pairs, hz) -> None:
    bench = make_bench(3, fixed(pairs))
    platform = Platform(*bench.rig.mechanics)
    assert bench.start(frequency_hz=hz, hold_s=8.0, trials=1) is None
    bench.run_until(lambda: bench.station.session is None)
    assert [e["outcome"] for e in bench.published.events if e["kind"] == "trial-ended"] == ["held"]
    asked = [sample for sample in bench.published.samples if sample.demand_hz > 0.0]
    assert {sample.phase for sample in asked} == set(VIBRATING)
    assert all((s.output_hz, s.output_pp_mm) == (s.demand_hz, s.demand_pp_mm) for s in asked)
    assert all(s.demand_pp_mm == pytest.approx(platform.at(s.demand_hz), rel=1e-6) for s in asked)
    ramp = [s.demand_hz for s in asked if s.phase == Phase.RAMP_UP]
    assert (ramp[0], len(ramp)) == (pytest.approx(12.0, abs=0.05), pytest.approx(500, abs=2))
    assert max(b - a for a, b in itertools.pairwise(ramp)) <= 10.0 * 0.004 + 1e-5
    # The model's motor lags a little behind a ramp; one that stood would be 12 Hz off at least.
    turning = [s for s in asked if s.phase != Phase.RAMP_UP or s.demand_hz > 16.0]
    assert max(abs(s.measured_hz - s.demand_hz) for s in turning) < 4.0
    held = [s for s in asked if s.phase == Phase.HOLD][500:]
    assert max(abs(s.measured_hz - hz) for s in held) < 0.03 * hz
    moved = [peak_acceleration_g(s.measured_hz, platform.at(s.measured_hz)) for s in held]
    assert max(abs(s.peak_acceleration_g - g) for s, g in zip(held, moved, strict=True)) < 0.02


def test_the_simulated_platform_moves_by_its_mechanics_and_stands_for_any_other_demand(make_bench) -> None:
    bench = make_bench(3, fixed(MASS))
    drive = bench.rig.drive
    drive.arm()
    bench.rig.panel.power(True)

    def runs_at(hz: float, mm: float) -> float:
        for _ in range(500):
            bench.rig.panel.heartbeat()
            drive.apply(hz, mm)
            bench.clock.spend_ns(4_000_000)
            bench.rig.load_cells.read()
            bench.rig.panel.read()
        return drive.feedback().measured_hz

    assert runs_at(20.0, 0.41) == pytest.approx(20.0, rel=0.02)
    assert runs_at(20.0, 0.30) < 1.0
    assert runs_at(10.0, 0.55) < 1.0
    assert runs_at(20.0, 0.44) == pytest.approx(20.0, rel=0.02)  # within the tolerance


@pytest.mark.parametrize(
    ("pairs", "hz", "words"),
    [
        (((25.0, 0.62),), 25.0, "does 0.62 mm at 25 Hz, which is 0.78 g, the limit is 0.5 g: choose at most 20 Hz."),
        (((25.0, 0.3),), 25.0, ""),
        (MASS, 33.0, "which is 0.69 g, the limit is 0.5 g: choose at most 26 Hz."),
        (((12.0, 0.35), (20.0, 0.2)), 20.0, "does 0.35 mm at 12 Hz on the way, the limit is 0.3 mm: it cannot"),
        (((25.0, 0.1),), 39.0, "the limits are 5 to 35 Hz"),
    ],
)
def test_a_limit_that_would_cut_it_is_a_refusal_before_the_start(pairs, hz, words) -> None:
    drill = load_shipped("single-leg-vibration")
    limits = tightest(CLINICIAN, type(CLINICIAN)(displacement_pp_mm=0.3)) if "0.3 mm" in words else CLINICIAN
    asked = prescribe(drill, Asked(Leg.LEFT)).model_copy(update={"frequency_hz": hz, "displacement_pp_mm": 0.1})
    beyond = beyond_limits(DrillRequest("P01", drill, asked), limits, Platform(12.0, 40.0, 40.0, pairs))
    said = "" if beyond is None else limit(Texts(), beyond)
    assert said.endswith(words) if words.endswith(".") or not words else words in said


def test_the_way_up_counts_for_the_longest_bout() -> None:
    drill = load_shipped("single-leg-vibration")
    crank = Platform(12.0, 40.0, 5.0, ((25.0, 0.1),))
    asked = prescribe(drill, Asked(Leg.LEFT, frequency_hz=32, hold_s=55), crank)
    request = DrillRequest("P01", drill, asked)
    assert beyond_limits(request, CLINICIAN, crank) == Problem("hold_s", 55, most=54.5)
    assert beyond_limits(request, CLINICIAN, None) is None


def test_the_rig_of_a_real_platform_says_what_it_does_and_others_do_not() -> None:
    settings = fixed(MASS)
    for name in ("pi", "pi5", "simulated"):
        mechanics = settings.mechanics(name)
        assert mechanics == (12.0, 40.0, 40.0, MASS)
        assert Platform(*mechanics).at(30.0) == displacement_pp_mm(settings.drive, 30.0)
    assert settings.mechanics("replay") is None
    assert RigSettings().mechanics("simulated") is None


@pytest.mark.parametrize("hz", [15.0, 25.0, 33.0])
def test_the_real_drive_runs_every_demand_of_the_drills_ramps(hz) -> None:
    """On a modelled motor: what the drill asks for is never refused, and the motor is where the ramp is."""
    settings = DriveSettings(displacement_pp_mm=((12.0, 0.3), (35.0, 0.2)))
    bench = Bench(1, settings)
    bench.daemon.load_kg = 70.0
    platform = Platform(*settings.mechanics())
    drill = load_shipped("single-leg-vibration")
    plan = make_plan(drill, prescribe(drill, Asked(Leg.LEFT, frequency_hz=hz), platform), platform)
    bench.run(0.1, 0.0)
    bench.drive.arm()
    off_hz = []
    up_ns, down_ns, whole_ns = plan.ramp_up_ns, plan.ramp_down_ns, sum(plan.vibration.timing)
    ways = ((0, up_ns, False), (up_ns, 2_000_000_000, None), (whole_ns - down_ns, down_ns, True))
    for from_ns, long_ns, falls in ways:
        for tick in range(long_ns // 4_000_000):
            demand = plan.form.demand(plan.vibration, from_ns + tick * 4_000_000)
            assert bench.drive.renders(*demand)
            speeds_hz = bench.run(0.004, *demand)
            if falls is not False or tick > 150:  # 0.6 s from a standstill to the ramp
                off_hz.append(abs(speeds_hz[-1] - demand.frequency_hz))
    assert bench.drive.feedback().healthy
    assert max(off_hz) < 1.0
