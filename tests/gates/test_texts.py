"""No sentence is made outside the catalogue: not in the code, and not in what a command or a fault says."""

from __future__ import annotations

import ast
import errno
import os
import re
from collections.abc import Iterable
from typing import TYPE_CHECKING

import pytest
from click.testing import CliRunner

from drawings.languages import written
from station.cli import main
from station.faults import CATALOGUE
from station.texts import Texts
from station.texts.counting import Lacks
from station.texts.faults import fault_words
from station.texts.pseudo import LONG, PSEUDO

if TYPE_CHECKING:
    from tests.gates.conftest import Module

WORDED_ALREADY = re.compile(r"`[^`]*`|\b(?:main|station) [a-z]+|'[^']*'|--[a-z-]+|\S*[/_.=<>|@]\S*|\[default[^]]*\]")
PLAIN = re.compile(r"(?<![\w-])[a-z]*[acdeghijklnorstuwyz][a-z]+ [a-z]*[acdeghijklnorstuwyz][a-z]+(?![\w-])")
"""Two words one after the other as they are in English: the pseudo-language would have accented them."""


QUOTED = re.compile(r"\s+".join(os.strerror(errno.ENOENT).split()))
"""What the operating system says is quoted as it is."""


def strays(said: str) -> list[str]:
    """What in this output of a pseudo-language is still English."""
    return PLAIN.findall(WORDED_ALREADY.sub("", QUOTED.sub("", said)))


COMMANDS = [[], *([name] for name in sorted(main.commands))]


@pytest.mark.parametrize("command", COMMANDS, ids=lambda command: " ".join(command) or "station")
def test_the_help_of_every_command_comes_from_the_catalogue(command: list[str]) -> None:
    done = CliRunner().invoke(main, ["--language", LONG, *command, "--help"])
    assert done.exit_code == 0
    assert strays(done.output) == []
    assert "{" not in done.output


WRONG = [
    ["nosuch"],
    ["run", "--nosuch"],
    ["run", "--port", "0"],
    ["run", "--port", "x"],
    ["run", "--host", "0.0.0.0"],
    ["drill", "nosuch"],
    ["drill", "{none}.toml"],
    ["drill", "quiet-stance", "--leg", "third"],
    ["drill", "quiet-stance", "--leg", "left", "--hold-s", "900"],
    ["drill", "single-leg-vibration"],
    ["drill", "quiet-stance", "--leg", "left", "--patient", "a b"],
    ["drill", "quiet-stance", "--leg", "left", "--fault", "estop"],
    ["drill", "quiet-stance", "--leg", "left", "--pipeline", "none"],
    ["drill", "quiet-stance", "--leg", "left", "--rig", "replay"],
    ["drill", "quiet-stance", "--leg", "left", "--rig", "simulatd"],
    ["measures"],
    ["measures", "{none}"],
    ["measures", "{none}", "--cells-ml", "300"],
    ["measures", "{none}", "--foot", "1", "0", "0", "1"],
    ["task", "one-leg", "{none}"],
    ["task", "one-leg", "{none}", "--weight-kg", "9000"],
    ["compare"],
    ["config", "--settings", "{none}"],
    ["config", "--settings", "{bad}"],
    ["calibrate", "--mass", "1", "--rig", "simulated"],
    ["calibrate", "--use", "none"],
    ["calibrate", "--history"],
    ["calibrate", "--status"],
    ["selftest", "--rig", "replay", "--yes"],
]
"""What a person may get wrong without hardware."""


@pytest.mark.parametrize("language", PSEUDO)
@pytest.mark.parametrize("given", WRONG, ids=" ".join)
def test_what_is_wrong_is_said_from_the_catalogue(given: list[str], language: str, tmp_path) -> None:
    bad = tmp_path / "bad.toml"
    bad.write_text("[web]\nprot = 1\nport = 'x'\n[control]\npriority = 91\n")
    arguments = [part.format(none=tmp_path / "none", bad=bad) for part in given]
    data = ["--data", str(tmp_path / "data")] if given[0] in ("calibrate", "drill", "selftest") else []
    done = CliRunner().invoke(main, ["--language", language, *arguments, *data])
    assert done.exit_code in (0, 1, 2, 4), done.exception
    assert done.output
    assert strays(re.sub(r"[\u202c\u202e]", "", done.output)) == []
    assert not re.search(r"\{[a-z_]+\}", done.output)


