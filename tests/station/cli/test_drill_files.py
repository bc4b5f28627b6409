"""`station drill FILE.toml`: a document of one's own, of either version, and every way in which one can be wrong."""

import json
from importlib.resources import files
from pathlib import Path

import pytest
import tomli_w
from click.testing import CliRunner, Result

from station.cli import main
from station.recording.reader import read_recording

SHIPPED = (files("drills") / "catalogue" / "quiet-stance.toml").read_text(encoding="utf-8")
FIRST = {
    "schema": 1,
    "name": "own-stance",
    "title": "Own stance",
    "summary": "Stand still.",
    "stance": "any",
    "surface": "firm",
    "eyes": "open",
    "trials": {"default": 1, "min": 1, "max": 1},
    "hold": {"mode": "until-step-off", "default_s": 30.0, "min_s": 5.0, "max_s": 120.0, "limit_s": 600.0},
    "phases": dict.fromkeys(("settle_s", "baseline_s", "ramp_up_s", "ramp_down_s", "rest_s"), 0.0)
    | {"get_on_limit_s": 60.0},
    "vibration": {"kind": "none"},
    "thresholds": {
        "get_on": {"force_n": 150.0, "for_s": 0.02},
        "step_off": {"force_fraction": 0.2, "for_s": 0.02},
    },
    "success": {"share_of_trials": 1.0},
}
SHORT = ("--leg", "both", "--hold-s", "5", "--seed", "3")


def station(*arguments: object) -> Result:
    return CliRunner().invoke(main, [str(one) for one in arguments])


def test_a_document_of_ones_own_runs_as_the_shipped_one_does(tmp_path: Path) -> None:
    own = tmp_path / "own.toml"
    own.write_text(SHIPPED, encoding="utf-8")
    ended = station("drill", own, *SHORT, "--json", "--data", tmp_path)
    assert (ended.exit_code, ended.stderr) == (0, "")
    shipped = station("drill", "quiet-stance", *SHORT, "--json", "--data", tmp_path)
    assert json.loads(ended.stdout) == json.loads(shipped.stdout)


@pytest.mark.parametrize(
    ("language", "note"),
    [
        ("en", "is of version 1. It was read as one of version 2; the file was not changed.  [schema-converted]"),
        ("de", "ist von Version 1. Es wurde als eines von Version 2 gelesen"),
    ],
)
def test_one_of_the_first_version_runs_with_a_note_in_the_readers_language(tmp_path: Path, language, note) -> None:
    own = tmp_path / "own.toml"
    own.write_text(tomli_w.dumps(FIRST), encoding="utf-8")
    ended = station("--language", language, "drill", own, *SHORT, "--json", "--data", tmp_path)
    assert ended.exit_code == 0, ended.stderr
    assert ended.stderr.startswith(f"station: {own}: ")
    assert note in ended.stderr
    header = read_recording(Path(json.loads(ended.stdout)["recording"])).header
    assert (header["drill"], header["document"]["schema"]) == ("own-stance", 2)
    assert own.read_text(encoding="utf-8") == tomli_w.dumps(FIRST)


WRONG = {
    "a bound": (
        SHIPPED.replace("limit_s = 60.0", "limit_s = 900.0", 1),
        "steps.get-on.limit_s = 900: must be at most 600",
    ),
    "a word": (SHIPPED.replace('"firm"', '"frim"'), 'surface = "frim": must be firm or foam'),
    "a date": (SHIPPED.replace("limit_s = 60.0", "limit_s = 2026-01-01", 1), "steps.get-on.limit_s = 2026-01-01"),
    "no TOML": ("schema = ", "this is not TOML"),
    "brackets without end": ("a = " + "[" * 100_000, "this is not TOML"),
    "a number without end": ("a = " + "1" * 5000, "this is not TOML"),
    "nothing": ("", "schema: this key is missing"),
    "a later version": (SHIPPED.replace("schema = 2", "schema = 3"), "schema = 3"),
    "the first version's key": (tomli_w.dumps({**FIRST, "stance": "sitting"}), 'stance = "sitting"'),
    "another file": ("# " + "x" * 1_000_001, "longer than 1000000 bytes"),
    "bytes": ("\udcff", "It is no UTF-8 text (byte 1 of line 1): save it as UTF-8."),
}


@pytest.mark.parametrize("case", WRONG)
def test_a_damaged_document_is_refused_with_file_key_and_bound(tmp_path: Path, case: str) -> None:
    text, words = WRONG[case]
    own = tmp_path / "own.toml"
    own.write_bytes(text.encode("utf-8", "surrogateescape"))
    ended = station("drill", own, *SHORT, "--json", "--data", tmp_path)
    assert ended.exit_code == 2
    assert str(own) in ended.stderr
    assert words in ended.stderr
    assert "[drill-invalid]" in ended.stderr
    assert json.loads(ended.stdout)["error"]["code"] == "drill-invalid"
    assert list(tmp_path.iterdir()) == [own]


def test_a_path_without_a_file_is_said(tmp_path: Path) -> None:
    for path in (tmp_path / "none.toml", tmp_path):
        ended = station("drill", f"{path}/x.toml" if path is tmp_path else path, *SHORT, "--data", tmp_path)
        assert ended.exit_code == 2
        assert "No such file" in ended.stderr


@pytest.mark.parametrize(("line", "byte"), [(1, 4), (3, 9)])
def test_a_file_that_is_no_utf_8_text_is_refused_with_the_place(tmp_path: Path, line: int, byte: int) -> None:
    own = tmp_path / "own.toml"
    own.write_bytes(b"\n" * (line - 1) + b"#" * (byte - 1) + "é".encode("latin-1") + b"\n" + SHIPPED.encode())
    ended = station("drill", own, *SHORT)
    assert ended.exit_code == 2
    assert f"It is no UTF-8 text (byte {byte} of line {line}): save it as UTF-8." in ended.stderr
