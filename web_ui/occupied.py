"""Whether somebody is treated, or may be about to be: then the station does not go away for practice."""

from __future__ import annotations

import time

from station.clock import NS_PER_S
from web_ui.compose import OLD_S
from web_ui.service import Service
from web_ui.visits import open_codes


def occupied(own: Service) -> str:
    """What is in the way: "control" (it says nothing), "drill", "plate", "acknowledgement" or "visit"; "" for nothing.

    Raises StorageError where the records cannot be read.
    """
    sample = own.live.sample
    if sample is None or time.monotonic_ns() - sample.t_ns > OLD_S * NS_PER_S:
        return "control"
    if sample.session > 0:
        return "drill"
    if sample.stance:
        return "plate"
    if sample.trip or own.ends.waiting_now() is not None:
        return "acknowledgement"
    return "visit" if open_codes(own.data) else ""
