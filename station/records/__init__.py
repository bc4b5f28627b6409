"""Everything but samples: patients, visits, sessions, trials, doses and the audit log, in one SQLite file.

One repository an aggregate: `Sessions`, `Patients`, `Visits`, `Doses`, `AuditLog`, over the open file `Records`.
"""

from __future__ import annotations

from station.records.file import Records, open_records

__all__ = ["Records", "open_records"]
