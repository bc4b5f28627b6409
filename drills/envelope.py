"""The safety envelope as far as a drill document may ask: never more than safety would permit.

Drills import nothing of the project; a test holds these equal to `station.safety.limits`.
"""

CLINICIAN_MIN_HZ = 5.0
CLINICIAN_MAX_HZ = 35.0
"""40 Hz and more worsens balance."""
CLINICIAN_DISPLACEMENT_PP_MM = 2.0
HARD_ACCELERATION_G = 1.0
"""Above 1 g an unattached mass leaves the plate at each cycle (hard)."""
HARD_BOUT_S = 120.0
"""Longest vibration in one trial, ramps included (hard)."""
FOOT_HALF_ML_MM = 80.0
FOOT_HALF_AP_MM = 160.0
"""How far from where the patient stands safety lets the centre of pressure go, where the drill does not say it more
tightly.
"""
