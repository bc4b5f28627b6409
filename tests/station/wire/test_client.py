"""The link to control: its answers, its refusals as faults, and that it says when nobody is there."""

import threading
from pathlib import Path

import pytest

from station.faults import StationError, as_json, because
from station.wire.client import ControlLink
from station.wire.messages import Answer, Stop
from station.wire.server import CommandServer

REFUSED = Answer(False, "not-ready", "here", [as_json(because("drill-running"))])


def test_the_link_gives_answers_and_turns_refusals_into_faults(server: CommandServer) -> None:
    done = threading.Event()

    def serve() -> None:
        while not done.is_set():
            server.poll(lambda message: Answer(True, session=2) if isinstance(message, Stop) else REFUSED)

    thread = threading.Thread(target=serve)
    thread.start()
    link = ControlLink(server.path, timeout_s=10)
    try:
        assert link.request("stop", by="test")["session"] == 2
        with pytest.raises(StationError, match="here") as refused:
            link.request("acknowledge")
        assert refused.value.code == "not-ready"
    finally:
        done.set()
        thread.join()
        link.close()


def test_the_link_says_so_when_control_is_gone(tmp_path: Path) -> None:
    with pytest.raises(StationError) as failed:
        ControlLink(tmp_path / "control.sock").request("stop")
    assert failed.value.code == "control-unreachable"
