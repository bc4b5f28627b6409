"""Whatever pydantic can find in a document or a request is said by a code of ours, in the catalogue's words."""

from __future__ import annotations

from typing import get_args

import pytest
from pydantic_core import ErrorDetails
from pydantic_core.core_schema import ErrorType

from drills.reading import _problem
from station.texts import Texts, languages
from station.texts.counting import Lacks
from station.texts.problems import line, sentence

CONTEXT = {
    "ge": 1,
    "gt": 1,
    "le": 9,
    "lt": 9,
    "min_length": 1,
    "max_length": 9,
    "pattern": "^a$",
    "expected": "'a' or 'b'",
}
OWN = "The words of the library"


@pytest.mark.parametrize("language", languages())
def test_every_error_of_pydantic_has_words_of_ours(language: str) -> None:
    lacks = Lacks()
    texts = Texts(language, lacks=lacks)
    kinds = get_args(ErrorType)
    assert len(kinds) > 80
    for kind in kinds:
        problem = _problem(ErrorDetails(type=kind, loc=("hold_s",), msg=OWN, input=3, ctx=CONTEXT), None)
        for said in (line(texts, problem), sentence(texts, problem)):
            assert said
            assert OWN not in said
            assert kind == "missing" or kind not in said
    assert lacks.seen() == ()


def test_what_a_page_shows_of_any_error_is_a_plain_sentence() -> None:
    """Of a field that nobody has given a name, too: no key, no pattern, and no "at least 1 characters"."""
    texts = Texts("en")
    for kind in get_args(ErrorType):
        problem = _problem(ErrorDetails(type=kind, loc=("body", "ordered_by"), msg=OWN, input=3, ctx=CONTEXT), None)
        said = sentence(texts, problem)
        assert said.startswith("Ordered by "), kind
        assert said.endswith("."), kind
        assert not {*said} & {*"_^$[]{}\\"}, (kind, said)
        assert "1 characters" not in said
