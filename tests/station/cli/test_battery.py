"""`station battery`: four conditions, their scores, and what is refused."""

import csv
import json

import pytest
from click.testing import CliRunner

from station.cli import main
from station.measures.norms import quotient_norms

FOUR = {"open-firm": "BDS00013", "closed-firm": "BDS00016", "open-foam": "BDS00019", "closed-foam": "BDS00022"}
NAME = "mean_velocity_mm_s"


def station(*arguments: object):
    return CliRunner().invoke(main, [str(one) for one in arguments])


def four(bds, without=()):
    """The options of one person's four trials."""
    with (bds / "reference_duarte.csv").open(newline="") as text:
        stood = {row["trial"]: f"{row['vision']}-{row['surface']}".lower() for row in csv.DictReader(text)}
    assert {word: stood[trial] for word, trial in FOUR.items()} == {word: word for word in FOUR}
    chosen = [(word, trial) for word, trial in FOUR.items() if word not in without]
    return [part for word, trial in chosen for part in (f"--{word}", bds / f"{trial}.csv.gz")]


def test_composite_and_ratios_of_real_trials(bds) -> None:
    report = json.loads(station("battery", *four(bds), "--rate", 100, "--age", 28, "--json").stdout)
    means = {word: one["means"][NAME] for word, one in report["conditions"].items()}
    scores = report["scores"][NAME]
    assert scores["mctsib_composite"]["value"] == pytest.approx(sum(means.values()) / 4.0)
    for key, word in (("vision", "closed-firm"), ("somatosensory", "open-foam"), ("vestibular", "closed-foam")):
        one = scores[f"mctsib_{key}"]
        assert one["value"] == pytest.approx(means[word] / means["open-firm"])
        norm = quotient_norms.table()[f"mctsib_{key}", "", NAME, 60, "young"]
        assert one["usual"] == list(norm.points)
        assert one["chance_above"] == pytest.approx(quotient_norms.differs_from(norm, (1, 1)))
        assert one["differs"] == (one["value"] > one["chance_above"])
    assert scores["mctsib_composite"]["differs"] is None
    assert report["conditions"]["open-firm"]["norms"][NAME]["word"] == "below the 5th"
    shown = station("battery", *four(bds), "--rate", 100, "--age", 28).stdout
    assert "mctsib_vestibular  5.093" in shown
    assert "single tries of 87 people" in shown


def test_a_condition_that_lacks_is_said(bds) -> None:
    report = json.loads(station("battery", *four(bds, ["open-foam"]), "--rate", 100, "--json").stdout)
    scores = report["scores"][NAME]
    assert scores["mctsib_composite"]["why"] == "open-foam: there is no try"
    assert scores["mctsib_vision"]["value"] > 1.0
    assert "usual" not in scores["mctsib_vision"]  # of which age, nobody said
    shown = station("battery", *four(bds, ["open-foam"]), "--rate", 100).stdout
    assert "mctsib_composite  none: open-foam: there is no try" in shown


def test_what_is_not_stated_and_one_leg_are_refused(bds) -> None:
    file = bds / "BDS00013.csv.gz"
    for stated in ((), ("--stance", "left", "--vision", "open", "--surface", "firm")):
        ended = station("battery", file, "--rate", 100, *stated)
        assert ended.exit_code == 2
        assert "a battery is stood on both" in ended.stderr
    assert station("battery").exit_code == 2


@pytest.mark.parametrize("pipeline", ["raw", "quijoux-2021"])
def test_another_pipeline_has_scores_and_no_norms(bds, pipeline) -> None:
    asked = (*four(bds), "--rate", 100, "--pipeline", pipeline, "--age", 28)
    report = json.loads(station("battery", *asked, "--json").stdout)
    for scores in report["scores"].values():
        assert scores["mctsib_composite"]["value"] > 0.0
        assert scores["mctsib_vision"]["differs"] is None
        assert "pipeline station-1" in scores["mctsib_vision"]["basis"]
    assert station("battery", *asked).exit_code == 0


