"""The tool that lets each function raise: what counts as a public function, and what it says of a small project."""

import ast

import pytest

from tests.mutating.probes import public_functions
from tests.mutating.raise_each import judge, prepare, report, watch

PACKAGE = '''"""Four functions, one of them tested."""

from __future__ import annotations

import sys


def tested() -> int:
    """Called by a test that looks."""
    return 1


def swallowed() -> int:
    """Called by a test that does not look."""
    return 2


def unreached() -> int:
    """Called by nobody."""
    return 3


def imported() -> int:
    """Called while the module is imported."""
    return len(sys.argv)


COUNT = imported()
'''
TESTS = """
import subprocess, sys
import pack.four

def test_tested():
    assert pack.four.tested() == 1

def test_tested_in_a_process_of_its_own():
    subprocess.run([sys.executable, "-c", "import pack.four; pack.four.tested()"], check=True)

def test_swallowed():
    try:
        pack.four.swallowed()
    except RuntimeError:
        pass

def test_fails_anyway():
    assert pack.four.unreached() == 4
"""


def names(text):
    return [name for name, _ in public_functions(ast.parse(text))]


def test_functions_methods_and_properties_are_public_where_no_name_begins_with_an_underscore():
    text = "def a(): pass\ndef _b(): pass\nclass C:\n @property\n def d(self): pass\n def __init__(self): pass\n"
    assert names(text) == ["a", "C.d"]
    assert names("class _Private:\n def a(self): pass\n") == []
    assert names("if True:\n async def a():\n  def inside(): pass\n") == ["a"]


@pytest.mark.parametrize(
    "text",
    [
        "class P(Protocol):\n def a(self): ...\n",
        "class P(typing.Protocol[T]):\n def a(self): ...\n",
        "@overload\ndef a(): ...\n",
        "class C:\n @abc.abstractmethod\n def a(self): ...\n",
    ],
)
def test_what_has_no_body_of_its_own_has_no_probe(text):
    assert names(text) == []


@pytest.mark.timeout(600)  # it starts pytest three times; two seconds each, where nobody else works
def test_a_small_project_is_judged_function_by_function(tmp_path, capsys, monkeypatch):
    monkeypatch.setattr("tests.mutating.raise_each.PROCESSES", 1)
    project, work = tmp_path / "small", tmp_path / "work"
    for name, text in {"pack/__init__.py": "", "pack/four.py": PACKAGE, "tests/pack/test_four.py": TESTS}.items():
        (project / name).parent.mkdir(parents=True, exist_ok=True)
        (project / name).write_text(text)
    work.mkdir()
    probes = prepare(project, work, ("pack",))
    assert (project / "pack/four.py").read_text() == PACKAGE, "only the copy is changed"
    seen = watch(work, ["tests"])
    assert seen.failed == ["tests/pack/test_four.py::test_fails_anyway"]
    assert {len(seen.reaching[number]) for number in (0, 1)} == {1, 2}, "by the test's process and by its own"
    verdicts = judge(work, probes, seen, 60.0)
    assert {one.probe.name: one.word for one in verdicts} == {
        "tested": "noticed",
        "swallowed": "survived",
        "unreached": "unreached",
        "imported": "noticed",
    }
    assert report(verdicts) == 1
    rows = [row.split() for row in capsys.readouterr().out.splitlines()[2:]]
    assert rows == [
        ["pack/four.py:13", "swallowed", "survived", "1/1"],
        ["pack/four.py:18", "unreached", "unreached", "0/0"],
    ]
    assert report([one for one in verdicts if one.word == "noticed"]) == 0
