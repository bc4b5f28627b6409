"""Faults in words: what happened, why it may have, what to do."""

from __future__ import annotations

from typing import NamedTuple

from station.texts.texts import Texts


class FaultWords(NamedTuple):
    """The words of one entry of the fault catalogue, a sentence or two each."""

    what: str
    cause: str
    remedy: str


def fault_words(texts: Texts, code: str) -> FaultWords:
    """The words of the fault with this code, in the language of these texts."""
    return FaultWords(*(texts.say(f"fault.{code}.{part}") for part in FaultWords._fields))
