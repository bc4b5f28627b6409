"""The rungs of a drill in words: what each asks for, so that a form can say what another level changes."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from drills.library import load_shipped
from station.texts import Texts

if TYPE_CHECKING:
    from station.clinic.progression.ladders import LadderTable

_UNIT = re.compile(r"(?<!_per)_(mm|s|hz|g|db|percent)$")
_IN_HUNDREDTHS = ("weight", "best", "order", "cost")
_NUMBER_OF_GAME = "parameters.rung"
"""Says which rung it is: the form shows that already."""
_FEET = {"together": "drill.feet-together-open.title", "semi-tandem": "drill.semi-tandem.title"}
_ORDINARY = {"hands": "free", "eyes": "open", "surface": "firm"}
"""Of a document that says nothing of it."""


def facts(table: LadderTable, rung: int, value: float, texts: Texts) -> list[str]:
    """What this rung (from 0) asks for with this number: first the number, then each thing in which the rungs of its
    ladder differ.
    """
    from station.clinic.progression.ladders import own_value

    number = 100.0 * value if table.unit in _IN_HUNDREDTHS else value
    said = [_line(texts, table.number, texts.say(f"page.plan.unit.{table.unit}", value=float(number)))]
    keys = dict.fromkeys(key for one in table.rung for key in one.set if key not in (_NUMBER_OF_GAME, table.number))
    document = load_shipped(table.document_of(rung))
    if len(table.documents) > 1:
        said.append(texts.say(f"drill.{document.name}.title"))
    for key in keys:
        own = own_value(document, key)
        one = table.rung[rung].set.get(key, _ORDINARY.get(key) if own is None else own)
        words = _said(texts, key, one)
        if words:
            said.append(words)
    return said


def _said(texts: Texts, key: str, value: object) -> str:
    if value is None:
        return ""
    if key == "hold_s":
        time = texts.say("page.plan.unit.s", value=float(str(value)))
        return texts.say("problem.line", name=texts.say("page.own.key.time"), ask=time)
    if key == "stance.feet":
        return texts.say(_FEET[str(value)]) if value in _FEET else ""
    if isinstance(value, bool):
        return _line(texts, key, texts.say(f"page.own.{'yes' if value else 'no'}"))
    if isinstance(value, int | float):
        unit = _UNIT.search(key)
        own = texts.say("page.own.unit", what=_name(texts, key), unit=texts.say(f"unit.{unit[1]}")) if unit else ""
        return texts.say("problem.line", name=own or _name(texts, key), ask=texts.say("page.plan.dose", dose=value))
    word = f"page.own.word.{value}"
    return _line(texts, key, texts.say(word) if texts.has(word) else str(value))


def _line(texts: Texts, key: str, value: str) -> str:
    return texts.say("problem.line", name=_name(texts, key), ask=value)


def _name(texts: Texts, key: str) -> str:
    names = key.split(".")
    own = [f"page.own.key.{one}" for one in (".".join(names[-2:]), names[-1])]
    return texts.say(next((one for one in own if texts.has(one)), own[-1]))
