"""The self-test: start-up test, a press of the emergency stop and of each corner, a gentle sweep of the empty platform.

Where it is asked for, the motor's speed map is learned too (`hw.speed_map`).

It drives the ports itself, because safety would rightly forbid vibration without a patient's weight; so it asks for
little (`MOST_G`), only on an empty plate that has passed the start-up test, and stops at the first fault.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple, Protocol, runtime_checkable

from drills.problems import Problem
from hw.corners import CornerCheck
from hw.errors import HardwareError
from hw.ports import Rig
from hw.speed_map import MapLearner
from station.clock import NS_PER_S, StationClock
from station.commissioning.bench import STOPPED, Bench
from station.commissioning.calibrating.reading import LOADED_N
from station.faults import as_json, because
from station.faults.boundary import seen_at, seen_of
from station.safety.dose import peak_acceleration_g
from station.safety.limits import HARD
from station.sensing.plate_vibration import AGREES

PERSON_PATIENCE_S = 60.0
"""How long a person is waited for: to empty the plate, to press, to release."""
MOST_G = 0.3
"""Peak acceleration that an empty platform may be swept with: the default of
docs/sources/vibration.md#envelope-row-2."""
CHIRP_FROM_HZ, CHIRP_TO_HZ = 14.0, 20.0
"""Above the resonance of an unloaded plate (docs/sources/vibration.md#plate-dynamics: 5 to 12 Hz), which a slow sweep
must not linger in."""
RUN_UP_S, SWEEP_S, HOLD_S, STANDSTILL_S = 2.0, 3.0, 1.0, 1.5
"""Standing still is the slowest planned stop of docs/sources/vibration.md#envelope-row-18."""
FOLLOWS_WITHIN = 0.10
"""Of the asked frequency, after the hold: the hard limit of docs/sources/vibration.md#envelope-row-10."""
STANDSTILL_HZ = 2.0
PRESS_G = 12_000.0
"""What a simulated hand puts on a corner."""
MOST_LEARNING_G = HARD.acceleration_g
"""An empty platform may be run up to the hard limit to learn its motor, and no further."""
LEARNING_S = 90.0
START_TEST, ESTOP, CORNERS, SPEED_MAP = "start-up test", "emergency stop", "corners", "speed map"
"""Names of parts."""
_CORNERS = ((-0.5, 0.5), (0.5, 0.5), (0.5, -0.5), (-0.5, -0.5))
"""Where the cells of `CELL_NAMES` are, in shares of the distances between them (ML, AP)."""


class Result(NamedTuple):
    """One part of the self-test. `passed` is None where it was left out; `fault` is a code of the catalogue or ""."""

    name: str
    passed: bool | None
    seen: Problem
    """What was seen, as a key and values: `seen.<reason>` of the texts."""
    fault: str = ""


Keep = Callable[[dict[str, object]], tuple[str, dict[str, str]]]
"""Gets what `MapLearner.settings` gave; says what became of it, as a reason and its values."""


def _always(now_ns: int) -> bool:
    """Nobody can end it."""
    del now_ns
    return True


def _untold(results: list[Result]) -> None:
    """Nobody looks on."""
    del results


@runtime_checkable
class Learns(Protocol):
    """A drive whose motor's map can be learned."""

    max_hz: float

    def learn(self, most_hz: float) -> MapLearner:
        """Arm, and let the next calls of `apply` run the empty platform up its duties."""


@runtime_checkable
class Examines(Protocol):
    """Load cells that can ask their converters what they are."""

    def examine(self) -> HardwareError | None:
        """What is wrong with a converter that answers well, or None. Not for a running loop."""


class Attendant(NamedTuple):
    """Who looks on, and may be asked to lend a hand."""

    say: Callable[[Problem], None]
    """Called with what a person has to do, as a key and values."""
    press: bool
    """Whether somebody is there to press the emergency stop and the corners; on a simulated rig a simulated finger does
    it.
    """
    goes_on: Callable[[int], bool] = _always
    """Called at each tick with the monotonic time; False ends the test and every movement at once."""
    told: Callable[[list[Result]], None] = _untold
    """Called with the results so far after each part."""
    passed: frozenset[str] = frozenset()
    """Parts that passed before and need not be tried again."""


