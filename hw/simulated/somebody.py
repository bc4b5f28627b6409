"""Who stands on the simulated plate: by the settings one of the kept people, or a patient who reads the screen."""

from __future__ import annotations

import random

from hw.settings import SimulationSettings
from hw.simulated.patient import Patient
from hw.simulated.person import Person
from hw.simulated.profiles import PROFILES


def somebody(settings: SimulationSettings, rng: random.Random) -> Person:
    """The person of these settings; everything random about them comes from `rng`.

    Those of `hw.simulated.profiles` stay as they are to the bit: kept recordings and golden figures are made with them.
    """
    return Person(settings, rng) if settings.person in PROFILES else Patient(settings, rng)
