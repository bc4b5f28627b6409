"""`station task`: each task from a file whose answer is known by hand, and what is said where it cannot be had."""

import json

import numpy as np
import pytest
from click.testing import CliRunner

from station.analysis.tasks import TASKS
from station.cli import main
from station.cli.task import TASK_NAMES
from station.measures.tasks.limits import limit_mm

RATE_HZ = 250.0
WEIGHT_N = 70.0 * 9.80665
PLATE = ("--cells-ml", 300, "--cells-ap", 400)


def station(*arguments: object):
    return CliRunner().invoke(main, [str(one) for one in arguments])


def write(path, total, ml=0.0, ap=0.0, rate=RATE_HZ):
    """Four cells of a plate of 300 by 400 mm that carry `total` newtons at (ml, ap)."""
    right, front = (np.broadcast_to(0.5 + np.asarray(x) / size, total.shape) for x, size in ((ml, 300.0), (ap, 400.0)))
    four = total[:, None] * np.column_stack(
        (front * (1 - right), front * right, (1 - front) * right, (1 - front) * (1 - right))
    )
    rows = [f"{k / rate!r}," + ",".join(map(repr, row)) for k, row in enumerate(four.tolist())]
    path.write_text("\n".join(["time_s,front_left_n,front_right_n,back_right_n,back_left_n", *rows]))
    return path


def figures(name, file, *options):
    ended = station("task", name, file, *PLATE, *options, "--json")
    assert ended.exit_code == 0, ended.output
    return json.loads(ended.stdout)


def time(seconds):
    return np.arange(round(seconds * RATE_HZ)) / RATE_HZ


def test_every_task_is_offered() -> None:
    assert set(TASK_NAMES) == set(TASKS)


def test_sit_to_stand(tmp_path) -> None:
    t = time(5.0)
    rise = np.interp(t, (0.0, 1.0, 2.0, 2.5, 3.0), (0.2, 0.2, 1.0, 1.3, 1.0)) * WEIGHT_N
    report = figures("sit-to-stand", write(tmp_path / "r.csv", rise, ml=-30.0), "--weight-kg", 70)
    assert report["reasons"] == {}
    assert report["measures"]["rise_transfer_time_s"] == pytest.approx(1.0 - 0.05 / 0.8, abs=0.01)
    assert report["measures"]["rise_index_percent"] == pytest.approx(30.0, abs=0.1)
    assert report["measures"]["rise_symmetry_percent"] == pytest.approx(20.0, abs=0.1)  # 0.6 on the left, 0.4 right


def test_push_of_a_part_of_the_file(tmp_path) -> None:
    t = time(6.0)
    push = 100.0 + 0.01 * np.sin(3.0 * t) + 500.0 * np.clip((t - 4.0) / 0.5, 0.0, 1.0)
    file = write(tmp_path / "p.csv", push)
    report = figures("push", file, "--weight-kg", 70, "--from-s", 3)["measures"]
    assert report["push_force_max_n"] == pytest.approx(500.0, abs=0.1)
    assert report["push_rfd_200ms_n_s"] == pytest.approx(1000.0, rel=1e-3)
    before = figures_none("push", file, "--weight-kg", 70, "--until-s", 3)
    assert "no push rises" in before


def figures_none(name, file, *options):
    ended = station("task", name, file, *PLATE, *options)
    assert ended.exit_code == 2
    return ended.stderr


def test_a_lean_to_the_right(tmp_path) -> None:
    t = time(8.0)
    rng = np.random.default_rng(4)
    ml = 40.0 * np.clip((t - 2.5) / 0.8, 0.0, 1.0) + 0.05 * rng.standard_normal(t.size)
    file = write(tmp_path / "l.csv", np.full(t.size, WEIGHT_N), ml=ml, ap=0.05 * rng.standard_normal(t.size))
    asked = ("--height-cm", 170, "--cue-s", 2, "--direction-deg", 90)
    report = figures("limits-of-stability", file, *asked)["measures"]
    assert report["los_reaction_time_s"] == pytest.approx(0.5, abs=0.05)
    assert report["los_endpoint_excursion_percent"] == pytest.approx(100.0 * 40.0 / limit_mm(1700.0, 90.0), rel=0.02)
    later = figures("limits-of-stability", file, *asked, "--from-s", 1)["measures"]
    assert later["los_reaction_time_s"] == pytest.approx(report["los_reaction_time_s"], abs=0.01)


