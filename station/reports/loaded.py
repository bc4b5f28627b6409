"""What a report says of a drill that was done by an order of partial load: each trial's loads beside the order."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from drills.units import STANDARD_GRAVITY_M_S2
from station.reports.facts import Series
from station.texts import Texts

COLUMNS = ("try", "as-ordered", "mean-kg", "peak-kg", "step-on-kg", "over-s", "over-limit")
NOTHING = "-"
LOGGED_PERCENT = 150.0
"""Of the order: overshoots of more are counted apart (PMC3313526)."""


def is_loaded(series: Series) -> bool:
    """Whether these trials were done by an order."""
    return any(one.get("load") for one in series.trials)


def loaded_rows(series: Series, texts: Texts) -> list[list[str]]:
    """A row for each trial, by `COLUMNS`."""
    return [_row(one["number"], one["load"], texts) for one in series.trials if one.get("load")]


def loaded_notes(series: Series, texts: Texts) -> list[str]:
    """The order, what blind tries were off by, and each overshoot that was large."""
    loads = [one["load"] for one in series.trials if one.get("load")]
    say, first = texts.say, loads[-1]
    notes = [say("report.load.order", order_kg=_kg(first["order_n"]), limit_kg=_kg(first["limit_n"]))]
    blind = [
        one["error_percent"]
        for load in loads
        for one in load.get("tries", ())
        if one["blind"] and one["error_percent"] is not None
    ]
    if blind:
        notes.append(say("report.load.blind", percent=sum(blind) / len(blind), n=len(blind)))
    large = [each for each in _overshoots(loads) if (each.get("of_order_percent") or 0.0) > LOGGED_PERCENT]
    if large:
        most_kg = _kg(max(each["peak_n"] for each in large))
        notes.append(say("report.load.large", n=len(large), most_kg=most_kg))
    return notes


def _overshoots(loads: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    return [each for load in loads for each in load.get("overshoots", ())]


def _row(number: int, load: dict[str, Any], texts: Texts) -> list[str]:
    done, of = load.get("in_band"), load.get("of")
    share = NOTHING if done is None or of is None else texts.say("report.of", part=done, whole=of)
    over_s, over_limit = load.get("over_order_s"), load.get("over_limit")
    return [
        str(number),
        share,
        *(_in_kg(load.get(name), texts) for name in ("mean_n", "peak_n", "step_on_peak_n")),
        NOTHING if over_s is None else texts.say("report.load.seconds", seconds=over_s),
        NOTHING if over_limit is None else str(over_limit),
    ]


def _in_kg(value_n: float | None, texts: Texts) -> str:
    return NOTHING if value_n is None else texts.say("report.load.kg", kg=_kg(value_n))


def _kg(value_n: float) -> float:
    return value_n / STANDARD_GRAVITY_M_S2
