"""The doctor makes no sentence: each finding is in the table, and all that it says comes from the catalogue."""

from __future__ import annotations

import ast
import re
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from click.testing import CliRunner

from station.cli import main
from station.cli.doctor import check_words
from station.commissioning.doctor.findings import FINDINGS
from station.commissioning.doctor.values import Check
from station.texts import AUTHORED, Texts
from station.texts.catalogue import catalogue
from station.texts.counting import Lacks
from station.texts.pseudo import LONG, PSEUDO
from station.texts.texts import PLACEHOLDER
from tests.gates.test_texts import strays
from tests.station.commissioning.doctor.roots import BOARDS, CHANGES, SYSTEMS, Change, Root

if TYPE_CHECKING:
    from tests.gates.conftest import Module

REMEDIES = {meaning.remedy for area in FINDINGS.values() for meaning in area.values() if meaning.remedy}


def made(modules: list[Module]) -> Iterator[tuple[str, str, set[str]]]:
    """Area, finding and the names of the values of every finding in the code."""
    for module in modules:
        if module.path.startswith(("station/commissioning/doctor/", "station/cli/texts_check")):
            for node in ast.walk(module.tree):
                if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "found":
                    area, finding = (ast.literal_eval(one) for one in node.args)
                    yield area, finding, {str(keyword.arg) for keyword in node.keywords}


def test_the_table_has_every_finding_and_no_other(modules: list[Module]) -> None:
    in_code = {(area, finding) for area, finding, _ in made(modules)}
    assert in_code == {(area, finding) for area, findings in FINDINGS.items() for finding in findings}


def test_the_words_name_only_what_the_finding_carries(modules: list[Module]) -> None:
    english = catalogue(AUTHORED).messages
    for area, finding, values in made(modules):
        check = Check(area, finding)
        keys = [check.seen, *([check.remedy] if check.remedy else [])]
        named = {found["name"] for key in keys for form in english[key] for found in PLACEHOLDER.finditer(form)}
        assert named <= values, (area, finding)
        assert {name for name in values if name != "rig"} <= named | {"n"}, (area, finding, "a value nobody says")


def test_what_is_to_be_done_stands_where_something_is() -> None:
    for area, findings in FINDINGS.items():
        for finding, meaning in findings.items():
            assert bool(meaning.remedy) is (meaning.state in ("warn", "fail")), (area, finding)


def test_the_catalogue_has_the_words_of_the_table_and_no_others() -> None:
    wanted = {f"doctor.{area}.name" for area in FINDINGS}
    wanted |= {Check(area, finding).seen for area, findings in FINDINGS.items() for finding in findings}
    wanted |= {f"doctor.to-do.{remedy}" for remedy in REMEDIES}
    assert {key for key in catalogue(AUTHORED).messages if key.startswith("doctor.")} == wanted


def roots(folder: Path) -> Iterator[Root]:
    """Every board on both systems, whole and with one thing wrong."""
    for system in SYSTEMS:
        for board in BOARDS:
            for number, change in enumerate((Change(lambda root: None), *CHANGES.values())):
                root = Root(folder / f"{system} {board} {number}", board, system)
                if change.rig in ("", root.rig):
                    change.spoil(root)
                    yield root


def without_values(said: str, value: object) -> str:
    """What was said without the data in it: of those nothing is a text."""
    if isinstance(value, str):
        return said.replace(value, "") if value else said
    for one in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
        said = without_values(said, one)
    return said


def test_over_every_root_nothing_is_said_that_no_catalogue_has() -> None:
    examined, lacks = 0, Lacks()
    spoken = {language: Texts(language, lacks=lacks) for language in (AUTHORED, "de", *PSEUDO)}
    with tempfile.TemporaryDirectory() as folder:
        for root in roots(Path(folder)):
            examined += 1
            for check in root.checks():
                in_english = " ".join(check_words(check, spoken[AUTHORED]))
                for language, texts in spoken.items():
                    words = check_words(check, texts)
                    assert not re.search(r"\{[a-z_]+\}", " ".join(words)), (language, check)
                    if language in PSEUDO:
                        said = re.sub(r"[\u202c\u202e]", "", without_values(" ".join(words), dict(check.values)))
                        assert strays(said) == [], (language, check)
                        assert said != in_english
    assert examined == 106
    assert lacks.seen() == ()


@pytest.mark.parametrize("rig", ["pi", "pi5", "simulated"])
def test_the_command_says_nothing_that_no_catalogue_has(rig: str, tmp_path: Path) -> None:
    done = CliRunner().invoke(main, ["--language", LONG, "doctor", "--rig", rig, "--data", str(tmp_path)])
    assert done.exit_code in (0, 3), done.exception
    said = [line for line in done.output.splitlines() if "šýšţém" not in line]  # which quotes the system's name
    assert len(said) > 10
    assert strays("\n".join(said)) == []
