"""Everything but samples: patients, sessions, trials, doses and the audit log, in one SQLite file."""

from __future__ import annotations

from station.records.store import Store, open_store

__all__ = ["Store", "open_store"]