def run_selftest(
    rig: Rig,
    clock: StationClock,
    displacement_pp_mm: Callable[[float], float],
    attendant: Attendant,
    *,
    addresses: tuple[int, ...] = (),
    keep: Keep | None = None,
) -> list[Result]:
    """All parts, as far as the first that fails; the rig is left still and disarmed.

    `displacement_pp_mm` is what the platform's mechanics do at a frequency in Hz, peak to peak. `addresses` are the
    converters', one a cell, where each cell has one. With `keep` the speed map is learned and handed to it.
    """
    say, press = attendant.say, attendant.press
    bench = Bench(rig, clock, displacement_pp_mm, goes_on=attendant.goes_on, most_load_n=LOADED_N)
    finger = rig.faults.get("estop")
    parts: list[tuple[str, Callable[[], Result]]] = [(START_TEST, lambda: _start_test(bench, say))]
    if press or finger is not None:
        parts.append((ESTOP, lambda: _emergency_stop(bench, say, finger)))
    else:
        parts.append((ESTOP, lambda: Result(ESTOP, None, because("nobody-pressed-it"))))
    hand = rig.faults.get("dead_weight")
    if press or hand is not None:
        parts.append((CORNERS, lambda: _corners(bench, say, hand, addresses)))
    else:
        parts.append((CORNERS, lambda: Result(CORNERS, None, because("nobody-pressed-them"))))
    parts += [("sweep", lambda: _chirp(bench)), ("standstill", lambda: _standstill(bench))]
    if keep is not None:
        parts += [(SPEED_MAP, lambda: _learn(bench, keep)), ("standstill", lambda: _standstill(bench))]
    # Who presses the emergency stop stands beside the plate: it is pressed before anything moves, each time.
    again = {START_TEST, "standstill", SPEED_MAP} | ({ESTOP} if finger is None else set())
    results: list[Result] = []
    try:
        for name, part in parts:
            if name in attendant.passed and name not in again:
                continue
            result = part()
            stopped = Result(name, False, because("fault", fault=STOPPED), STOPPED)
            results.append(stopped if bench.stopped else result)
            attendant.told(results)
            if results[-1].passed is False:
                break
    finally:
        rig.drive.stop()
        rig.panel.power(False)
    return results


def _converters(bench: Bench, name: str) -> Result | None:
    """The part of this name failed, where a converter is not what it is sold as: no cable would mend that."""
    cells = bench.rig.load_cells
    problem = cells.examine() if isinstance(cells, Examines) else None
    return None if problem is None else Result(name, False, seen_at(problem), problem.code)


def _start_test(bench: Bench, say: Callable[[Problem], None]) -> Result:
    name, lock = START_TEST, bench.lock
    if lying := _converters(bench, name):
        return lying
    if not bench.rig.interlocked:
        return Result(name, None, because("no-relays"))
    said = ""

    def ended() -> bool:
        nonlocal said
        if lock.waits != said and lock.waits != "start-test-running":
            said = lock.waits
            if said:
                say(because("waits-for", fault=said))
        return bool(lock.fault) or not lock.waits

    if not bench.until(ended, PERSON_PATIENCE_S):
        return Result(name, False, because("fault", fault=lock.waits), lock.waits)
    if lock.fault:
        return Result(name, False, _locked(bench), lock.fault)
    return Result(name, True, because("start-test-passed"))


