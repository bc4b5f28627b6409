"""Where verdicts on changes are noted, so that a long run can be cut and goes on, and for how long each holds."""

from __future__ import annotations

import json
import math
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from tests.mutating.mutations import Mutant
from tests.mutating.trying import Tried, digest

SURVIVING = frozenset({"survived", "unfinished"})
"""Verdicts on a change that no test noticed."""


class Kept(NamedTuple):
    """Where verdicts are noted, and how long there is time."""

    file: Path | None = None
    """Nowhere where it is None."""
    until_s: float = math.inf
    """Of `time.monotonic`."""

    @property
    def beside(self) -> Path | None:
        """A folder for what the tests did while nothing was changed."""
        return None if self.file is None else self.file.with_suffix(".seen")

    def known(self, project: Path, mutants: list[Mutant], tests: Sequence[str]) -> dict[int, Tried]:
        """What came of them in earlier runs, where it still holds, by their places in the list."""
        if self.file is None or not self.file.is_file():
            return {}
        lines = (json.loads(line) for line in self.file.read_text("utf-8").splitlines())
        noted = {(one["mutant"], one["of"]): Tried(one["verdict"], one.get("used_s", 0.0)) for one in lines}
        texts = _Texts(project, tests)
        found = {}
        for number, mutant in enumerate(mutants):
            for one in (noted.get((mutant.name, texts.of(mutant, survived=survived))) for survived in (False, True)):
                if one is not None:
                    found[number] = one
        return found

    def note(self, project: Path, tests: Sequence[str], found: list[tuple[Mutant, Tried]]) -> None:
        """Write these down."""
        if self.file is None:
            return
        texts = _Texts(project, tests)
        self.file.parent.mkdir(parents=True, exist_ok=True)
        with self.file.open("a", encoding="utf-8") as lines:
            for mutant, one in found:
                of = texts.of(mutant, survived=one.verdict in SURVIVING)
                noted = {"mutant": mutant.name, "of": of, "verdict": one.verdict, "used_s": round(one.seconds, 2)}
                lines.write(json.dumps(noted) + "\n")


NOTHING_KEPT = Kept()


class _Texts:
    """Digests of what a verdict rests on."""

    def __init__(self, project: Path, tests: Sequence[str]) -> None:
        self._project = project
        paths = (project / test for test in tests)
        files = [file for path in paths for file in (sorted(path.rglob("*.py")) if path.is_dir() else [path])]
        self._tests = digest(*(file.read_bytes() for file in files))
        self._changed: dict[str, str] = {}

    def of(self, mutant: Mutant, *, survived: bool) -> str:
        """Of the file that is changed; of one that no test noticed with those of all its tests."""
        if mutant.path not in self._changed:
            self._changed[mutant.path] = digest((self._project / mutant.path).read_bytes())
        return self._changed[mutant.path] + (self._tests if survived else "")
