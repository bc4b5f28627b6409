"""Every error has the base of its package, and an edge knows the station's alone (docs/decisions/0014)."""

import ast
import builtins
import importlib
import inspect

BASES = {
    "hw": ("hw.errors", "HardwareError"),
    "drills": ("drills.errors", "DrillError"),
    "station": ("station.faults.errors", "StationError"),
    "web_ui": ("station.faults.errors", "StationError"),
}
BUILTINS = tuple(
    one
    for one in vars(builtins).values()
    if inspect.isclass(one) and issubclass(one, Exception) and one is not Exception
)
EDGES = ("station/cli/", "station/wire/", "web_ui/")
"""Where a fault becomes a message for a person or another program."""


def _errors(package_modules, each):
    """Every exception class of the four packages."""
    for module in package_modules:
        names = [node.name for _, node in each([module], ast.ClassDef) if node.name.endswith(("Error", "Exception"))]
        if names:
            loaded = importlib.import_module(
                module.path.removesuffix(".py").replace("/", ".").removesuffix(".__init__")
            )
            yield from ((module.path, getattr(loaded, name)) for name in names)


def test_every_error_has_the_base_of_its_package_and_a_builtin_beside_it(package_modules, each) -> None:
    found = list(_errors(package_modules, each))
    assert len(found) >= 8
    for path, error in found:
        module, name = BASES[path.partition("/")[0]]
        base = getattr(importlib.import_module(module), name)
        assert issubclass(error, base), f"{path}: {error.__name__} must be a {name}"
        assert error is base or issubclass(error, BUILTINS), f"{path}: {error.__name__} inherits no builtin"


def test_an_edge_names_no_error_of_hardware_or_drills(package_modules, each) -> None:
    foreign = {error.__name__ for path, error in _errors(package_modules, each) if path.startswith(("hw/", "drills/"))}
    edges = [module for module in package_modules if module.path.startswith(EDGES)]
    named = {
        f"{where}: {name.id}"
        for where, handler in each(edges, ast.ExceptHandler)
        if handler.type is not None
        for name in ast.walk(handler.type)
        if isinstance(name, ast.Name) and name.id in foreign
    }
    assert named == set()
