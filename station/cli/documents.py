"""Which drill a command means: a shipped one by its name, or a document of one's own by its path."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from station.cli.words import say

if TYPE_CHECKING:
    from drills.document import DrillDocument

ENDING = ".toml"
"""What ends so is a path; no name of a drill does."""
LARGEST_DOCUMENT_BYTES = 1_000_000
"""No document of a drill is longer: what is, is another file, and is not read into memory."""


def drill_document(name: str, data: Path) -> DrillDocument:
    """The drill of this name, shipped or an own one of the folder `data`, or of this path. What is to be noted on
    reading a file is said on the error stream.

    Raises InputError "drill-unknown" or "drill-invalid", with everything that is wrong in it.
    """
    from drills.document import load_document
    from station.faults.boundary import as_station_errors
    from station.own_drills.folder import find_drill

    if not name.endswith(ENDING):
        return find_drill(data, name)
    with as_station_errors():
        document, notes = load_document(_text(name), name)
    for note in notes:
        click.echo(f"station: {name}: {say(f'note.{note.reason}', **note.values)}  [{note.reason}]", err=True)
    return document


def _text(path: str) -> str:
    from station.faults import InputError, because, not_text

    try:
        with Path(path).open("rb") as file:
            content = file.read(LARGEST_DOCUMENT_BYTES + 1)
        text = content.decode("utf-8")
    except ValueError as problem:
        raise InputError("drill-invalid", path, not_text(problem)) from problem
    except OSError as problem:
        raise InputError("drill-invalid", path, because("unreadable-settings", said=str(problem))) from problem
    if len(content) > LARGEST_DOCUMENT_BYTES:
        raise InputError("drill-invalid", path, because("no-drill-document", most=LARGEST_DOCUMENT_BYTES))
    return text
