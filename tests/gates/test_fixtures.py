"""A fixture says what it gives and what it takes: a test that uses it has no other place to look that up."""

import ast
from typing import NamedTuple

ANYTHING = ("Any", "object")


class Parsed(NamedTuple):
    """A Python file, as `modules` has it."""

    path: str
    tree: ast.Module


def is_fixture(function: ast.FunctionDef) -> bool:
    """Whether pytest makes a fixture of it, under whatever options."""
    return any(ast.unparse(decorator).partition("(")[0] == "pytest.fixture" for decorator in function.decorator_list)


def untyped(function: ast.FunctionDef) -> list[str]:
    """What a fixture does not say of itself."""
    parameters = [*function.args.posonlyargs, *function.args.args, *function.args.kwonlyargs]
    given = function.returns
    if isinstance(given, ast.Subscript) and ast.unparse(given.value) == "Iterator":
        given = given.slice
    missing = [parameter.arg for parameter in parameters if parameter.annotation is None]
    return missing + (["what it gives"] if given is None or ast.unparse(given) in ANYTHING else [])


def found_in(modules: list[Parsed]) -> list[str]:
    """Every fixture that leaves something out: its place, its name and what is missing."""
    return [
        f"{module.path}:{node.lineno} {node.name}: {', '.join(missing)}"
        for module in modules
        for node in ast.walk(module.tree)
        if isinstance(node, ast.FunctionDef) and is_fixture(node) and (missing := untyped(node))
    ]


def test_every_fixture_is_typed(modules: list[Parsed]) -> None:
    tests = [module for module in modules if module.path.startswith("tests/")]
    fixtures = [n for m in tests for n in ast.walk(m.tree) if isinstance(n, ast.FunctionDef) and is_fixture(n)]
    assert len(fixtures) > 100
    assert found_in(tests) == []


def test_a_fixture_that_is_not_is_seen() -> None:
    code = """
@pytest.fixture
def whole(tmp_path: Path) -> Iterator[Store]: ...
@pytest.fixture(scope="module")
def silent(tmp_path): ...
@pytest.fixture
def vague() -> Iterator[object]: ...
def no_fixture(a): ...
"""
    assert found_in([Parsed("tests/x.py", ast.parse(code))]) == [
        "tests/x.py:5 silent: tmp_path, what it gives",
        "tests/x.py:7 vague: what it gives",
    ]
