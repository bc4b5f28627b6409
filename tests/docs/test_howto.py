"""Each page of docs/howto does what it says: done as it stands, in a copy of the project.

The pages say "New file `path`:", "At the end of `path`:", "At the end of `NAME` in `path`:" (a tuple) or "In `path`,
instead of:" ... "this:" before a block; blocks of `sh` are run, one command a line.
"""

import ast
import json
import os
import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

TESTS = ("tests/drills", "tests/hw", "tests/station", "tests/gates", "tests/web_ui", "tests/data")
COPIED = ("hw", "drills", "station", "web_ui", "docs", "drawings", *TESTS)
STEP = re.compile(r"(?P<before>[^\n]*(?:\n[^\n`#]+)*)\n\n```(?P<kind>\w+)\n(?P<block>.*?)```", re.DOTALL)


@pytest.fixture
def copy(project: Path, tmp_path: Path) -> Path:
    """The program with its documents and the tests that the pages name, in a folder of its own."""
    half_written = shutil.ignore_patterns("*.pyc.*")
    for name in COPIED:  # with what is compiled: only what a page changes is compiled again
        shutil.copytree(project / name, tmp_path / name, ignore=half_written)
    for name in ("pyproject.toml", "README.md", "Makefile", "tests/conftest.py", "tests/words.py"):
        shutil.copy(project / name, tmp_path / name)
    return tmp_path


def _end_of(file: Path, name: str) -> int:
    """Number of the line that closes the brackets of this name."""
    tree = ast.parse(file.read_text(encoding="utf-8"))
    for node in tree.body:
        named = node.targets[0] if isinstance(node, ast.Assign) else getattr(node, "target", None)
        if isinstance(named, ast.Name) and named.id == name and node.end_lineno is not None:
            return node.end_lineno - 1
    raise LookupError(f"{file}: no {name}")


def _write(copy: Path, before: str, block: str, old: str) -> str:
    """Do one step of a page with the block below it. Returns the block when another one must follow."""
    if found := re.search(r"[Nn]ew file `([^`]+)`:$", before):
        (copy / found[1]).parent.mkdir(parents=True, exist_ok=True)
        assert not (copy / found[1]).exists(), f"{found[1]} is there already"
        (copy / found[1]).write_text(block, encoding="utf-8")
    elif found := re.search(r"At the end of `([^`]+)`:$", before):
        file = copy / found[1]
        file.write_text(file.read_text(encoding="utf-8") + block, encoding="utf-8")
    elif found := re.search(r"At the end of `(\w+)` in `([^`]+)`:$", before):
        file = copy / found[2]
        lines = file.read_text(encoding="utf-8").splitlines(keepends=True)
        lines.insert(_end_of(file, found[1]), block)
        file.write_text("".join(lines), encoding="utf-8")
    elif found := re.search(r"In `([^`]+)`, instead of:$", before):
        text = (copy / found[1]).read_text(encoding="utf-8")
        assert text.count(block) == 1, f"{found[1]} does not have this once:\n{block}"
        return f"{found[1]}\n{block}"
    elif before.endswith("this:") and old:
        name, _, replaced = old.partition("\n")
        (copy / name).write_text((copy / name).read_text(encoding="utf-8").replace(replaced, block), encoding="utf-8")
    else:
        raise AssertionError(f"what is to be done with the block below {before!r}?")
    return ""


def _run(copy: Path, command: str) -> str:
    """The output of one command of a page, which must succeed."""
    words = shlex.split(command)
    program = {".venv/bin/station": ["-m", "station"], ".venv/bin/python": []}[words[0]]
    ran = subprocess.run(
        [sys.executable, *program, *words[1:]],
        cwd=copy,
        env={
            **os.environ,
            "PYTHONPATH": str(copy),
            "XDG_DATA_HOME": str(copy / "data"),
            "PYTEST_ADDOPTS": "-p no:cacheprovider -p no:xdist -p no:schemathesis",
        },
        capture_output=True,
        text=True,
        timeout=250,
        check=False,
    )
    assert ran.returncode == 0, f"{command}\n{ran.stdout}{ran.stderr}"
    return ran.stdout


def _done(copy: Path, page: str) -> list[str]:
    """Do all that the page says; the output of each command."""
    said, old = [], ""
    for step in STEP.finditer((copy / "docs" / "howto" / page).read_text(encoding="utf-8")):
        if step["kind"] == "sh":
            said += [_run(copy, command) for command in step["block"].splitlines()]
        else:
            old = _write(copy, " ".join(step["before"].split()), step["block"], old)
    assert said
    return said


def test_a_drill(copy: Path) -> None:
    listed, result, _ = _done(copy, "add-a-drill.md")
    assert "feet-together" in listed
    assert result.startswith("feet-together, both legs: completed")


def test_an_exercise(copy: Path) -> None:
    tried, result = _done(copy, "add-an-exercise.md")
    assert "1 passed" in tried
    assert result.startswith("keep-in-the-ring, both legs: completed")


def test_a_vibration_form(copy: Path) -> None:
    tried, result = _done(copy, "add-a-vibration-form.md")
    assert re.search(r"\d passed", tried)
    assert "vibration 25.0 of 25.0 Hz" in result


def test_a_measure(copy: Path) -> None:
    *_, figures = _done(copy, "add-a-measure.md")
    assert "mean_distance_mm" in figures
    assert json.loads(figures)


def test_a_rig(copy: Path) -> None:
    contract, result = _done(copy, "add-a-rig.md")
    assert re.search(r"\d passed", contract)
    assert "held" in result


def test_a_fault(copy: Path) -> None:
    made, message, _ = _done(copy, "add-a-fault.md")
    assert made == "docs/faults.md\n"
    assert message == (
        "plate-not-level front left: cell-carries force_n=3 whole_n=700 3\n"
        "The plate does not stand level. The cell carries 3 N of 700 N.\n"
        "Die Platte steht nicht eben. Die Zelle trägt 3 N von 700 N.\n"
    )


def test_a_table(copy: Path) -> None:
    notes, migrated = _done(copy, "add-a-table.md")
    assert "2 passed" in notes
    assert "3 passed" in migrated


@pytest.mark.browser
def test_a_feedback_kind(copy: Path) -> None:
    drawn, documented = _done(copy, "add-a-feedback-kind.md")
    assert re.search(r"\b2 passed", drawn)
    assert re.search(r"\d passed", documented)


def test_a_language(copy: Path) -> None:
    said, _ = _done(copy, "add-a-language.md")
    assert said == ("Italiano 0,5 True\ndeve essere tra 1,5 e 60\nLa riga ha 0 valori per 2 nomi.\nStopped. 1\n")


def test_every_page_has_its_test_and_its_line(project: Path) -> None:
    pages = {path.name for path in (project / "docs" / "howto").glob("*.md")} - {"README.md"}
    index = (project / "docs" / "howto" / "README.md").read_text(encoding="utf-8")
    assert pages == set(re.findall(r"^\| \[([a-z-]+\.md)\]", index, re.MULTILINE))
    named = ["drill", "measure", "rig", "fault", "table", "feedback-kind", "vibration-form", "language"]
    assert pages == {*(f"add-a-{name}.md" for name in named), "add-an-exercise.md"}
