"""`python -m benchmarks [name ...]`: run these benchmarks, or all, and print their tables.

Each runs in a process of its own: what one asks of the kernel (priority, locked memory, the limit of processor time in
one go) must not be left to the next.
"""

from __future__ import annotations

import argparse
import subprocess
import sys

from benchmarks.common import machine_facts

NAMES = {
    "cop_noise": "Noise of the centre of pressure of a dead weight, by body weight",
    "accelerometer": "Accelerometer: frequency, peak and weighted acceleration of a known sine",
    "load_cells": "Load cells: frames a second in modelled bus time, and processor time",
    "start_time": "Start to first page",
    "memory": "Memory and processor time, four phones on",
    "tick": "Work of one tick",
    "scene": "What the scene in every sample costs: bytes and time",
    "stop": "STOP from the tap to the drive, with others in the way",
    "loop_jitter": "Wake-up lateness of the loop at 250 Hz, four phones on",
    "vibration_drive": "The drive's frequency over speeds and loads, on modelled motors",
    "motor_on_silicon": "The drive's frequency in real time, by the real pigpiod on modelled silicon",
    "dead_man": "How soon the motor is off after each way to die, by the real pigpiod on modelled silicon",
    "records_held": "The recorder's lag while another process holds the records' write lock",
    "measures_speed": "Time of the balance measures, beside the open reference",
    "measures_accuracy": "Every balance measure beside its reference, and the bias by vibration",
    "dead_weight": "A dead weight on the running plate, which should seem to stand still",
    "calibration_accuracy": "A known weight on calibrated plates",
}


def main() -> None:
    """Run what was asked for."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description="The performance figures of the station.")
    parser.add_argument("names", nargs="*", choices=[*NAMES, []], metavar="name", help=", ".join(NAMES))
    print(f"On {machine_facts()}.")
    broken = []
    for name in parser.parse_args().names or NAMES:
        print(f"\n## {NAMES[name]}\n", flush=True)
        if subprocess.run(
            [sys.executable, "-c", f"from benchmarks.{name} import main; main()"], check=False
        ).returncode:
            broken.append(name)
    if broken:
        sys.exit(f"\nThese ended before their time: {', '.join(broken)}.")


if __name__ == "__main__":
    main()
