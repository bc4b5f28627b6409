"""What import-linter cannot say: safety stands on the standard library alone, production never knows its tests, and no
process carries what it must not.
"""

import ast
import math
import subprocess
import sys

import pytest

HEAVY = ("flask", "gunicorn", "sqlalchemy", "mcap", "scipy", "weasyprint", "babel", "station.texts")
"""Flask belongs in the web, the database and the files in the recorder. Importing `scipy.signal` costs about 80 MB
resident and 0.6 s (docs/sources/realtime.md#weight-of-imports): it belongs in a worker that ends."""

MUST_NOT_CARRY = {
    "station.processes.control": HEAVY,
    "station.processes.recorder": (
        *("flask", "gunicorn", "scipy", "numpy", "alembic", "cryptography", "typst", "hw.simulated"),
        *("babel", "station.texts"),
    ),
    "station.processes.supervisor": (*HEAVY, "numpy", "hw.simulated"),
    "station.cli": (*HEAVY, "numpy", "pydantic", "station.cli.drill", "station.cli.calibrate"),
    "web_ui.app": (
        *("sqlalchemy", "alembic", "cryptography", "typst", "scipy", "numpy", "mcap", "segno"),
        *("hw.simulated", "hw.registry", "adafruit_ads1x15", "gpiozero", "pigpio"),
    ),
    "web_ui": ("scipy", "hw.simulated", "hw.registry", "adafruit_ads1x15", "gpiozero", "pigpio"),
}
"""What a process has imported when it is ready to run, by the module that it starts from. What only some pages, a
backup or a report need comes when it is asked for."""


@pytest.mark.parametrize("start", MUST_NOT_CARRY)
def test_a_process_carries_only_what_it_needs(start: str) -> None:
    program = f"import sys, {start}; print('\\n'.join(sys.modules))"
    ran = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, timeout=250)
    assert ran.returncode == 0, ran.stderr
    loaded = ran.stdout.split()
    assert start in loaded
    carried = [name for name in MUST_NOT_CARRY[start] if name in loaded]
    assert carried == [], f"`import {start}` also imports {carried}: import inside the function that needs it"


def test_figures_of_a_file_need_no_settings(tmp_path) -> None:
    """Pydantic's models cost a fifth of what `station measures` takes of one file."""
    path = tmp_path / "short.csv"
    sway = "".join(f"{k / 100},{math.sin(k / 9):.3f},{math.cos(k / 13):.3f}\n" for k in range(300))
    path.write_text("time_s,cop_ml_mm,cop_ap_mm\n" + sway)
    last = "atexit.register(lambda: print(sorted(sys.modules), file=sys.stderr))"
    program = f"import atexit, sys; {last}; from station.cli import main; main(['measures', {str(path)!r}])"
    ran = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, timeout=250)
    loaded = ran.stderr.splitlines()[-1]
    assert "'station.measures.pipelines'" in loaded, ran.stderr
    assert [name for name in ("pydantic", "sqlalchemy", "flask") if f"'{name}'" in loaded] == []


def _imported(module) -> set[str]:
    """The full names that a module imports; a relative import is written out."""
    names = set()
    package = module.path.removesuffix("/__init__.py").removesuffix(".py").split("/")
    if not module.path.endswith("/__init__.py"):
        package = package[:-1]
    for node in ast.walk(module.tree):
        if isinstance(node, ast.Import):
            names.update(alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = package[: len(package) - node.level + 1] if node.level else []
            names.add(".".join([*base, *([node.module] if node.module else [])]))
    return names


def test_safety_imports_only_the_standard_library_and_itself(package_modules) -> None:
    rooms = [module for module in package_modules if module.path.startswith("station/safety/")]
    assert rooms, "station/safety is there"
    foreign = {
        f"{module.path}: {name}"
        for module in rooms
        for name in _imported(module)
        if name.partition(".")[0] not in sys.stdlib_module_names and not f"{name}.".startswith("station.safety.")
    }
    assert foreign == set()


def test_production_knows_nothing_of_tests(project, package_modules) -> None:
    tools = {"tests", "benchmarks", "pytest", "hypothesis", "unittest", "_pytest"}
    found = [m.path for m in package_modules if {name.partition(".")[0] for name in _imported(m)} & tools]
    asks = ("PYTEST" + "_CURRENT_TEST", "sys.modules", "_under_test")
    found += [m.path for m in package_modules if any(ask in (project / m.path).read_text() for ask in asks)]
    assert found == []
