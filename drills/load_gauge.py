"""How a load under an order is drawn and heard: one upright bar, its band up to the order, and the stop zone above it.

A warning sounds in pulses from the order on, and a low tone without a pause beyond the limit.
"""

from __future__ import annotations

from drills.exercises.values import SOLES
from drills.ordered import Beyond, OrderedLoad
from drills.scene import NOT_SHOWN, Axis, Slot, SlotKind, SlotState, WordLook, whole
from drills.values import Leg
from drills.words import Word

BAND, BAR, SOLE, SIDE = 1, 2, 3, 4
"""Ids of the things on the screen."""
SOLE_X = -2150
"""Left of the bar, whose words are on its right."""
WARN_HZ, STOP_HZ = 330, 220
WARN_PULSE_NS = 250_000_000
STEP_N = 2
"""What is drawn of a load, so that a bar that stands still is the same picture."""


def gauge(
    load: OrderedLoad,
    tolerance: float,
    level: Beyond,
    *,
    bar_n: float | None,
    peak_n: float | None = None,
    inside: float = 0.0,
) -> tuple[Slot, ...]:
    """Band, bar (None: it is hidden) with a mark that stays, and which foot it is. Loads in N; `inside` 0 to 1."""
    low, line, limit = (whole(one, 0) for one in (load.order_n * (1.0 - tolerance), load.order_n, load.limit_n))
    state = SlotState.NOW if level is Beyond.NOTHING else SlotState.OVER_LINE
    slots: tuple[Slot, ...] = (
        Slot(SlotKind.BAND, BAND, Axis.LOAD, state, low, line, limit, whole(1000.0 * inside, 0, 1000)),
    )
    if bar_n is not None or peak_n is not None:
        now = 0 if bar_n is None else whole(STEP_N * whole(bar_n / STEP_N, 0), 0)
        peak = NOT_SHOWN if peak_n is None else whole(peak_n, 0)
        slots += (Slot(SlotKind.BAR, BAR, Axis.LOAD, SlotState.NOW, now, peak, 0, 1),)
    if load.leg in (Leg.LEFT.value, Leg.RIGHT.value):
        leg = Leg(load.leg)
        word = Word.LEFT if leg is Leg.LEFT else Word.RIGHT
        slots += (
            Slot(SlotKind.PLACE, SOLE, SOLES[leg], SlotState.WAITING, SOLE_X, 600, 600),
            Slot(SlotKind.WORD, SIDE, WordLook.TEXT, SlotState.WAITING, SOLE_X, -900, 0, word),
        )
    return slots


def tone_hz(level: Beyond, since_ns: int | None, now_ns: int) -> int:
    """What sounds now, in Hz; 0 for nothing. `since_ns`: when the order was passed."""
    if level is Beyond.NOTHING:
        return 0
    if level is Beyond.LIMIT:
        return STOP_HZ
    pulse = (now_ns - (now_ns if since_ns is None else since_ns)) // WARN_PULSE_NS
    return 0 if pulse % 2 else WARN_HZ
