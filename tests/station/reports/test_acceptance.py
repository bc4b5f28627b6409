"""The sheet of an acceptance on paper: every part has its row, what never happened says so, nothing is markup."""

import math

import pytest

from hw.values import PlateGeometry
from station.commissioning.accepting.gauge import PartFound
from station.commissioning.accepting.parts import BY_NAME, GROUPS, MARKS, PARTS
from station.commissioning.accepting.sheet import AcceptanceSheet
from station.reports.acceptance import acceptance_page
from station.reports.printing import pdf_of, pictures_of
from station.reports.words_only import lines_of
from station.texts import Texts
from station.texts.counting import Lacks

KEPT = {"by": "Ana #strike[x]", "finished_s": 1_790_000_000.0}


@pytest.fixture
def sheet() -> AcceptanceSheet:
    made = AcceptanceSheet("pi", None, PlateGeometry(300.0, 400.0), "20260101-abc", "1.0.0", 1_790_000_000.0)
    made.take(BY_NAME["stop-a"], {}, PartFound({"relay_ms": math.inf}), "Ana", 1_790_000_000.0)
    made.take(BY_NAME["self-test"], {}, PartFound({}, fault="cells-swapped"), "Ana", 1_790_000_000.0)
    made.leave_out(BY_NAME["ramp"], "no wheelchair here", "Ana", 1_790_000_000.0)
    return made


@pytest.mark.parametrize("language", ["en", "de"])
def test_every_part_has_a_row_and_every_word_is_there(sheet, language) -> None:
    lacks = Lacks()
    page = acceptance_page(sheet, KEPT, Texts(language, lacks=lacks))
    assert lacks.seen() == ()
    firsts = [row[0] for section in page["sections"] for row in section["rows"] if row[0]]
    assert [first.partition(".")[0] for first in firsts[:-3]] == [str(number) for number in _in_groups()]
    said = "\n".join(lines_of(page))
    assert "cells-swapped" in said
    assert "no wheelchair here" in said
    assert {"en": "infinite", "de": "unendlich"}[language] in said
    assert page["mark"] == ""


def _in_groups() -> list[int]:
    return [number for group in GROUPS for number, part in enumerate(PARTS, 1) if part.group == group]


def test_a_name_is_never_markup_and_equal_sheets_give_equal_bytes(sheet) -> None:
    page = acceptance_page(sheet, KEPT, Texts())
    made = pdf_of(page)
    assert made == pdf_of(page)
    assert b"/Lang" in made
    assert len(pictures_of(page, 40.0)) >= 2
    assert "Ana #strike[x]" in "\n".join(lines_of(page))


def test_every_bound_says_what_it_rests_on() -> None:
    texts = Texts()
    bounds = [bound for part in PARTS for bound in part.bounds]
    assert {bound.mark for bound in bounds} == set(MARKS)
    for bound in bounds:
        assert texts.has(f"accept.basis.{bound.basis}")
        if bound.mark != "proposed":
            assert bound.mark in texts.say(f"accept.basis.{bound.basis}")
        assert texts.has(f"accept.figure.{bound.figure}")
