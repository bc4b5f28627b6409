"""README.md shows the three pages as they are photographed, small, and says in words what is on each picture."""

import re
from pathlib import Path

from drawings.first_start import FILE
from drawings.gallery import DOCS, DOCS_LANGUAGES, DOCS_STATES
from drawings.pictures import FOLDER, SHOTS
from drawings.sheet import PICTURE
from drawings.shown import LANGUAGES, REPORTS, page_rules

PNG = b"\x89PNG\r\n\x1a\n"

SHEETS = (PICTURE, FILE.name)
FILM = "film-targets"
"""Of the patient's screen, in six frames (`make film`)."""


def test_each_picture_is_there_small_and_of_its_size(project) -> None:
    assert sorted(file.stem for file in FOLDER.glob("*.*")) == sorted(
        [*(shot.page for shot in SHOTS), FILM, *(Path(name).stem for name in SHEETS)]
    )
    for name in SHEETS:
        assert (FOLDER / name).read_bytes().startswith(PNG)
        assert (FOLDER / name).stat().st_size < 200_000
    assert (FOLDER / f"{FILM}.png").stat().st_size < 400_000
    for shot in SHOTS:
        content = (FOLDER / f"{shot.page}.png").read_bytes()
        assert content.startswith(PNG)
        assert len(content) < 150_000
        assert int.from_bytes(content[16:20]) == round(shot.width * shot.scale)
        assert int.from_bytes(content[20:24]) == round(shot.height * shot.scale)


def test_the_pictures_of_the_languages_are_there_and_small(pages) -> None:
    files = sorted(DOCS.iterdir())
    small = [f"{one}-{name}" for one in DOCS_LANGUAGES for name in DOCS_STATES]
    assert [file.stem for file in files] == sorted([*small, *(f"{one}-pages" for one in LANGUAGES)])
    assert all(file.read_bytes().startswith(PNG) for file in files)
    assert sum(file.stat().st_size for file in files) < 2_500_000
    shown = re.findall(r"!\[([^]]+)\]\(pictures/languages/([\w-]+)\.png\)", pages["docs/languages.md"])
    assert sorted(name for _, name in shown) == sorted(small)


def test_what_was_looked_at_is_every_page_as_it_is_and_nothing_was_found(pages) -> None:
    page = pages["docs/shown.md"]
    looked = dict(re.findall(r"^\| `(\S+)` +\|(.*)\|$", page, re.MULTILINE))
    of_rules = {re.compile(re.sub(r"<[^>]+>", "[^/]+", rule.rule)) for rule in page_rules()}
    unseen = [one.pattern for one in of_rules if not any(one.fullmatch(path) for path in looked)]
    assert unseen == [], "a page is new: make shown"
    for row in looked.values():
        passed, *found = (int(cell) for cell in row.split("|"))
        assert passed > 0
        assert found == [0, 0, 0, 0]
    pictures = re.findall(r"!\[[^]]+\]\(pictures/([\w/-]+)\.png\)", page)
    assert sorted(pictures) == sorted(
        [*(f"reports/{kind}" for kind in REPORTS), *(f"languages/{one}-pages" for one in LANGUAGES)]
    )
    assert all((FOLDER / f"{name}.png").read_bytes().startswith(PNG) for name in pictures)


def test_the_readme_shows_each_with_words_beside_it(pages) -> None:
    shown = dict(re.findall(r'<img src="docs/pictures/(\w+)\.png" width="\d+" alt="([^"]+)">', pages["README.md"]))
    assert set(shown) == {shot.page for shot in SHOTS}
    assert all("STOP" in words for words in shown.values())


def test_the_readme_stays_short(pages) -> None:
    assert len(pages["README.md"].splitlines()) < 90
