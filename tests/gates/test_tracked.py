"""What must not be in the project's files: places of the machine that it was written on, hosts, things left undone."""

import re
from pathlib import Path

# Put together from parts, so that this file passes its own check.
PLACES = re.compile("|".join(("/wor" + "k/", "/tm" + "p/", "/roo" + "t/", "/hom" + "e/", "/opt/" + "(pypi|wheels)")))
_REGISTRIES = ("pyp" + r"i\.org", "pythonhost" + "ed", "deb\\.debian" + r"\.org", "npmj" + r"s\.")
_CONTENT_NETWORKS = ("unpk" + "g", "jsdeliv" + "r", "cdnj" + "s")
HOSTS = re.compile("|".join((*_REGISTRIES, *_CONTENT_NETWORKS)))
UNDONE = re.compile(r"\b(TO" + r"DO|FIX" + r"ME|XX" + r"X|HA" + r"CK)\b")


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
    """Real recordings are read from ../shared/data; what is committed stays small."""
    large = {name: (project / name).stat().st_size for name in project_files}
    assert {name: size for name, size in large.items() if size > 500_000} == {}
    assert [name for name in project_files if name.endswith((".csv.gz", ".xz", ".mcap"))] == []
