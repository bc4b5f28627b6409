"""Contacts that must agree: the two channels of the emergency stop, and each relay with what it was ordered.

A pure step from one `Contacts` to the next, at every tick. A fault stays: that of a relay until the station is started
again (and its start-up test passes), that of the emergency stop until both channels were seen to open and then close.
"""

from __future__ import annotations

from typing import NamedTuple

from hw.errors import Finding, saw
from hw.values import PanelState

DISCREPANCY_NS = 50_000_000
"""Two channels may differ for so long: 10 to 50 ms is usual (docs/sources/vibration.md#emergency-stop)."""
RELAY_NS = 250_000_000
"""A relay and its order may differ for so long while the station runs: K2 drops at the latest with the drive's
one-shot, 200 ms after the drive has died. The start-up test allows 50 ms."""
PERMIT_NS = 200_000_000
"""So long may the permit of a fed one-shot stay away; it holds for 100 to 200 ms
(docs/sources/vibration.md#one-shot)."""

_SHUT = (True, True)
_OPEN = (False, False)


class Contacts(NamedTuple):
    """What the ticks so far have shown. `Contacts()` is the state before the first."""

    fault: str = ""
    """A code of the fault catalogue, or ""."""
    finding: Finding | None = None
    """Which contact."""
    differ_ns: int = -1
    """Since when the two channels differ; -1: they agree."""
    opened: bool = False
    """After a discrepancy: both channels have been open together since."""
    relay_ns: int = -1
    """Since when a relay is not as ordered; -1: they are."""
    unpermitted_ns: int = -1
    """Since when the permit is absent although it is fed and the emergency stop is closed; -1: it is there."""


def watch_contacts(past: Contacts, panel: PanelState, ordered: tuple[bool, bool], fed: bool, now_ns: int) -> Contacts:
    """One tick further. `ordered` is what K1 and K2 were ordered before, `fed` whether the heartbeat was kept up.

    Open channels drop the relays by wire, so relays are judged only while the emergency stop is closed.
    """
    fault, finding, differ_ns, opened, relay_ns, unpermitted_ns = past
    channels = panel.estop_channels
    if channels in (_SHUT, _OPEN):
        if fault == "estop-discrepancy":
            if channels == _OPEN:
                opened = True
            elif opened:
                fault, finding, opened = "", None, False
        differ_ns = -1
    elif differ_ns < 0:
        differ_ns = now_ns
    elif now_ns - differ_ns > DISCREPANCY_NS and not fault:
        fault, finding = "estop-discrepancy", saw("channel-open", channel="B" if channels[0] else "A")
    if channels != _SHUT or not fed:
        return Contacts(fault, finding, differ_ns, opened)
    unpermitted_ns = -1 if panel.permitted else now_ns if unpermitted_ns < 0 else unpermitted_ns
    if unpermitted_ns >= 0 and now_ns - unpermitted_ns > PERMIT_NS and not fault:
        fault, finding = "heartbeat-dead", saw("permit-stays-away")
    if panel.relays == ordered or not panel.permitted:
        relay_ns = -1
    elif relay_ns < 0:
        relay_ns = now_ns
    elif now_ns - relay_ns > RELAY_NS and not fault:
        fault, finding = relay_fault(panel.relays, ordered)
    return Contacts(fault, finding, differ_ns, opened, relay_ns, unpermitted_ns)


def relay_fault(relays: tuple[bool, bool], ordered: tuple[bool, bool]) -> tuple[str, Finding | None]:
    """The fault of relays that are not as ordered, and which; "" and None where they are."""
    wrong = [index for index in (0, 1) if relays[index] != ordered[index]]
    if len(wrong) == 2 and relays[0] != relays[1]:
        return "relay-crossed", saw("relay", relay=["K1", "K2"])
    for index in wrong:
        return ("relay-welded" if relays[index] else "relay-dead"), saw("relay", relay=f"K{index + 1}")
    return "", None
