"""Everything but samples: patients, visits, sessions, trials, doses and the audit log, in one SQLite file.

One repository an aggregate: `Sessions`, `Patients`, `Visits`, `Doses`, `Screenings`, `AuditLog`, over the open file
`station.records.file.Records`. Nothing is imported here: who only asks for the hash of one recording
(`station.records.seal`) needs no library of the database's.
"""
