"""Plain words: every number that a sample can hold has some, in English and German, and every fault."""

import re

import pytest

from drawings.languages import written
from drills.values import Phase
from station.faults import CATALOGUE, StationError, because
from station.texts import Texts
from station.texts.catalogue import catalogue
from station.texts.faults import fault_words
from station.wire.messages import Answer
from web_ui import problems, wording
from web_ui.compose import fault_name


@pytest.mark.parametrize("language", written())
def test_every_name_has_words(language):
    messages = catalogue(language).messages
    names = {"phase.": [wording.phase_name(phase) for phase in Phase]}
    names |= {"arming.": [*wording.ARMING, wording.ARMED_STILL]}
    names |= {"cell.": [*wording.CELL_STATES, *wording.CELL_LABELS]}
    for beginning, own in names.items():
        assert [name for name in (*own, wording.UNKNOWN) if f"{beginning}{name}" not in messages] == []


def test_armed_is_only_what_may_shake():
    assert wording.arming_key(1, shakes=True) == "armed"
    assert "armed" in Texts("en").say("arming.armed")
    assert "armed" not in Texts("en").say(f"arming.{wording.arming_key(1, shakes=False)}")


def test_numbers_of_a_newer_release_do_not_break_a_page():
    assert wording.phase_name(77) == "unknown"
    assert wording.named(wording.ARMING, 77) == "unknown"
    assert fault_name(9999).code == "unknown-state"


def test_the_tables_are_as_long_as_the_sample_says():
    for words, name in ((wording.ARMING, "arming"), (wording.CELL_STATES, "front_left_status")):
        assert [int(number) for number in re.findall(r"\d+", Texts().say(f"sample.{name}"))] == list(range(len(words)))


@pytest.mark.parametrize("code", sorted(CATALOGUE))
def test_every_fault_makes_a_problem(code):
    problem = problems.problem(StationError(code, "here", because("drill-running")), texts=Texts())
    assert 400 <= problem.status < 600
    assert problem.detail.startswith(fault_words(Texts(), code).what)
    assert problem.detail.endswith(fault_words(Texts(), code).remedy)


def test_statuses_are_of_faults_that_exist():
    assert set(problems.HTTP_STATUS) <= set(CATALOGUE)
    assert Answer(False, "not-ready").code in CATALOGUE
