"""What must not be in the project's files: places of the machine that it was written on, hosts, things left undone."""

import hashlib
import re
from pathlib import Path

# Put together from parts, so that this file passes its own check.
PLACES = re.compile("|".join(("/wor" + "k/", "/tm" + "p/", "/roo" + "t/", "/hom" + "e/", "/opt/" + "(pypi|wheels)")))
_REGISTRIES = ("pyp" + r"i\.org", "pythonhost" + "ed", "deb\\.debian" + r"\.org", "npmj" + r"s\.")
_CONTENT_NETWORKS = ("unpk" + "g", "jsdeliv" + "r", "cdnj" + "s")
HOSTS = re.compile("|".join((*_REGISTRIES, *_CONTENT_NETWORKS)))
UNDONE = re.compile(r"\b(TO" + r"DO|FIX" + r"ME|XX" + r"X|HA" + r"CK)\b")

KEPT = {
    "tests/data/records-b6890f1.sqlite": "d2077cc0bd953d636e959c1caf6b0af5235d5b81a688cc79ce67408d7f9bc3f1",
    "tests/data/calibrated.mcap": "02f1a9dd2f1c674052f5668be1a2d9503ec2bd2846ea6d666a5bdc7e032f0fd9",
    "tests/data/replayed.mcap": "2bbd8486f3ac5b962a9e2860998438fcedb19005c020e65ecdd011b83389d2b4",
    "tests/data/tripped.mcap": "77f602f1abcb6b49eff39ffda74fc815ad262d6ea27150b7199bf7dd27d88198",
}
"""Three recordings and one records' file that are kept for ever, with the SHA-256 of each: what the program at b6890f1
made must stay readable. No other may be added."""

CATALOGUE = 800_000
"""Bytes of a language: all of its words are one file, which a person translates from top to bottom."""


def _hits(project: Path, files: list[str], pattern: re.Pattern[str]) -> list[str]:
    hits = []
    for name in files:
        content = (project / name).read_bytes()
        if b"\0" in content:
            continue
        for number, line in enumerate(content.decode("utf-8").splitlines(), 1):
            if found := pattern.search(line):
                hits.append(f"{name}:{number}: {found[0]}")
    return hits


def _own(files: list[str]) -> list[str]:
    return [name for name in files if "vendor" not in Path(name).parts]


def test_no_place_of_one_machine(project, project_files) -> None:
    assert _hits(project, _own(project_files), PLACES) == []


def test_no_host_of_a_package_registry_or_a_content_network(project, project_files) -> None:
    assert _hits(project, project_files, HOSTS) == []


def test_nothing_is_left_undone(project, project_files) -> None:
    assert _hits(project, _own(project_files), UNDONE) == []


def test_no_recording_is_copied_into_the_project(project, project_files) -> None:
    """Real recordings are read from ../shared/data; what is committed stays small, but for what is kept."""
    large = {name: (project / name).stat().st_size for name in project_files if name not in KEPT}
    assert {name: size for name, size in large.items() if size > (CATALOGUE if name.endswith(".po") else 500_000)} == {}
    recordings = {name for name in project_files if name.endswith((".csv.gz", ".xz", ".mcap", ".sqlite"))}
    assert recordings <= KEPT.keys()


def test_what_is_kept_is_untouched_and_small(project) -> None:
    contents = {name: (project / name).read_bytes() for name in KEPT}
    assert {name: hashlib.sha256(content).hexdigest() for name, content in contents.items()} == KEPT
    assert sum(map(len, contents.values())) <= 1_500_000
