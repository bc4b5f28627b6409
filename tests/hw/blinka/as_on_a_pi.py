"""Run by the test in a Python of its own, with `fake_i2c.c` preloaded: Blinka's whole chain, then the rig `pi`."""

import json
import sys
from pathlib import Path
from random import Random

import board
import busio
from adafruit_ads1x15 import ADS1115, AnalogIn
from gpiozero.pins.mock import MockFactory

from hw.pi import Openers, open_pi
from hw.pins import PinLibrary
from hw.settings import RigSettings
from hw.simulated.drive import SimulatedDrive
from hw.simulated.platform import ModelledPlatform
from station.clock import MonotonicClock

TICK_NS = 4_000_000
VERBS = 0x70


def main(folder):
    report = {"board": board.board_id}
    with busio.I2C(board.SCL, board.SDA) as bus:
        while not bus.try_lock():
            pass
        report["scan"] = bus.scan()
        bus.unlock()
        report["library_v"] = [AnalogIn(ADS1115(bus, gain=2, address=0x48 + cell), 0).voltage for cell in range(4)]
    clock = MonotonicClock()
    settings = RigSettings.model_validate({"accelerometer": {"fitted": True}})
    rig = open_pi(
        "pi",
        settings,
        clock,
        dev=Path(folder),
        openers=Openers(
            pins=lambda: PinLibrary(MockFactory()),
            drive=lambda: SimulatedDrive(ModelledPlatform(Random(0)), clock, lambda _: None),
        ),
    )

    def frames(count):
        begin_ns = clock.now_ns()
        for tick in range(1, count + 1):
            clock.sleep_until_ns(begin_ns + tick * TICK_NS)
            yield rig.load_cells.read(), rig.accelerometer.read()

    good = list(frames(100))
    report["volts"] = [frame.volts for frame, _ in good]
    report["status"] = sorted({int(status) for frame, _ in good for status in frame.status})
    report["g"] = [sample / 9.80665 for _, block in good for sample in block]
    for verb in ("nack", "freeze", "brownout"):
        rig.load_cells._bus.writeto(VERBS, verb.encode())
        report[verb] = [int(frame.status[2]) for frame, _ in frames(12)]
        rig.load_cells._bus.writeto(VERBS, b"repair")
        list(frames(8))
    report["repaired"] = rig.load_cells.read().volts
    rig.close()
    sys.stdout.write(json.dumps(report))


if __name__ == "__main__":
    main(*sys.argv[1:])
