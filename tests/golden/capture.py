"""What the station did at one revision, so that a later one can be held against it.

`python tests/golden/capture.py FOLDER` runs every case with the `station` of the current folder and prints the golden
file: for a drill the hash of its samples, its events and its result, for a command of figures what it prints. Only the
program's version, and what is made from it (the session's id, the name of the recording), is left out.
"""

from __future__ import annotations

import hashlib
import json
import math
import os
import re
import subprocess
import sys
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from mcap.reader import make_reader

SHORT = ("--hold-s", "5", "--trials", "2")
VIBRATION = ("drill", "single-leg-vibration", "--clock", "virtual", "--json")
QUIET = ("drill", "quiet-stance", "--clock", "virtual", "--json")

DRILLS: dict[str, tuple[str, ...]] = {
    "steady left leg": (*VIBRATION, "--leg", "left", "--seed", "7", *SHORT),
    "steady right leg at 35 Hz": (*VIBRATION, "--leg", "right", "--seed", "3", "--frequency-hz", "35",
                                  "--displacement-pp-mm", "0.15", *SHORT),
    "no vibration": (*VIBRATION, "--leg", "left", "--seed", "5", "--displacement-pp-mm", "0", *SHORT),
    "emergency stop in the hold": (*VIBRATION, "--leg", "left", "--seed", "7", "--fault", "estop@20", *SHORT),
    "a cell that stops answering": (*VIBRATION, "--leg", "right", "--seed", "9", "--fault", "nack:2@18", *SHORT),
    "quiet stance on both legs": (*QUIET, "--leg", "both", "--seed", "11", "--hold-s", "8", "--trials", "1"),
    "a platform of fixed displacement": (*VIBRATION, "--leg", "left", "--seed", "7", "--frequency-hz", "25",
                                         "--displacement-pp-mm", "0.23",
                                         "--settings", "{folder}/fixed.toml", *SHORT),
    "a real recording played back": (*QUIET, "--leg", "left", "--rig", "replay", "--hold-s", "10", "--trials", "1",
                                     "--pipeline", "raw",
                                     "--input", "{data}/kinvent_single_leg/sub01_EC_block0_Left.csv.gz"),
}  # fmt: skip
"""Each under the virtual clock, where equal arguments give equal bytes."""

TRIAL = "{data}/bds/BDS00013.csv.gz"
PLATE = "{data}/kinvent_single_leg/sub01_EC_block0_Left.csv.gz"
OTHER = "{data}/kinvent_single_leg/sub01_EC_block1_Right.csv.gz"
_BEFORE = tuple(word for number in ("13", "16", "19") for word in ("--before", f"{{data}}/bds/BDS000{number}.csv.gz"))
_AFTER = tuple(word for number in ("49", "52", "55") for word in ("--after", f"{{data}}/bds/BDS000{number}.csv.gz"))
FIGURES: dict[str, tuple[str, ...]] = {
    "everything of a trial": ("measures", TRIAL, "--rate", "100", "--json", "--stance", "both", "--vision", "open",
                              "--surface", "firm", "--age", "30"),
    "the 72 variables of a trial": ("measures", TRIAL, "--rate", "100", "--pipeline", "quijoux-2021", "--json"),
    "a plate of four cells": ("measures", PLATE, "--json", "--foot", "-50", "50", "-110", "120"),
    "a plate of four cells, raw, as a table": ("measures", PLATE, "--pipeline", "raw", "--table"),
    "several files": ("measures", TRIAL, "{data}/bds/BDS00016.csv.gz", "{data}/bds/bds_icc.csv",
                      "--csv", "--basic", "--rate", "100"),
    "two conditions": ("compare", "--json", *_BEFORE, *_AFTER, "--rate", "100", "--after-vision", "closed",
                       "--stance", "both", "--vision", "open", "--surface", "firm", "--age", "30"),
    "three trials against three": ("compare", *_BEFORE, *_AFTER, "--rate", "100"),
    "time on one leg": ("task", "one-leg", PLATE, "--weight-kg", "77", "--json"),
    "share of the left leg": ("task", "weight-bearing", OTHER, "--stance-width-mm", "200", "--json"),
    "a task that lacks a weight": ("task", "sit-to-stand", PLATE),
}  # fmt: skip
"""Commands that print figures of real recordings."""

