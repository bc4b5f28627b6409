"""Starts that were asked for: each wish is answered once, and none is granted that a STOP came after."""

from __future__ import annotations

import hashlib
import json
from collections import OrderedDict
from collections.abc import Callable
from typing import NamedTuple

from station.clock import NS_PER_S
from station.wire.messages import Answer, Later, Start, StopGeneration

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
        self._open: dict[str, tuple[bytes, Later]] = {}
        """On their way, not answered yet."""

    def answer(
        self, message: Start, seen: StopGeneration, now_ns: int, start: Callable[[Start], Answer | Later]
    ) -> Answer | Later:
        """The answer to this Start. `start` is called where it is new, and has seen what there is to be `seen`."""
        self._take_answers(now_ns)
        wish = hashlib.sha256(json.dumps(message.model_dump(include=_WISH), sort_keys=True).encode()).digest()
        if message.request in self._open:
            before, later = self._open[message.request]
            return later if before == wish else Answer(False, "start-differs", "start")
        known = self._granted.get(message.request) or self._refused.get(message.request)
        if known is not None:
            return known.answer if known.wish == wish else Answer(False, "start-differs", "start")
        answer = Answer(False, "start-stale", "start") if message.seen != seen else start(message)
        if isinstance(answer, Later):
            self._open[message.request] = (wish, answer)
        else:
            self._remember(message.request, _Known(wish, answer, now_ns))
        return answer

    def _take_answers(self, now_ns: int) -> None:
        for request, (wish, later) in list(self._open.items()):
            if later.answer is not None:
                del self._open[request]
                self._remember(request, _Known(wish, later.answer, now_ns))

    def _remember(self, request: str, known: _Known) -> None:
        kept = self._granted if known.answer.ok else self._refused
        kept[request] = known
        while len(self._refused) > REFUSALS:
            self._refused.popitem(last=False)
        while self._granted and known.at_ns - next(iter(self._granted.values())).at_ns > REMEMBERED_S * NS_PER_S:
            self._granted.popitem(last=False)