def test_one_leg_with_what_people_of_that_age_do(tmp_path) -> None:
    t = time(20.0)
    file = write(tmp_path / "s.csv", np.where(t < 12.0, WEIGHT_N, 5.0))
    report = figures("one-leg", file, "--weight-kg", 70, "--age", 71)
    assert "at_least" not in report
    assert report["measures"]["single_leg_stance_time_s"] == pytest.approx(12.0, abs=0.01)
    assert "people of 70 to 79 years stand on one leg for 21 s" in report["norm"]
    assert "n = 549" in report["norm"]
    seen = figures("one-leg", file, "--weight-kg", 70, "--foot-down-s", 7.5, "--from-s", 1)
    assert seen["measures"]["single_leg_stance_time_s"] == pytest.approx(6.5)


def test_a_stance_held_to_the_end_is_at_least_so_long(tmp_path, monkeypatch) -> None:
    file = write(tmp_path / "s.csv", breathing(7500))
    report = figures("one-leg", file, "--weight-kg", 70)
    assert report["measures"]["single_leg_stance_time_s"] == pytest.approx(30.0)
    assert report["at_least"] == ["single_leg_stance_time_s"]
    assert report["reasons"] == {}
    monkeypatch.setenv("COLUMNS", "80")
    assert ">= 30 s" in station("task", "one-leg", file, *PLATE, "--weight-kg", 70).stdout
    part = figures("one-leg", file, "--weight-kg", 70, "--from-s", 10, "--until-s", 22)
    assert part["at_least"] == ["single_leg_stance_time_s"]
    assert part["measures"]["single_leg_stance_time_s"] == pytest.approx(12.0, abs=0.01)
    seen = figures("one-leg", file, "--weight-kg", 70, "--foot-down-s", 29.0)
    assert "at_least" not in seen


def test_one_leg_goes_by_the_weight_that_the_plate_saw_where_none_is_stated(tmp_path) -> None:
    file = write(tmp_path / "s.csv", breathing(7500))
    report = figures("one-leg", file)
    assert report["measures"]["single_leg_stance_time_s"] == pytest.approx(30.0)
    assert report["at_least"] == ["single_leg_stance_time_s"]
    assert any("taken for what the plate carries, 70.0 kg" in said for said in report["warnings"])
    assert not any("carries" in said for said in figures("one-leg", file, "--weight-kg", 70)["warnings"])
    t = time(30.0)
    left = write(tmp_path / "l.csv", np.where(t < 4.0, breathing(7500), 5.0 + 0.1 * np.sin(t)))
    assert figures("one-leg", left)["measures"]["single_leg_stance_time_s"] == pytest.approx(4.0, abs=0.01)
    down = write(tmp_path / "d.csv", breathing(7500) * np.where(t < 20.0, 1.0, 0.8))
    report = figures("one-leg", down)
    assert report["measures"]["single_leg_stance_time_s"] == pytest.approx(20.0, abs=0.01)
    assert any("ends at 20.0 s: from then on the plate carried only 80 %" in said for said in report["warnings"])
    assert "at_least" not in report
    begun = write(tmp_path / "b.csv", breathing(7500) * np.where(t < 1.0, 0.6, 1.0))
    assert "only a part of the weight" in figures_none("one-leg", begun)
    assert figures("one-leg", begun, "--from-s", 1.1)["at_least"] == ["single_leg_stance_time_s"]
    late = write(tmp_path / "e.csv", np.where(t > 4.0, breathing(7500), 5.0 + 0.1 * np.sin(t)))
    assert "nobody stands on the plate" in figures_none("one-leg", late)


def test_a_landing_and_a_lifted_foot(tmp_path) -> None:
    t = time(8.0)
    landing = WEIGHT_N * (1.0 + 1.3 * np.exp(-8.0 * t) + 0.002 * np.sin(9.0 * t))
    at_once = figures("stabilisation", write(tmp_path / "a.csv", landing))["measures"]
    before = np.concatenate((np.full(500, 0.5) + 0.1 * np.sin(np.arange(500)), landing))
    later = figures("stabilisation", write(tmp_path / "b.csv", before))["measures"]
    assert later["time_to_stabilisation_s"] == at_once["time_to_stabilisation_s"] > 0.3
    nobody = write(tmp_path / "c.csv", breathing(2000))
    assert "no landing found" in figures_none("stabilisation", nobody)
    lifted = figures("stabilisation", nobody, "--cue-s", 2)["measures"]
    assert lifted["time_to_stabilisation_s"] is not None


