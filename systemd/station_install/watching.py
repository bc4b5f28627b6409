"""Whether the station comes up when it is started; after three starts that failed, the safe mode."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from typing import Any

from station_install.program import CURRENT, PROVEN
from station_install.root import Root
from station_install.updating import JOURNAL, UPDATES
from station_install.works import Works

STARTS = f"{UPDATES}/starts.json"
"""How many starts in a row failed, and what was seen at the last; it counts over starts of the computer too."""
MOST_FAILED = 3
ALL = {"control", "recorder", "web"}


def watch(works: Works, safe_mode: Callable[[], None], say: Callable[[str], None]) -> bool:
    """Wait until the station is well; start it anew where it is not, `MOST_FAILED` times in all, then `safe_mode()`.
    Whether it came up. While a release is being tried somebody else watches, and nothing is counted.
    """
    root = works.root
    if root.read(JOURNAL) is not None:
        return True
    failed = int(failures(root).get("failed", 0))
    while True:
        why = works.comes_up(ALL)
        if root.read(JOURNAL) is not None:
            return True
        if not why:
            if failed:
                root.remove(STARTS)
            if (runs := root.target(CURRENT)) and root.target(PROVEN) != runs:
                root.link(PROVEN, runs)
            return True
        failed += 1
        say(f"start {failed} failed: {why}")
        root.write(STARTS, json.dumps({"failed": failed, "why": why, "at_s": int(time.time())}))
        if failed >= MOST_FAILED:
            safe_mode()
            return False
        works.stop()
        works.start()


def failures(root: Root) -> dict[str, Any]:
    """What STARTS says; empty where the last start was well."""
    try:
        found = json.loads(root.read(STARTS) or "{}")
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}


def forget(root: Root) -> None:
    """A person wants it tried again: all starts count anew."""
    root.remove(STARTS)
