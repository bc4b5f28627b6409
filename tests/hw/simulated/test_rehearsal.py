"""Every drill of the catalogue is done by somebody whom it suits and by somebody whom it does not, to its end.

`python -m tests.hw.simulated.test_rehearsal` writes the timelines of the first anew, in `rehearsals/`: look at what has
changed, and say why in the commit. `make soak` lets all six patients do every drill as it is shipped.
"""

import json
import os
import re
from pathlib import Path

import pytest

from drills.document import DrillDocument
from drills.library import catalogue_names, load_shipped
from drills.prescription import Asked, legs_of
from drills.values import DrillOutcome, Leg, TrialOutcome
from hw.simulated.kinds import KINDS
from tests.golden.capture import arithmetic
from tests.hw.simulated.rehearsing import Rehearsed, rehearse, six, timeline

KEPT = Path(__file__).parent / "rehearsals"
GOLDEN = Path(__file__).parents[2] / "golden" / "golden.json"
SOAK = "STATION_SOAK" in os.environ
ENDS = (DrillOutcome.COMPLETED, DrillOutcome.ABANDONED)


def shortly(name: str, who: str) -> Rehearsed:
    """One trial of a drill, of 12 s where that is allowed."""
    document = load_shipped(name)
    time = document.exercise_step.time
    return rehearse(document, six()[who], 3, _once(document, min(time.max_s, max(time.min_s, 12.0))))


def _once(document: DrillDocument, hold_s: float) -> Asked:
    return Asked(legs_of(document)[-1], trials=1, hold_s=hold_s)


def test_somebody_whom_it_suits_does_each_drill_as_it_was_looked_at(name: str) -> None:
    done = shortly(name, "steady")
    assert done.state.outcome is DrillOutcome.COMPLETED
    file = KEPT / f"{name}.txt"
    assert file.is_file(), f"a new drill: `python -m tests.hw.simulated.test_rehearsal` writes {file.name}; look at it"
    found, kept = timeline(done), file.read_text(encoding="utf-8")
    if json.loads(GOLDEN.read_text(encoding="utf-8"))["arithmetic"] != arithmetic():
        found, kept = (re.sub(r"\d+\.\d", "", text) for text in (found, kept))  # a person of another last digit
    assert found == kept


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Over the catalogue as it stands; what takes long over all of it only in `make soak`."""
    names = catalogue_names()
    if "who" in metafunc.fixturenames:
        pairs = [(name, who) for name in names for who in six()]
        few = [(name, "frail") for name in names[1::2]]
        metafunc.parametrize(("name", "who"), pairs if SOAK else few)
    elif "name" in metafunc.fixturenames:
        metafunc.parametrize("name", names)


def test_each_drill_comes_to_its_end(name: str, who: str) -> None:
    document = load_shipped(name)
    done = rehearse(document, six()[who], 3) if SOAK else shortly(name, who)
    state = done.state
    assert state.finished, "nobody keeps a drill open for ever"
    assert [event.kind for event in done.events][-1] == "drill-ended"
    assert state.outcome in ENDS
    ends = [result.outcome for result in state.results]
    if who == "steady":
        assert state.outcome is DrillOutcome.COMPLETED
    elif who == "never" and document.by_order:  # the foot is off the plate between tries: nobody can see who never came
        assert not state.success
        assert [result.score.done for result in state.results] == [0] * len(ends)
    elif who == "never":
        assert state.outcome is DrillOutcome.ABANDONED
        assert ends == [TrialOutcome.NOT_STARTED]
    elif who == "leaves":
        held = [result.hold_s for result in state.results]
        gone = next((at for at, held_s in enumerate(held) if held_s >= 5.0), 0)  # a foot may come down before that
        after = ends[gone + 1 :]
        assert all(end in (TrialOutcome.NOT_STARTED, TrialOutcome.STEP_OFF, TrialOutcome.HELD) for end in after)


def test_the_young_reach_more_places_than_the_frail() -> None:
    document = load_shipped("reach-the-targets")
    scores = {
        who: rehearse(document, six()[who], 4, _once(document, 90.0)).state.results[0].score
        for who in ("steady", "frail")
    }
    assert scores["steady"].done >= 0.7 * scores["steady"].of
    assert scores["frail"].done < scores["steady"].done


def test_somebody_whose_feet_are_too_near_is_told_so_and_stands_wider(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(KINDS, "young", KINDS["young"]._replace(feet_apart_mm=160.0))
    done = rehearse(load_shipped("share-the-weight"), six()["steady"], 3, Asked(Leg.BOTH, trials=2))
    assert [feet["too_near"] for feet in done.of("feet")] == [True, False]
    first, second = (result.score for result in done.state.results)
    assert first.done == 0 < second.done


def test_who_has_one_leg_stands_on_it_whatever_is_asked() -> None:
    first, second = (shortly(name, "one leg").state.results[0] for name in ("one-leg", "quiet-stance"))
    assert first.outcome is second.outcome is TrialOutcome.HELD


if __name__ == "__main__":
    KEPT.mkdir(exist_ok=True)
    for old in KEPT.glob("*.txt"):
        old.unlink()
    for each in catalogue_names():
        (KEPT / f"{each}.txt").write_text(timeline(shortly(each, "steady")), encoding="utf-8")
