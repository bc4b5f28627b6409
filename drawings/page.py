"""Putting what is drawn between its marks in a page."""

from __future__ import annotations

from pathlib import Path


def put(page: str, where: Path, name: str, drawn: str) -> str:
    """The page with what is between the two marks of that name replaced. Raises ValueError where they are missing."""
    begin, end = f"<!-- {name}: drawn from the code by `make drawings` -->", f"<!-- end of {name} -->"
    if begin not in page or end not in page:
        raise ValueError(f"{where} has no marks for {name}: {begin} ... {end}")
    before, _, rest = page.partition(begin)
    return f"{before}{begin}\n\n{drawn}\n\n{end}{rest.partition(end)[2]}"
