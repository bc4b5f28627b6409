"""One word for one thing in what people read: on pages, in reports and of the command line, in English and German."""

from __future__ import annotations

import re

import pytest

from drills.library import catalogue_names
from station.texts.catalogue import catalogue

NOT_SAID = re.compile(r"\{[^}]*\}|`[^`]*`|--[a-z-]+|\b[DG]\d+:\S+")
"""Values, and what is typed: keys of documents and options keep their names."""
TRY = re.compile(r"\b(?:trials?|rounds?|rungs?)\b", re.IGNORECASE)
VERSUCH = re.compile(r"\b(?:Runden?|Sprossen?|Trials?|Durchg[aä]ng\w*)\b")
ANOTHER_THING = {
    "scene.catch-the-round-ones": "the shape of a thing",
    "drill.catch-and-leave.goal": "the shape of a thing",
    "drill.catch-and-leave.look": "the shape of a thing",
    "drill.catch-and-leave.summary": "the shape of a thing",
    "drill.reach-the-targets.summary": "places round the middle",
    "measure.ellipse_area_mm2.meaning": "an ellipse round places",
    "problem.places-need-learning": "places round where somebody stands",
    "seen.force-negative": "a sign that is turned round",
    "seen.sides-not-said": "the other way round",
    "entry.sitting.back.round": "how a back looks",
}
"""Where an English text says round, and means no try."""
LINES = ("goal", "look", "safe")
"""Of a script: what the patient reads before a try."""
PATIENTS = re.compile(r"drill\.[^.]+\.(?:what|goal|look|safe|stop)$|(?:scene|instruction|phrase|page\.patient)\.")
NO = re.compile(r"\b(?:not|no|never|cannot|nicht|kein\w*|nie)\b", re.IGNORECASE)
FIELD = re.compile(
    r"\b(?:CoP|sway|stance|baseline|band|share|load|rung|limits?|target|trial"
    r"|Schwankung|Band|Feld|Grenzen?|Zielfeld)\b"
)
MOST_WORDS, MOST_WORDS_OF_LINE = 12, 16
"""Of a sentence (docs/sources/protocols.md#access), and of what is read in the seconds before a try."""


def said(language: str) -> dict[str, str]:
    """What people read of each text, without its values."""
    return {key: NOT_SAID.sub("", " ".join(forms)) for key, forms in catalogue(language).messages.items()}


def before_a_try(language: str) -> dict[str, str]:
    """The lines of all scripts that stand on the patient's screen."""
    keys = (f"drill.{name}.{line}" for name in catalogue_names() for line in LINES)
    texts = said(language)
    return {key: texts[key] for key in keys if key in texts}


def sentences(text: str) -> list[int]:
    """How many words each has."""
    return [len(one.split()) for one in re.split(r"(?<=[.!?])\s+", text)]


def test_a_try_is_a_try_and_a_level_a_level():
    found = {key for key, text in said("en").items() if TRY.search(text)}
    assert found == {*ANOTHER_THING}


def test_in_german_too_and_a_turn_of_a_comparison_is_neither():
    english = said("en")
    turns = {key for key, text in english.items() if re.search(r"\b[Tt]urns?\b", text)}
    assert {key for key, text in said("de").items() if VERSUCH.search(text)} <= turns


def test_the_handrail_is_one_word_for_patients():
    assert [key for key, text in said("en").items() if PATIENTS.match(key) and re.search(r"\brails?\b", text)] == []


@pytest.mark.parametrize("language", ["en", "de"])
def test_what_is_read_before_a_try_is_short_and_says_what_to_do(language):
    lines = before_a_try(language)
    assert len(lines) > 200
    for key, text in lines.items():
        words = sentences(text)
        assert max(words) <= MOST_WORDS, (key, text)
        assert sum(words) <= MOST_WORDS_OF_LINE, (key, text)
        assert not NO.search(text), (key, text)
        assert not FIELD.search(text), (key, text)
        assert not key.endswith(".goal") or not re.match(r"(?:Then|After|Dann|Danach)\b", text), (key, text)


@pytest.mark.parametrize("language", ["en", "de"])
def test_what_is_read_during_a_try_has_short_sentences(language):
    long = {
        key: text
        for key, text in said(language).items()
        if key.startswith(("scene.", "phrase.")) and max(sentences(text)) > MOST_WORDS
    }
    assert long == {}
