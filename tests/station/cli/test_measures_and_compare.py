"""`station measures` on real trials in every form, and `station compare` with its three answers."""

import csv
import gzip
import io
import json
import os
import subprocess
import sys
from importlib.resources import files
from pathlib import Path

import pytest
from click.testing import CliRunner

from station.analysis.reading import AS_IT_IS
from station.analysis.sittings import SittingFiles, sitting_of
from station.cli import main
from station.measures import Request

THREE = ("BDS00013", "BDS00049", "BDS00133")
SHIPPED_NAME = 'name = "single-leg-vibration"'
CONDITION = ("--stance", "both", "--vision", "open", "--surface", "firm")


def station(*arguments: object):
    return CliRunner().invoke(main, [str(one) for one in arguments])


@pytest.fixture(scope="module")
def reference(bds: Path) -> dict[str, dict[str, str]]:
    with (bds / "reference_quijoux72.csv").open(newline="") as text:
        return {row["Trial"]: row for row in csv.DictReader(text)}


def test_the_72_variables_by_their_names_for_many_files(bds, reference) -> None:
    files = [bds / f"{name}.csv.gz" for name in THREE] + [bds / f"{name}.csv.gz" for name in list(reference)[-5:]]
    ended = station("measures", *files, "--rate", 100, "--pipeline", "quijoux-2021", "--json")
    assert ended.exit_code == 0, ended.output
    report = json.loads(ended.stdout)
    assert len(report) == 8
    for file, one in zip(files, report, strict=True):
        row = reference[file.name[:8]]
        theirs = {name: float(row[name]) for name in one["measures"]}
        assert len(theirs) == 73
        assert set(row) - set(theirs) == {"Trial", "Subject", "Age", "AgeGroup", "Vision", "Surface", "Falls12m"}
        assert one["measures"] == pytest.approx(theirs, rel=1e-6)
        assert one["pipeline"] == "quijoux-2021"
        assert one["reasons"] == {}


def test_the_same_figures_as_csv_table_and_json(bds) -> None:
    file = bds / "BDS00013.csv.gz"
    report = json.loads(station("measures", file, "--rate", 100, "--json").stdout)
    (row,) = csv.DictReader(io.StringIO(station("measures", file, "--rate", 100, "--csv").stdout))
    assert {name: float(row[name]) for name, value in report["measures"].items() if value is not None} == {
        name: value for name, value in report["measures"].items() if value is not None
    }
    assert row["mean_force_n"] == ""
    assert "mean_force_n: no force was recorded" in row["reasons"]
    for form in ((), ("--table",)):
        lines = station("measures", file, "--rate", 100, *form).stdout.splitlines()
        shown = {line.split()[0] for line in lines if line.startswith("  ")}
        assert {name for name, value in report["measures"].items() if value is not None} <= shown
        assert any("mean_velocity_mm_s" in line and "4.982 mm/s" in line for line in lines)
        assert "  none: no force was recorded: mean_force_n" in lines
        assert lines[1] == "  pipeline station-1, version 1: 60.0 s at 100 Hz"
    assert station("measures", file, "--rate", 100, "--csv", "--json").exit_code == 2


