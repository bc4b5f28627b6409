"""The appliance: owns time, safety, calibration, recording, the processes and the command line."""
