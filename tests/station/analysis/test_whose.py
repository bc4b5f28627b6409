"""Whose a CSV file is and of which leg, by its own words: two of them are one comparison only where asked for."""

import gzip
import json
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
from click.testing import CliRunner

from station.analysis.comparing import _refuse_two_sides
from station.analysis.judging import front_of
from station.analysis.reading import AS_IT_IS, RecordingFile
from station.analysis.sittings import Sitting, files_of
from station.analysis.whose import Whose, taken_for_one, two_patients, two_weights, whose_of
from station.cli import main
from station.faults import InputError
from tests.words import said

THREE = "BDS00013", "BDS00049", "BDS00133"


@pytest.mark.parametrize(
    ("path", "head", "patient", "number", "side"),
    [
        ("a/trial1.csv", (), "", "", ""),
        ("a/sub-01_open.csv", (), "", "1", ""),
        ("a/Subject 012.csv", (), "", "12", ""),
        ("a/P07-left.csv", (), "", "7", "left"),
        ("a/p1.csv", (), "", "", ""),
        ("a/patient_20240131.csv", (), "", "", ""),
        ("a/patient 2024-1-31_sub-3.csv", (), "", "3", ""),
        ("a/sub_31.1.24.csv", (), "", "", ""),
        ("a/sub-310124.csv", (), "", "", ""),
        ("a/sub-240131.csv", (), "", "", ""),
        ("a/sub-31-01-2024.csv", (), "", "", ""),
        ("a/sub-990000.csv", (), "", "990000", ""),
        ("a/sub-12_03_04.csv", (), "", "12", ""),
        ("a/plate07.csv", (), "", "", ""),
        ("a/Left/3.csv", (), "", "", "left"),
        ("a/left/3_rechts.csv", (), "", "", "right"),
        ("a/left-and-right/3.csv", (), "", "", ""),
        ("a/EyesOpenLeft.csv", (), "", "", "left"),
        ("a/leftover.csv", (), "", "", ""),
        ("a/1.csv", ("Side: ,Left,,", "Subject:;Anna ;"), "anna", "", "left"),
        ("a/1_left.csv", ("# foot = R", "# Patient ID = 12"), "12", "", "right"),
        ("a/1.csv", ("Name\tTrial 1", "Last name\tMeier", "side\tother"), "meier", "", ""),
        ("a/1.csv", ("Patient: 4", "Patient: 5", "Seite: L", "Bein: R"), "4", "", "left"),
        ("a/1.csv", ("leg|li",), "", "", "left"),
        ("a/1.csv", ("limb;Re",), "", "", "right"),
        ("sub-03/1.csv", (), "", "3", ""),
        ("sub-03/sub-5.csv", (), "", "5", ""),
    ],
)
def test_what_a_file_says_of_itself(path, head, patient, number, side) -> None:
    assert whose_of(Path(path), head)[1:4] == (patient, number, side)


def test_two_people_by_words_or_by_weight() -> None:
    one, other, silent = (whose_of(Path(name), ()) for name in ("sub01_a.csv", "sub02_a.csv", "c.csv"))
    assert two_patients([one, silent, one]) is None
    assert "sub01 in sub01_a.csv and sub02 in sub02_a.csv" in said(two_patients([one, silent, other]))
    meier, braun = (whose_of(Path(f"{name}.csv"), (f"Patient,{name}",)) for name in ("Meier", "Braun"))
    assert two_patients([meier, meier]) is None
    assert two_patients([meier, silent, braun]) is not None
    assert two_weights(700.0, 804.9) is two_weights(804.9, 700.0) is two_weights(float("nan"), 700.0) is None
    assert "71.4 kg before and 82.2 kg after" in said(two_weights(700.0, 806.0))


