"""The result of a comparison, out of its recording: which turns vibrated is told by what was asked of the drive."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from drills.library import load_shipped
from station.analysis.results import result_of, stored_result_of
from station.recording.writer import RecordingWriter

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.station.conftest import MakeEvent, Pack

ORDER = (True, False, False, True, False, True, True, False)
TURN = 100
"""Samples."""


@pytest.fixture
def compared(tmp_path: Path, pack: Pack, make_event: MakeEvent, session_started: MakeEvent) -> Callable[[bool], Path]:
    """Eight turns of 0.4 s; in those with vibration the foot comes down early. `told`: with its end."""

    def make(told):
        document = load_shipped("with-and-without").model_dump(mode="json", by_alias=True)
        started = session_started()
        header = {"drill": document["name"], "leg": "left", "document": document, "plate": started["plate"]}
        prescription = {"frequency_hz": 25.0, "displacement_pp_mm": 0.23, "hold_s": 30.0}
        writer = RecordingWriter(tmp_path / "compared.mcap", {**header, "prescription": prescription}, 0)
        for number, vibrated in enumerate(ORDER, 1):
            begin = (number - 1) * TURN
            asked = {"demand_hz": 25.0 if vibrated else 0.0, "demand_pp_mm": 0.23 if vibrated else 0.0}
            writer.append([pack(seq, phase=5, trial=number, **asked) for seq in range(begin, begin + TURN)])
            hold = {f"hold_{end}_ns": 10**9 + seq * 4_000_000 for end, seq in (("start", begin), ("end", begin + 99))}
            how = ("foot-down", 10.0 + number) if vibrated else ("held", 30.0)
            said = {**hold, "baseline_start_ns": None, "baseline_end_ns": None, "blind": True}
            writer.event(
                make_event("trial-ended", begin + 99, trial=number, outcome=how[0], hold_s=how[1], **said), 2 * number
            )
        if told:
            writer.event(make_event("with-without", 799, order="abba", seed=9, vibrated=list(ORDER)), 98)
            writer.event(make_event("drill-ended", 799, outcome="completed"), 99)
        writer.close()
        return tmp_path / "compared.mcap"

    return make


@pytest.mark.parametrize(("told", "seed"), [(True, 9), (False, None)])
def test_a_comparison_is_in_the_result_also_of_one_that_was_cut_off(compared, told, seed):
    result = result_of(compared(told))
    found = result["with_without"]
    assert (found["order"], found["seed"], found["vibrated"]) == ("abba", seed, list(ORDER))
    time_held, unsafe = found["differences"][:2]
    assert (time_held["differs"], time_held["better"], time_held["with_mean"]) == (True, "without", 14.5)
    assert (unsafe["difference"], unsafe["differs"]) == (1.0, True)
    assert found["verdict"] == "without"
    assert [trial["vibration"]["asked_hz"] for trial in result["trials"]] == [25.0 if one else 0.0 for one in ORDER]


def test_what_the_records_keep_names_the_order(compared):
    done = stored_result_of(compared(True))["exercised"]
    assert done["1"]["with_without"] == {"order": "abba", "seed": 9}
