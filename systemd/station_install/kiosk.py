"""The browser of the patient's screen: first a file that says "Please wait", then the station's page once that answers.

The file cannot find out by itself. A browser lets no file ask a server of this computer without a person's leave, and
the station's pages answer to no other's questions. So this asks, and opens a second window over the first.
"""

from __future__ import annotations

import http.client
import os
import shutil
import subprocess
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Protocol

from station_install import please_wait

FLAGS = (
    "--kiosk",
    "--ozone-platform=wayland",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--noerrdialogs",
    "--disable-session-crashed-bubble",
    "--autoplay-policy=no-user-gesture-required",
)
BROWSERS = ("chromium", "chromium-browser")
LOOK_S = 1.0
COVERED_S = 10.0
"""So long the first window stays beneath the second, which a Pi needs some seconds to draw."""


class Running(Protocol):
    """A browser, as subprocess.Popen has it."""

    def poll(self) -> int | None:
        """Its exit code; None while it runs."""

    def terminate(self) -> None:
        """End it."""

    def wait(self) -> int:
        """Until it has ended; its exit code."""


def show(
    start: Callable[[str, str], Running], answers: Callable[[], bool], page: str, pause: Callable[[float], None]
) -> int:
    """Show the file until the station answers, then `page`. `start` opens an address under a profile of this name.
    Returns when the browser has ended; whoever started this starts it again.
    """
    waiting = start(f"file://{please_wait.PAGE}", "waiting")
    while not answers():
        if (code := waiting.poll()) is not None:
            return code
        pause(LOOK_S)
    shown = start(page, "station")
    pause(COVERED_S)
    waiting.terminate()
    waiting.wait()
    return shown.wait()


def answering(port: int) -> bool:
    """Whether somebody serves the patient's screen, the station or its safe mode."""
    try:
        line = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
        line.request("GET", "/patient")
        return line.getresponse().status == http.client.OK
    except (OSError, http.client.HTTPException):
        return False


def browser(profiles: Path, more: Sequence[str] = ()) -> Callable[[str, str], Running]:
    """Starts the distribution's chromium. Raises FileNotFoundError where there is none."""
    program = next((found for name in BROWSERS if (found := shutil.which(name))), None)
    if program is None:
        raise FileNotFoundError(f"no {' or '.join(BROWSERS)}")

    def start(address: str, profile: str) -> Running:
        return subprocess.Popen([program, *FLAGS, *more, f"--user-data-dir={profiles / profile}", address])

    return start


def kiosk(port: int) -> int:
    """As the unit runs it. STATION_KIOSK_FLAGS: more flags for the browser, with spaces between."""
    profiles = Path(os.environ.get("RUNTIME_DIRECTORY", "/run/station-kiosk"))
    more = os.environ.get("STATION_KIOSK_FLAGS", "").split()
    return show(browser(profiles, more), lambda: answering(port), f"http://127.0.0.1:{port}/patient", time.sleep)
