"""What the checks of the documents share: pages, the code's text, anchors, names that must lead somewhere."""

import importlib
import re
from collections.abc import Callable
from pathlib import Path

import pytest

PACKAGES = ("hw", "drills", "station", "web_ui")


@pytest.fixture(scope="session")
def pages(project: Path) -> dict[str, str]:
    """Every Markdown page of the project by its path from the root."""
    found = [*project.glob("*.md"), *project.glob("docs/**/*.md"), project / "benchmarks" / "README.md"]
    return {str(page.relative_to(project)): page.read_text(encoding="utf-8") for page in sorted(found)}


@pytest.fixture(scope="session")
def programs(project: Path) -> dict[str, str]:
    """Every Python file of the four packages, the benchmarks and the tests by its path from the root."""
    found = [file for folder in (*PACKAGES, "benchmarks", "tests") for file in (project / folder).rglob("*.py")]
    return {str(file.relative_to(project)): file.read_text(encoding="utf-8") for file in sorted(found)}


@pytest.fixture(scope="session")
def anchors(pages: dict[str, str]) -> Callable[[str], set[str]]:
    """`anchors(page)`: what may stand behind `#` in a link to it: headings, as viewers spell them, and ids."""

    def of(page: str) -> set[str]:
        text = re.sub(r"^```.*?^```", "", pages[page], flags=re.DOTALL | re.MULTILINE)
        headings = re.findall(r"^#+ (.+)$", text, re.MULTILINE)
        spelled = {re.sub(r"[^\w\- ]", "", heading.lower()).strip().replace(" ", "-") for heading in headings}
        return spelled | set(re.findall(r'<a id="([^"]+)">', text))

    return of


@pytest.fixture(scope="session")
def lead_to() -> Callable[[str], object]:
    """`lead_to("station.control.tick.Station.tick")`: what it leads to. LookupError: it is not there."""

    def found(name: str) -> object:
        parts = name.split(".")
        for length in range(len(parts), 0, -1):
            module = ".".join(parts[:length])
            try:
                thing: object = importlib.import_module(module)
            except ModuleNotFoundError as problem:
                if problem.name is None or not f"{module}.".startswith(f"{problem.name}."):
                    raise
                continue
            for part in parts[length:]:
                if not hasattr(thing, part):
                    raise LookupError(f"{name}: {module} has no {part}")
                thing = getattr(thing, part)
            return thing
        raise LookupError(f"{name}: no such module")

    return found


@pytest.fixture(scope="session")
def table() -> Callable[[str, str], list[list[str]]]:
    """`table(text, heading)`: the cells of the first table below that heading, without its two head lines."""

    def rows(text: str, heading: str) -> list[list[str]]:
        section = re.split(r"^#+ ", text.split(f"\n{heading}\n", 1)[1], maxsplit=1, flags=re.MULTILINE)[0]
        lines = [line for line in section.splitlines() if line.startswith("|")]
        return [[cell.strip() for cell in line.strip("|").split("|")] for line in lines[2:]]

    return rows
