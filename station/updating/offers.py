"""What waits of a chain's server, as the last look wrote it down: for the pages and the updater, who only read."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from station.updating import standing
from station.updating.holding import small_file

PLACE = Path("/var/lib/balance-station-server")
"""Of the user who asks. Everybody may read it."""
WAITING, PART, SAID = "waiting.update", "waiting.part", "said.json"
LONGEST_SAID = 1 << 20


class ServerOffer(BaseModel):
    """What the server was found to have, the last time that it was asked."""

    model_config = ConfigDict(extra="ignore", frozen=True)
    at_s: int
    """Unix time."""
    release: str = ""
    """What waits; "" for nothing."""
    version: str = Field(default="", pattern=r"^(\d{1,6}\.\d{1,6}\.\d{1,6})?$")
    made_s: int = 0
    changes: str = ""
    code: str = ""
    """Of the fault where asking failed, with `where` and `problems`; what waited before waits on. The release that
    wrote it may know other faults than the one that reads it.
    """
    where: str = ""
    problems: list[dict[str, Any]] = []


def offer(at: Path, folder: Path = PLACE) -> ServerOffer | None:
    """What the last look found; None where nobody ever looked. What waits is newer than what runs, and is there."""
    try:
        found = ServerOffer.model_validate_json(small_file(folder / SAID, LONGEST_SAID))
    except (OSError, ValidationError):
        return None
    if found.release and _newer(found, at) and (folder / WAITING).is_file():
        return found
    return found.model_copy(update={"release": "", "version": "", "made_s": 0, "changes": ""})


def _newer(found: ServerOffer, at: Path) -> bool:
    runs = standing.current(at)
    if runs is None:
        return True
    order = standing.order_of(found.version or "0.0.0", found.made_s)
    return found.release != runs.name and order > standing.order_of(runs.version, runs.made_s)
