"""The audit log proves itself: a line that was changed, or taken out, shows."""

import sqlite3

from station.records.audit import AuditLog


def test_the_chain_shows_what_was_changed(records):
    log = AuditLog(records)
    for number in range(4):
        log.add(number, "therapist", "started", {"patient": f"P-{number}"})
    assert log.first_broken() is None
    assert [line["number"] for line in log.newest(2)] == [3, 4]
    database = sqlite3.connect(records.path)
    database.execute("UPDATE audit SET who = 'nobody' WHERE number = 3")
    database.commit()
    assert log.first_broken() == 3
    database.execute("UPDATE audit SET who = 'therapist' WHERE number = 3")
    database.execute("DELETE FROM audit WHERE number = 2")
    database.commit()
    database.close()
    assert log.first_broken() == 2


def test_the_last_event_of_each_ring_is_known(records):
    log = AuditLog(records)
    log.add(1, "a", "stop", place=(5, 3))
    log.add(2, "a", "stop", place=(6, 1))
    log.add(3, "a", "corrected")
    assert (log.last_event(5), log.last_event(6), log.last_event(7)) == (3, 1, -1)
