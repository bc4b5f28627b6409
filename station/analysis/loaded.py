"""How a leg was loaded in each trial that was done by an order, as the recording's own events and header say it."""

from __future__ import annotations

from typing import Any

from station.recording.reader import Recording

_APART = ("kind", "t_ns", "seq", "session", "trial")


def is_by_order(recording: Recording) -> bool:
    """Whether the drill was done by an order of partial load: then its header has the load that was vouched for."""
    return isinstance(recording.header.get("load"), dict)


def load_in(recording: Recording, trial: int) -> dict[str, Any] | None:
    """JSON values of one trial, loads in N; None where the drill was done by no order.

    `order_n`, `limit_n` and `body_n` as they were vouched for; what the exercise says of the whole trial, where it came
    to say it; each of its `tries`; and each of the `overshoots` beyond the order, also of the rest after it.
    """
    if not is_by_order(recording):
        return None
    load = recording.header["load"]
    own = [event for event in recording.events if event.get("trial") == trial]
    whole = next((_said(event) for event in reversed(own) if event["kind"] == "loaded"), {})
    return {
        **whole,
        **{name: load.get(name) for name in ("order_n", "limit_n", "body_n")},
        "tries": [_said(event) for event in own if event["kind"] == "load-try"],
        "overshoots": [_said(event) for event in own if event["kind"] == "overshoot"],
    }


def _said(event: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in event.items() if name not in _APART}
