"""Whoever gives a text its values gives exactly those that it names: read from the code."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from typing import TYPE_CHECKING, NamedTuple

import pytest

from station.texts.catalogue import AUTHORED, catalogue
from station.texts.texts import PLACEHOLDER

if TYPE_CHECKING:
    from tests.gates.conftest import Module

FUNCTIONS = {"because": "seen.", "_broken": "problem.", "say": ""}
"""Who makes a text of a key and values, and what the key begins with."""
OF_ITSELF = frozenset({"field", "value", "least", "most", "name", "unit"})
"""What every problem of a field has beside its values (`station.texts.problems`)."""
ELSEWHERE = {
    "station/cli/calibrate.py": 1,
    "station/commissioning/calibrating/run.py": 2,
    "station/measures/norms/change.py": 2,
    "station/texts/problems.py": 1,
}
"""Calls whose values are made elsewhere, so that this gate sees no more than that there are some. Only goes down."""


class Given(NamedTuple):
    """One call: which text it fills, and with which values. `said` are those that stand in the call itself."""

    where: str
    key: str
    names: frozenset[str]
    said: frozenset[str]
    further: tuple[str, ...] = ()
    """What is unpacked into it (`**seen`) and is no dictionary that stands in the same function."""


def _literals(node: ast.expr) -> list[str] | None:
    """The text of this expression, of each branch where it is a choice; None for what is put together."""
    if isinstance(node, ast.IfExp):
        branches = [_literals(node.body), _literals(node.orelse)]
        return None if None in branches else [one for found in branches if found for one in found]
    return [node.value] if isinstance(node, ast.Constant) and isinstance(node.value, str) else None


def _keys_of(node: ast.expr, function: ast.AST) -> frozenset[str] | None:
    """The keys of a dictionary: one that stands here, or is given this name in the function. None for any other."""
    if isinstance(node, ast.Name):
        made = [one for one in ast.walk(function) if isinstance(one, ast.Assign | ast.AnnAssign)]
        found = [
            _keys_of(one.value, function)
            for one in made
            if one.value is not None
            for target in (one.targets if isinstance(one, ast.Assign) else [one.target])
            if isinstance(target, ast.Name) and target.id == node.id and not isinstance(one.value, ast.Name)
        ]
        if len(found) != 1 or found[0] is None:
            return None
        added = [
            _keys_of(one.value, function) or frozenset()
            for one in ast.walk(function)
            if isinstance(one, ast.AugAssign) and isinstance(one.target, ast.Name) and one.target.id == node.id
        ]
        return found[0].union(*added)
    if isinstance(node, ast.Dict) and all(isinstance(key, ast.Constant) for key in node.keys):
        return frozenset(str(key.value) for key in node.keys if isinstance(key, ast.Constant))
    return None


def _of_problem(path: str, call: ast.Call, function: ast.AST) -> Iterator[Given]:
    """Of a `Problem` whose reason and values stand there: every text that may word it."""
    stated = {keyword.arg: keyword.value for keyword in call.keywords}
    reasons = _literals(stated["reason"]) if "reason" in stated else None
    values = _keys_of(stated["values"], function) if "values" in stated else frozenset()
    if reasons is None or values is None:
        return
    for reason in reasons:
        variants = {f"problem.{reason}", *(f"problem.{reason}.{name}" for name in values)}
        wording = {key for key in catalogue("en").messages if key in variants or key.startswith(f"sentence.{reason}")}
        for key in sorted(wording) or [f"problem.{reason}"]:
            yield Given(f"{path}:{call.lineno}", key, values | OF_ITSELF, frozenset())


def given(path: str, tree: ast.AST) -> Iterator[Given]:
    """Every call in a module that fills a text whose key stands there."""
    functions = [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)]
    inside = {id(node): function for function in functions for node in ast.walk(function)}
    for call in ast.walk(tree):
        if not isinstance(call, ast.Call):
            continue
        function = inside.get(id(call), tree)
        if ast.unparse(call.func).rpartition(".")[2] == "Problem":
            yield from _of_problem(path, call, function)
        beginning = FUNCTIONS.get(ast.unparse(call.func).rpartition(".")[2])
        keys = _literals(call.args[0]) if beginning is not None and call.args else None
        if keys is None or beginning is None:
            continue
        said = frozenset(keyword.arg for keyword in call.keywords if keyword.arg is not None)
        names, further = set(said), []
        for unpacked in (keyword.value for keyword in call.keywords if keyword.arg is None):
            own = _keys_of(unpacked, function)
            names |= own or set()
            further += [ast.unparse(unpacked)] if own is None else []
        for key in keys:
            yield Given(f"{path}:{call.lineno}", beginning + key, frozenset(names), said, tuple(further))


def placeholders(key: str) -> frozenset[str]:
    """What the text of this key names, in any of its plural forms."""
    forms = catalogue(AUTHORED).messages.get(key, ())
    return frozenset(found["name"] for form in forms for found in PLACEHOLDER.finditer(form))


def unlike(one: Given) -> list[str]:
    """What is wrong with a call. English is looked at alone: `test_languages.py` holds the others to its places."""
    if one.key not in catalogue(AUTHORED).messages:
        return [f"{one.where}: {one.key} has no words"]
    named = placeholders(one.key)
    # Of a fault that is named its remedy is there too; `n` chooses the plural form.
    lacking = set() if one.further else named - one.names - ({"remedy"} if "fault" in one.names else set())
    wrong = [f"{one.where}: {one.key} lacks {name}" for name in sorted(lacking)]
    return wrong + [f"{one.where}: {one.key} has no place for {name}" for name in sorted(one.said - named - {"n"})]


def _held(modules: list[Module]) -> list[Given]:
    held = [module for module in modules if module.path.startswith(("station/", "hw/", "drills/", "web_ui/"))]
    return [one for module in held for one in given(module.path, module.tree)]


def test_every_text_gets_exactly_the_values_that_it_names(modules: list[Module]) -> None:
    calls = _held(modules)
    assert len(calls) > 300
    assert [line for one in calls for line in unlike(one)] == []


def test_hardly_any_values_are_made_elsewhere(modules: list[Module]) -> None:
    found: dict[str, int] = {}
    for one in _held(modules):
        if one.further:
            path = one.where.partition(":")[0]
            found[path] = found.get(path, 0) + 1
    assert {path: count for path, count in found.items() if count > ELSEWHERE.get(path, 0)} == {}


@pytest.mark.parametrize(
    ("code", "wrong"),
    [
        ("because('gap', length_s=1.0)", "seen.gap lacks at_s"),
        ("because('gap', length_s=1.0, at_s=2.0, of='x')", "seen.gap has no place for of"),
        ("because('no-such-reason')", "seen.no-such-reason has no words"),
        ("because('no-rows' if x else 'gap')", "seen.gap lacks length_s"),
        ("def f():\n seen = {'length_s': 1.0}\n return because('gap', **seen)", "seen.gap lacks at_s"),
        ("Problem('a', 1, reason='too-short')", "problem.too-short lacks nothing"),
        ("Problem('a', 1, reason='wrong-kind', values={})", "problem.wrong-kind lacks kind"),
    ],
)
def test_a_value_too_few_or_too_many_is_seen(code: str, wrong: str) -> None:
    found = [line.partition(": ")[2] for one in given("x.py", ast.parse(code)) for line in unlike(one)]
    assert (wrong in found) != wrong.endswith("nothing")
    assert found or wrong.endswith("nothing")


def test_values_that_are_added_later_are_seen() -> None:
    code = "def f():\n seen = {'length_s': 1.0}\n seen |= {'at_s': 2.0}\n return because('gap', **seen)"
    assert [line for one in given("x.py", ast.parse(code)) for line in unlike(one)] == []
