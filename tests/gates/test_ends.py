"""No line that is put together ends twice: `did you mean "firm"?.` is a defect, whatever stands in its places."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from drawings.languages import written
from drills.problems import Problem
from station.cli.report import report
from station.faults import CATALOGUE, StationError
from station.texts import Texts, languages
from station.texts.problems import detail, limit, line, sentence
from station.texts.texts import PLACEHOLDER, ended
from tests.gates.test_placeholders import OF_ITSELF, given
from web_ui.problems import problem as api_problem

if TYPE_CHECKING:
    from tests.gates.conftest import Module

TWICE = re.compile(r"[.!?][:;,.?!](?!\.)|[:;,]\s*[:;.?!]|\s[.:;,?!](?=\s|$)|\w  \w")
"""An end behind an end, a mark behind a mark, a mark behind a space, two spaces."""
NO_ENDS = re.compile(r"\.\.\.|\b(?:al|z|B|d|h|e|g|i|Nr)\.,?")
"""An ellipsis, and a point that shortens a word."""
NARROW = {ord(space): None for space in "\u00a0\u202f"}
"""French has a space before its marks that does not break."""
SAID = ("word", "so it is.", "is it so?", 'near "x"?', "...")
"""What may stand in a place: a word, a sentence, a question, what somebody typed."""


def ends_twice(said: str) -> list[str]:
    """Each end that stands twice, with what is before it."""
    plain = NO_ENDS.sub("x", PLACEHOLDER.sub("x", said).replace("\n  ", " "))
    plain = plain.translate(NARROW)
    return [plain[max(0, found.start() - 30) : found.end()] for found in TWICE.finditer(plain)]


@pytest.fixture(scope="module")
def problems(modules: list[Module]) -> list[Problem]:
    """Each problem that the code makes, with each kind of words in its places."""
    held = [module for module in modules if module.path.startswith(("station/", "hw/", "drills/"))]
    made = []
    for one in (one for module in held for one in given(module.path, module.tree)):
        area, _, reason = one.key.partition(".")
        if area not in ("seen", "problem"):
            continue
        reason = reason.partition(".")[0]
        for words in SAID:
            values: dict[str, object] = dict.fromkeys(one.names - OF_ITSELF, words)
            values |= {name: ["a", "b"] for name in ("choices", "expected") if name in one.names}
            values |= {name: False for name in ("on_the_way", "instead_hz") if reason == "platform-too-hard"}
            made.append(Problem("" if area == "seen" else "hold_s", None, 1.0, 2.0, reason, values))
            if area == "problem":
                made.append(made[-1]._replace(value=words, values={**values, "suggestion": "firm"}))
    assert len(made) > 1000
    return made


@pytest.mark.parametrize("language", languages())
def test_no_problem_ends_twice(problems: list[Problem], language: str) -> None:
    texts = Texts(language)
    said = {
        words
        for one in problems[:: 1 if language in written() else 7]
        for words in (
            line(texts, one),
            limit(texts, one),
            sentence(texts, one),
            detail(texts, StationError("settings-invalid", "", one, one)),
            detail(texts, StationError("settings-invalid", "", Problem("a", 1, reason="missing"), one)),
        )
    }
    assert {words: twice for words in said if (twice := ends_twice(words))} == {}


@pytest.mark.parametrize("language", languages())
def test_no_report_of_a_fault_ends_twice(
    problems: list[Problem], language: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LC_ALL", language)
    monkeypatch.setattr("station.cli.words.WANTED", {})  # of a command that another test ran in a pseudo-language
    texts = Texts(language)
    for number, code in enumerate(sorted(CATALOGUE)[:: 1 if language in written() else 7]):
        some = problems[number % 17 :: 97]
        for where in ("", "data/a.toml"):
            for seen in ((), some[:1], some[1:3]):
                report(StationError(code, where, *seen), as_json=False)
                said = [capsys.readouterr().err, api_problem(StationError(code, where, *seen), texts=texts).detail]
                assert [twice for words in said for twice in ends_twice(words)] == [], said


def test_a_double_end_is_seen() -> None:
    assert [said for said in ('did you mean "firm"?.', "so.: a", "a: ; b", "a .", "a  b") if not ends_twice(said)] == []
    assert [said for said in ("wait...", "Duarte et al., 2016: a.", "z. B. so.", "at 0.5 s") if ends_twice(said)] == []


@pytest.mark.parametrize(
    ("words", "mark", "one"),
    [("so", ".", "so."), ("so.", ".", "so."), ("so?", ".", "so?"), ("so?", ";", "so?"), ("so.", ":", "so:")],
)
def test_words_have_one_end(words: str, mark: str, one: str) -> None:
    assert ended(words, mark) == one
