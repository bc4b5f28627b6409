"""What measures, recordings and calibrating agree on. No numpy here: control and web may load it."""

STANDARD_GRAVITY_M_S2 = 9.80665
"""Between a mass in kg and a force."""
MIN_FORCE_N = 20.0
"""Less than this is nobody: two kilograms. A CoP below it is the noise of an empty plate divided by itself."""
MOST_EMPTY_N = 10.0
"""What a cell may show on the empty plate."""
USUAL_RATE_HZ = 50.0
"""ISPGR committee: sample at 50 Hz or more (Scoppa et al. 2013, Gait Posture 37:290)."""
LEAST_RATE_HZ = 24.0
"""Of loggers for 25 samples a second, which keep hardly that. A measure needs this where 95 % of real trials at 25 Hz
come within 5 % of what they are at 100 and 250 Hz, whether the converter averages or not, else the usual rate
(`python -m benchmarks low_rates`)."""
