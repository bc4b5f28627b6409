"""Plain words: every number that a sample can hold has some, and no page is left without an instruction."""

import re

import pytest

from drills.values import Instruction, Leg, Phase
from station.faults import CATALOGUE, StationError
from station.wire.messages import Answer
from station.wire.sample import FIELDS
from web_ui import problems, wording
from web_ui.compose import fault_view


@pytest.mark.parametrize("phase", list(Phase))
@pytest.mark.parametrize("leg", [leg.value for leg in Leg])
def test_every_phase_tells_the_patient_something(phase, leg):
    said = wording.instruction(phase, leg, "", halted=False)
    assert said.endswith(".")
    assert len(said) <= 80  # two lines on a big screen
    assert wording.phase_words(phase)
    assert wording.phase_name(phase) != "unknown"


@pytest.mark.parametrize("leg", ["left", "right"])
def test_the_foot_to_stand_on_is_named(leg):
    for phase in (Phase.GET_ON, Phase.SETTLE):
        said = wording.instruction(phase, leg, "", halted=False)
        assert leg.upper() in said
        assert {"left": "RIGHT", "right": "LEFT"}[leg] not in said


def test_a_stop_goes_before_all_else():
    assert wording.instruction(Phase.HOLD, "left", "", halted=True) == wording.STOPPED


def test_a_drill_that_neither_shakes_nor_has_a_box_speaks_of_neither():
    for phase in Phase:
        said = wording.instruction(phase, "both", "", halted=False, boxed=False, shakes=False)
        assert not any(word in said for word in ("box", "shak")), said
    assert wording.instruction(Phase.HOLD, "both", "", halted=False, boxed=False) == wording.STAND_STILL
    assert "armed" in wording.arming_words(1, shakes=True)
    assert "armed" not in wording.arming_words(1, shakes=False)


def test_asked_to_get_off_while_the_hold_goes_on():
    assert "Step off" in wording.instruction(Phase.HOLD, "left", Instruction.GET_OFF.value, halted=False)


def test_numbers_of_a_newer_release_do_not_break_a_page():
    assert wording.phase_name(77) == "unknown"
    assert wording.instruction(77, "left", "", halted=False) == ""
    assert wording.named(wording.ARMING, 77) == "unknown"
    assert fault_view(9999).code == "unknown-state"


def test_the_tables_are_as_long_as_the_sample_says():
    meaning = {field.name: field.meaning for field in FIELDS}
    for words, name in ((wording.ARMING, "arming"), (wording.CELL_WORDS, "front_left_status")):
        assert [int(number) for number in re.findall(r"\d+", meaning[name])] == list(range(len(words)))
    assert len(wording.ARMING) == len(wording.ARMING_WORDS)


@pytest.mark.parametrize("code", sorted(CATALOGUE))
def test_every_fault_makes_a_problem(code):
    problem = problems.problem(StationError(code, "here", "seen."))
    assert 400 <= problem.status < 600
    assert problem.detail.startswith(CATALOGUE[code].what)
    assert problem.detail.endswith(CATALOGUE[code].remedy)


def test_statuses_are_of_faults_that_exist():
    assert set(problems.STATUS) <= set(CATALOGUE)
    assert Answer(False, "not-ready").code in CATALOGUE


def test_who_has_to_hold_on_is_told_so_while_the_plate_may_shake():
    for phase in Phase:
        plain = wording.instruction(phase, "left", "", halted=False)
        said = wording.instruction(phase, "left", "", halted=False, holds=True)
        told = phase in (Phase.GET_ON, Phase.SETTLE, Phase.BASELINE, Phase.RAMP_UP, Phase.HOLD)
        assert said == (f"{plain} {wording.HOLD_ON}" if told else plain)
        assert len(said) <= 90
        assert "switch" not in wording.instruction(phase, "left", "", halted=False, holds=True, shakes=False)
    assert wording.instruction(Phase.HOLD, "left", "", halted=True, holds=True) == wording.STOPPED
    leaving = wording.instruction(Phase.HOLD, "left", Instruction.GET_OFF.value, halted=False, holds=True)
    assert leaving == wording.instruction(Phase.GET_OFF, "left", "", halted=False)
