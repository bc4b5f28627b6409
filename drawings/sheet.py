"""A picture of a sheet of acceptance for docs/build.md: of the simulated rig, with one part left out.

`make pictures` writes docs/pictures/acceptance.png.
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

from click.testing import CliRunner

from drawings.pictures import FOLDER
from station.cli import main as station
from station.commissioning.accepting import kept
from station.reports.acceptance import acceptance_page
from station.reports.printing import pictures_of
from station.texts import Texts

PICTURE = "acceptance.png"
DOTS_PER_INCH = 80.0
_SWING = ("", "10", "6", "600", "900", "80")
ANSWERS = (
    *("", "", "20", "", "", "", "", "", *_SWING, *_SWING),
    *("", "", "149", "", "", "", "", "", "", "40"),
    *("61", "-1", "yes", "yes", "yes", "s", "no wheelchair here today", "yes"),
    *("A. Engineer", "E-12", "A. Clinician", "C-9", "k"),
)
"""To the parts in their order, as they would be typed."""


def main() -> int:
    """Do an acceptance and write a picture of its first page. Returns the exit code."""
    with tempfile.TemporaryDirectory() as folder:
        given = ["--language", "en", "accept", "--rig", "simulated", "--seed", "7", "--data", folder, "--by", "Ana"]
        done = CliRunner().invoke(station, given, input="".join(f"{answer}\n" for answer in ANSWERS))
        if done.exit_code:
            sys.stderr.write(done.output)
            return done.exit_code
        sheet, document = kept.read_sheet(kept.find(Path(folder), ""))
        first, *_ = pictures_of(acceptance_page(sheet, document, Texts()), DOTS_PER_INCH)
    file = FOLDER / PICTURE
    file.write_bytes(first)
    sys.stdout.write(f"docs/pictures/{PICTURE}: {len(first) // 1000} kB\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
