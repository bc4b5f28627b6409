"""Releases that come as one signed file: making one, proving one, and what the station says of the last."""