def _emergency_stop(bench: Bench, say: Callable[[Problem], None], finger: Callable[..., None] | None) -> Result:
    """Both channels must open together, and close together again."""
    name = ESTOP
    for pressed, action in ((True, "press-estop"), (False, "release-estop")):
        if finger is not None:
            finger(pressed)
        else:
            say(because(action))
        came = bench.until(_channels_are(bench, closed=not pressed), PERSON_PATIENCE_S)
        if bench.lock.fault:
            return Result(name, False, _locked(bench), bench.lock.fault)
        if not came:
            return Result(name, False, because(f"not-{action}", within_s=PERSON_PATIENCE_S), "estop-discrepancy")
    return Result(name, True, because("channels-together"))


def _channels_are(bench: Bench, *, closed: bool) -> Callable[[], bool]:
    """Whether both channels have come to be so, or a fault says that they never will."""
    return lambda: bool(bench.lock.fault) or bench.panel.estop_channels == (closed, closed)


def _corners(
    bench: Bench, say: Callable[[Problem], None], hand: Callable[..., None] | None, addresses: tuple[int, ...]
) -> Result:
    """Each corner is pressed once: the cell under it has to feel it."""
    name, check, plate = CORNERS, CornerCheck(), bench.rig.plate
    empty_n = bench.forces_n

    def feed() -> None:
        one, two, three, four = (now - then for now, then in zip(bench.forces_n, empty_n, strict=True))
        check.feed((one, two, three, four))

    for place, (ml, ap) in enumerate(_CORNERS):
        if hand is not None:
            hand(PRESS_G, ml * plate.spacing_ml_mm, ap * plate.spacing_ap_mm)
        else:
            say(because("press-corner", cell=check.asked))

        def felt(count: int = place + 1) -> bool:
            feed()
            return len(check.found) >= count or bool(bench.lock.fault)

        came = bench.until(felt, PERSON_PATIENCE_S)
        if hand is not None:
            hand(0.0)
        if bench.lock.fault:
            return Result(name, False, _locked(bench), bench.lock.fault)
        if not came:
            seen = because("corner-not-felt", within_s=PERSON_PATIENCE_S, cell=check.asked)
            return _converters(bench, name) or Result(name, False, seen, "cell-dead")

        def left() -> bool:
            feed()
            return check.released

        bench.until(left, PERSON_PATIENCE_S)
    if check.swapped:
        return Result(name, False, _put_right(check, addresses), "cells-swapped")
    # What stood still on the empty plate has moved by now, and shows its steps.
    return _converters(bench, name) or Result(name, True, because("corners-right"))


def _put_right(check: CornerCheck, addresses: tuple[int, ...]) -> Problem:
    """What is wrong, and what to write into the settings file, where that alone puts it right."""
    found = [as_json(because("corner-felt-by", corner=corner, cell=cell)) for corner, cell in check.swapped]
    try:
        order = check.addresses(addresses) if addresses else ()
    except ValueError:
        return because("corners-unclear", found=found)
    if order:
        return because("corners-by-addresses", found=found, addresses=str(list(order)))
    return because("corners-by-cables", found=found)


def _learn(bench: Bench, keep: Keep) -> Result:
    """Run the empty platform up its duties and keep where each settles."""
    name, rig, mm = SPEED_MAP, bench.rig, bench.displacement_pp_mm
    drive = rig.drive
    if not isinstance(drive, Learns):
        return Result(name, None, because("no-speed-map-needed"))
    allowed = [hz for hz in range(1, int(drive.max_hz) + 1) if peak_acceleration_g(hz, mm(hz)) <= MOST_LEARNING_G]
    most_hz = float(max(allowed, default=0))
    if most_hz < CHIRP_TO_HZ:
        return Result(name, None, because("too-hard-to-learn", most_g=MOST_LEARNING_G, hz=CHIRP_TO_HZ))
    try:
        learner = drive.learn(most_hz)
    except HardwareError as problem:
        return Result(name, False, seen_at(problem), problem.code)
    bench.power, bench.demand_hz = True, CHIRP_TO_HZ
    bench.until(lambda: learner.finished or bool(bench.broken), LEARNING_S)
    bench.demand_hz = 0.0
    if bench.broken:
        return Result(name, False, _broken(bench), bench.broken)
    try:
        learned = learner.settings()
    except ValueError:
        return Result(name, False, because("too-little-learned"), "tach-lost")
    fastest_hz = learner.points[-1][1]
    kept, values = keep(learned)
    return Result(name, True, because(kept, n=len(learner.points), hz=fastest_hz, **values))


