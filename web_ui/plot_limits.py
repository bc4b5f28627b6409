"""What the live plots of cells and motor are held against, as control and the calibration in use have it."""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel

from station.faults import InputError
from station.plate.ranges import ranges_in_use
from station.safety.limits import HARD
from web_ui.own_settings import own_settings
from web_ui.service import house_of, service

TICK_US = 4000.0
"""The loop's period, `station.control.loop.PERIOD_NS`; the pages know nothing of control."""


class CellRangeView(BaseModel):
    """Between which forces one cell can be read."""

    low_n: float
    high_n: float


class PlotLimitsView(BaseModel):
    """What the plots are held against."""

    cells: list[CellRangeView]
    """In the order of the snapshot's cells; empty where a damaged calibration leaves them unknown."""
    still_n: float
    """Most noise of a cell of a plate that stands still, rms: a calibration reads no cell that is less still."""
    least_hz: float
    most_hz: float
    """Between which the platform may vibrate here."""
    off_share: float
    off_s: float
    """Further than this share from what was permitted, for so long, is a trip."""
    tick_us: float
    """A tick that is later than this has missed the next one."""


def plot_limits() -> PlotLimitsView:
    """All of them. Raises StationError "control-unreachable"."""
    from station.commissioning.calibrating.reading import UNSTABLE_N  # only for who looks at the plots

    own = service()
    facts: dict[str, Any] = own.link.request("describe")["facts"]
    house = house_of(facts)
    plate = facts.get("plate")
    try:
        cells = () if plate is None else ranges_in_use(own.data, own_settings(), plate)
    except InputError:
        cells = ()  # it is red on the first page
    platform = house.platform
    return PlotLimitsView(
        cells=[CellRangeView(low_n=one.low_n, high_n=one.high_n) for one in cells],
        still_n=UNSTABLE_N,
        least_hz=max(HARD.min_hz, house.bounds.min_hz, *(() if platform is None else (platform.min_hz,))),
        most_hz=min(HARD.max_hz, house.bounds.max_hz, *(() if platform is None else (platform.max_hz,))),
        off_share=HARD.frequency_error,
        off_s=HARD.frequency_error_s,
        tick_us=TICK_US,
    )
