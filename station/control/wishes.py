"""Starts that were asked for: each wish is answered once, and none is granted that a STOP came after."""

from __future__ import annotations

import hashlib
import json
from collections import OrderedDict
from collections.abc import Callable
from typing import NamedTuple

from station.clock import NS_PER_S
from station.wire.messages import Answer, Start, StopGeneration

REMEMBERED_S = 3600.0
"""How long a Start that was granted is known again."""
REFUSALS = 1024
"""How many refused ones are: a program that asks without end must not fill the memory."""
_WISH = {"patient", "document", "prescription"}
"""What makes two Starts of one name the same wish; the rest is what web and records add to it."""


class _Known(NamedTuple):
    wish: bytes
    answer: Answer
    at_ns: int


class Wishes:
    """What has been asked of this life of the program."""

    def __init__(self) -> None:
        self._granted: OrderedDict[str, _Known] = OrderedDict()
        self._refused: OrderedDict[str, _Known] = OrderedDict()

    def answer(self, message: Start, seen: StopGeneration, now_ns: int, start: Callable[[Start], Answer]) -> Answer:
        """The answer to this Start. `start` is called where it is new, and has seen what there is to be `seen`."""
        wish = hashlib.sha256(json.dumps(message.model_dump(include=_WISH), sort_keys=True).encode()).digest()
        known = self._granted.get(message.request) or self._refused.get(message.request)
        if known is not None:
            return known.answer if known.wish == wish else Answer(False, "start-differs", "start")
        answer = Answer(False, "start-stale", "start") if message.seen != seen else start(message)
        self._remember(message.request, _Known(wish, answer, now_ns))
        return answer

    def _remember(self, request: str, known: _Known) -> None:
        kept = self._granted if known.answer.ok else self._refused
        kept[request] = known
        while len(self._refused) > REFUSALS:
            self._refused.popitem(last=False)
        while self._granted and known.at_ns - next(iter(self._granted.values())).at_ns > REMEMBERED_S * NS_PER_S:
            self._granted.popitem(last=False)