@pytest.mark.parametrize("pipeline", ["station-1", "quijoux-2021"])
def test_each_row_of_many_files_says_its_pipeline_with_version_and_its_own_warnings(bds, tmp_path, pipeline) -> None:
    folder = sitting(tmp_path / "a", bds, THREE[:1])
    rows = (folder / "0.csv").read_text().splitlines()
    ap, ml = rows[3000].split(",")
    (folder / "1.csv").write_text("\n".join([*rows[:3000], f"{float(ap) + 1.0},{ml}", *rows[3001:]]))
    (folder / "2.csv").write_text("\n".join([*rows[:1000], "nan,nan", *rows[1001:]]))
    (folder / "3.csv").write_text("\n".join(rows[:5]))
    (folder / "4.csv").write_text("\n".join([rows[0], *([rows[1]] * 3000)]))
    ended = station("measures", folder, "--rate", 100, "--basic", "--pipeline", pipeline, "--csv")
    found = list(csv.DictReader(io.StringIO(ended.stdout)))
    assert [Path(one["file"]).name for one in found] == [f"{number}.csv" for number in range(5)]
    assert {(one["pipeline"], one["pipeline_version"]) for one in found} == {(pipeline, "1")}
    right, doubtful, missing, short, constant = (one["warnings"] for one in found)
    assert (right, short, constant) == ("", "", "")
    assert "jumps by 10" in doubtful
    assert "1 of 6000 samples" in missing
    assert [bool(one["suspicions"]) for one in found] == [False, True, False, False, False]
    assert [bool(one["error"]) for one in found] == [False, False, False, True, True]


def test_everything_is_the_default_and_the_foot_can_be_stated(bds) -> None:
    file = bds / "BDS00013.csv.gz"
    basic = json.loads(station("measures", file, "--rate", 100, "--basic", "--json").stdout)["measures"]
    every = json.loads(station("measures", file, "--rate", 100, "--json").stdout)
    assert set(basic) < set(every["measures"])
    assert {name: every["measures"][name] for name in basic} == basic
    assert "foot" in every["reasons"]["ttb_ml_min_s"]
    foot = ("--foot", -200, 200, -200, 200)
    report = json.loads(station("measures", file, "--rate", 100, *foot, "--json").stdout)["measures"]
    assert report["ttb_ml_min_s"] > 0
    wrong = station("measures", file, "--rate", 100, "--foot", 200, -200, -200, 200)
    assert wrong.exit_code != 0
    assert "right must be greater" in wrong.stderr


def test_norms_by_age_name_the_norm_and_its_n(bds) -> None:
    file = bds / "BDS00013.csv.gz"
    report = json.loads(station("measures", file, "--rate", 100, "--age", 33, *CONDITION, "--json").stdout)
    norm = report["norms"]["mean_velocity_mm_s"]
    assert norm["people"] == 87
    assert "87 people of 18 to 59 years (eyes open, firm; Santos and Duarte 2016" in norm["text"]
    silent = json.loads(station("measures", file, "--rate", 100, "--age", 33, "--json").stdout)
    assert silent["norms"]["mean_velocity_mm_s"]["percentile"] is None
    assert "not stated" in silent["norms"]["mean_velocity_mm_s"]["text"]
    one_leg = ("--stance", "left", "--vision", "open", "--surface", "firm")
    left = json.loads(station("measures", file, "--rate", 100, "--age", 65, *one_leg, "--json").stdout)
    assert "32 s with open eyes" in left["norms"]["single_leg_stance_time_s"]["text"]


@pytest.mark.parametrize("columns", [80, 120])
@pytest.mark.parametrize("pipeline", ["station-1", "raw", "quijoux-2021"])
def test_no_line_is_wider_than_the_terminal_and_no_source_is_said_twice(bds, monkeypatch, columns, pipeline) -> None:
    monkeypatch.setenv("COLUMNS", str(columns))
    monkeypatch.chdir(bds)
    asked = ("BDS00013.csv.gz", "--rate", 100, "--pipeline", pipeline, "--age", 33)
    for condition in (CONDITION, (*CONDITION, "--stance", "left")):
        printed = station("measures", *asked, *condition).stdout
        assert max(map(len, printed.splitlines())) <= columns
        assert printed.count("Santos and Duarte") <= 1
        assert printed.count("Springer") <= 1
    files = [f"{name}.csv.gz" for name in THREE]
    asked = ("--before", *files, "--after", *files, "--rate", 100, "--age", 33, "--pipeline", pipeline)
    printed = station("compare", *asked, *CONDITION).stdout
    assert max(map(len, printed.splitlines())) <= columns
    assert "no real change" in printed


