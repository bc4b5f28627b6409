"""What measures, recordings and calibrating agree on. No numpy here: control and web may load it."""

STANDARD_GRAVITY_M_S2 = 9.80665
"""Between a mass in kg and a force."""
MIN_FORCE_N = 20.0
"""Less than this is nobody: two kilograms. A CoP below it is the noise of an empty plate divided by itself."""