def test_the_distribution_of_the_weight(tmp_path) -> None:
    t = time(6.0)
    sway = 20.0 + 0.5 * np.sin(2.0 * t) + 0.2 * np.sin(5.1 * t)
    file = write(tmp_path / "w.csv", np.full(t.size, WEIGHT_N), ml=sway, ap=2.0 * np.cos(3.0 * t))
    report = figures("distribution", file)["measures"]
    assert sum(value for name, value in report.items() if name.startswith("share_")) == pytest.approx(100.0)
    right = report["share_front_right_percent"] + report["share_back_right_percent"]
    assert right == pytest.approx(100.0 * (0.5 + np.mean(sway) / 300.0), abs=0.01)
    assert report["weight_distribution_index_percent"] == pytest.approx(100.0 * np.mean(sway) / 300.0 / 2.0, abs=0.2)


def test_the_distribution_of_a_circle_by_hand(tmp_path) -> None:
    # The load goes round a circle of radius r about a place 15 mm to the right: 55 % are right of the middle, so that
    # each right corner carries 27.5 % and each left one 22.5 %, all 2.5 % away from even. The points enclose pi r^2;
    # their variance is r^2 / 2 on either axis, so that 95 % of further ones lie in pi 5.991 r^2 / 2.
    t = time(20.0)
    turn = 2.0 * np.pi * 0.5 * t
    file = write(tmp_path / "w.csv", np.full(t.size, WEIGHT_N), ml=15.0 + 12.0 * np.sin(turn), ap=12.0 * np.cos(turn))
    report = figures("distribution", file)["measures"]
    assert report["weight_distribution_index_percent"] == pytest.approx(2.5, abs=0.01)
    assert report["outlier_excursion_ratio"] == pytest.approx(2.0 / 5.991, rel=0.005)


def test_stabilisation_and_the_share_of_the_weight(tmp_path) -> None:
    t = time(6.0)
    landing = WEIGHT_N * (1.0 + np.exp(-3.0 * t) * np.cos(20.0 * t))
    report = figures("stabilisation", write(tmp_path / "t.csv", landing))["measures"]
    assert 0.0 < report["time_to_stabilisation_s"] < 5.0
    sway = 20.0 + 0.5 * np.sin(2.0 * t) + 0.2 * np.sin(5.1 * t)
    file = write(tmp_path / "w.csv", np.full(t.size, WEIGHT_N), ml=sway, ap=2.0 * np.cos(3.0 * t))
    share = figures("weight-bearing", file, "--stance-width-mm", 200)["measures"]["weight_bearing_left_percent"]
    assert share == pytest.approx(100.0 * (0.5 - np.mean(sway) / 200.0), abs=0.01)


def test_the_table_has_units_and_sources(tmp_path, monkeypatch) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    t = time(20.0)
    file = write(tmp_path / "s.csv", np.where(t < 12.0, WEIGHT_N, 5.0))
    printed = station("task", "one-leg", file, *PLATE, "--weight-kg", 70, "--age", 71).stdout
    assert "  single_leg_stance_time_s          12 s\n" in printed
    assert "Springer" in printed
    assert max(len(line) for line in printed.splitlines()[1:]) <= 80


@pytest.mark.parametrize("name", TASK_NAMES)
def test_what_was_not_stated_is_asked_for(tmp_path, name) -> None:
    file = write(tmp_path / "f.csv", np.full(2500, WEIGHT_N))
    needs = TASKS[name].needs
    ended = station("task", name, file, *PLATE)
    assert all(f"--{need.replace('_', '-')}" in ended.stderr for need in needs)
    assert ended.exit_code == 2 or not needs


def breathing(count, rate=RATE_HZ):
    """The weight of somebody who stands, never twice the same."""
    t = np.arange(count) / rate
    return WEIGHT_N + np.sin(1.7 * t) + 0.3 * np.sin(7.3 * t)


