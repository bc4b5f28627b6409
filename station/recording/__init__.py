"""Recordings: one MCAP file a session, how it is written so that a power cut costs at most a second, and read back."""
