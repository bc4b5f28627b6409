"""Every citation leads to a page and an anchor that a reader can open, and every paper and standard has its place."""

import re

import pytest

from station.safety.limits import CLINICIAN, DEFAULT, HARD

PAPER = re.compile(
    r"\b([A-Z][a-z]+(?:-[A-Z][a-z]+)?)"
    r"(?: (?:et al\.|(?:and|&) [A-Z][a-z]+(?: [A-Z][a-z]+)?(?:-[A-Z][a-z]+)?) (\d{4})|"
    r" (\d{4}),? \(?[A-Z][A-Za-z ]+ \d+:[A-Z]?\d+)"
)
STANDARD = re.compile(r"\b(?:ISO|IEC|RFC) \d+(?:-\d+)*\b|\b2002/44/EC\b|\bSBAS\d+\b")
MARKS = ("measured", "published", "code", "computed", "memory", "proposed")
ELSEWHERE = re.compile(
    "refer" + r"ence/[a-z]+\.md|\bDES" + r"IGN\b(?! =)|(?<![/\w])(?:vibration|hardware|realtime)\.md,? \d"
)


def _flat(text: str) -> str:
    """The text in one line, so that a citation may stand across two."""
    return re.sub(r"\s+(?:#\s+)?", " ", text)


def _papers(text: str) -> set[tuple[str, str]]:
    return {(name, year or other) for name, year, other in PAPER.findall(_flat(text))}


def test_every_citation_in_code_leads_to_an_anchor(programs, pages, anchors) -> None:
    cited = [
        (path, page, anchor)
        for path, text in programs.items()
        if path != "tests/docs/test_sources.py"
        for page, anchor in re.findall(r"\b(docs/sources/[a-z]+\.md)(#[a-z0-9-]+)?", text)
    ]
    assert len(cited) > 40
    assert [place for place in cited if place[1] not in pages or place[2][1:] not in anchors(place[1])] == []


def test_every_link_to_a_part_of_a_page_leads_there(pages, anchors, project) -> None:
    lost = []
    for path, text in pages.items():
        for target, anchor in re.findall(r"\]\(([^)#\s:]*)#([^)\s]+)\)", text):
            page = str(((project / path).parent / target).resolve().relative_to(project)) if target else path
            if page not in pages or anchor not in anchors(page):
                lost.append(f"{path}: {target}#{anchor}")
    assert lost == []


def test_nothing_is_cited_that_a_reader_outside_cannot_open(programs, pages) -> None:
    assert [
        f"{path}: {found[0]}"
        for path, text in {**programs, **pages}.items()
        if path != "tests/docs/test_sources.py"
        for found in ELSEWHERE.finditer(text)
    ] == []


def test_every_paper_that_code_names_has_its_row_and_every_row_is_named(programs, pages, table) -> None:
    rows = table(pages["docs/sources/posturography.md"], "## Papers")
    listed = {paper for row in rows for paper in _papers(row[0])}
    assert len(listed) == len(rows), "a row that is no citation"
    citing = {**programs, **pages}
    named = {
        paper
        for path, text in citing.items()
        if not path.startswith(("tests/", "docs/sources/"))
        for paper in _papers(text)
    }
    assert named - listed == set(), "add them to docs/sources/posturography.md"
    assert listed - named == set(), "nothing names these"


def test_every_standard_that_code_names_is_among_the_sources(programs, pages) -> None:
    sources = " ".join(text for path, text in pages.items() if path.startswith("docs/sources/"))
    named = {
        standard
        for path, text in programs.items()
        if not path.startswith("tests/")
        for standard in STANDARD.findall(_flat(text))
    }
    assert "ISO 2631-1" in named
    assert {standard for standard in named if standard not in sources} == set()


def test_every_fact_says_how_it_was_come_by(pages) -> None:
    for path, text in pages.items():
        if path.startswith("docs/sources/") and not path.endswith("README.md"):
            opening, *sections = re.split(r"^## ", text, flags=re.MULTILINE)
            whole_page = any(f"*{mark}*, read" in opening for mark in MARKS)
            for section in sections:
                marked = whole_page or any(mark in section for mark in MARKS)
                assert marked, f"{path}: {section.splitlines()[0]} does not say {', '.join(MARKS)}"


def test_every_page_of_sources_is_in_their_index(pages) -> None:
    index = pages["docs/sources/README.md"]
    names = {path.rpartition("/")[2] for path in pages if path.startswith("docs/sources/")} - {"README.md"}
    assert names == set(re.findall(r"^\| \[([a-z]+\.md)\]", index, re.MULTILINE))


COLUMNS = {"default": (2, DEFAULT), "clinician": (3, CLINICIAN), "hard": (4, HARD)}
ENVELOPE = {
    1: (("min_hz", 1.0), ("max_hz", 1.0)),
    2: (("acceleration_g", 1.0),),
    3: (("displacement_pp_mm", 1.0), ("low_displacement_pp_mm", 1.0)),
    4: (("bout_s", 1.0),),
    6: (("day_s", 1.0 / 60.0),),
    7: (("a8_m_s2", 1.0),),
    8: (("vdv_m_s175", 1.0),),
}
"""Rows of the envelope with the limits that they give, and what makes the page's unit of the program's."""


@pytest.mark.parametrize("column", COLUMNS)
def test_the_envelope_on_the_page_is_the_one_in_the_program(pages, table, column) -> None:
    cell, limits = COLUMNS[column]
    rows = {int(row[0].rpartition(">")[2]): row for row in table(pages["docs/sources/vibration.md"], "## Envelope")}
    assert set(rows) == set(range(1, 21))
    for number, fields in ENVELOPE.items():
        said = {float(figure) for figure in re.findall(r"\d+(?:\.\d+)?", rows[number][cell])}
        meant = {getattr(limits, name) * scale for name, scale in fields}
        assert meant <= said, f"row {number}, {column}: {rows[number][cell]} and not {meant}"
