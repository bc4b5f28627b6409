"""What the pages say of the processes' signs of life."""

import os

from station.wire.places import RECORDER_HEARTBEAT
from web_ui.health import Health
from web_ui.link import SharedControlLink
from web_ui.live import Live


def test_a_sign_of_a_recorder_that_is_no_more_is_none(tmp_path) -> None:
    """All was killed and started again within a second: the file is fresh, and nobody writes it."""
    link = SharedControlLink(tmp_path / "control.sock")
    sign = tmp_path / RECORDER_HEARTBEAT
    sign.write_text("")
    health, live = Health(tmp_path, link), Live(tmp_path)

    def recorder():
        health.look()
        return health.processes(live, 0).recorder

    assert (recorder().ok, recorder().why) == (False, "no-sign")
    later_ns = sign.stat().st_mtime_ns + 250_000_000
    os.utime(sign, ns=(later_ns, later_ns))
    assert recorder().ok
    # What it says beside that it records is shown and keeps nobody from starting.
    sign.write_text("records-rebuilt\nrecords.damaged-20261128T220000Z.sqlite")
    os.utime(sign, ns=(later_ns + 1, later_ns + 1))
    seen = recorder()
    assert (seen.ok, seen.fault, seen.where) == (True, "records-rebuilt", "records.damaged-20261128T220000Z.sqlite")
    sign.write_text("disk-full")
    assert not recorder().ok
    link.close()


def test_a_recorder_that_lived_and_is_silent_is_said_on_every_page(client, until, monkeypatch) -> None:
    """One that was not seen yet may be about to begin: what keeps a drill from starting says so."""
    until(lambda: client.get("/api/v1/snapshot").json["processes"]["recorder"]["ok"])
    assert client.get("/api/v1/faults/now").json["faults"] == []
    monkeypatch.setattr("web_ui.health.RECORDER_LOST_S", -1.0)
    (fault,) = client.get("/api/v1/faults/now").json["faults"]
    assert (fault["process"], fault["code"]) == ("recorder", "recorder-lost")
    assert fault["remedy"].startswith("It is restarted by itself.")


def test_a_recorder_that_nobody_has_seen_is_no_fault_yet(app) -> None:
    faults = app.test_client().get("/api/v1/faults/now").json["faults"]
    assert [fault["process"] for fault in faults] == ["control"]