def test_one_trial_is_not_two_conditions(bds) -> None:
    file = bds / "BDS00013.csv.gz"
    ended = station("battery", "--open-firm", file, "--closed-firm", file, "--rate", 100)
    assert ended.exit_code == 2
    assert "named twice" in ended.stderr


def test_one_trial_under_two_names_is_not_two_conditions(bds, tmp_path) -> None:
    copied = tmp_path / "copied.csv.gz"
    copied.write_bytes((bds / "BDS00265.csv.gz").read_bytes())
    ended = station("battery", "--open-firm", bds / "BDS00265.csv.gz", "--closed-firm", copied, "--rate", 100)
    assert ended.exit_code == 2
    assert "it is the same recording as" in ended.stderr


def test_trials_of_two_lengths_have_no_common_norm(bds, tmp_path) -> None:
    import gzip

    lines = gzip.decompress((bds / "BDS00016.csv.gz").read_bytes()).decode().splitlines()
    (tmp_path / "short.csv").write_text("\n".join(lines[:3001]))
    both = ("--closed-firm", bds / "BDS00016.csv.gz", tmp_path / "short.csv")
    asked = (*both, *four(bds, ["closed-firm"]), "--rate", 100, "--age", 28, "--json")
    one = json.loads(station("battery", *asked).stdout)["scores"][NAME]["mctsib_vision"]
    assert one["differs"] is None
    assert "of one length" in one["basis"]


def test_scores_of_a_trial_in_doubt_have_no_verdict(bds, tmp_path) -> None:
    import gzip

    head, *rows = gzip.decompress((bds / "BDS00016.csv.gz").read_bytes()).decode().splitlines()
    small = [",".join(str(float(value) / 1000.0) for value in row.split(",")) for row in rows]
    (tmp_path / "small.csv").write_text("\n".join([head, *small]))
    asked = (*four(bds, ["closed-firm"]), "--closed-firm", tmp_path / "small.csv", "--rate", 100, "--json")
    report = json.loads(station("battery", *asked).stdout)
    one = report["scores"][NAME]["mctsib_vision"]
    assert one.get("differs") is None
    assert "try 1" in one["why"] or one["basis"].startswith("no verdict: ")
    assert report["conditions"]["closed-firm"]["warnings"]


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("chair-stands", 9, "--age", 72), ["women, 70 to 74 years: 10 to 15 times", "9 lies below it (women)"]),
        (("chair-stands", "--age", 40), ["60 to 94 years"]),
        (("calf-raises", 28, "--age", 45, "--sex", "men"), ["mean 28 times", "28 is the mean"]),
        (("five-stands", 12.7, "--age", 79), ["worse than average"]),
        (("weight-bearing", 45, "--age", 60), ["45 lies within it", "31 people"]),
        (("one-leg", "--age", 71), ["for 21 s with open eyes"]),
    ],
)
def test_functional_norms_and_no_percentile_where_there_is_none(arguments, words) -> None:
    shown = station("norm", *arguments).stdout
    assert all(word in shown for word in words), shown
    if arguments[0] != "chair-stands":
        assert "percentile" not in shown.replace("no percentile", "")


@pytest.mark.parametrize("name", ["chair-stands", "one-leg"])
def test_an_age_that_is_no_number_has_no_norm(name) -> None:
    assert station("norm", name, 9, "--age", "nan").exit_code == 0
    assert station("norm", name, 9, "--age", "nan").exception is None


def test_a_norm_of_what_is_no_number_is_refused() -> None:
    assert station("norm", "chair-stands", "nan", "--age", 72).exit_code == 2
    for name, value in (("weight-bearing", 100.5), ("chair-stands", 1e9), ("one-leg", 4000)):
        ended = station("norm", name, value, "--age", 72)
        assert ended.exit_code == 2
        assert "is not between 0" in ended.stderr
    assert station("norm", "weight-bearing", 100, "--age", 72).exit_code == 0
