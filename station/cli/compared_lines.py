"""With vibration beside without it, as lines for a person: the words are the page's."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from station.cli.report import said

if TYPE_CHECKING:
    from station.texts import Texts

_PERCENT = "unsafe_share"
_DIGITS = {"hold_s": 1, _PERCENT: 0, "mean_velocity_mm_s": 1, "ellipse_area_mm2": 0}


def compared_lines(found: Mapping[str, Any] | None, of: Texts) -> list[str]:
    """What `station.analysis.results` compared of one session; nothing of a drill that compares nothing."""
    if found is None:
        return []
    turns = [of.say(f"page.compared.turn.{'with' if one else 'without'}") for one in found["vibrated"]]
    seed = of.say("cli.battery.none") if found["seed"] is None else str(found["seed"])
    order = of.say("page.compared.order", turns=of.say("page.compared.between").join(turns), seed=seed)
    figures = [line for one in found["differences"] for line in _figure(one, of)]
    return [of.say(f"page.compared.verdict.{found['verdict']}"), *figures, of.say("page.compared.proposed"), order]


def _figure(one: Mapping[str, Any], of: Texts) -> list[str]:
    """What is said of one figure, and below it the numbers that it rests on."""
    name, why = of.say(f"page.compared.name.{one['name']}"), said(one["why"], of)
    if one["differs"] is None:
        return [f"  {of.say('page.compared.unknown', name=name)}", f"    {why}"]
    keys = ("with_mean", "without_mean", "difference", "low", "high")
    with_it, without, apart, low, high = (_worth(one["name"], one[key], of) for key in keys)
    numbers = of.say("page.compared.means", of=with_it, without=without)
    more = why or of.say("page.compared.apart", apart=apart, low=low, high=high)
    better = one["better"] or "none"
    return [f"  {of.say(f'page.compared.says.{better}', name=name)}", f"    {numbers} {more}"]


def _worth(name: str, value: float | None, of: Texts) -> str:
    if value is None:
        return of.say("cli.battery.none")
    shown = f"{100.0 * value if name == _PERCENT else value:.{_DIGITS[name]}f}"
    return of.say(f"page.compared.value.{name}", value=shown)
