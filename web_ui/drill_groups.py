"""What drills are for, in groups by which a list of all of them is read: nobody finds one of 79 titles by its name."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from types import MappingProxyType
from typing import TYPE_CHECKING, NamedTuple

from station.texts import Texts

if TYPE_CHECKING:
    from collections.abc import Mapping

    from drills.document import DrillDocument

BATTERY = "battery."
"""Beginning of a group's key: the tests of one battery."""
_KINDS = MappingProxyType({"strength": "strength", "functional": "strength", "game": "games"})
_TITLES = MappingProxyType(
    {
        "one-leg": "drill.one-leg.title",
        "both-feet": "page.therapist.group.both-feet",
        "strength": "page.therapist.group.strength",
        "games": "page.therapist.group.games",
        "vibration": "page.therapist.vibration",
        "own": "page.drills.title",
        "tests": "page.tests.title",
    }
)
"""Of each group, in the order in which they are shown; the tests of the batteries come last."""
_TEST = "A"
"""First letter of a test's id in the catalogue."""


class DrillGroup(NamedTuple):
    """Drills that answer one question."""

    title: str
    drills: list[str]
    """Names, by their titles."""
    tests: bool
    """They measure, and train nothing."""


def grouped(documents: Iterable[DrillDocument], texts: Texts) -> list[DrillGroup]:
    """These drills, each in one group, with the words of the reader's language."""
    found: dict[str, list[DrillDocument]] = {}
    for document in documents:
        found.setdefault(_group_of(document), []).append(document)
    order = [*_TITLES, *(f"{BATTERY}{name}" for name in _batteries())]
    return [
        DrillGroup(_title(key, texts), [one.name for one in sorted(of, key=lambda one: _said(one, texts))], _tests(key))
        for key in order
        if (of := found.get(key))
    ]


def _group_of(document: DrillDocument) -> str:
    kind, tested = _clinical()
    if document.own is not None:
        return "own"
    if document.about is not None and document.about.id.startswith(_TEST):
        return tested.get(document.name, "tests")
    if document.shaken is not None:
        return "vibration"
    stance = "one-leg" if document.stance.kind == "single-leg" else "both-feet"
    return _KINDS.get(kind.get(document.name, ""), stance)


def _tests(key: str) -> bool:
    return key == "tests" or key.startswith(BATTERY)


def _title(key: str, texts: Texts) -> str:
    if not key.startswith(BATTERY):
        return texts.say(_TITLES[key])
    return f"{texts.say(_TITLES['tests'])}: {texts.say(key)}"


def _said(document: DrillDocument, texts: Texts) -> str:
    key = f"drill.{document.name}.title"
    return (texts.say(key) if texts.has(key) else document.title).casefold()


@cache
def _clinical() -> tuple[Mapping[str, str], Mapping[str, str]]:
    """What kind of drill the plan takes each for, and in which battery each test is."""
    from station.clinic.batteries.documents import shipped as battery
    from station.clinic.plan.documents import shipped as plan

    kinds = {one.document: one.kind for one in plan().drills.drill if one.document}
    tested = {test.drill: f"{BATTERY}{name}" for name in reversed(_batteries()) for test in battery(name).test}
    return kinds, tested


def _batteries() -> tuple[str, ...]:
    from station.clinic.batteries.documents import names

    return names()
