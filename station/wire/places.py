"""Names of what the processes share in the runtime folder."""

CONTROL_SOCKET = "control.sock"
"""Where control is asked for something."""
SAMPLES_RING = "samples"
EVENTS_RING = "events"
RECORDER_HEARTBEAT = "recorder.heartbeat"
"""A file whose age says whether the recorder lives, and whose text is the code of what is wrong with it, or empty."""
