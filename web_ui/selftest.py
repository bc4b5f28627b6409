"""The self-test as the technician's pages see it: what failed first, and what a person has to do now."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

from pydantic import BaseModel

from station.clock import NS_PER_MS
from station.faults import CATALOGUE, StationError, from_json
from station.texts import Texts
from station.texts.faults import fault_words
from station.texts.problems import ask
from station.wire.testing import SelfTestState, TriedPart, newest_state
from web_ui.problems import answer_texts
from web_ui.red import RedCard, fault_card
from web_ui.service import service
from web_ui.speed_map import LearnedView, learned_view


class PartView(BaseModel):
    """One part, in words."""

    name: str
    passed: bool | None
    """Null: it was left out."""
    seen: str
    fault: str
    """Code; "" for none."""
    what: str
    to_do: str


class SelfTestView(BaseModel):
    """The self-test that goes on, or the last one."""

    state: Literal["none", "running", "ended"]
    at_ms: float | None
    by: str
    to_do: str
    """What a person has to do now; "" for nothing."""
    parts: list[PartView]
    """What failed first, then in the order of the test."""
    learned: LearnedView | None
    """The motor's speed map that waits to be kept or dropped."""


def selftest_view() -> SelfTestView:
    """How it stands, in the reader's words."""
    state, texts = _newest(), answer_texts()
    if state is None:
        return SelfTestView(state="none", at_ms=None, by="", to_do="", parts=[], learned=None)
    return SelfTestView(
        state="ended" if state.ended else "running",
        at_ms=state.at_ns / NS_PER_MS,
        by=state.by,
        to_do="" if state.to_do is None else ask(texts, from_json(state.to_do)),
        parts=[_part(texts, part) for part in sorted(state.parts, key=lambda one: one.passed is not False)],
        learned=learned_view(),
    )


def has_ended() -> bool:
    """Whether the newest one has ended: what was never run, or still runs, is not called fine."""
    state = _newest()
    return state is not None and state.ended


def selftest_cards(texts: Texts) -> Iterator[RedCard]:
    """A card for each part that failed last."""
    state = _newest()
    for part in state.failed if state is not None and state.ended else []:
        if part.fault in CATALOGUE:
            card = fault_card(texts, "selftest", StationError(part.fault, _name(texts, part)), repair="selftest")
            yield card.model_copy(update={"cause": ask(texts, from_json(part.seen))})


def _newest() -> SelfTestState | None:
    return newest_state(service().runtime, service().data)


def _part(texts: Texts, part: TriedPart) -> PartView:
    words = fault_words(texts, part.fault) if part.fault in CATALOGUE else ("", "", "")
    seen = ask(texts, from_json(part.seen))
    return PartView(
        name=_name(texts, part), passed=part.passed, seen=seen, fault=part.fault, what=words[0], to_do=words[2]
    )


def _name(texts: Texts, part: TriedPart) -> str:
    return texts.say(f"cli.selftest.part.{part.name.replace(' ', '-')}")
