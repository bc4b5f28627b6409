"""Asks a service of systemd for what the pages may not do, and prints what it said.

`python -m station.processes.asked FOLDER NAME`: puts `NAME-wanted` into the runtime folder, which starts the service of
that name, and waits for a newer `NAME.json` there.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable
from pathlib import Path

from station.faults import StationError, as_json, because

SERVICE_PATIENCE_S = 60.0
SERVICE_LOOK_S = 0.1


def ask(runtime: Path, name: str, wait: Callable[[], bool]) -> object:
    """What the service says, as JSON. `wait` sleeps a little, and is False once there is no more patience.

    Raises StationError "errand-failed" where it says nothing in time, OSError.
    """
    answer = runtime / f"{name}.json"
    before = _changed(answer)
    (runtime / f"{name}-wanted").touch()
    while wait():
        if _changed(answer) != before:
            try:
                return json.loads(answer.read_text(encoding="utf-8"))
            except ValueError:
                continue  # it is still being written
    raise StationError("errand-failed", name, because("service-silent", name=f"station-{name}.service"))


def _changed(path: Path) -> int:
    try:
        return path.stat().st_mtime_ns
    except OSError:
        return 0


def main(arguments: list[str]) -> int:
    """Ask, and print. Returns the exit code."""
    until_s = time.monotonic() + SERVICE_PATIENCE_S

    def wait() -> bool:
        time.sleep(SERVICE_LOOK_S)
        return time.monotonic() < until_s

    try:
        sys.stdout.write(json.dumps(ask(Path(arguments[0]), arguments[1], wait)))
    except StationError as problem:
        said = {"code": problem.code, "where": problem.where, "problems": [as_json(one) for one in problem.problems]}
        sys.stdout.write(json.dumps({"fault": said}))
        return problem.fault.exit_code
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