def _broken(bench: Bench) -> Problem:
    """What ended it: which part, where the lock knows, else the fault itself."""
    finding = bench.lock.finding
    return seen_of(finding) if finding else because("fault", fault=bench.broken)


def _locked(bench: Bench) -> Problem:
    """What was seen of the fault that locks."""
    finding = bench.lock.finding
    return seen_of(finding) if finding else because("fault", fault=bench.lock.fault)


def _chirp(bench: Bench) -> Result:
    name, rig = "sweep", bench.rig
    most_g = max(peak_acceleration_g(hz, bench.displacement_pp_mm(hz)) for hz in (CHIRP_FROM_HZ, CHIRP_TO_HZ))
    if most_g > MOST_G:
        return Result(name, None, because("too-hard-to-sweep", g=most_g, hz=CHIRP_TO_HZ))
    try:
        rig.drive.arm()
    except HardwareError as problem:
        if problem.code == "rig-unsupported":
            return Result(name, None, seen_of(problem.finding))
        return Result(name, False, seen_at(problem), problem.code)
    bench.power = True
    begin_ns = bench.clock.now_ns()

    def swept() -> bool:
        t_s = (bench.clock.now_ns() - begin_ns) / NS_PER_S - RUN_UP_S
        part = min(1.0, max(0.0, t_s / SWEEP_S))
        bench.demand_hz = 0.0 if bench.broken else CHIRP_FROM_HZ + part * (CHIRP_TO_HZ - CHIRP_FROM_HZ)
        return bool(bench.broken) or t_s >= SWEEP_S + HOLD_S

    bench.until(swept, RUN_UP_S + SWEEP_S + HOLD_S + 1.0)
    if bench.broken:
        return Result(name, False, _broken(bench), bench.broken)
    seen: dict[str, object] = {"asked_hz": CHIRP_TO_HZ, "tach_hz": bench.measured_hz}
    if abs(bench.measured_hz - CHIRP_TO_HZ) > FOLLOWS_WITHIN * CHIRP_TO_HZ:
        return Result(name, False, _followed(because("swept", **seen)), "frequency-off")
    if rig.accelerometer is None:
        return Result(name, True, _followed(because("swept-within", **seen, most_g=most_g)))
    plate = bench.vibration
    seen |= {"accelerometer_hz": plate.last.frequency_hz, "most_g": bench.felt_g}
    if plate.fault or abs(plate.last.frequency_hz - bench.measured_hz) > AGREES * bench.measured_hz:
        why = because("swept-fault", **seen, fault=plate.fault) if plate.fault else because("swept-disagree", **seen)
        return Result(name, False, why, "accelerometer-fault")
    return Result(name, True, _followed(because("swept-felt", **seen)))


def _followed(seen: Problem) -> Problem:
    """The same with how far off is allowed."""
    return because("allowed-off", seen=as_json(seen), off=FOLLOWS_WITHIN * CHIRP_TO_HZ)


def _standstill(bench: Bench) -> Result:
    name = "standstill"
    begin_ns = bench.clock.now_ns()
    bench.power, bench.demand_hz = False, 0.0
    bench.rig.drive.stop()
    still = bench.until(lambda: bench.measured_hz < STANDSTILL_HZ, STANDSTILL_S)
    after_s = (bench.clock.now_ns() - begin_ns) / NS_PER_S
    seen = because("after-the-stop", after_s=after_s, hz=bench.measured_hz)
    seen = because("allowed-still", seen=as_json(seen), hz=STANDSTILL_HZ, within_s=STANDSTILL_S)
    return Result(name, still, seen, "" if still else "plate-moves")
