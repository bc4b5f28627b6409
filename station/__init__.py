"""The appliance: owns time, safety, calibration, recording, the processes and the command line."""

import os

# Else pydantic looks for plugins in every package of the computer, in each process, at each start.
os.environ.setdefault("PYDANTIC_DISABLE_PLUGINS", "__all__")
