"""Run by a test with `fake_i2c.c` preloaded: `station control` on the rig `pi`, whose device nodes are in a folder.

The converters and the pigpiod are modelled, and everything in this process is the real one: only the panel's pins are
gpiozero's own mock, because they need the kernel's driver.
"""

import sys
from functools import partial
from pathlib import Path

from gpiozero.pins.mock import MockFactory

import hw.pi
from hw.pins import PinLibrary
from station.cli import main

if __name__ == "__main__":
    devices = Path(sys.argv.pop(1))
    openers = hw.pi.Openers(pins=lambda: PinLibrary(MockFactory()))
    hw.pi.open_pi = partial(hw.pi.open_pi, dev=devices, openers=openers)
    main()
