"""The program's files are fetched once, and again after an update."""

import os
import re
from pathlib import Path

import pytest
from flask import Flask, url_for

from web_ui.files import add_files, digest_of

KEPT = "public, max-age=31536000, immutable"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Two files that are a minute old."""
    for name in ("js/a.js", "b.css"):
        (path := tmp_path / "files" / name).parent.mkdir(exist_ok=True, parents=True)
        path.write_text("one")
        aged(path, -60)
    return tmp_path / "files"


def aged(path: Path, by_s: float) -> None:
    time_s = path.stat().st_mtime + by_s
    os.utime(path, (time_s, time_s))


def serving(folder: Path) -> Flask:
    app = Flask(__name__, static_folder=None)
    add_files(app, folder)
    return app


def kept(app: Flask, address: str) -> str:
    """What the answer says of keeping it."""
    with app.test_client().get(address) as answer:
        assert answer.status_code == 200
        assert answer.headers["ETag"]
        return str(answer.headers["Cache-Control"])


def address_of(app: Flask, name: str) -> str:
    with app.test_request_context():
        return url_for("static", filename=name)


def test_it_is_kept_by_the_address_that_pages_give_and_by_no_other(folder):
    app = serving(folder)
    address = address_of(app, "js/a.js")
    assert re.fullmatch("/static/[0-9a-f]{12}/js/a.js", address)
    assert kept(app, address) == KEPT
    assert kept(app, "/static/js/a.js") == kept(app, "/static/0123456789ab/js/a.js") == "no-cache"
    for gone in ("js/none.js", "none/js/a.js", "../files/b.css"):
        assert app.test_client().get(f"/static/{gone}").status_code == 404
        assert app.test_client().get(address.replace("js/a.js", gone)).status_code == 404


def test_an_update_gives_each_file_another_address(folder):
    before = address_of(serving(folder), "b.css")
    (folder / "js/a.js").write_text("two")
    after = serving(folder)
    assert address_of(after, "b.css") != before
    assert kept(after, before) == "no-cache"


def test_a_file_that_is_changed_meanwhile_is_not_kept_by_the_old_address(folder):
    app = serving(folder)
    (folder / "js/a.js").write_text("two")
    assert kept(app, address_of(app, "js/a.js")) == "no-cache"
    assert kept(app, address_of(app, "b.css")) == KEPT


@pytest.mark.parametrize("change", ["bytes", "name", "place", "gone", "new"])
def test_it_is_of_names_and_bytes(folder, change):
    before, path = digest_of(folder), folder / "js/a.js"
    aged(path, 9.0)
    assert digest_of(folder) == before
    match change:
        case "bytes":
            path.write_text("two")
        case "name":
            path.rename(folder / "js/c.js")
        case "place":
            path.rename(folder / "a.js")
        case "gone":
            path.unlink()
        case "new":
            (folder / "js/empty.js").touch()
    assert digest_of(folder) != before


FETCHED = """() => performance.getEntriesByType("resource")
    .filter((one) => one.name.includes("/static/"))
    .map((one) => [new URL(one.name).pathname, one.transferSize])"""


@pytest.mark.browser
def test_the_second_page_asks_for_no_file_that_the_first_one_had(visit):
    page = visit("/therapist/drill")
    first = dict(page.evaluate(FETCHED))
    assert len(first) > 40
    page.goto(page.url.replace("/therapist/drill", "/technician"))
    second = page.evaluate(FETCHED)
    again = [path for path, transferred in second if transferred and path in first]
    shared = [path for path, _ in second if path in first]
    assert again == []
    assert len(shared) > 10
