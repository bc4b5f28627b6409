"""Which constants can be set after an import: those that nothing has read by then."""

import sys
from pathlib import Path

import pytest

from tests.mutating.constants import constants_of
from tests.mutating.mutant_here import set_constants
from tests.mutating.mutations import mutants_of

OWN = """from __future__ import annotations
FREE = 0.5
BASE, TOP = 1.0, 2.0
DERIVED = 2.0 * TOP
KEPT: int = 7
AS_DEFAULT = 3.0
AGAIN = 1.0
AGAIN = 4.0
LEAST = 5.0
OF_AN_ARGUMENT = 6.0

def bounded(value: Annotated[float, Ge(OF_AN_ARGUMENT)]):
    return value

def read(value=AS_DEFAULT):
    return FREE * value + BASE

class Holds:
    kept = KEPT
    bound: Annotated[float, Ge(LEAST)]
"""
OTHERS = {
    "pack/two.py": "from pack.one import FREE as SHARE, BASE\n\ndef more():\n    return SHARE + BASE\n",
    "pack/three.py": "from pack.two import BASE\n",
    "pack/four.py": "import pack.one\n\ndef most():\n    return pack.one.FREE\n",
}


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A tree with one module of constants and some that use them."""
    for name, text in {"pack/__init__.py": "", "pack/one.py": OWN, **OTHERS}.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(text)
    return tmp_path


def held(project, name):
    (mutant, *_) = (one for one in mutants_of("pack/one.py", OWN) if not one.where and one.before.startswith(name))
    return {one.name: one for one in constants_of(project, mutant)}


def test_what_only_functions_read_can_be_set_wherever_it_is_held(project) -> None:
    (free,) = held(project, "FREE").values()
    assert free.places == (("pack.one", "FREE"), ("pack.two", "SHARE"))
    assert set(free.read) == {("pack/one.py", 16), ("pack/two.py", 4), ("pack/four.py", 4)}


@pytest.mark.parametrize(
    ("name", "why"),
    [
        ("BASE", "half of the statement makes DERIVED"),
        ("DERIVED", ""),
        ("KEPT", "a class holds it"),
        ("AS_DEFAULT", "a default"),
        ("AGAIN", "set twice"),
        ("LEAST", "a field's bound"),
        ("OF_AN_ARGUMENT", ""),
    ],
)
def test_what_was_read_by_then_cannot(project, name, why) -> None:
    assert bool(held(project, name)) is (not why)


def test_what_another_module_passes_on_cannot(project) -> None:
    text = OWN.replace("DERIVED = 2.0 * TOP\n", "")
    (project / "pack/one.py").write_text(text)
    for others, can in ((OTHERS["pack/three.py"], False), ("", True)):
        (project / "pack/three.py").write_text(others)
        fresh = project.with_name(f"fresh-{can}")
        project.rename(fresh)
        base = next(one for one in mutants_of("pack/one.py", text) if one.before.startswith("BASE"))
        assert bool(constants_of(fresh, base)) is can
        fresh.rename(project)


def test_it_is_set_in_every_module_that_holds_it(project, monkeypatch) -> None:
    monkeypatch.syspath_prepend(project)
    for name in ("pack", "pack.one", "pack.two", "pack.four"):
        monkeypatch.delitem(sys.modules, name, raising=False)
    import pack.four
    import pack.one
    import pack.two

    mutant = next(one for one in mutants_of("pack/one.py", OWN) if one.after == "FREE = 1.0")
    (free,) = constants_of(project, mutant)
    set_constants("pack.one", mutant.text, {free.name: [list(place) for place in free.places]})
    assert (pack.one.read(1.0), pack.two.more(), pack.four.most()) == (2.0, 2.0, 1.0)
    with pytest.raises(LookupError):
        set_constants("pack.one", mutant.text, {"GONE": [["pack.one", "GONE"]]})
