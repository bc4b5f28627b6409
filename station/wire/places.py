"""Names of what the processes share in the runtime folder."""

CONTROL_SOCKET = "control.sock"
"""Where control is asked for something."""
SAMPLES_RING = "samples"
EVENTS_RING = "events"
BACKUP_WANTED = "backup-wanted"
"""A file that is there once somebody has asked for a backup now; the recorder takes it away when it begins."""
CLOCK_WANTED = "clock-wanted"
"""A file with the time that a phone says it is (`station.processes.clock_setting`); what may set the clock looks at it.
"""
PRACTICE_WANTED = "practice-wanted"
"""A file that is there once somebody wants to practise; what starts practice (`systemd/station-practice.path`) takes it
away."""
KEY_DUE = "key-due"
"""A file that is there while the station's own wireless network is to get another key, once no drill runs."""
KEY_WANTED = "key-wanted"
"""The same once it is to get it now; what may change it (`systemd/station-new-key.path`) takes the file away."""
DOORS = "doors"
"""A file with which doors for phones are open and which stayed closed, as JSON (`station.wire.doors`)."""
SELFTEST = "selftest"
"""A file with how the self-test stands that a page has ordered (`station.wire.testing`)."""
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
