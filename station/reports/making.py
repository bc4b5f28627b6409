"""One report from the records, as PDF."""

from __future__ import annotations

from station.reports.facts import Wanted, facts_of
from station.reports.pages import document_of, known_kind
from station.reports.printing import pdf_of
from station.texts import Texts


def report_pdf(kind: str, wanted: Wanted, texts: Texts) -> bytes:
    """The report of this kind as PDF. Raises the errors of `facts_of` and `pdf_of`, and "input-invalid" for no kind."""
    return pdf_of(document_of(known_kind(kind), facts_of(wanted), texts))
