"""The safety envelope as far as a clinic may set it: what holds where it sets nothing, and what it cannot pass.

Settings are below safety and cannot import it; a test holds these equal to `station.safety.limits`.
"""

CLINICIAN_MIN_HZ = 5.0
CLINICIAN_MAX_HZ = 35.0
CLINICIAN_DISPLACEMENT_PP_MM = 2.0
CLINICIAN_ACCELERATION_G = 0.5
CLINICIAN_BOUT_S = 60.0
CLINICIAN_DAY_S = 600.0
HARD_MAX_HZ = 40.0
HARD_DISPLACEMENT_PP_MM = 6.0
HARD_ACCELERATION_G = 1.0
HARD_BOUT_S = 120.0
HARD_DAY_S = 900.0