def trial(folder, name, number, bds, head="", weight_n=0.0):
    """30 s of one of three real trials; from the fourth on a little larger."""
    folder.mkdir(parents=True, exist_ok=True)
    with gzip.open(bds / f"{THREE[number % 3]}.csv.gz", "rt") as text:
        rows = np.loadtxt(text, delimiter=",", skiprows=1)[:3000] * (1.0 + 0.01 * (number // 3))
    loads = weight_n * (1.0 + 0.002 * np.sin(0.03 * np.arange(len(rows)))) if weight_n else None
    lines = [
        f"{ap:.4f},{ml:.4f}" + ("" if loads is None else f",{load:.2f}")
        for (ap, ml), load in zip(rows, rows[:, 0] if loads is None else loads, strict=True)
    ]
    names = "cop_ap_cm,cop_ml_cm" + (",force_n" if weight_n else "")
    (folder / f"{name}.csv").write_text("\n".join([*([head] if head else []), names, *lines]))


def compared(folder, *options):
    asked = ["compare", str(folder / "a"), str(folder / "b"), "--rate", "100", "--basic", "--same-day", *options]
    return CliRunner().invoke(main, [*asked, "--vision", "open", "--surface", "firm", "--json"])


def verdicts(ended):
    return {one["verdict"] for one in json.loads(ended.stdout)["changes"].values()}


@pytest.mark.parametrize("by", ["name", "folder", "head"])
def test_two_legs_as_csv_files_are_refused_unless_asked_for(tmp_path, by, bds) -> None:
    for number, (folder, side) in enumerate((("a", "left"), ("b", "right"))):
        where = tmp_path / folder / side if by == "folder" else tmp_path / folder
        for seed in range(3):
            name = f"{seed}-{side}" if by == "name" else f"{seed}"
            trial(where, name, 3 * number + seed, bds, f"Side: ,{side.title()}" if by == "head" else "")
    ended = compared(tmp_path)
    assert ended.exit_code == 2
    assert "--two-sides gives their difference" in ended.stderr
    if by != "name":
        return
    assert compared(tmp_path, "--stance", "left").exit_code == 2, "one of them is not"
    assert verdicts(compared(tmp_path, "--stance", "both")) & {"real change", "no real change"}
    asked = compared(tmp_path, "--two-sides")
    assert "no verdict" in verdicts(asked)
    assert not verdicts(asked) & {"real change", "no real change"}
    assert "which leg is which" in asked.stdout
    told = compared(tmp_path, "--stance", "left", "--after-stance", "right")
    assert "side_difference_percent" in json.loads(told.stdout)["quotients"]


def test_two_patients_as_csv_files_are_refused_unless_asked_for(tmp_path, bds) -> None:
    for number, folder in enumerate("ab"):
        for seed in range(3):
            trial(tmp_path / folder, f"sub-0{number + 1}_{seed}", 3 * number + seed, bds)
    refused = compared(tmp_path).stderr
    assert "sub-01 in sub-01_0.csv and sub-02 in sub-02_0.csv look like the numbers of two people" in refused
    told = compared(tmp_path, "--one-patient")
    assert json.loads(told.stdout)["taken"][0] == "They are taken for one person's because you said so."
    assert verdicts(told) & {"real change", "no real change"}
    asked = compared(tmp_path, "--two-patients")
    assert not verdicts(asked) & {"real change", "no real change"}
    assert "two people" in asked.stdout


def test_two_weights_are_hardly_one_person(tmp_path, bds) -> None:
    for number, folder in enumerate("ab"):
        for seed in range(3):
            trial(tmp_path / folder, f"{seed}", 3 * number + seed, bds, weight_n=(600.0, 800.0)[number])
    assert "61.2 kg before and 81.6 kg after" in compared(tmp_path).stderr
    assert "no verdict" in verdicts(compared(tmp_path, "--two-patients"))
    assert verdicts(compared(tmp_path, "--one-patient")) & {"real change", "no real change"}


@pytest.mark.parametrize(
    ("codes", "heads", "names", "told", "legs_said", "notes"),
    [
        ("", ("", ""), ("1.csv", "2.csv"), False, True, ["whose-unsaid"]),
        ("", ("", ""), ("1.csv", "2.csv"), True, True, ["one-patient-told"]),
        ("", ("", ""), ("1.csv", "2.csv"), False, False, ["whose-unsaid", "legs-unsaid"]),
        ("", ("Subject,7", ""), ("1.csv", "2.csv"), False, True, ["whose-unsaid-of"]),
        ("", ("Subject,7", ""), ("1.csv", "sub-8.csv"), False, True, ["whose-unsaid-of"]),
        ("", ("Subject,7", "Subject,7"), ("1.csv", "2.csv"), False, True, []),
        ("", ("", ""), ("sub-7_a.csv", "sub-7_b.csv"), False, False, ["whose-by-name", "legs-unsaid"]),
        ("P7", ("", ""), ("1.csv", "2.csv"), False, True, ["whose-unsaid-of"]),
    ],
)
def test_what_is_taken_because_nothing_says_it(codes, heads, names, told, legs_said, notes) -> None:
    files = [whose_of(Path(name), (head,)) for name, head in zip(names, heads, strict=True)]
    if codes:
        files[0] = Whose("recording.mcap", code=codes)
    taken = taken_for_one(files, told=told, legs_said=legs_said)
    assert [one.reason for one in taken] == notes
    named = [one for one in taken if one.reason == "whose-unsaid-of"]
    assert all(f"Nothing says that {names[1]} (1 in all)" in said(one) for one in named)


def test_of_many_silent_files_three_are_named_with_their_number():
    files = [whose_of(Path(f"{name}.csv"), ("Subject,7",) if name == "e" else ()) for name in "abcde"]
    (taken,) = taken_for_one(files, told=False, legs_said=True)
    assert (taken.values["names"], taken.values["count"]) == (["a.csv", "b.csv", "c.csv"], 4)
    numbered = [whose_of(Path(name), ()) for name in ("P07/a.csv", "P08/a.csv")]
    assert "P07 in P07/a.csv and P08 in P08/a.csv" in said(two_patients(numbered))


def test_a_trial_written_anew_with_other_digits_is_no_second_one(tmp_path, bds) -> None:
    for folder in "ab":
        for seed in range(3):
            trial(tmp_path / folder, f"{seed}", seed, bds)
    again = tmp_path / "b" / "1.csv"
    again.write_text("\n".join(line if line[0] == "c" else f"{line}1" for line in again.read_text().splitlines()))
    (tmp_path / "b" / "0.csv").unlink()
    (tmp_path / "b" / "2.csv").rename(tmp_path / "b" / "notes.txt")
    (tmp_path / "b" / "readme.txt").write_text("Three trials, eyes open.")
    assert [one.name for one in files_of([tmp_path / "b"])] == ["1.csv", "notes.txt"]
    ended = CliRunner().invoke(main, ["battery", "--open-firm", *map(str, files_of([tmp_path])), "--rate", "100"])
    assert ended.exit_code == 2
    assert "b/1.csv" in ended.stderr


def test_two_people_in_a_folder_of_one_make_no_repeatability(tmp_path, bds) -> None:
    for person in range(5):
        for visit in "12":
            name = f"sub-0{visit}" if person == 3 else "trial"
            trial(tmp_path / f"p{person}" / visit, name, 3 * (2 * person + int(visit)) + person, bds)
    asked = ["repeatability", str(tmp_path), "--rate", "100", "--basic", "--json"]
    ended = CliRunner().invoke(main, asked)
    assert ended.exit_code == 2
    assert "two patients: sub-01.csv, sub-02.csv" in ended.stderr
    (tmp_path / "p3" / "2" / "sub-02.csv").rename(tmp_path / "p3" / "2" / "sub-01.csv")
    found = json.loads(CliRunner().invoke(main, asked).stdout)
    assert found["taken"] == [
        "Whose the files are is taken from the folders alone: each is taken for one person's.",
        "Nothing says on which legs these were stood: they are taken for the same.",
    ]
    (tmp_path / "p3" / "2" / "sub-01.csv").rename(tmp_path / "p3" / "2" / "right.csv")
    (tmp_path / "p2" / "2" / "trial.csv").rename(tmp_path / "p2" / "2" / "left.csv")
    assert "conditions" in CliRunner().invoke(main, asked).stderr


def test_files_that_say_nothing_are_taken_for_one_persons_and_that_is_said(tmp_path, bds) -> None:
    for number, folder in enumerate("ab"):
        for seed in range(3):
            trial(tmp_path / folder, f"{seed}", 3 * number + seed, bds)
    taken = ["Nothing says whose these files are: they are taken for one person's."]
    ended = compared(tmp_path)
    assert json.loads(ended.stdout)["taken"] == [
        *taken,
        "Nothing says on which legs these were stood: they are taken for the same.",
    ]
    both = ["--open-firm", str(tmp_path / "a"), "--closed-firm", str(tmp_path / "b"), "--rate", "100"]
    battery = CliRunner().invoke(main, ["battery", *both, "--json"])
    assert json.loads(battery.stdout)["taken"] == taken
    assert taken[0] in " ".join(CliRunner().invoke(main, ["battery", *both]).stdout.split())


def test_a_battery_of_two_patients_as_csv_files_is_refused(tmp_path, bds) -> None:
    for number, folder in enumerate("ab"):
        trial(tmp_path / folder, f"sub-0{number + 1}", number, bds)
    asked = ["--open-firm", str(tmp_path / "a"), "--closed-firm", str(tmp_path / "b")]
    ended = CliRunner().invoke(main, ["battery", *asked, "--rate", "100"])
    assert ended.exit_code == 2
    assert "sub-01.csv and sub-02.csv are of two people; --one-patient" in ended.stderr
    told = CliRunner().invoke(main, ["battery", *asked, "--rate", "100", "--one-patient"])
    assert "because you said so" in told.stdout


def in_front(leg, feet="tandem", legs="named"):
    document = {"stance": {"kind": "two-legs", "feet": feet}, "trials": {"legs": legs}}
    recording = SimpleNamespace(header={"document": document, "leg": leg})
    return RecordingFile(recording, AS_IT_IS, None)


def test_the_foot_that_was_in_front_is_compared_only_with_its_like():
    assert front_of(in_front("left")) == "left"
    assert front_of(in_front("right", "semi-tandem")) == "right"
    assert front_of(in_front("left", "apart")) == "", "a foot that presses is in front of nothing"
    assert front_of(in_front("both", legs=None)) == "", "recorded before anybody was asked"
    one, other, unsaid = (
        Sitting([], [], [], frozenset(), frozenset(), (), frozenset(of)) for of in (["left"], ["right"], [])
    )
    for pair in ((one, one), (one, unsaid), (unsaid, other)):
        _refuse_two_sides(*pair)
    with pytest.raises(InputError) as caught:
        _refuse_two_sides(one, other)
    assert caught.value.problems[0].reason == "two-sides"
