"""Names of what the processes share in the runtime folder."""

CONTROL_SOCKET = "control.sock"
"""Where control is asked for something."""
SAMPLES_RING = "samples"
EVENTS_RING = "events"
SUPPLY = "supply"
"""A file with the state of the computer's supply as JSON (`station.processes.supply`); empty or missing where the
computer does not say."""
RECORDER_HEARTBEAT = "recorder.heartbeat"
"""A file whose age says whether the recorder lives, and whose text is the code of what is wrong with it, or empty. A
second line is the place of that, where it is told."""
RESULTS_FAILED = "results-failed"
RECORDS_REBUILT = "records-rebuilt"
STILL_RECORDS = (RESULTS_FAILED, RECORDS_REBUILT)
"""Faults in it with which the recorder records all the same."""
