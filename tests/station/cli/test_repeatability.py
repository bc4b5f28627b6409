"""`station repeatability`: a clinic's own bound between days, and that `station compare` uses it."""

import csv
import gzip
import json
import math
import statistics
from pathlib import Path

import pytest
from click.testing import CliRunner
from scipy.special import stdtrit

from station.cli import main
from station.measures.norms.between import read_rules

CONDITION = ("--stance", "both", "--vision", "closed", "--surface", "foam", "--rate", 100)
CLOSED_FOAM = ("BDS00022", "BDS00052", "BDS00142", "BDS00274", "BDS00442", "BDS00478")
NAME = "mean_velocity_mm_s"


def station(*arguments: object):
    return CliRunner().invoke(main, [str(one) for one in arguments])


def trial(bds, path, source, size):
    """Thirty seconds of a real trial with closed eyes on foam, made larger; `source` is which of them."""
    name, part = CLOSED_FOAM[source // 3 % len(CLOSED_FOAM)], source % 3
    with gzip.open(bds / f"{name}.csv.gz", "rt") as text:
        head, *rows = csv.reader(text)
    path.parent.mkdir(parents=True, exist_ok=True)
    lines = [",".join(f"{float(value) * size:.5f}" for value in row) for row in rows[1500 * part : 1500 * part + 3000]]
    path.write_text("\n".join([",".join(head), *lines]))


@pytest.fixture(scope="module")
def people(tmp_path_factory: pytest.TempPathFactory, bds: Path) -> Path:
    """Six people, two visits of three trials; each visit has a size of its own."""
    folder = tmp_path_factory.mktemp("people")
    for person in range(6):
        for visit in range(2):
            size = 1.0 + 0.1 * math.sin(5.0 * person + 3.0 * visit)
            for number in range(3):
                trial(bds, folder / f"P{person}" / f"{visit}" / f"{number}.csv", 3 * person + number, size)
    return folder


def test_the_factor_is_of_the_differences_of_two_visits(people, tmp_path) -> None:
    file = tmp_path / "own.toml"
    ended = station("repeatability", people, *CONDITION, "--basic", "--by", 'Clinic "North"', "--out", file, "--json")
    assert ended.exit_code == 0, ended.output
    found = json.loads(ended.stdout)
    assert (found["people"], found["trials"], found["few"]) == (6, 3, True)
    apart = []
    for person in range(6):
        means = []
        for visit in range(2):
            report = station("measures", people / f"P{person}" / f"{visit}", "--basic", "--rate", 100, "--json").stdout
            means.append(statistics.mean(one["measures"][NAME] for one in json.loads(report)))
        apart.append(math.log(means[1] / means[0]))
    factor = math.exp(stdtrit(6, 0.975) * math.sqrt(statistics.mean(one**2 for one in apart)))
    assert found["rules"][NAME]["factor"] == pytest.approx(factor)
    rules = read_rules(file)
    assert (rules.status, rules.signed_by) == ("proposed", "")
    (rule,) = (one for one in rules.rules if one.measure == NAME)
    assert (rule.vision, rule.surface, rule.least_trials, rule.people) == ("closed", "foam", 3, 6)
    assert rule.factor == pytest.approx(factor, abs=1e-4)
    assert rule.source.startswith('Clinic "North", ')
    assert "mean_velocity_mm_s" in station("repeatability", people, *CONDITION, "--basic").stdout
    again = station("repeatability", people, *CONDITION, "--basic", "--out", file)
    assert again.exit_code == 2
    assert "is there already" in again.stderr


def test_compare_uses_the_clinics_own(people, bds, tmp_path) -> None:
    file = tmp_path / "own.toml"
    assert station("repeatability", people, *CONDITION, "--basic", "--out", file).exit_code == 0
    for number in range(3):
        trial(bds, tmp_path / "later" / f"{number}.csv", number, 2.0)
    asked = ("compare", people / "P0" / "0", tmp_path / "later", *CONDITION, "--basic", "--other-day", "--json")
    plain = json.loads(station(*asked).stdout)["changes"][NAME]
    own = json.loads(station(*asked, "--repeatability", file).stdout)["changes"][NAME]
    assert plain["verdict"] == "no verdict"
    assert (own["verdict"], own["direction"], own["proposed"]) == ("real change", "worse", True)
    wrong = station(*asked, "--repeatability", tmp_path / "later" / "0.csv")
    assert wrong.exit_code == 2
    assert "no TOML" in wrong.stderr


@pytest.mark.parametrize(
    ("remove", "words"),
    [("P0/0/0.csv", "the first visit has 2 tries, the second 3"), ("P1/1", "needs two folders"), ("P2 P3", "too few")],
)
def test_what_cannot_be_used_is_refused(people, tmp_path, remove, words) -> None:
    import shutil

    shutil.copytree(people, tmp_path / "people")
    for one in remove.split():
        gone = tmp_path / "people" / one
        shutil.rmtree(gone) if gone.is_dir() else gone.unlink()
    ended = station("repeatability", tmp_path / "people", *CONDITION, "--basic")
    assert ended.exit_code == 2
    assert words in ended.stderr


def test_folder_or_sessions_must_be_given(tmp_path) -> None:
    assert station("repeatability").exit_code == 2
    assert station("repeatability", tmp_path, "--patient", "P1").exit_code == 2
    ended = station("repeatability", "--sessions", tmp_path, "--patient", "P1")
    assert ended.exit_code == 2
    assert "tries were held on 0 day(s)" in ended.stderr