def sitting(folder, bds, names, factor=1.0):
    """CSV files of trials, made larger by a factor."""
    import gzip

    folder.mkdir()
    for number, name in enumerate(names):
        with gzip.open(bds / f"{name}.csv.gz", "rt") as text:
            rows = list(csv.reader(text))[1:]
        lines = [f"{float(ap) * factor},{float(ml) * factor}" for ap, ml in rows]
        (folder / f"{number}.csv").write_text("\n".join(["cop_ap_cm,cop_ml_cm", *lines]))
    return folder


def test_compare_knows_a_real_change_from_none(bds, tmp_path) -> None:
    before, same, double = (
        sitting(tmp_path / word, bds, names, factor)
        for word, names, factor in (("a", THREE, 1.0), ("b", THREE[::-1], 1.05), ("c", THREE, 2.0))
    )
    ended = station("compare", before, same, "--rate", 100, *CONDITION, "--basic", "--json")
    assert ended.exit_code == 0, ended.output
    report = json.loads(ended.stdout)
    one = report["changes"]["mean_velocity_mm_s"]
    assert one["verdict"] == "no real change"
    assert one["difference_percent"] == pytest.approx(5.0, abs=0.01)
    assert "163 people of 18 to 85 years" in one["basis"]
    assert report["same_day"] is None
    assert report["before"]["condition"] == {"stance": "both", "vision": "open", "surface": "firm"}
    files = sorted(double.iterdir())
    real = station(
        "compare",
        "--before",
        *sorted(before.iterdir()),
        "--after",
        *files,
        "--rate",
        100,
        *CONDITION,
        "--age",
        40,
        "--basic",
        "--json",
    )
    changed = json.loads(real.stdout)["changes"]["mean_velocity_mm_s"]
    assert (changed["verdict"], changed["direction"], changed["proposed"]) == ("real change", "worse", True)
    assert changed["difference"] > changed["smallest_real"] > 0
    assert "no clinician has signed" in changed["basis"]
    other = json.loads(real.stdout)["changes"]["ellipse_area_mm2"]
    assert (other["verdict"], other["direction"]) == ("no verdict", "")
    asked = (*CONDITION, "--age", 40, "--basic", "--same-day")
    day = json.loads(station("compare", before, double, "--rate", 100, *asked, "--json").stdout)["changes"]
    assert {day[name]["verdict"] for name in ("mean_velocity_mm_s", "ellipse_area_mm2")} == {"real change"}
    words = station("compare", before, double, "--rate", 100, *asked).stdout
    rows = words.splitlines()
    assert rows.index(next(row for row in rows if "mean_velocity_mm_s" in row)) > rows.index(
        next(row for row in rows if row.startswith("real change"))
    )
    assert "percentile of means of three tries of 87 people" in " ".join(words.split())
    assert "mean_velocity_mm_s (ICC 0.83)" in " ".join(words.split())
    assert "Look first at mean velocity" in " ".join(words.split())


@pytest.mark.parametrize(
    ("option", "word", "name"),
    [
        ("--after-vision", "closed", "romberg_quotient"),
        ("--after-surface", "foam", "foam_quotient"),
        ("--after-stance", "left", None),
    ],
)
def test_two_conditions_have_a_quotient_and_no_change(bds, tmp_path, option, word, name) -> None:
    before, after = sitting(tmp_path / "a", bds, THREE), sitting(tmp_path / "b", bds, THREE, 1.5)
    asked = ("--rate", 100, *CONDITION, "--basic")
    report = json.loads(station("compare", before, after, *asked, option, word, "--json").stdout)
    assert {one["verdict"] for one in report["changes"].values()} == {"not comparable"}
    assert set(report["quotients"]) == ({name} if name else set())
    if name is None:
        return
    made = report["quotients"][name]
    assert made["mean_velocity_mm_s"]["value"] == pytest.approx(1.5)
    assert made["ellipse_area_mm2"]["value"] == pytest.approx(2.25)
    words = station("compare", before, after, *asked, option, word).stdout
    assert f"{name}, tries before 3, tries after 3\n  mean_velocity_mm_s  1.5" in words
    first = {"--after-vision": "--vision", "--after-surface": "--surface"}[option]
    turned = ("compare", after, before, *asked, first, word, option, {"closed": "open", "foam": "firm"}[word], "--json")
    assert json.loads(station(*turned).stdout)["quotients"] == report["quotients"]