FIXED = "rig.simulation.fixed_displacement = true\n"
OLD_BYTES = 178
"""Of a sample at the golden revision: the fields that came later stand behind them, and are not compared."""
_GONE = ("program_version", "recording", "id", "session_id", "ring_epoch", "boot_id")


def arithmetic() -> str:
    """A fingerprint of this machine's floating point: its mathematical library, and how Python adds."""
    numbers = [0.1 + 0.37 * i for i in range(2000)]
    found = [f(x) for f in (math.sin, math.cos, math.exp, math.log, math.atan, math.tan) for x in numbers[:1500]]
    sums = [sum(numbers[:n]) for n in range(1, 500)]
    return hashlib.sha256(repr([*found, *sums]).encode()).hexdigest()[:16]


Station = Callable[[Sequence[str]], tuple[int, str]]
"""Runs the command with these arguments: its exit code and what it printed."""


def of_this_folder(arguments: Sequence[str]) -> tuple[int, str]:
    """The `station` of the current folder, as a process of its own."""
    surroundings = {**os.environ, "COLUMNS": "80", "PYTHONHASHSEED": "0"}
    command = [sys.executable, "-m", "station", *arguments]
    ran = subprocess.run(command, capture_output=True, text=True, timeout=250, env=surroundings)
    return ran.returncode, ran.stdout


def run(station: Station, arguments: tuple[str, ...], folder: Path, data: Path) -> dict[str, Any]:
    """What one command printed on its output, and with which exit code.

    Places of this machine are written as {folder} and {data}.
    """
    given = [argument.format(folder=folder, data=data) for argument in arguments]
    code, printed = station(given)
    said = printed.replace(str(data), "{data}").replace(str(folder), "{folder}")
    return {"exit": code, "said": json.loads(said) if "--json" in given and printed[:1] in ("{", "[") else said}


def drill(station: Station, arguments: tuple[str, ...], folder: Path, data: Path) -> dict[str, Any]:
    """One drill in an empty folder: the command's result, the hash of its samples' bytes, and its events."""
    (folder / "fixed.toml").write_text(FIXED, encoding="utf-8")
    found = run(station, (*arguments, "--data", str(folder / "kept")), folder, data)
    samples = hashlib.sha256()
    events, headers, count = [], [], 0
    for path in sorted((folder / "kept").glob("recordings/*.mcap")):
        with path.open("rb") as file:
            reader = make_reader(file)
            headers += [record.metadata for record in reader.iter_metadata()]
            for _, channel, message in reader.iter_messages():
                if channel.message_encoding == "json":
                    events.append(json.loads(message.data))
                else:
                    samples.update(message.data[:OLD_BYTES])
                    count += 1
    found["samples"] = {"count": count, "sha256": samples.hexdigest()}
    found["events"] = events
    found["headers"] = headers
    return without_version(found, str(data))


def without_version(value: Any, data: str = "") -> Any:
    """The same value without the program's version and what is made from it."""
    if isinstance(value, dict):
        return {key: without_version(one, data) for key, one in value.items() if key not in _GONE}
    if isinstance(value, list):
        return [without_version(one, data) for one in value]
    if isinstance(value, str):
        return re.sub(r"[0-9A-Z]{26}(\.mcap)?", "{recording}", value)
    return value


def main() -> None:
    """Print the golden file of the `station` of the current folder."""
    data = Path(sys.argv[1]).resolve()
    found: dict[str, Any] = {"arithmetic": arithmetic(), "drills": {}, "figures": {}}
    for name, arguments in DRILLS.items():
        with tempfile.TemporaryDirectory() as folder:
            found["drills"][name] = drill(of_this_folder, arguments, Path(folder), data)
    for name, arguments in FIGURES.items():
        with tempfile.TemporaryDirectory() as folder:
            found["figures"][name] = without_version(run(of_this_folder, arguments, Path(folder), data))
    sys.stdout.write(json.dumps(found, indent=1, sort_keys=True, ensure_ascii=False) + "\n")


if __name__ == "__main__":
    main()
