"""Sets the computer's clock to what a person's phone says: the one thing of the station that needs that right.

`python -m station.processes.clock_setting FOLDER` is started by a service of its own when the pages have put a wish
into the runtime folder; it takes the wish away, sets the clock, and ends. A clock that was set so has nobody who
vouches for it: no dose is freed by it (`station.records.vouching`).
"""

from __future__ import annotations

import json
import os
import sys
import time
from collections.abc import Callable
from pathlib import Path

from station.clock import NS_PER_S
from station.wire.places import CLOCK_WANTED

OLDEST_NS, NEWEST_NS = 1_767_225_600 * NS_PER_S, 4_102_444_800 * NS_PER_S
"""2026 to 2100: what lies outside was typed wrong, or is no clock."""
WITHIN_NS = 60 * NS_PER_S
"""A wish that is older was meant for another moment."""
_WISH_BYTES = 200


def wish(runtime: Path, wall_ns: int, now_ns: int) -> None:
    """Ask for the clock to be set to this wall time (Unix, ns), which it is at the monotonic time `now_ns`. Raises
    OSError.
    """
    part = runtime / f".{CLOCK_WANTED}.part"
    part.write_text(json.dumps({"wall_ns": wall_ns, "mono_ns": now_ns}), encoding="utf-8")
    part.replace(runtime / CLOCK_WANTED)


def grant(runtime: Path, now_ns: int, set_ns: Callable[[int], object]) -> bool:
    """Set the clock by `set_ns` (Unix, ns) to what is asked for, and take the wish away; False where there is no wish
    that makes sense. Raises OSError where the system refuses.
    """
    place = runtime / CLOCK_WANTED
    try:
        descriptor = os.open(place, os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC)
    except OSError:
        return False
    with os.fdopen(descriptor, "rb") as file:
        said = file.read(_WISH_BYTES)
    place.unlink(missing_ok=True)
    try:
        found = json.loads(said)
        wall_ns, mono_ns = found["wall_ns"], found["mono_ns"]
    except (ValueError, KeyError, TypeError):
        return False
    if not (type(wall_ns) is int and type(mono_ns) is int and 0 <= now_ns - mono_ns <= WITHIN_NS):
        return False
    at_ns = wall_ns + now_ns - mono_ns
    if not OLDEST_NS <= at_ns <= NEWEST_NS:
        return False
    set_ns(at_ns)
    return True


def main(arguments: list[str]) -> int:
    """Grant the wish in this folder. Returns the exit code."""
    done = grant(
        Path(arguments[0]), time.monotonic_ns(), lambda at_ns: time.clock_settime_ns(time.CLOCK_REALTIME, at_ns)
    )
    return 0 if done else 2


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
