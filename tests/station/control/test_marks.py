"""What the therapist marks: once each, in the tick in which it is heard, and only while there is something to mark."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from drills.values import MARK_NAMES, Leg, Mark, Phase
from tests.station.control.test_presence import Clinic

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from tests.station.conftest import Bench


@pytest.fixture
def clinic(make_bench: Callable[[], Bench], tmp_path: Path) -> Iterator[Clinic]:
    clinic = Clinic(make_bench(), tmp_path)
    yield clinic
    clinic.close()


def mark(clinic: Clinic, kind: str, request: str):
    return clinic.ask(type="marked", mark=kind, request=request, by="phone 1")


def until(clinic: Clinic, phase: Phase) -> None:
    """The recorder lives meanwhile."""
    for _ in range(400):
        if clinic.bench.published.last.phase == phase:
            return
        clinic.ask(type="recorder-status", ready=True)
        clinic.bench.run_s(0.2)
    raise AssertionError(phase)


def test_a_mark_is_taken_once_recorded_with_its_time_and_spoils_the_repetition(clinic: Clinic) -> None:
    assert mark(clinic, "heel", "a")["code"] == "nothing-to-mark"
    clinic.ask(type="recorder-status", ready=True)
    assert clinic.bench.start("rest-and-breathe", Leg.BOTH, trials=1, hold_s=35.0) is None
    assert mark(clinic, "heel", "b")["code"] == "nothing-to-mark", "nobody stands there yet"
    until(clinic, Phase.HOLD)
    clinic.live(6.0)
    first, again = mark(clinic, "heel", "c"), mark(clinic, "heel", "c")
    assert first["ok"], first
    assert again == first
    refused = mark(clinic, "first", "d")
    assert (refused["code"], refused["problems"][0]["field"]) == ("input-invalid", "mark")
    assert "heel" in refused["problems"][0]["values"]["choices"]
    clinic.live(11.0)
    (said,) = clinic.published("mark")
    assert (said["mark"], said["trial"], said["by"]) == ("heel", 1, "phone 1")
    marked = [sample for sample in clinic.bench.published.samples if sample.mark]
    assert [(sample.mark, sample.t_ns, sample.seq) for sample in marked] == [(Mark.HEEL, said["t_ns"], said["seq"])]
    assert clinic.published("repetition")[0]["outcome"] == "marked"
    assert clinic.ask(type="stop")["ok"]
    assert mark(clinic, "rail", "e")["code"] == "nothing-to-mark"


def test_more_marks_than_anybody_taps_are_refused_and_none_is_lost_before(clinic: Clinic) -> None:
    clinic.ask(type="recorder-status", ready=True)
    assert clinic.bench.start("quiet-stance", Leg.BOTH, trials=1) is None
    until(clinic, Phase.HOLD)
    answers = [mark(clinic, "arms", f"n{number}")["ok"] for number in range(12)]
    clinic.bench.run_s(0.1)
    assert len([sample for sample in clinic.bench.published.samples if sample.mark]) == sum(answers) > 0


def test_every_mark_has_a_name_and_its_number_for_ever() -> None:
    ever = ["not-good", "first", "second", "arms", "heel", "rail", "eyes", "step", "hip", "right", "wrong"]
    assert {name: int(mark) for name, mark in MARK_NAMES.items()} == {name: n for n, name in enumerate(ever, 1)}
