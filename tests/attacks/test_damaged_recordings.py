"""No damage is silent: some of the hundreds of cases of `python -m tests.attacks.damaged_recordings`.

The program as it was before decision 28 was silent in nearly all of them.
"""

from pathlib import Path

import pytest

from tests.attacks.damaged_recordings import Judge, as_live, cases

EACH = 2


@pytest.mark.parametrize("name", ["tripped", "replayed"])
def test_no_damage_is_silent(project: Path, tmp_path: Path, name: str) -> None:
    live = as_live(project / "tests" / "data" / f"{name}.mcap", tmp_path / "live.mcap")
    judge, copy = Judge(live), tmp_path / "copy.mcap"
    for case in cases(live.read_bytes(), 7, EACH):
        copy.write_bytes(case.content)
        verdict = judge.verdict(copy)
        assert verdict.refused or verdict.marked, (case.kind, case.where)
        assert not verdict.silent, (case.kind, case.where, verdict)
