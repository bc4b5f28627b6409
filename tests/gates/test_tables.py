"""Tables of figures have no word but the catalogue's: of good files and of bad ones, in the pseudo-languages."""

from __future__ import annotations

import gzip
import math
import re
from pathlib import Path

import pytest
from click.testing import CliRunner

from station.cli import main
from station.texts.pseudo import LONG, PSEUDO
from tests.gates.test_texts import strays

NAMES = re.compile(r"\b[A-Za-z0-9]+(?:_[A-Za-z0-9]+)+\b|\b(?:one-leg|mm2?|cm2?|deg|s|N|Hz|g|nan)\b|PK?-?[A-Za-z]*\d+\b")
"""Names of figures, of tasks and units: the same in every language."""
PLACE = re.compile(r"\{[a-z_]+[^}]*\}")
RATE = ("--rate", "100")


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A trial, one of two cells' worth of force, and files of which nothing can be had, each in another way."""
    folder = tmp_path_factory.mktemp("tables")
    count = 6000
    sway = [(8 * math.sin(0.031 * i) + 3 * math.sin(0.7 * i), 5 * math.cos(0.023 * i)) for i in range(count)]
    rows = [f"{ml:.4f},{ap:.4f}" for ml, ap in sway]
    good = "\n".join(["cop_ml_mm,cop_ap_mm", *rows])
    (folder / "good.csv").write_text(good)
    for number in range(1, 7):
        shifted = [f"{ml * (1 + 0.1 * number):.4f},{ap:.4f}" for ml, ap in sway]
        (folder / f"t{number}.csv").write_text("\n".join(["cop_ml_mm,cop_ap_mm", *shifted]))
    columns = ("front_left_n", "front_right_n", "back_right_n", "back_left_n")
    loads = [",".join(f"{180 + 20 * math.sin(0.03 * i + at):.3f}" for at in range(4)) for i in range(count)]
    (folder / "cells.csv").write_text("\n".join([",".join(columns), *loads]))
    bad = {
        "short.csv": "\n".join(["cop_ml_mm,cop_ap_mm", *rows[:30]]),
        "still.csv": "\n".join(["cop_ml_mm,cop_ap_mm", *["1.0,2.0"] * 3000]),
        "words.csv": "cop_ml_mm,cop_ap_mm\n1.0,two\n",
        "columns.csv": "a,b\n1,2\n",
        "twice.csv": "cop_ml_mm,cop_ml_mm\n1,2\n",
        "long.csv": "cop_ml_mm,cop_ap_mm\n1,2,3\n",
        "few.csv": "cop_ml_mm,cop_ap_mm\n1\n",
        "empty.csv": "",
        "far.csv": "\n".join(["cop_ml_mm,cop_ap_mm", *(f"{i * 100.0},{i}" for i in range(3000))]),
        "times.csv": "time_s,cop_ml_mm,cop_ap_mm\n" + "\n".join(f"{3 - i * 0.01},{i},{i}" for i in range(300)),
        "gap.csv": "time_s,cop_ml_mm,cop_ap_mm\n"
        + "\n".join(f"{i * 0.01 + (5 if i > 900 else 0)},{rows[i]}" for i in range(2000)),
        "slow.csv": "time_s,cop_ml_mm,cop_ap_mm\n" + "\n".join(f"{i},{rows[i]}" for i in range(100)),
    }
    for name, text in bad.items():
        (folder / name).write_text(text)
    (folder / "noise.mcap").write_bytes(bytes(range(256)) * 20)
    (folder / "cut.csv.gz").write_bytes(gzip.compress(good.encode())[:500])
    return folder


ONE_BY_ONE = "good short still words columns twice long few empty far times gap slow".split()  # noqa: SIM905
TRIALS = ["--before", *(f"{{0}}/t{n}.csv" for n in (1, 2, 3)), "--after", *(f"{{0}}/t{n}.csv" for n in (4, 5, 6))]
BASIC = [*TRIALS, *RATE, "--basic"]
STOOD = ["--stance", "both", "--vision", "open", "--surface", "firm"]
LEAN = ["--height-cm", "170", "--cue-s", "2", "--direction-deg", "0"]
COMMANDS = [
    *(["measures", f"{{0}}/{name}.csv", *RATE, "--basic"] for name in ONE_BY_ONE),
    ["measures", "{0}/noise.mcap"],
    ["measures", "{0}/cut.csv.gz"],
    ["measures", "{0}/no-such.csv"],
    ["measures", "{0}", *RATE, "--basic"],
    ["measures", "{0}/good.csv", *RATE, "--basic", "--explain"],
    ["measures", "{0}/good.csv", *RATE, *STOOD, "--age", "30", "--foot", "-50", "50", "-110", "120"],
    ["measures", "{0}/good.csv", *RATE, "--pipeline", "quijoux-2021", "--explain"],
    ["measures", "{0}/cells.csv", *RATE, "--basic"],
    ["compare", *BASIC, "--explain"],
    ["compare", *BASIC, *STOOD, "--age", "30"],
    ["compare", *BASIC, *STOOD, "--after-vision", "closed"],
    ["compare", "{0}/t1.csv", "{0}/t2.csv", *RATE, "--basic"],
    ["compare", "--before", "{0}/t1.csv", "{0}/still.csv", "--after", "{0}/t2.csv", *RATE, "--basic"],
    ["task", "one-leg", "{0}/cells.csv", *RATE, "--weight-kg", "73", "--age", "30", "--explain"],
    ["task", "weight-bearing", "{0}/cells.csv", *RATE, "--stance-width-mm", "200"],
    ["task", "sit-to-stand", "{0}/cells.csv", *RATE, "--weight-kg", "73"],
    ["task", "push", "{0}/cells.csv", *RATE, "--weight-kg", "73"],
    ["task", "stabilisation", "{0}/cells.csv", *RATE],
    ["task", "stabilisation", "{0}/good.csv", *RATE],
    [
        "task",
        "limits-of-stability",
        "{0}/good.csv",
        *RATE,
        "--height-cm",
        "170",
        "--cue-s",
        "2",
        "--direction-deg",
        "0",
    ],
    ["task", "sit-to-stand", "{0}/good.csv", *RATE],
]


def _run(command: list[str], language: str, files: Path) -> str:
    """What the command says, without paths, names of figures and units."""
    given = [part.format(files) for part in command]
    done = CliRunner().invoke(main, ["--language", language, *given], env={"COLUMNS": "4000"})
    assert done.exception is None or isinstance(done.exception, SystemExit), done.exception
    assert done.output
    return NAMES.sub(" 0 ", done.output.replace(str(files), "").replace("\u202c", "").replace("\u202e", ""))


CASES = [(command, language) for command in COMMANDS for language in PSEUDO if language == LONG or command[1] != "{0}"]
"""The whole folder in one language: it starts processes."""


@pytest.mark.parametrize(
    ("command", "language"), CASES, ids=[f"{' '.join(c).replace('{0}/', '')[:60]} {one}" for c, one in CASES]
)
def test_a_table_has_no_word_but_the_catalogues(command: list[str], language: str, files: Path) -> None:
    said = _run(command, language, files)
    assert strays(said) == []
    assert PLACE.findall(said) == []


def test_a_german_table_has_decimal_commas(files: Path) -> None:
    said = _run(["measures", "{0}/good.csv", *RATE, "--basic"], "de", files)
    assert re.search(r"\d,\d", said)
    assert re.findall(r"\d\.\d", said.partition("\n")[2]) == []
