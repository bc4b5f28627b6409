"""`station accept` at a terminal: leads through, can be left, refuses bad answers, keeps a sheet, prints it."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from station.cli import main
from station.commissioning.accepting import kept
from station.commissioning.accepting.parts import CELLS, PARTS
from station.commissioning.accepting.sheet import sheet_of
from station.faults import InputError

SWING = ["", "10", "6", "600", "900", "80"]
CELL_KEYS = ["", "", "20", "", "", "", "", "", *SWING, *SWING]
STOPS = ["", "", "150", "", "", "", "", "", "", "40"]
ROOM = ["62", "-1,5", "yes", "yes", "y", "yes", "yes", "Ing. Roe", "E-12", "Dr. Doe", "C-9"]


def accept(data: Path, *arguments: object, keys: list[str] | None = None, language: str = "en"):
    given = ["--language", language, "accept", "--rig", "simulated", "--seed", "7", "--data", data, *arguments]
    return CliRunner().invoke(main, [str(one) for one in given], input="".join(f"{key}\n" for key in keys or []))


@pytest.fixture(scope="module")
def accepted(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict]:
    """Left after two parts, gone on with by somebody else, and kept."""
    data = tmp_path_factory.mktemp("data")
    left = accept(data, "--by", "Ana", keys=["", "", "20", "q"])
    assert left.exit_code == 0, left.output
    assert "Part 3 of 27" in left.stderr
    ended = accept(data, "--by", "Bea", "--json", keys=[*CELL_KEYS[3:], *STOPS, *ROOM, "k"])
    assert ended.exit_code == 0, ended.output
    return data, json.loads(ended.stdout)


def test_every_part_passes_and_the_sheet_says_by_whom(accepted) -> None:
    data, document = accepted
    assert document["verdict"] == "accepted"
    assert [part["name"] for part in document["parts"]] == [part.name for part in PARTS]
    assert {part["by"] for part in document["parts"][:2]} == {"Ana"}
    assert {part["by"] for part in document["parts"][2:]} == {"Bea"}
    assert document["by"] == "Bea"
    (path,) = kept.history(data)
    assert path.stat().st_mode & 0o222 == 0
    assert not list((data / "acceptance").glob("unfinished*"))


def test_it_stands_in_the_audit_log_with_its_hash(accepted) -> None:
    data, _ = accepted
    told = json.loads(CliRunner().invoke(main, ["audit", "--data", str(data), "--json"]).stdout)
    (line,) = [line for line in told["lines"] if line["what"] == "acceptance"]
    assert (line["who"], line["detail"]["verdict"]) == ("Bea", "accepted")
    assert line["detail"]["sheet"] == kept.history(data)[0].name
    assert len(line["detail"]["sha256"]) == 64


def test_the_sheet_is_printed_as_words_and_as_pdf(accepted, tmp_path) -> None:
    data, _ = accepted
    words = accept(data, "--sheet").stdout
    for told in ("SIMULATED", "accepted", "dead weight in the middle", "at most 1, proposed", "E-12", "Ana, ", "4.5"):
        assert told in words
    german = accept(data, "--sheet", language="de").stdout
    assert "abgenommen" in german
    assert "höchstens 4,5, veröffentlicht" in german
    made = accept(data, "--out", tmp_path / "sheet.pdf")
    assert made.exit_code == 0, made.output
    assert (tmp_path / "sheet.pdf").read_bytes().startswith(b"%PDF-1.7")
    nowhere = accept(data, "--out", tmp_path / "no" / "sheet.pdf")
    assert nowhere.exit_code == 4


def test_the_list_and_a_sheet_by_its_number(accepted) -> None:
    data, document = accepted
    (row,) = json.loads(accept(data, "--history", "--json").stdout)
    number = row["name"].rpartition("-")[2]
    assert (row["by"], row["verdict"]) == ("Bea", "accepted")
    assert json.loads(accept(data, "--sheet", "--name", number, "--json").stdout) == document
    unknown = accept(data, "--sheet", "--name", "nonsense", "--json")
    assert json.loads(unknown.stdout)["error"]["code"] == "acceptance-unknown"


def test_a_sheet_that_was_changed_is_refused(accepted, tmp_path) -> None:
    data, _ = accepted
    (path,) = kept.history(data)
    folder = tmp_path / "acceptance"
    folder.mkdir()
    for text in (path.read_text().replace('"accepted"', '"refused"'), "[]", path.read_text()[:-40]):
        (folder / path.name).unlink(missing_ok=True)
        (folder / path.name).write_text(text)
        refused = accept(tmp_path, "--sheet", "--json")
        assert json.loads(refused.stdout)["error"]["code"] == "acceptance-invalid"
    with pytest.raises(InputError, match="acceptance-invalid"):
        sheet_of({"format": 1, "parts": [{"name": "no-such"}]}, "here")


def test_bad_answers_are_refused_clearly_and_asked_again(tmp_path) -> None:
    keys = ["", "Ana", "u", "x", "no", "x", "no scales here yet", "", "heavy", "0,5", "1e9", "nan", "q"]
    said = accept(tmp_path, keys=keys)
    assert said.exit_code == 0, said.output
    assert "Enter goes on; b, r and a number, x or q are the keys" in said.stderr
    assert "say why, in 5 letters or more" in said.stderr
    assert "“heavy” is no number from 5 to 60" in said.stderr
    assert "0.5 is not from 5 to 60" in said.stderr
    assert said.stderr.count("weight in kg") == 5
    status = json.loads(accept(tmp_path, "--status", "--json").stdout)
    assert status["unfinished"] == {"done": 1, "parts": 27, "verdict": "open"}
    assert "1 of 27" in accept(tmp_path, "--status").stdout


def test_parts_left_out_leave_it_open_and_a_no_refuses_it(tmp_path) -> None:
    left_out = [key for _ in PARTS for key in ("x", "nobody is here")]
    kept_open = accept(tmp_path, "--by", "Ana", "--json", keys=[*left_out, "?", "r 21", "no", "k"])
    assert kept_open.exit_code == 0, kept_open.output
    document = json.loads(kept_open.stdout)
    assert document["verdict"] == "refused"
    assert [part["passed"] for part in document["parts"]].count(False) == 1
    assert "NOT accepted" in accept(tmp_path, "--history").stdout
    words = accept(tmp_path, "--sheet").stdout
    assert words.count("left out: nobody is here") == 26
    assert "FAILED" in words


def test_another_plate_a_recording_and_a_forgotten_one(tmp_path) -> None:
    accept(tmp_path, "--by", "Ana", keys=["x", "not now, later"])
    other = accept(tmp_path, "--seed", 8, "--json")
    assert json.loads(other.stdout)["error"]["code"] == "acceptance-refused"
    replay = CliRunner().invoke(main, ["accept", "--rig", "replay", "--data", str(tmp_path), "--json"])
    assert json.loads(replay.stdout)["error"]["code"] == "acceptance-refused"
    assert json.loads(accept(tmp_path, "--abort", "--json").stdout) == {"aborted": True}
    assert json.loads(accept(tmp_path, "--status", "--json").stdout)["unfinished"] is None


def test_another_calibration_has_the_weights_done_again(tmp_path) -> None:
    accept(tmp_path, "--by", "Ana \x1b[31m", keys=["", *["x", "not today, later"] * (len(PARTS) - 1)])
    sheet = kept.load(tmp_path, "simulated")
    assert sheet is not None
    assert {one.by for one in sheet.results.values()} == {"Ana [31m"}
    assert sheet.recalibrated("") is False
    assert sheet.recalibrated("20260101-abc")
    assert sheet.next is not None
    assert sheet.next.name == "empty"
    assert len(sheet.results) == sum(part.group != CELLS for part in PARTS)


def test_it_is_refused_while_the_station_runs(tmp_path) -> None:
    from station.claim import claim
    from station.settings import load_settings, runtime_folder

    settings = load_settings(None)
    settings = settings.model_copy(update={"station": settings.station.model_copy(update={"data": tmp_path})})
    with claim(runtime_folder(settings)):
        assert accept(tmp_path).exit_code == 5
