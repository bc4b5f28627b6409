"""One step of a calibration or of a zero, with control running: read from what it publishes, in a process that ends.

`python -m station.commissioning.calibrating.guided ACTION` does one thing and prints how the calibration stands then.
It is the same calibration that `station calibrate` guides at a terminal: left here, it goes on there.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
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
_ZERO_GOOD_S = 600.0
"""A zero that was taken longer ago is taken again before it is kept."""


class _Place(NamedTuple):
    """Where it is done, and of which plate."""

    settings: Settings
    runtime: Path
    data: Path
    by: str

    @property
    def zero_file(self) -> Path:
        """The zero that was taken and is not kept yet."""
        return self.data / store.FOLDER / f"zero-{store.kind_of(self.settings.station.rig)}.json"

    def link(self) -> ControlLink:
        """A line to control."""
        return ControlLink(self.runtime / CONTROL_SOCKET, 4.0)

    def plate(self) -> OfPlate:
        """As control has it. Raises StationError "control-unreachable", or what control waits for."""
        link = self.link()
        try:
            facts = link.request("describe")["facts"]["plate"]
        finally:
            link.close()
        rig = str(facts["rig"])
        geometry = PlateGeometry(facts["spacing_ml_mm"], facts["spacing_ap_mm"])
        seed = self.settings.station.seed if rig == "simulated" else None
        if rig == "replay":
            raise InputError("calibration-refused", "replay", because("recording-is-calibrated"))
        range_v = FULL_SCALE_V[self.settings.rig.load_cells.gain]
        return OfPlate(rig, seed, geometry, store.calibration_of(facts["delivered"]), range_v)

    def in_use(self, of: OfPlate) -> tuple[CellCalibration, dict[str, Any] | None]:
        """What is used from the next start on, with its document; None for a plate as it was delivered."""
        known = store.calibration_for(self.data, of.rig, of.seed or 0, of.plate)
        if known is None:
            return of.delivered, None
        name = store.current_name(self.data, of.rig)
        return known.calibration, store.read_document(self.data / store.FOLDER / str(name))


def do(action: str, place: _Place, masses_kg: list[float]) -> dict[str, Any]:
    """Do it, and say how the calibration stands. Raises StationError: nothing was changed then."""
    of = place.plate()
    run = unfinished.load(place.data, of.rig)
    said: dict[str, Any] = {}
    if action == "begin":
        run = begin(of.rig, of.seed, of.plate, of.delivered, of.range_v, masses_kg or MASSES_KG)
        unfinished.save(place.data, run)
    elif action == "drop":
        unfinished.drop(place.data, of.rig)
        place.zero_file.unlink(missing_ok=True)
        run = None
    elif action == "zero":
        said["zero"] = _take_zero(place, of)
    elif action == "keep-zero":
        said["kept"] = _keep_zero(place, of)
    elif run is not None and action in ("read", "back", "judge", "accept"):
        said = _on(run, action, place, of)
        run = unfinished.load(place.data, of.rig)
    if action in ("accept", "drop") and of.rig == "simulated":
        _put(place, 0.0)
    name = store.current_name(place.data, of.rig)
    return {"rig": of.rig, "in_use": name, "weighed_at": store.made_at(place.data, of.rig), "run": _told(run), **said}


def _on(run: Run, action: str, place: _Place, of: OfPlate) -> dict[str, Any]:
    """One step of the calibration that was begun."""
    run.refresh(time.time())
    if action == "back":
        run.back()
    elif action == "read":
        _read(run, place)
    else:
        document = run.finish(place.by, _stamp())
        before, _ = place.in_use(of)
        told = {"checks": document["checks"], "moved": _moved(before, store.calibration_of(document["calibration"]))}
        if action == "judge":
            return {"judged": told}
        store.accept(place.data, document)
        unfinished.drop(place.data, run.rig)
        return {"kept": told}
    unfinished.save(place.data, run)
    return {}


def _read(run: Run, place: _Place) -> None:
    at = run.next
    if at is None:
        return
    left_s = _left_s(run, at)
    if left_s > 0.0:
        raise InputError("calibration-refused", "", because("creep-not-over", seconds=left_s))
    step = run.steps[at]
    if run.rig == "simulated":  # nobody can put a weight on it
        _put(place, 1000.0 * step.mass_kg, step.ml_mm, step.ap_mm)
    run.take(_reading(place))


def _put(place: _Place, grams: float, ml_mm: float = 0.0, ap_mm: float = 0.0) -> None:
    """A weight on the simulated plate; 0 g takes it away."""
    link = place.link()
    try:
        link.request("fault", verb="dead_weight", arguments={"grams": grams, "ml_mm": ml_mm, "ap_mm": ap_mm})
    finally:
        link.close()


def _left_s(run: Run, at: int) -> float:
    """How long the weight must stand yet before this step may be read; 0 for all but the creep."""
    before = run.readings[at - 1] if at else None
    if run.steps[at].kind != CREEP or before is None:
        return 0.0
    return max(0.0, before.at_s + CREEP_WAIT_S - time.time())


def _reading(place: _Place) -> CellReading:
    """What control publishes in the next five seconds, without the first."""
    try:
        ring = RingReader(place.runtime / SAMPLES_RING)
    except (OSError, ValueError) as problem:
        raise StationError("control-unreachable", str(place.runtime)) from problem
    try:
        time.sleep(SETTLE_S)
        first = ring.head
        time.sleep(READ_S)
        found = [unpack(payload) for _, payload in ring.since(first).records if len(payload) == SAMPLE_BYTES]
    finally:
        ring.close()
    return read_samples(found, time.time_ns() - time.monotonic_ns())


def _take_zero(place: _Place, of: OfPlate) -> dict[str, float]:
    if of.rig == "simulated":
        _put(place, 0.0)
    reading = _reading(place)
    in_use, _ = place.in_use(of)
    moved = zero_moved(of, in_use, reading)
    store.write_whole(place.zero_file, json.dumps(reading._asdict()) + "\n")
    return moved


def _keep_zero(place: _Place, of: OfPlate) -> dict[str, Any]:
    try:
        taken = json.loads(place.zero_file.read_text(encoding="utf-8"))
        four = {name: store.four_numbers(taken[name]) for name in ("volts", "sd_v", "wander_v")}
        reading = CellReading(**four, at_s=float(taken["at_s"]))
    except (OSError, ValueError, KeyError, TypeError) as problem:
        raise InputError("calibration-refused", "", because("no-zero-taken")) from problem
    if not 0.0 <= time.time() - reading.at_s <= _ZERO_GOOD_S:
        raise InputError("calibration-refused", "", because("no-zero-taken"))
    in_use, before = place.in_use(of)
    document = zeroed(of, in_use, before, reading, place.by, _stamp())
    store.accept(place.data, document)
    place.zero_file.unlink(missing_ok=True)
    return {
        "checks": {},
        "moved": [{"cell": n, "zero_n": v, "span_percent": 0.0} for n, v in document["zero_moved_n"].items()],
    }


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


def _told(run: Run | None) -> dict[str, Any] | None:
    """Where it stands, for a page."""
    if run is None:
        return None
    run.refresh(time.time())
    at = run.next
    masses = sorted({step.mass_kg for step in run.steps if step.mass_kg})
    told: dict[str, Any] = {
        "steps": len(run.steps),
        "next": at,
        "masses_kg": masses,
        "to_do": None,
        "wait_s": 0.0,
        "step": None,
    }
    if at is not None:
        step = run.steps[at]
        told |= {"to_do": as_json(step.to_do()), "wait_s": _left_s(run, at), "step": step._asdict()}
    return told


def _stamp() -> str:
    return datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


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
        place = _Place(settings, asked.runtime or runtime_place(settings), asked.data, asked.by)
        said: dict[str, Any] = do(asked.action, place, asked.mass)
    except StationError as problem:
        fault = {"code": problem.code, "where": problem.where, "problems": [as_json(one) for one in problem.problems]}
        sys.stdout.write(json.dumps({"fault": fault}))
        return problem.fault.exit_code or 1
    sys.stdout.write(json.dumps(said))
    return 0


if __name__ == "__main__":
    sys.exit(main())
