"""One step of a calibration or of a zero, with control running: read from what it publishes, in a process that ends.

`python -m station.commissioning.calibrating.guided ACTION` does one thing and prints how the calibration stands then.
It is the same calibration that `station calibrate` guides at a terminal: left here, it goes on there.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, NamedTuple

from hw.settings import FULL_SCALE_V
from hw.values import CELL_NAMES, CellCalibration, PlateGeometry
from station.commissioning.calibrating import unfinished
from station.commissioning.calibrating.plan import CREEP, CREEP_WAIT_S, MASSES_KG
from station.commissioning.calibrating.reading import READ_S, SETTLE_S, CellReading, read_samples
from station.commissioning.calibrating.run import Run, begin
from station.commissioning.calibrating.zeroing import OfPlate, zero_moved, zeroed
from station.faults import InputError, StationError, as_json, because
from station.plate import calibrations as store
from station.settings import Settings, load_settings, runtime_place
from station.wire.client import ControlLink
from station.wire.places import CONTROL_SOCKET, SAMPLES_RING
from station.wire.ring import RingReader
from station.wire.sample import SAMPLE_BYTES, unpack

ACTIONS = ("status", "begin", "read", "back", "judge", "accept", "drop", "zero", "keep-zero")
ZERO_GOOD_S = 600.0
"""A zero that was taken longer ago is taken again before it is kept."""


class Guided(NamedTuple):
    """Where it is done, on which plate, by whom, and with what."""

    data: Path
    of: OfPlate
    by: str
    read: Callable[[], CellReading]
    """Reads the plate that is there now. Raises StationError."""
    put: Callable[[float, float, float], None]
    """Puts a weight (g) at a place (mm) on a simulated plate; on any other a person does."""
    now_s: Callable[[], float] = time.time
    """Wall time (Unix)."""

    @property
    def zero_file(self) -> Path:
        """The zero that was taken and is not kept yet."""
        return self.data / store.FOLDER / f"zero-{store.kind_of(self.of.rig)}.json"

    def in_use(self) -> tuple[CellCalibration, dict[str, Any] | None]:
        """What is used from the next start on, with its document; None for a plate as it was delivered."""
        known = store.calibration_for(self.data, self.of.rig, self.of.seed or 0, self.of.plate)
        if known is None:
            return self.of.delivered, None
        name = store.current_name(self.data, self.of.rig)
        return known.calibration, store.read_document(self.data / store.FOLDER / str(name))

    def stamp(self) -> str:
        """Now, UTC, ISO 8601."""
        return datetime.fromtimestamp(self.now_s(), UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def do(action: str, bench: Guided, masses_kg: Sequence[float] = ()) -> dict[str, Any]:
    """Do it, and say how the calibration stands. Raises StationError: nothing was changed then."""
    of = bench.of
    run = unfinished.load(bench.data, of.rig)
    said: dict[str, Any] = {}
    if action == "begin":
        run = begin(of.rig, of.seed, of.plate, of.delivered, of.range_v, masses_kg or MASSES_KG)
        unfinished.save(bench.data, run)
    elif action == "drop":
        unfinished.drop(bench.data, of.rig)
        bench.zero_file.unlink(missing_ok=True)
        run = None
    elif action == "drop-zero":
        bench.zero_file.unlink(missing_ok=True)
    elif action == "zero":
        said["zero"] = _take_zero(bench)
    elif action == "keep-zero":
        said["kept"] = _keep_zero(bench)
    elif run is not None and action in ("read", "back", "judge", "accept"):
        said = _on(run, action, bench)
        run = unfinished.load(bench.data, of.rig)
    if action in ("accept", "drop"):
        bench.put(0.0, 0.0, 0.0)
    name = store.current_name(bench.data, of.rig)
    weighed_at = store.made_at(bench.data, of.rig)
    return {"rig": of.rig, "in_use": name, "weighed_at": weighed_at, "run": _told(run, bench.now_s()), **said}


def _on(run: Run, action: str, bench: Guided) -> dict[str, Any]:
    """One step of the calibration that was begun."""
    run.refresh(bench.now_s())
    if action == "back":
        run.back()
    elif action == "read":
        _read(run, bench)
    else:
        document = run.finish(bench.by, bench.stamp())
        before, _ = bench.in_use()
        told = {"checks": document["checks"], "moved": _moved(before, store.calibration_of(document["calibration"]))}
        if action == "judge":
            return {"judged": told}
        store.accept(bench.data, document)
        unfinished.drop(bench.data, run.rig)
        return {"kept": told}
    unfinished.save(bench.data, run)
    return {}


def _read(run: Run, bench: Guided) -> None:
    at = run.next
    if at is None:
        return
    left_s = _left_s(run, at, bench.now_s())
    if left_s > 0.0:
        raise InputError("calibration-refused", "", because("creep-not-over", seconds=left_s))
    step = run.steps[at]
    bench.put(1000.0 * step.mass_kg, step.ml_mm, step.ap_mm)
    run.take(bench.read())


def _left_s(run: Run, at: int, now_s: float) -> float:
    """How long the weight must stand yet before this step may be read; 0 for all but the creep."""
    before = run.readings[at - 1] if at else None
    if run.steps[at].kind != CREEP or before is None:
        return 0.0
    return max(0.0, before.at_s + CREEP_WAIT_S - now_s)


def _take_zero(bench: Guided) -> dict[str, float]:
    bench.put(0.0, 0.0, 0.0)
    reading = bench.read()
    moved = zero_moved(bench.of, bench.in_use()[0], reading)
    store.write_whole(bench.zero_file, json.dumps(reading._asdict()) + "\n")
    return moved


def _keep_zero(bench: Guided) -> dict[str, Any]:
    try:
        taken = json.loads(bench.zero_file.read_text(encoding="utf-8"))
        four = {name: store.four_numbers(taken[name]) for name in ("volts", "sd_v", "wander_v")}
        reading = CellReading(**four, at_s=float(taken["at_s"]))
    except (OSError, ValueError, KeyError, TypeError) as problem:
        raise InputError("calibration-refused", "", because("no-zero-taken")) from problem
    if not 0.0 <= bench.now_s() - reading.at_s <= ZERO_GOOD_S:
        raise InputError("calibration-refused", "", because("no-zero-taken"))
    in_use, before = bench.in_use()
    document = zeroed(bench.of, in_use, before, reading, (bench.by, bench.stamp()))
    store.accept(bench.data, document)
    bench.zero_file.unlink(missing_ok=True)
    rows = [{"cell": name, "zero_n": n, "span_percent": 0.0} for name, n in document["zero_moved_n"].items()]
    return {"checks": {}, "moved": rows}


def _moved(before: CellCalibration, after: CellCalibration) -> list[dict[str, Any]]:
    """By how much zero (N) and span (%) of each cell differ from what is in use."""
    return [
        {
            "cell": name,
            "zero_n": before.span_n_per_v[at] * (after.zero_v[at] - before.zero_v[at]),
            "span_percent": 100.0 * (after.span_n_per_v[at] / before.span_n_per_v[at] - 1.0),
        }
        for at, name in enumerate(CELL_NAMES)
    ]


def _told(run: Run | None, now_s: float) -> dict[str, Any] | None:
    """Where it stands, for a page."""
    if run is None:
        return None
    run.refresh(now_s)
    at = run.next
    masses = sorted({step.mass_kg for step in run.steps if step.mass_kg})
    told: dict[str, Any] = {"steps": len(run.steps), "next": at, "masses_kg": masses}
    told |= {"to_do": None, "wait_s": 0.0, "step": None}
    if at is not None:
        step = run.steps[at]
        told |= {"to_do": as_json(step.to_do()), "wait_s": _left_s(run, at, now_s), "step": step._asdict()}
    return told


class _Control(NamedTuple):
    """Control, which runs on meanwhile."""

    runtime: Path

    def ask(self, kind: str, **fields: object) -> dict[str, Any]:
        """One message. Raises StationError "control-unreachable", or why control refuses."""
        link = ControlLink(self.runtime / CONTROL_SOCKET, 4.0)
        try:
            return link.request(kind, **fields)
        finally:
            link.close()

    def plate(self, settings: Settings) -> OfPlate:
        """As control has it. Raises InputError "calibration-refused" for one that is only played back."""
        facts = self.ask("describe")["facts"]["plate"]
        rig = str(facts["rig"])
        if rig == "replay":
            raise InputError("calibration-refused", "replay", because("recording-is-calibrated"))
        geometry = PlateGeometry(facts["spacing_ml_mm"], facts["spacing_ap_mm"])
        seed = settings.station.seed if rig == "simulated" else None
        range_v = FULL_SCALE_V[settings.rig.load_cells.gain]
        return OfPlate(rig, seed, geometry, store.calibration_of(facts["delivered"]), range_v)

    def read(self) -> CellReading:
        """What control publishes in the next five seconds, without the first."""
        try:
            ring = RingReader(self.runtime / SAMPLES_RING)
        except (OSError, ValueError) as problem:
            raise StationError("control-unreachable", str(self.runtime)) from problem
        try:
            time.sleep(SETTLE_S)
            first = ring.head
            time.sleep(READ_S)
            found = [unpack(payload) for _, payload in ring.since(first).records if len(payload) == SAMPLE_BYTES]
        finally:
            ring.close()
        return read_samples(found, time.time_ns() - time.monotonic_ns())

    def put(self, grams: float, ml_mm: float, ap_mm: float) -> None:
        """A weight on the simulated plate, where nobody can put one."""
        self.ask("fault", verb="dead_weight", arguments={"grams": grams, "ml_mm": ml_mm, "ap_mm": ap_mm})


def _nobody(grams: float, ml_mm: float, ap_mm: float) -> None:
    """A person puts it there."""
    del grams, ml_mm, ap_mm


def main(arguments: list[str] | None = None) -> int:
    """Do what the arguments ask for, and print how it stands, or the fault. Returns the exit code."""
    parser = argparse.ArgumentParser(
        prog="python -m station.commissioning.calibrating.guided", description=main.__doc__
    )
    parser.add_argument("action", choices=ACTIONS)
    parser.add_argument("--settings", type=Path)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--runtime", type=Path)
    parser.add_argument("--by", default="")
    parser.add_argument("--mass", type=float, action="append", default=[])
    asked = parser.parse_args(arguments)
    try:
        settings = load_settings(asked.settings)
        control = _Control(asked.runtime or runtime_place(settings))
        of = control.plate(settings)
        put = control.put if of.rig == "simulated" else _nobody
        said: dict[str, Any] = do(asked.action, Guided(asked.data, of, asked.by, control.read, put), asked.mass)
    except StationError as problem:
        fault = {"code": problem.code, "where": problem.where, "problems": [as_json(one) for one in problem.problems]}
        sys.stdout.write(json.dumps({"fault": fault}))
        return problem.fault.exit_code or 1
    sys.stdout.write(json.dumps(said))
    return 0


if __name__ == "__main__":
    sys.exit(main())
