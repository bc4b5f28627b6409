"""The kinds of people who stand on the simulated plate: how each sways, reacts, tires and slips."""

from __future__ import annotations

from typing import NamedTuple

from hw.simulated.sway import Gains


class Profile(NamedTuple):
    """One kind of people: their controllers, on two feet and on one, and how they fare on one leg."""

    two_ml: Gains
    two_ap: Gains
    one_ml: Gains
    one_ap: Gains
    reaction_s: float
    tire_per_min: float
    """How much unsteadier each minute on one leg makes them."""
    slip_per_s: float
    """The chance to put the foot down by itself in the first second on one leg, ..."""
    slip_per_s2: float
    """... and how it grows with each further second."""


PROFILES: dict[str, Profile] = {
    "young_adult": Profile(
        two_ml=Gains(1.50, 0.490, 0.0517, 0.0209, 0.0232, 0.816, 2.39, 0.221, 0.0558, 0.0252, 1.25, 29.3),
        two_ap=Gains(1.44, 0.533, 0.00713, 0.0343, 0.00391, 1.60, 2.87, 0.152, 0.0519, 0.0213, 1.54, 23.6),
        one_ml=Gains(1.19, 0.293, 0.0175, 0.111, 0.299, 3.80, 0.149, 0.78, 0.061, 0.0286, 0.9, 20.0),
        one_ap=Gains(1.15, 0.302, 0.0122, 0.0203, 0.0828, 2.32, 0.162, 0.676, 0.0424, 0.0196, 0.9, 20.0),
        reaction_s=0.8,
        tire_per_min=0.06,
        slip_per_s=2.0e-4,
        slip_per_s2=1.0e-5,
    ),
    "older_adult": Profile(
        two_ml=Gains(1.55, 0.445, 0.0496, 0.0438, 0.00723, 0.952, 2.02, 0.183, 0.0688, 0.0215, 1.50, 34.0),
        two_ap=Gains(1.48, 0.464, 0.0179, 0.0222, 0.0139, 1.17, 0.799, 0.139, 0.0662, 0.0180, 1.80, 27.6),
        one_ml=Gains(1.19, 0.293, 0.0175, 0.111, 0.299, 4.06, 0.149, 0.835, 0.061, 0.0286, 0.9, 20.0),
        one_ap=Gains(1.15, 0.230, 0.0133, 0.0857, 0.138, 3.11, 0.104, 0.758, 0.0581, 0.0318, 0.9, 20.0),
        reaction_s=1.2,
        tire_per_min=0.12,
        slip_per_s=3.0e-3,
        slip_per_s2=1.5e-4,
    ),
}
"""Fitted on two feet to the medians of the BDS data set (Santos & Duarte 2016, PeerJ 4:e2648: young and old, firm
floor, eyes open), on one foot to two recordings of one adult, with 0.8 of that sway for the young and 0.9 for
the older."""