@pytest.mark.parametrize("language", [*written(), *PSEUDO])
def test_every_fault_has_all_its_words_in_every_language(language: str) -> None:
    lacks = Lacks()
    texts = Texts(language, lacks=lacks)
    assert [code for code in CATALOGUE if not all(fault_words(texts, code))] == []
    assert lacks.seen() == ()
    if language == LONG:
        assert [code for code in CATALOGUE if strays(" ".join(fault_words(texts, code)))] == []


def test_a_stray_is_seen() -> None:
    assert strays("[Ŵåîţ ~~] then press it") == ["then press"]
    assert strays("[Ŵåîţ `station doctor` ~~] --no-such-option") == []


# --- sentences in the code ---

SENTENCE = re.compile(r"[A-Za-z][a-z']+,? [a-z][a-z']+")
NOT_FOR_PEOPLE = ("log", "_LOG", "logging")


def _docstrings(tree: ast.AST) -> set[int]:
    return {
        id(node.value)
        for node in ast.walk(tree)
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant) and isinstance(node.value.value, str)
    }


def _excused(tree: ast.AST) -> set[int]:
    """Strings that are not the station's words: logs, errors of the program itself, descriptions of settings."""
    excused: set[int] = set()
    for node in ast.walk(tree):
        inside: list[ast.AST] = []
        if isinstance(node, ast.Call):
            name = ast.unparse(node.func)
            if name.split(".")[0] in NOT_FOR_PEOPLE or name in ("Field", "text", "re.compile"):
                inside = [*node.args, *(keyword.value for keyword in node.keywords)]
        if isinstance(node, ast.Raise | ast.Assert):
            raised = ast.unparse(node).split("(")[0].split()[-1]
            if isinstance(node, ast.Assert) or raised in ("ValueError", "TypeError", "AttributeError", "RuntimeError"):
                inside = [node]
        excused |= {id(part) for one in inside for part in ast.walk(one)}
    return excused


def sentences(tree: ast.AST) -> list[str]:
    """The strings of this module that read as words for a person."""
    skipped = _docstrings(tree) | _excused(tree)
    return [
        node.value
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant)
        and isinstance(node.value, str)
        and id(node) not in skipped
        and SENTENCE.search(node.value)
    ]


LEFT = {
    # SQL; names of parts and of ORM options
    "drills/document.py": 1,
    "drills/strict.py": 1,
    "station/records/migrations/versions/v0002_identity.py": 12,
    "station/records/models.py": 2,
    "station/wire/client.py": 1,
    # Why a figure is missing, and what to look at
    "station/analysis/results.py": 1,
    "station/analysis/tasks.py": 1,
    # Names of parts, and journals
    "station/commissioning/selftest.py": 3,
    "station/control/loop.py": 1,
    "station/control/tick.py": 1,
    "station/processes/control.py": 1,
    "station/sensing/calibration.py": 1,
}
"""Where strings that read as words are still allowed, how many, and what they are."""


def beyond_left(trees: Iterable[tuple[str, ast.AST]]) -> dict[str, int]:
    """The modules with more sentences than are left, and how many they have."""
    found = {path: len(sentences(tree)) for path, tree in trees}
    return {path: count for path, count in found.items() if count > LEFT.get(path, 0)}


def _held(modules: list[Module]) -> list[tuple[str, ast.Module]]:
    """Every module that may not make a sentence."""
    return [
        (module.path, module.tree)
        for module in modules
        if module.path.startswith(("drills/", "hw/", "station/")) and not module.path.startswith("station/cli/")
    ]


@pytest.mark.parametrize(
    "path",
    [
        "drills/problems.py",
        "station/measures/signal.py",
        "station/analysis/judging.py",
        "station/commissioning/selftest.py",
        "station/faults/errors.py",
    ],
)
def test_a_new_sentence_fails_the_gate(path: str, modules: list[Module]) -> None:
    ((_, tree),) = [one for one in _held(modules) if one[0] == path]
    more = ast.parse(ast.unparse(tree) + "\nWHY = 'the signal is constant again'\n")
    assert beyond_left([(path, more)]) == {path: LEFT.get(path, 0) + 1}


def test_sentences_stand_in_the_catalogue(modules: list[Module]) -> None:
    """None beyond those counted here, and the counts only go down."""
    assert beyond_left(_held(modules)) == {}


def test_a_sentence_in_the_code_is_seen() -> None:
    code = '"""Own words here."""\nlog.error("not for people")\nx = f"{y} moves right now"\nraise ValueError("no such")'
    assert sentences(ast.parse(code)) == [" moves right now"]