BAD = {
    "short": (breathing(100), RATE_HZ, ("lasts 0.40 s", "ends before the stance does", "end standing")),
    "slow": (breathing(2000, 20.0), 20.0, ("20.0 Hz",)),
    "nobody": (np.full(2500, 0.4), RATE_HZ, ("nobody is on the plate",)),
    "constant": (np.full(2500, 512.0), RATE_HZ, ("constant",)),
}


@pytest.mark.parametrize("name", TASK_NAMES)
@pytest.mark.parametrize("kind", BAD)
def test_no_figure_but_a_reason(tmp_path, name, kind) -> None:
    force, rate, words = BAD[kind]
    file = write(tmp_path / "bad.csv", force, rate=rate)
    options = ("--weight-kg", 70, "--height-cm", 170, "--cue-s", 1, "--direction-deg", 0, "--stance-width-mm", 200)
    ended = station("task", name, file, *PLATE, *options, "--json")
    result = json.loads(ended.stdout)
    assert ended.exit_code == 2, result
    assert all(value is None for value in result["measures"].values())
    assert set(result["reasons"]) == set(result["measures"])
    assert all(any(word in why for word in words) for why in result["reasons"].values()), result["reasons"]


def test_a_gap_and_a_file_without_cells(tmp_path) -> None:
    whole = write(tmp_path / "g.csv", breathing(2500)).read_text().splitlines()
    (tmp_path / "g.csv").write_text("\n".join(whole[:1000] + whole[1200:]))
    assert "there is a gap of 0.80 s" in figures_none("stabilisation", tmp_path / "g.csv")
    (tmp_path / "c.csv").write_text("cop_ml_mm,cop_ap_mm\n" + "1.0,2.0\n" * 1500)
    assert "no force was recorded" in figures_none("stabilisation", tmp_path / "c.csv", "--rate", 250)


@pytest.mark.parametrize(
    ("options", "problem"),
    [
        (("--weight-kg", "nan"), "--weight-kg: nan is no number"),
        (("--weight-kg", 0.72), "--weight-kg: 0.72 is not"),
        (("--weight-kg", 70, "--from-s", 10, "--foot-down-s", 5), "--foot-down-s: it is before the task begins"),
        (("--weight-kg", 70, "--height-cm", 1.72), "--height-cm: 1.72 is not between 50 and 260: other units?"),
    ],
)
def test_what_no_person_is_is_refused(tmp_path, options, problem) -> None:
    file = write(tmp_path / "s.csv", WEIGHT_N * (1.0 + 0.01 * np.sin(time(60.0))))
    ended = station("task", "one-leg", file, *PLATE, *options, "--json")
    assert ended.exit_code == 2
    assert problem in ended.stderr


def test_another_weight_than_the_one_on_the_plate_is_named(tmp_path) -> None:
    file = write(tmp_path / "s.csv", WEIGHT_N * (1.0 + 0.01 * np.sin(time(60.0))))
    ended = station("task", "one-leg", file, *PLATE, "--weight-kg", 154, "--json")
    assert ended.exit_code == 2
    report = json.loads(ended.stdout)
    assert report["error"]["code"] == "measures-impossible"
    assert report["reasons"]["single_leg_stance_time_s"].startswith("the plate carries 70.")
    assert figures("one-leg", file, "--weight-kg", 70)["measures"]["single_leg_stance_time_s"] == 45.0


def test_an_empty_plate_is_no_stance(tmp_path) -> None:
    t = time(20.0)
    file = write(tmp_path / "e.csv", WEIGHT_N * np.clip(t - 3.0, 0.005, 1.0) * (1.0 + 0.01 * np.sin(t)))
    ended = station("task", "one-leg", file, *PLATE, "--weight-kg", 70, "--json")
    assert "nobody stands on the plate at the beginning" in ended.stderr


def test_the_force_alone_is_enough_for_a_push(tmp_path) -> None:
    t = time(6.0)
    push = 100.0 + 0.01 * np.sin(3.0 * t) + 500.0 * np.clip((t - 4.0) / 0.5, 0.0, 1.0)
    rows = [f"{one!r},1,2,{force!r}" for one, force in zip(t.tolist(), push.tolist(), strict=True)]
    file = tmp_path / "f.csv"
    file.write_text("\n".join(["time_s,cop_ml_mm,cop_ap_mm,force_n", *rows]))
    report = figures("push", file, "--weight-kg", 70)
    assert report["measures"]["push_force_max_n"] == pytest.approx(500.0, abs=0.1)
