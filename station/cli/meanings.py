"""Figures in words: what each says, how it is computed, and where that stands written."""

from __future__ import annotations

from typing import NamedTuple

from station.measures.values import Measure
from station.texts import Texts


class MeasureWords(NamedTuple):
    """The words of one line of the table of measures."""

    unit: str
    meaning: str
    """One plain sentence for a clinician."""
    formula: str
    source: str


def measure_words(texts: Texts, measure: Measure) -> MeasureWords:
    """What this figure says, in the language of these texts."""
    key = f"measure.{measure.words or measure.name}"
    values = dict(measure.values)
    if "axis" in values:
        values["axis"] = texts.say(f"measure.axis.{values['axis']}")
    unit = f"measure.unit.{measure.unit}"
    return MeasureWords(
        texts.say(unit) if texts.has(unit) else measure.unit,
        texts.say(f"{key}.meaning", **values),
        texts.say(f"{key}.formula", **values),
        texts.say(f"source.{measure.source}"),
    )