def test_compare_refuses_what_cannot_be_compared(bds, tmp_path) -> None:
    before, after = sitting(tmp_path / "a", bds, THREE), sitting(tmp_path / "b", bds, THREE)
    few = json.loads(station("compare", before / "0.csv", after / "1.csv", "--rate", 100, "--json").stdout)
    said = station("compare", before / "0.csv", after / "1.csv", "--rate", 100).stdout.splitlines()
    assert said[-1] == "not comparable: before: tries 1, at least 3 are needed"
    assert {one["verdict"] for one in few["changes"].values()} == {"not comparable"}
    assert "at least 3 are needed" in few["changes"]["mean_velocity_mm_s"]["why"]
    report = json.loads(station("compare", before, after, "--rate", 100, "--json").stdout)
    assert "the patient's own spread" in report["changes"]["mean_velocity_mm_s"]["basis"]
    assert "not stated" in report["changes"]["mean_velocity_mm_s"]["basis"]
    assert station("compare", before).exit_code == 2
    assert station("compare", "--before", "--after", after).exit_code == 2
    assert station("compare", before, tmp_path / "absent").exit_code == 2
    assert station("compare", before, after, "--pipeline", "nonsense").exit_code != 0
    (tmp_path / "empty").mkdir()
    assert "no recording and no CSV" in station("compare", before, tmp_path / "empty", "--rate", 100).stderr


