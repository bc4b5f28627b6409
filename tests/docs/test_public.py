"""What the project promises outwards: the names that others may import, the packages' types, versions and commands."""

import inspect
import re
import tomllib
from pathlib import Path
from typing import Any

import pytest
from hatchling.builders.wheel import WheelBuilder

PACKAGES = ("drills", "hw", "station", "web_ui")


@pytest.fixture(scope="module")
def metadata(project: Path) -> dict[str, Any]:
    """The section [project] of pyproject.toml."""
    return tomllib.loads((project / "pyproject.toml").read_text(encoding="utf-8"))["project"]


def test_every_public_name_is_there_and_explains_itself(pages, lead_to) -> None:
    names = re.findall(r"^\| `([\w.]+)` \|", pages["docs/public-api.md"], re.MULTILINE)
    assert len(names) > 20
    assert len(set(names)) == len(names)
    for name in names:
        thing = lead_to(name)
        if inspect.isroutine(thing) or inspect.isclass(thing):
            assert inspect.getdoc(thing), f"{name} has no docstring"


def test_the_wheel_has_the_four_packages_with_their_types_and_data(project) -> None:
    inside = {file.distribution_path for file in WheelBuilder(str(project)).recurse_included_files()}
    assert {path.split("/")[0] for path in inside} == set(PACKAGES)
    assert {f"{package}/py.typed" for package in PACKAGES} <= inside
    assert {"drills/catalogue/quiet-stance.toml", "web_ui/static/js/page.js", "web_ui/templates/base.html"} <= inside
    assert {f"station/texts/locale/{language}/LC_MESSAGES/station.po" for language in ("de", "en")} <= inside


def test_the_workflow_runs_every_python_that_the_project_names(project, metadata) -> None:
    named = {line.rpartition(" ")[2] for line in metadata["classifiers"] if "Python :: 3." in line}
    workflow = (project / ".github/workflows/ci.yml").read_text(encoding="utf-8")
    assert set(re.findall(r'python: "([\d.]+)"', workflow)) == named
    assert metadata["requires-python"] == f">={min(named, key=lambda version: int(version.partition('.')[2]))}"
    assert ".ci/run" in workflow


def test_the_change_log_begins_with_what_is_not_released_yet(pages) -> None:
    headings = re.findall(r"^## (.+)$", pages["CHANGELOG.md"], re.MULTILINE)
    assert headings[0] == "Unreleased"
    assert all(re.fullmatch(r"\d+\.\d+\.\d+ - \d{4}-\d\d-\d\d", heading) for heading in headings[1:])


def test_every_make_command_of_a_page_exists(project, pages) -> None:
    targets = set(re.findall(r"^([a-z-]+):", (project / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))
    asked = {
        (path, target)
        for path, text in pages.items()
        for block in re.findall(r"^```sh\n.*?^```|`[^`\n]+`", text, re.DOTALL | re.MULTILINE)
        for target in re.findall(r"(?:^|`)make ([a-z][a-z-]*)", block, re.MULTILINE)
    }
    assert len(asked) > 8
    assert {(path, target) for path, target in asked if target not in targets} == set()
