"""Each Start is answered once, and none is granted that a STOP came after."""

import pytest

from station.clock import NS_PER_S
from station.control.wishes import REFUSALS, REMEMBERED_S, Wishes
from station.wire.messages import Answer, Start, StopGeneration

NOW = StopGeneration(epoch="life", stops=3)


def start(request: str = "one", seen: StopGeneration = NOW, **changes) -> Start:
    return Start(
        **{"type": "start", "patient": "P1", "document": {}, "prescription": {"hold_s": 10.0}} | changes,
        request=request,
        seen=seen,
    )


class Control:
    """Counts the drills that it begins."""

    def __init__(self) -> None:
        self.wishes = Wishes()
        self.begun = 0
        self.refusal: Answer | None = None

    def ask(self, message: Start, seen: StopGeneration = NOW, at_s: float = 0.0) -> Answer:
        return self.wishes.answer(message, seen, round(at_s * NS_PER_S), self._begin)

    def _begin(self, message: Start) -> Answer:
        if self.refusal is not None:
            return self.refusal
        self.begun += 1
        return Answer(True, session=self.begun)


@pytest.mark.parametrize("seen", [StopGeneration(epoch="life", stops=2), StopGeneration(epoch="earlier", stops=3)])
def test_a_start_that_a_stop_or_a_restart_came_after_is_refused(seen: StopGeneration) -> None:
    control = Control()
    assert control.ask(start(seen=seen)).code == "start-stale"
    assert control.begun == 0


@pytest.mark.parametrize("later_s", [0.0, 600.0, REMEMBERED_S - 1.0])
def test_the_same_wish_gets_the_first_answer_again_and_starts_nothing(later_s: float) -> None:
    control = Control()
    first = control.ask(start())
    again = control.ask(start(by="another page"), StopGeneration(epoch="life", stops=9), later_s)
    assert again == first == Answer(True, session=1)
    assert control.begun == 1


def test_another_wish_under_the_same_name_is_refused_by_name() -> None:
    control = Control()
    control.ask(start())
    assert control.ask(start(prescription={"hold_s": 20.0})).code == "start-differs"
    assert control.begun == 1


def test_a_refused_start_does_not_start_later() -> None:
    control = Control()
    control.refusal = Answer(False, "not-ready", "start")
    refused = control.ask(start())
    control.refusal = None
    assert control.ask(start()) == refused
    assert control.begun == 0


def test_asking_without_end_fills_no_memory_and_forgets_no_drill() -> None:
    control = Control()
    control.ask(start())
    for number in range(3 * REFUSALS):
        control.ask(start(f"stale {number}", StopGeneration(epoch="other", stops=0)))
    assert len(control.wishes._refused) == REFUSALS
    assert control.ask(start()).session == 1
    control.ask(start("two"), at_s=REMEMBERED_S + 1.0)
    assert control.ask(start(), at_s=REMEMBERED_S + 1.0).session == 3
