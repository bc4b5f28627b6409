"""GET /api/v1/backup: how old the last backup is, and what was in the way of the automatic one."""

from __future__ import annotations

import time
from typing import Literal

from pydantic import BaseModel

from station.faults import StationError, from_json
from web_ui.api import resource
from web_ui.problems import detail_of
from web_ui.service import service


class BackupView(BaseModel):
    """The last backup, whoever made it. Times are Unix time in ms."""

    state: Literal["none", "fresh", "old"]
    """`old`: over 7 days, or of a time that has not come yet: the clock was set back."""
    at_ms: float | None
    age_days: int | None
    """Whole days; null for none."""
    left_out: int
    """Recordings that are not in it: being written, or not as the records have them."""
    tried_ms: float | None
    """When an automatic one was tried last; null where the settings ask for none."""
    problem: str
    """What was in its way, in words; "" for nothing."""


blueprint = resource("backup", "The last backup.", 503)


@blueprint.get("/backup", responses={"200": BackupView})
def show_backup() -> dict[str, object]:
    """How old the last backup is."""
    from station.keeping.last import DAY_NS, OLD_NS, how_it_stands

    made, tried = how_it_stands(service().data)
    age_ns = None if made is None else time.time_ns() - made["at_ns"]
    problem = ""
    if tried is not None and tried.get("code"):
        problem = detail_of(StationError(tried["code"], tried["where"], *map(from_json, tried["problems"])))
    return BackupView(
        state="none" if age_ns is None else "fresh" if 0 <= age_ns <= OLD_NS else "old",
        at_ms=None if made is None else made["at_ns"] / 1e6,
        age_days=None if age_ns is None else int(age_ns // DAY_NS),
        left_out=0 if made is None else len(made.get("left_out", ())),
        tried_ms=None if tried is None else tried["at_ns"] / 1e6,
        problem=problem,
    ).model_dump()
