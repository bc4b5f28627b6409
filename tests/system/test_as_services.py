"""The three processes as systemd starts them: nobody looks, so each waits for what is in its way, and is not started
again and again.
"""

import http.client
import json
import os
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

AS_SYSTEMD = "import os, sys; os.environ['SYSTEMD_EXEC_PID'] = str(os.getpid()); os.execv(sys.executable, sys.argv[1:])"
Start = Callable[..., subprocess.Popen[bytes]]


@pytest.fixture
def settings(tmp_path: Path, free_port: Callable[[], int]) -> tuple[Path, str]:
    """A file whose data folder cannot be made yet, and the address of its pages."""
    (tmp_path / "disk").write_text("a file, where a folder is to be")
    port = free_port()
    path = tmp_path / "station.toml"
    path.write_text(f'[station]\nruntime = "{tmp_path}/runtime"\ndata = "{tmp_path}/disk/data"\n[web]\nport = {port}\n')
    return path, f"http://127.0.0.1:{port}"


@pytest.fixture
def start(tmp_path: Path, settings: tuple[Path, str]) -> Iterator[Start]:
    """`start(verb, log)`: one process; what it says goes into the file `log`."""
    running: list[subprocess.Popen[bytes]] = []

    def start(verb: str, log: str) -> subprocess.Popen[bytes]:
        command = [
            sys.executable,
            "-c",
            AS_SYSTEMD,
            sys.executable,
            "-m",
            "station",
            verb,
            "--settings",
            str(settings[0]),
        ]
        environment = {name: value for name, value in os.environ.items() if name != "NOTIFY_SOCKET"}
        with (tmp_path / log).open("wb") as said:
            running.append(subprocess.Popen(command, stderr=said, env=environment))
        return running[-1]

    yield start
    for process in running:
        process.terminate()
    for process in running:
        process.wait(250)


def _get(url: str) -> Any:
    try:
        with urllib.request.urlopen(url, timeout=5) as answer:
            return json.load(answer)
    except urllib.error.HTTPError as unwell:
        with unwell:
            return json.load(unwell)
    except (OSError, http.client.HTTPException):  # the pages were ended in the middle of their answer
        return None


@pytest.mark.timeout(240)
def test_each_waits_for_what_is_in_its_way_and_takes_its_place_then(
    start: Start, settings: tuple[Path, str], tmp_path: Path, wait_for: Callable[..., Any]
) -> None:
    _, url = settings
    first = {verb: start(verb, verb) for verb in ("control", "recorder", "web")}

    def now() -> Any:
        faults = (_get(f"{url}/api/v1/faults/now") or {"faults": []})["faults"]
        return [(fault["process"], fault["code"], fault["where"]) for fault in faults]

    def well() -> bool:
        return all(view["ok"] for view in (_get(f"{url}/healthz") or {"control": {"ok": False}}).values())

    wait_for("the folder", lambda: now() == [("recorder", "data-folder", str(tmp_path / "disk" / "data"))])
    (tmp_path / "disk").unlink()
    wait_for("the first recorder's folder", (tmp_path / "disk" / "data").is_dir)  # else the second could be the first
    wait_for("all well", well)

    second = {verb: start(verb, f"second {verb}") for verb in ("control", "recorder", "web")}
    words = {"control": "Another station runs", "recorder": "Another station runs", "web": "The port is in use"}
    for verb, why in words.items():
        wait_for(f"why {verb} waits", lambda why=why, verb=verb: why in (tmp_path / f"second {verb}").read_text())
    wait_for("all well beside those that wait", well)
    for process in first.values():
        process.terminate()
        assert process.wait(250) == 0
    wait_for("all well again", well)
    assert [process.poll() for process in second.values()] == [None] * 3
    assert [(tmp_path / f"second {verb}").read_text().count(why) for verb, why in words.items()] == [1, 1, 1]
