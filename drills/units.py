"""Constants of nature and of units, once for all of `drills`: it imports nothing of the project, so it has its own."""

STANDARD_GRAVITY_M_S2 = 9.80665
NS_PER_S = 1_000_000_000
