"""`station plan --patient`: from a recorded drill and a file of findings to a plan that is kept."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from station.cli import main


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Records with two short trials of P01 on the left leg, as the station measures them."""
    folder = tmp_path_factory.mktemp("plan")
    asked = ["drill", "one-leg", "--leg", "left", "--hold-s", "5", "--trials", "1", "--fault", "step_off@9"]
    done = CliRunner().invoke(main, [*asked, "--data", str(folder), "--seed", "7", "--json"])
    assert done.exit_code == 0, done.output
    assert set(json.loads(done.output)["trials"][0]) >= {"outcome", "hold_s"}
    (folder / "found.toml").write_text('age_years = 72\nsex = "women"\npopulation = "falls"\ntandem_s = 10.0\n')
    return folder


def said(data, *arguments, code=0, language="en"):
    asked = ["--language", language, "plan", "--patient", "P01", "--data", str(data), *arguments]
    done = CliRunner().invoke(main, asked)
    assert done.exit_code == code, done.output
    return done.output


def test_from_a_recorded_drill_to_a_plan_that_is_kept_and_changed_by_name(data):
    assert "the birth year is missing" in said(data, code=2)
    row = json.loads(said(data, "--findings", str(data / "found.toml"), "--by", "Ada K.", "--json"))
    left = row["found"]["one_leg_left_s"]
    assert (left["source"], left["of"], left["at_least"]) == ("measured", "one-leg", False)
    assert 0.0 < left["value"] < 5.0
    assert json.loads(said(data, "--json")) == row
    for language in ("en", "de"):
        told = said(data, language=language)
        assert "{" not in told
        assert not any(key in told for key in ("word.", "cli.", "seen."))
    assert "measured: one-leg" in said(data)
    assert "say who decides" in said(data, "--strike", "D03", code=2)
    changed = said(data, "--strike", "D21", "--change", "D03:trials=2,leg=left", "--accept", "--by", "Ben S.")
    assert "struck by Ben S." in changed
    assert "2 tries (changed by Ben S.)" in changed
    assert "version 4" in changed
    assert "accepted" in changed
    assert json.loads(said(data, "--renew", "--json"))["version"] == 5


@pytest.mark.parametrize("words", ["D03:reps=2", "D03:trials=0", "D03:leg=third", "D03"])
def test_a_change_that_is_none_is_refused_with_its_form(data, words):
    assert "D03:trials=4" in said(data, "--change", words, "--by", "A", code=2)
