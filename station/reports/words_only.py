"""A report's page as lines of words, for a terminal: the document that `station.reports.printing` puts on paper."""

from __future__ import annotations

from collections.abc import Iterator

from station.reports.pages import Document, Section


def lines_of(document: Document) -> list[str]:
    """All that the page says, line by line."""
    return list(_lines(document))


def _lines(document: Document) -> Iterator[str]:
    yield document["title"]
    yield "=" * len(document["title"])
    if document["mark"]:
        yield f"{document['mark']}: {document['warning']}"
    width = max((len(label) for label, _ in document["about"]), default=0)
    yield from (f"{label:<{width}}  {value}" for label, value in document["about"])
    for section in document["sections"]:
        yield ""
        yield from _section(section)
    yield ""
    yield document["foot"]


def _section(section: Section) -> Iterator[str]:
    yield section["title"]
    yield "-" * len(section["title"])
    yield from section["words"]
    if section["rows"]:
        rows = [section["head"], *section["rows"]]
        widths = [max(len(row[column]) for row in rows) for column in range(len(section["head"]))]
        for row in rows:
            yield "  ".join(cell.ljust(widths[column]) for column, cell in enumerate(row)).rstrip()
    yield from (f"- {point}" for point in section["points"])
    yield from section["notes"]
