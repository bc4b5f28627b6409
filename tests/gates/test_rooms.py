"""The house keeps its rooms: nothing lies in station's hall, a module that is named in a string is an arrow like an
import, and no function takes more than six parameters.
"""

from __future__ import annotations

import ast
import itertools
import re
import tomllib
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from tests.gates.conftest import Module

MOST_PARAMETERS = 6
IN_THE_HALL = {"__init__.py", "__main__.py", "clock.py", "claim.py", "py.typed"}
UP_BY_ENTRY_POINT = {("station/cli/processes.py", "web_ui.serve"), ("station/cli/exporting.py", "web_ui.serve")}
"""Who names a module above itself, and may: docs/decisions/0002. The second finds beside it what draws as pages do."""
FIXED = {
    "hw/ads1115/chip.py writeto_then_readfrom": "an I2C bus as the driver's library calls it (busio.I2C)",
    "hw/simulated/bus.py writeto_then_readfrom": "an I2C bus as the driver's library calls it (busio.I2C)",
}
"""Functions whose parameters somebody else fixed, and who."""


@pytest.fixture(scope="module")
def settings(project: Path) -> dict[str, Any]:
    return tomllib.loads((project / "pyproject.toml").read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def storeys(settings: dict[str, Any]) -> dict[str, list[set[str]]]:
    """The order of the layers, from the roof down: of the packages, and of station's rooms. Optional ones count."""
    contracts = {contract["id"]: contract for contract in settings["tool"]["importlinter"]["contracts"]}
    return {key: [set(re.findall(r"\w+", layer)) for layer in contracts[key]["layers"]] for key in ("one-way", "rooms")}


@pytest.fixture(scope="module")
def known(package_modules: list[Module]) -> set[str]:
    """The names of all modules and packages."""
    return {module.path.removesuffix(".py").removesuffix("/__init__").replace("/", ".") for module in package_modules}


def test_nothing_lies_in_the_hall_of_station(project_files, storeys) -> None:
    rooms = set().union(*storeys["rooms"])
    lying = {Path(name).parts[1] for name in project_files if name.startswith("station/")}
    assert {name for name in lying if name not in rooms | IN_THE_HALL} == set()
    assert {"clock.py", "claim.py", "control", "safety"} <= lying


# --- modules that are named in strings ---


def _goes_down(storeys, source: str, target: str) -> bool:
    """Whether the module `source` may import `target`, both with dots."""
    from_parts, to_parts = source.split("."), target.split(".")
    if from_parts[0] != to_parts[0]:
        return _storey(storeys["one-way"], from_parts[0]) < _storey(storeys["one-way"], to_parts[0])
    if from_parts[0] != "station" or from_parts[1] == to_parts[1]:
        return True
    return _storey(storeys["rooms"], from_parts[1]) < _storey(storeys["rooms"], to_parts[1])


def _storey(order: list[set[str]], name: str) -> int:
    return next(place for place, layer in enumerate(order) if name in layer)


def _named(tree: ast.Module, known: set[str], groups: dict[str, list[str]]):
    """The modules of the project that a string of this tree names: whole, after "-m", or as entry points."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            name = node.value.partition(":")[0]
            if "." in name and name in known:
                yield name
            yield from groups.get(node.value, ())
        elif isinstance(node, ast.List | ast.Tuple):
            texts = [part.value if isinstance(part, ast.Constant) else None for part in node.elts]
            for option, name in itertools.pairwise(texts):
                if option == "-m" and name == "station":
                    yield "station.cli"  # `python -m station` is the command itself: see the test of its door


def test_a_module_named_in_a_string_is_below_who_names_it(settings, storeys, known, package_modules) -> None:
    groups = {
        group: [value.partition(":")[0] for value in values.values()]
        for group, values in settings["project"]["entry-points"].items()
    }
    arrows = {(module.path, name) for module in package_modules for name in _named(module.tree, known, groups)}
    assert ("station/processes/results_jobs.py", "station.analysis.results") in arrows
    assert ("hw/pi5/drive.py", "hw.pi5.guard") in arrows
    up = {
        (path, name)
        for path, name in arrows
        if not _goes_down(storeys, path.removesuffix(".py").removesuffix("/__init__").replace("/", "."), name)
    }
    assert up == UP_BY_ENTRY_POINT


def test_the_door_of_the_command_holds_nothing_but_the_command(package_modules) -> None:
    (door,) = [module for module in package_modules if module.path == "station/__main__.py"]
    imported = [node for node in ast.walk(door.tree) if isinstance(node, ast.Import | ast.ImportFrom)]
    assert [ast.unparse(node) for node in imported] == ["from station.cli import main"]


def test_a_module_is_imported_by_a_name_that_can_be_read(package_modules, each) -> None:
    """`import_module` with anything but a written name, or a module of the own package, would be an arrow unseen."""
    unseen = []
    for where, node in each(package_modules, ast.Call):
        if ast.unparse(node.func).rpartition(".")[2] in {"import_module", "__import__", "run_module", "find_spec"}:
            name = node.args[0]
            own = isinstance(name, ast.JoinedStr) and ast.unparse(name).startswith(("f'{__name__}.", 'f"{__name__}.'))
            if not own and not isinstance(name, ast.Constant):
                unseen.append(where)
    assert unseen == []


def test_the_rule_sees_an_arrow_that_goes_up(storeys) -> None:
    assert _goes_down(storeys, "station.processes.results_jobs", "station.analysis.results")
    assert not _goes_down(storeys, "station.recording.session", "station.analysis.results")
    assert not _goes_down(storeys, "station.safety.guard", "station.sensing.balance")
    assert not _goes_down(storeys, "station.cli.processes", "web_ui.serve")
    assert not _goes_down(storeys, "drills.plan", "hw.values")
    assert _goes_down(storeys, "station.cli.doctor", "hw.pi5.guard")


# --- parameters ---


def _count(function: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    given = function.args
    names = [one.arg for one in (*given.posonlyargs, *given.args, *given.kwonlyargs)]
    return len(names) - (names[:1] in (["self"], ["cls"])) + bool(given.vararg) + bool(given.kwarg)


@pytest.fixture(scope="module")
def beyond(modules: list[Module]) -> set[str]:
    """The functions with more than six parameters, `self` apart, by file and name."""
    roots = ("hw/", "drills/", "station/", "web_ui/", "benchmarks/")
    return {
        f"{module.path} {node.name}"
        for module in modules
        if module.path.startswith(roots)
        for node in ast.walk(module.tree)
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and _count(node) > MOST_PARAMETERS
    }


def test_no_function_takes_more_than_six_parameters(beyond) -> None:
    assert beyond - FIXED.keys() == set(), "group what belongs together under a field's name"


def test_what_is_fixed_by_others_still_is(beyond) -> None:
    assert FIXED.keys() - beyond == set(), "take it from the list"


def test_parameters_are_counted_without_self() -> None:
    (function,) = ast.parse("def f(self, a, /, b, *c, d, **e): ...").body
    assert _count(function) == 5
