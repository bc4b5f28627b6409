"""The tables of docs/faults.md: every fault with its words in English, by the area whose module has its entry."""

from __future__ import annotations

import re
from importlib import import_module
from pathlib import Path

from station.faults.fault import Fault
from station.texts import Texts
from station.texts.faults import fault_words

PAGE = "docs/faults.md"
_MADE = re.compile(r"(?P<mark><!-- made of (?P<areas>[\w, ]+) by `make drawings` -->\n)(?P<table>(?:\|.*\n)*)")
"""The mark stands above a table and names the modules of `station.faults` whose entries it has, in their order."""
_HEAD = (
    "| number | code | what happened | likely cause | what to do | exit code |\n|---|---|---|---|---|---|\n",
    "| {number} | `{code}` | {what} | {cause} | {remedy} | {exit_code} |\n",
)


def made(project: Path) -> dict[str, str]:
    """The page as it must be, by its path. Raises LookupError where no mark names a module of faults."""
    text, count = _MADE.subn(
        lambda found: found["mark"] + table(found["areas"].split(", ")),
        (project / PAGE).read_text(encoding="utf-8"),
    )
    if not count:
        raise LookupError(f"{PAGE} has no mark")
    return {PAGE: text}


def table(areas: list[str]) -> str:
    """The rows of these modules of `station.faults`."""
    texts = Texts()
    entries: list[Fault] = [entry for area in areas for entry in import_module(f"station.faults.{area}").ENTRIES]
    head, row = _HEAD
    return head + "".join(
        row.format(**fault_words(texts, entry.code)._asdict(), **_figures(entry)) for entry in entries
    )


def _figures(fault: Fault) -> dict[str, object]:
    return {"number": fault.number, "code": fault.code, "exit_code": fault.exit_code}