@pytest.fixture(scope="module")
def recorded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder each of a drill of three trials: vibrated, of another patient and quiet, on the right leg. It is the
    shipped one with a short baseline, which is not compared.
    """
    folder = tmp_path_factory.mktemp("recorded")
    shipped = (files("drills") / "catalogue" / "single-leg-vibration.toml").read_text(encoding="utf-8")
    drill = folder / "short.toml"
    drill.write_text(shipped.replace("time_s = 10.0", "time_s = 2.0").replace(SHIPPED_NAME, 'name = "short"'))
    asked = ["--leg", "left", "--seed", 7, "--hold-s", 5, "--trials", 3]
    off = ["--displacement-pp-mm", 0]
    for name, more in (("on", []), ("off", off), ("B2", [*off, "--patient", "B2"]), ("right", ["--leg", "right"])):
        ended = station("drill", drill, *asked, *more, "--data", folder / name)
        assert ended.exit_code == 0, ended.output
    return folder


def test_recordings_tell_their_condition_and_vibrated_is_never_quiet(recorded) -> None:
    same = json.loads(station("compare", recorded / "on", recorded / "on", "--basic", "--json").stdout)
    assert same["before"]["condition"] == {"stance": "left", "vision": "open", "surface": "firm"}
    assert len(same["before"]["trials"]) == 3
    assert same["changes"]["mean_velocity_mm_s"]["verdict"] == "no real change"
    assert "standing on one leg" in same["changes"]["mean_velocity_mm_s"]["basis"]
    assert same["quotients"] == {}
    vibrated = json.loads(station("compare", recorded / "off", recorded / "on", "--basic", "--json").stdout)
    quiet, shaken = (sitting_of(SittingFiles([recorded / name]), AS_IT_IS, Request()).sets for name in ("off", "on"))
    means = [sum(one.values["mean_velocity_mm_s"] for one in sets) / 3.0 for sets in (quiet, shaken)]
    effect = vibrated["quotients"]["vibration_effect_percent"]["mean_velocity_mm_s"]
    assert (effect["value"], effect["why"]) == (pytest.approx(100.0 * (means[1] / means[0] - 1.0)), "")
    assert effect["chance_above"] == -effect["chance_below"] > 0.0
    assert effect["differs"] == (abs(effect["value"]) > effect["chance_above"])
    assert "vibrated" in vibrated["changes"]["mean_velocity_mm_s"]["why"]
    refused = station("compare", recorded / "on", recorded / "right", "--basic", "--json")
    assert refused.exit_code == 2
    assert "--two-sides gives their difference" in refused.stderr
    sides = ("compare", recorded / "on", recorded / "right", "--basic", "--two-sides")
    other = json.loads(station(*sides, "--json").stdout)
    assert other["same_day"] is True
    assert "conditions differ" in other["changes"]["mean_velocity_mm_s"]["why"]
    assert set(other["quotients"]) == {"side_difference_percent"}
    assert "own spread from try to try, 6 tries" in station(*sides).stdout


@pytest.mark.parametrize(("hz", "pp_mm"), [(8, 1.0), (14, 0.5)])
def test_sway_during_slow_vibration_is_not_the_plates(tmp_path, hz, pp_mm) -> None:
    """Below 18 Hz the plate's own movement passes the low-pass; its phase, by the tach, takes it out.

    What is left of the difference is the simulated person, who sways more the more the plate shakes.
    """
    asked = ["--leg", "left", "--seed", 3, "--hold-s", 10, "--trials", 1, "--frequency-hz", hz]
    figures = {}
    for name, size in (("on", pp_mm), ("off", 0)):
        more = ["--displacement-pp-mm", size, "--data", tmp_path / name, "--json"]
        ended = station("drill", "single-leg-vibration", *asked, *more)
        assert ended.exit_code == 0, ended.output
        (trial,) = json.loads(ended.stdout)["trials"]
        assert all(value is not None for value in trial["measures"].values())
        figures[name] = trial["measures"]["mean_velocity_mm_s"]
    assert figures["on"] == pytest.approx(figures["off"], rel=0.1)


def test_two_patients_are_compared_only_when_asked_for(recorded) -> None:
    both = (recorded / "off", recorded / "B2")
    ended = station("compare", *both, "--basic", "--json")
    assert ended.exit_code == 2
    assert "two patients (B2, P01)" in ended.stderr
    report = json.loads(station("compare", *both, "--basic", "--two-patients", "--json").stdout)
    assert {one["verdict"] for one in report["changes"].values()} == {"no verdict"}
    assert "two people" in report["changes"]["mean_velocity_mm_s"]["why"]


def test_metres_under_the_name_of_millimetres_get_no_verdict(project) -> None:
    """Once eleven figures said "real change -100 %", and nothing that anything was wrong."""
    metres = project.parent / "shared" / "cases" / "compare" / "metres"
    if not metres.is_dir():
        pytest.skip("the cases are absent: no folder ../shared/cases beside the project")
    before, after = (sorted(metres.glob(f"{word}*.csv.gz")) for word in ("ok", "m"))
    asked = ("--before", *before, "--after", *after, "--stance", "both", "--vision", "open", "--surface", "firm")
    ended = station("compare", *asked, "--age", 40, "--same-day", "--basic", "--json")
    assert ended.exit_code == 0, ended.output
    report = json.loads(ended.stdout)
    assert {one["verdict"] for one in report["changes"].values()} == {"not comparable"}
    assert len(report["after"]["warnings"]) == 3
    assert report["before"]["warnings"] == {}
    assert all("below 1 mm" in why[0] for why in report["after"]["warnings"].values())
    assert "below 1 mm" in station("compare", *asked, "--basic").stdout


def test_a_quotient_has_a_chance_and_a_range_of_its_own(bds, tmp_path) -> None:
    before, after = sitting(tmp_path / "a", bds, THREE), sitting(tmp_path / "b", bds, THREE, 1.5)
    asked = ("compare", before, after, "--rate", 100, *CONDITION, "--after-vision", "closed", "--basic")
    report = json.loads(station(*asked, "--age", 40, "--json").stdout)["quotients"]["romberg_quotient"]
    one = report["mean_velocity_mm_s"]
    assert one["differs"] is True
    assert one["chance_below"] < 1.0 < one["chance_above"] < 1.5
    assert one["usual"][0] < 1.0 < one["usual"][2] < 1.5
    assert one["people"] == 86
    assert "healthy people of this age" in " ".join(station(*asked, "--age", 40).stdout.split())
    assert (
        "usual"
        not in json.loads(station(*asked, "--json").stdout)["quotients"]["romberg_quotient"]["mean_velocity_mm_s"]
    )


@pytest.mark.parametrize("pipeline", ["raw", "quijoux-2021"])
def test_a_quotient_in_another_pipeline_has_no_norms(bds, tmp_path, pipeline) -> None:
    before, after = sitting(tmp_path / "a", bds, THREE), sitting(tmp_path / "b", bds, THREE, 1.5)
    asked = ("compare", before, after, "--rate", 100, *CONDITION, "--after-vision", "closed", "--pipeline", pipeline)
    report = json.loads(station(*asked, "--json").stdout)["quotients"]["romberg_quotient"]
    assert len(report) == 2
    assert all(one["differs"] is None and "pipeline station-1" in one["basis"] for one in report.values())
    assert station(*asked).exit_code == 0


def test_one_trial_named_three_times_is_no_three_trials(bds) -> None:
    one, other = bds / "BDS00013.csv.gz", bds / "BDS00049.csv.gz"
    ended = station("compare", "--before", one, one, one, "--after", other, other, other, "--rate", 100, "--json")
    assert ended.exit_code == 2
    assert f"{one}: it is named twice" in ended.stderr


def test_one_trial_copied_three_times_is_no_three_trials(bds, tmp_path) -> None:
    """Its spread would be none, and every difference a real change."""
    copies = sitting(tmp_path / "a", bds, [THREE[0]] * 3)
    ended = station("compare", copies, sitting(tmp_path / "b", bds, THREE), "--rate", 100, "--basic")
    assert ended.exit_code == 2
    assert "the same recording as" in ended.stderr


def test_a_trial_that_cannot_be_used_says_why(bds, tmp_path) -> None:
    head, *rows = gzip.decompress((bds / "BDS00013.csv.gz").read_bytes()).decode().splitlines()
    bad = tmp_path / "bad.csv"
    bad.write_text("\n".join([f"time_s,{head}", *(f"{10 * k},{row}" for k, row in enumerate(rows))]))
    files = [bds / f"{name}.csv.gz" for name in THREE]
    ended = station("compare", "--before", *files, "--after", bad, "--rate", 100, "--json")
    changes = json.loads(ended.stdout)["changes"]
    assert {one["verdict"] for one in changes.values()} == {"not comparable"}
    (why,) = {one["why"] for one in changes.values()}
    assert why.startswith(f"{bad}: the sampling rate is 0.1 Hz")


def test_the_figures_take_one_thread_and_no_library_of_the_records(bds) -> None:
    """Many small matrices: a pool of threads for each would only spin, in every process of a batch."""
    program = (
        "import atexit, os, sys; from station.cli import main; "
        "atexit.register(lambda: print(len(os.listdir('/proc/self/task')), 'threads', file=sys.stderr)); "
        "atexit.register(lambda: print('sqlalchemy' in sys.modules, file=sys.stderr)); "
        "main(sys.argv[1:])"
    )
    arguments = ["measures", str(bds / "BDS00013.csv.gz"), "--rate", "100"]
    bare = {name: value for name, value in os.environ.items() if name != "OPENBLAS_NUM_THREADS"}
    ended = subprocess.run([sys.executable, "-c", program, *arguments], env=bare, capture_output=True, text=True)
    assert (ended.returncode, ended.stderr) == (0, "False\n1 threads\n")
    assert "mean_velocity_mm_s" in ended.stdout
