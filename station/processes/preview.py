"""A drill tried on a simulated patient in virtual time, before a real one stands on the plate.

`python -m station.processes.preview` reads a JSON object from its standard input (`data`, `document`, `bounds`,
`platform`), keeps what came of it and prints that: the pages run it so, in a process that ends.
"""

from __future__ import annotations

import json
import os
import sys
import tempfile
import time
from contextlib import suppress
from importlib.metadata import version
from pathlib import Path
from typing import Any

from drills.document import DrillDocument, digest_of, read_document
from drills.dose import peak_acceleration_g
from drills.lasting import lasts_s
from drills.prescription import Asked, fill_in, legs_of
from station.control.session import DrillRequest, platform_of
from station.faults import StationError, as_json
from station.faults.boundary import as_station_errors
from station.own_drills.tried import keep_trial
from station.processes.headless import Surroundings, run_headless
from station.settings import Settings

PATIENT = "SIM01"
SEED = 3
MOST_TRIALS = 2
"""Of a preview: with two there is a rest, a change of legs and a second beginning; more would show nothing else."""
PERSON, STANDS_AS_SHIPPED = "young", "completed"
_PREVIEW_NICE = 10  # control and the recorder come first


def try_on_simulated(settings: Settings, document: DrillDocument) -> dict[str, Any]:
    """What a steady simulated patient makes of the drill as it stands, on a platform and within limits like these.

    JSON values; `ok` says that it came to its end without a trip, with at least one trial begun. Raises what
    `run_headless` raises: a drill that the platform or a limit does not allow is not tried.
    """
    with tempfile.TemporaryDirectory(prefix="station-preview-") as folder:
        simulated = _simulated(settings, document, Path(folder))
        platform = platform_of(simulated.rig.mechanics(simulated.station.rig))
        trials = max(document.trials.min, min(document.trials.default, MOST_TRIALS))
        with as_station_errors():
            prescription = fill_in(document, Asked(legs_of(document)[0], trials=trials), platform)
            takes_s = lasts_s(document, fill_in(document, Asked(legs_of(document)[0]), platform), platform)
        request = DrillRequest(PATIENT, document, prescription)
        result = run_headless(simulated, request, Surroundings(virtual=True))
    tried = [_trial(one) for one in result["trials"]]
    began = [one for one in tried if one["outcome"] != "not-started"]
    return {
        "digest": digest_of(document),
        "drill": document.name,
        "version": 0 if document.own is None else document.own.version,
        "program": version("balance-station"),
        "tried_ms": time.time() * 1000.0,
        "outcome": result["outcome"],
        "trip": result["trip"]["code"] if result["trip"] else "",
        "ok": result["outcome"] == STANDS_AS_SHIPPED and not result["trip"] and bool(began),
        "trials": tried,
        "lasts_s": takes_s,
        "frequency_hz": prescription.frequency_hz,
        "displacement_pp_mm": prescription.displacement_pp_mm,
        "peak_acceleration_g": peak_acceleration_g(prescription.frequency_hz, prescription.displacement_pp_mm),
    }


def preview(data: Path, settings: Settings, document: DrillDocument) -> dict[str, Any]:
    """The same, kept in the data folder: from then on this version may meet a patient, where it came to its end."""
    result = try_on_simulated(settings, document)
    keep_trial(data, document, result)
    return result


def _trial(trial: dict[str, Any]) -> dict[str, Any]:
    score = trial.get("score") or {}
    return {
        "outcome": trial["outcome"],
        "hold_s": trial["hold_s"],
        "done": int(score.get("done", 0)),
        "of": int(score.get("of", 0)),
    }


def _simulated(settings: Settings, document: DrillDocument, folder: Path) -> Settings:
    """The settings of the same plate as a simulated one, with a steady person on it who reads the screen."""
    fixed = settings.rig.mechanics(settings.station.rig) is not None
    person = {"person": PERSON, "surface": document.surface, "fixed_displacement": fixed}
    simulation = settings.rig.simulation.model_copy(update={**person, "mass_kg": 72.0, "height_m": 1.72})
    station = {"rig": "simulated", "data": folder, "runtime": folder, "seed": SEED, "screen_simulated": False}
    return settings.model_copy(
        update={
            "station": settings.station.model_copy(update=station),
            "rig": settings.rig.model_copy(update={"simulation": simulation}),
        }
    )


def settings_like(bounds: dict[str, float], platform: dict[str, Any] | None) -> Settings:
    """Settings with these limits and this platform, as control describes them (`station.wire.messages.Answer`)."""
    limits = {
        "max_frequency_hz": bounds["max_hz"],
        "max_displacement_pp_mm": bounds["displacement_pp_mm"],
        "max_peak_acceleration_g": bounds["acceleration_g"],
        "max_bout_s": bounds["bout_s"],
    }
    rig: dict[str, Any] = {}
    if platform is not None:
        drive = {name: platform[name] for name in ("max_hz", "slew_hz_per_s", "displacement_pp_mm")}
        rig = {"simulation": {"fixed_displacement": True}, "drive": drive}
    return Settings.model_validate({"limits": limits, "rig": rig})


def main() -> int:
    """Answer with `{"result": ...}`, or with `{"code", "where", "problems"}` of what refuses it."""
    with suppress(PermissionError):  # under systemd it has the pages' own, which is behind everything already
        os.nice(_PREVIEW_NICE)
    asked = json.loads(sys.stdin.read())
    try:
        with as_station_errors():
            document = read_document(asked["document"], "preview").document
        settings = settings_like(asked["bounds"], asked["platform"])
        answer: dict[str, Any] = {"result": preview(Path(asked["data"]), settings, document)}
    except StationError as problem:
        answer = {"code": problem.code, "where": problem.where, "problems": [as_json(one) for one in problem.problems]}
    print(json.dumps(answer))  # noqa: T201
    return 0


if __name__ == "__main__":
    sys.exit(main())
