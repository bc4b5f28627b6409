"""The demonstration in its short form: one visit, every artefact there and stamped, the plan and the level from it."""

import json

from click.testing import CliRunner

from station.cli import main
from station.cli.demo import report_lines
from station.processes.demo import CODE, DemoSize, run_demo
from station.recording.layout import records_path
from station.records.file import open_records
from station.records.sessions import Sessions


def test_one_visit_leaves_recordings_records_plans_and_a_report_all_stamped(tmp_path):
    out, told = tmp_path / "demo", []
    report = run_demo(out, 7, DemoSize(1, 0.5, 1, 5.0, 1, 1), lambda step, values: told.append((step, values)))
    assert [step for step, _ in told] == ["plan", "visit", "plan"]
    assert len(report["recordings"]) == 5  # two legs before, two after, one set
    assert all((out / one).is_file() for one in report["recordings"])
    assert (out / "SIMULATED.txt").read_text().startswith("simulated")
    written = sorted(path.name for path in out.glob("*.json"))
    assert written == [f"{name}.simulated.json" for name in ("plan-1", "plan-3", "report", "visit-1")]
    assert all(json.loads((out / name).read_text())["simulated"] is True for name in written)
    plan = json.loads((out / "plan-1.simulated.json").read_text())
    assert plan["found"]["one_leg_left_s"]["source"] == "measured"
    assert plan["found"]["population"]["value"] == "falls"
    (done,) = report["visits"][0]["sets"]
    assert done["level"] is not None
    assert [one["reason"] for one in done["decisions"]][-1] == "rung-stays-few"
    records = open_records(records_path(out), read_only=True)
    rows = Sessions(records).newest(CODE)
    assert {row["state"] for row in rows} == {"done"}
    assert len({row["visit"] for row in rows}) == 2
    lines = report_lines(report)
    assert lines[0] == lines[-1] == "SIMULATED: no real patient."
    assert not any("{" in line or "cli." in line for line in lines)


def test_a_folder_that_has_something_in_it_is_left_alone(tmp_path):
    (tmp_path / "mine.txt").write_text("mine")
    done = CliRunner().invoke(main, ["demo", str(tmp_path)])
    assert done.exit_code == 2
    assert "new folder" in done.output
    assert [path.name for path in tmp_path.iterdir()] == ["mine.txt"]
