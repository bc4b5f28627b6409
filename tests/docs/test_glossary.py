"""docs/glossary.md: one word, one thing; every type that it names is there, and is the only one of its name."""

import ast
import collections
import inspect
import re

import pytest


@pytest.fixture(scope="module")
def rows(pages: dict[str, str]) -> list[list[str]]:
    """Word, meaning and type of each row."""
    lines = [line for line in pages["docs/glossary.md"].splitlines() if line.startswith("| ")]
    cells = [[cell.strip() for cell in line.strip("|").split("|")] for line in lines]
    return [row for row in cells if row[0] != "word"]


def test_each_word_is_there_once_and_says_what_it_means(rows) -> None:
    words = [word.strip() for row in rows for word in row[0].split(",")]
    assert [word for word, count in collections.Counter(words).items() if count > 1] == []
    assert [row[0] for row in rows if not row[1]] == []
    assert {"CoP", "ML", "AP", "stance", "sway", "trial", "bout", "set", "drill", "session", "prescription"} <= {*words}


def test_each_type_exists_and_stands_for_one_word(rows, lead_to) -> None:
    types = [row[2].strip("`") for row in rows if row[2]]
    assert len(types) > 30
    assert [name for name, count in collections.Counter(types).items() if count > 1] == []
    assert [name for name in types if not inspect.isclass(lead_to(name))] == []


def test_no_two_classes_have_one_name(rows, programs) -> None:
    homes = collections.defaultdict(list)
    for path, text in programs.items():
        if re.match(r"(hw|drills|station|web_ui)/", path):
            for node in ast.parse(text).body:
                if isinstance(node, ast.ClassDef):
                    homes[node.name].append(path)
    assert {row[2].strip("`").rpartition(".")[2] for row in rows if row[2]} <= set(homes)
    # What a simulated person sees of the screen is the same thing, from a package that imports nothing of the other.
    seen = {name for name, paths in homes.items() if "hw/screen.py" in paths and len(paths) > 1}
    assert all("drills/scene.py" in homes[name] or "drills/words.py" in homes[name] for name in seen)
    twice = {name: paths for name, paths in homes.items() if len(paths) > 1 + (name in seen)}
    assert twice == {}, "one word, one thing"
