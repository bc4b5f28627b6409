"""`python -m benchmarks [name ...]`: run these benchmarks, or all, print their tables, and judge every goal.

The exit code is 0 when every goal was met or could not be measured here, 1 when one was missed, and 2 when a benchmark
did not come to its end.

Each runs in a process of its own: what one asks of the kernel (priority, locked memory, the limit of processor time in
one go) must not be left to the next.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path

from benchmarks.common import Verdict, machine_facts

NAMES = {
    "cop_noise": "Noise of the centre of pressure of a dead weight, by body weight",
    "accelerometer": "Accelerometer: frequency, peak and weighted acceleration of a known sine",
    "load_cells": "Load cells: frames a second in modelled bus time, and processor time",
    "start": "Start to ready: time, processor seconds, bytes read, memory",
    "wear": "Bytes a second that go to the disk, and those of a clinic day",
    "memory": "Memory and processor time, four phones on",
    "tick": "Work of one tick",
    "exercises": "Work of one tick with each drill of the catalogue, beside that of standing",
    "virtual_drill": "A whole drill under the virtual clock, against real time",
    "scene": "What the scene in every sample costs: bytes and time",
    "drawing": "Script that draws a frame of the patient's page, on a computer six times slower",
    "pages": "The live pages of a running station: frames a second, script, and how old what they show is",
    "answers": "How long somebody waits: for a page, for a result, for a report",
    "stop": "STOP from the tap to the drive, with others in the way",
    "many_phones": "Twelve phones over TLS: STOP, the loop, memory, and phones that are gone",
    "loop_jitter": "Wake-up lateness of the loop at 250 Hz, four phones on",
    "vibration_drive": "The drive's frequency over speeds and loads, on modelled motors",
    "motor_on_silicon": "The drive's frequency in real time, by the real pigpiod on modelled silicon",
    "dead_man": "How soon the motor is off after each way to die, by the real pigpiod on modelled silicon",
    "records_held": "The recorder's lag while another process holds the records' write lock",
    "measures_speed": "Time of the balance measures, beside the open reference",
    "measures_accuracy": "Every balance measure beside its reference, and the bias by vibration",
    "false_change": "How often a change is called real where nothing changed, by age, sway and condition",
    "people": "Simulated people beside people: sway, one leg, rising",
    "progression": "Success, locks and rungs of simulated learners on the rules of progression",
    "low_rates": "Figures of slow loggers beside those of the same stances at their own rates",
    "suspicions": "Recordings that are wrong and look right: false alarms, and what stays silent",
    "left_out": "Limits of suspicions, of people from whom they were not made",
    "dead_weight": "A dead weight on the running plate, which should seem to stand still",
    "vibration_removed": "Vibration taken out of the live point, in dB, beside the best NLMS",
    "one_foot": "Both feet on the plate where one leg was asked for: how often found, how often wrongly",
    "with_without": "What is compared with and without vibration, moved by the vibration itself",
    "calibration_accuracy": "A known weight on calibrated plates",
}


def main() -> None:
    """Run what was asked for, and say of every goal whether it was met."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description="The performance figures of the station.")
    parser.add_argument("names", nargs="*", choices=[*NAMES, []], metavar="name", help=", ".join(NAMES))
    parser.add_argument("--short", action="store_true", help="only see that each runs to its end; goals are not judged")
    options = parser.parse_args()
    print(f"On {machine_facts()}.")
    outcomes = {}
    for name in options.names or NAMES:
        print(f"\n## {NAMES[name]}\n", flush=True)
        outcomes[name] = run(name, short=options.short)
    print("\n## Goals\n")
    for name, verdicts in outcomes.items():
        print(f"{name}: {'ENDED BEFORE ITS TIME' if verdicts is None else '' if verdicts else 'has none'}".rstrip())
        for verdict in verdicts or ():
            print(f"  {verdict}")
    sys.exit(exit_code(outcomes, judged=not options.short))


def run(name: str, *, short: bool) -> list[Verdict] | None:
    """One benchmark in a process of its own; None when it did not come to its end."""
    program = (
        "import json, sys; from pathlib import Path; "
        f"from benchmarks.{name} import main; "
        f"Path(sys.argv[1]).write_text(json.dumps(main(short={short})))"
    )
    with tempfile.TemporaryDirectory() as folder:
        answer = Path(folder, "verdicts")
        ended = subprocess.run([sys.executable, "-c", program, str(answer)], check=False)
        if ended.returncode or not answer.is_file():
            return None
        return [Verdict(*verdict) for verdict in json.loads(answer.read_text("utf-8"))]


def exit_code(outcomes: Mapping[str, list[Verdict] | None], *, judged: bool) -> int:
    """2 when one did not come to its end, 1 when a goal was missed (where they are judged), 0 otherwise."""
    if any(verdicts is None for verdicts in outcomes.values()):
        return 2
    missed = any(verdict.met is False for verdicts in outcomes.values() for verdict in verdicts or ())
    return int(judged and missed)


if __name__ == "__main__":
    main()
