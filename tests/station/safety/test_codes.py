"""Safety names faults that the catalogue has, and imports nothing but itself."""

from __future__ import annotations

import ast
import sys
from pathlib import Path

import pytest

import station.safety
from station.faults import CATALOGUE
from station.safety import codes

ROOM = Path(station.safety.__file__).parent
NAMES = {name: value for name, value in vars(codes).items() if name.isupper()}


@pytest.mark.parametrize("code", list(NAMES.values()), ids=list(NAMES))
def test_every_code_is_in_the_catalogue(code):
    assert code in CATALOGUE


def test_the_names_are_the_codes():
    assert {name: value.upper().replace("-", "_") for name, value in NAMES.items()} == {name: name for name in NAMES}
    assert len(NAMES) >= 17


@pytest.mark.parametrize("path", sorted(ROOM.glob("*.py")), ids=lambda path: path.name)
def test_safety_imports_only_the_standard_library_and_itself(path):
    for node in ast.walk(ast.parse(path.read_text())):
        names = []
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0
            names = [node.module]
        for name in names:
            assert name.startswith("station.safety") or name.split(".")[0] in sys.stdlib_module_names, name
