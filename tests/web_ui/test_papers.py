"""Files about a patient: made in a process within bounds, for the browser that asked, from the page and by the API."""

from __future__ import annotations

import os
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Any
from zipfile import ZipFile

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from station.faults import StationError
from station.recording.layout import RECORDS_FILE
from station.records.audit import AuditLog
from station.records.file import open_records
from station.records.patients import Patients
from tests.station.reports.conftest import fill
from web_ui import papers
from web_ui.papers import MOST_WAITING, PaperKind, PaperOrder, Papers

if TYPE_CHECKING:
    from collections.abc import Callable

    from flask.testing import FlaskClient

    from tests.web_ui.conftest import Server
    from tests.web_ui.feeder import Feeder

ASK = "/api/v1/patients/p-7/papers"


@pytest.fixture
def filled(data: Path, project: Path) -> Path:
    """A data folder with three visits of P-7."""
    fill(data, project / "tests" / "data" / "calibrated.mcap")
    return data


@pytest.fixture(scope="module")
def three_visits(shared: tuple[Feeder, Server], project: Path) -> None:
    """Of P-7, at the file's server, until the last test of the file erases them."""
    fill(shared[1].data, project / "tests" / "data" / "calibrated.mcap")


def done(client: FlaskClient, paper: dict[str, Any], until: Callable[..., Any]) -> dict[str, Any]:
    """The paper once nobody waits for it any more."""

    def looked() -> dict[str, Any] | None:
        found = client.get(f"/api/v1/papers/{paper['id']}").json
        return found if found["state"] != "waiting" else None

    return until(looked)


def test_a_report_is_made_for_whoever_asked_and_for_nobody_else(client, filled, until, monkeypatch, tmp_path):
    visits = client.get("/api/v1/patients/P-7/visits").json["visits"]
    asked = {"kind": "handout", "language": "de", "visit": visits[-1]["id"]}
    paper = done(client, client.post(ASK, json=asked).json, until)
    assert (paper["state"], paper["name"], paper["problem"]) == ("ready", "p-7-handout.pdf", "")
    path = f"/api/v1/papers/{paper['id']}/file"
    with client.get(path) as kept, client.get(f"{path}?show=true") as shown:
        assert kept.data == shown.data
        assert (len(kept.data), kept.data[:5]) == (paper["size"], b"%PDF-")
        assert b"/Lang(de)" in kept.data
        assert kept.headers["Content-Disposition"] == "attachment; filename=p-7-handout.pdf"
        assert shown.headers["Content-Disposition"].startswith("inline")
        assert kept.headers["Cache-Control"] == "no-store"
    stranger = client.application.test_client()
    assert [stranger.get(one).status_code for one in (path, path.removesuffix("/file"))] == [404, 404]
    (tmp_path / "typst.py").write_text("raise ImportError('no letters')")
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    missing = done(client, client.post(ASK, json=asked, headers={"Accept-Language": "de"}).json, until)
    assert missing["state"] == "failed"
    assert "no letters" in missing["problem"]
    assert client.get(f"/api/v1/papers/{missing['id']}/file").status_code == 404


@pytest.mark.parametrize(
    ("path", "body", "status"),
    [
        (ASK.replace("p-7", "P-9"), {"kind": "visit"}, 404),
        (ASK, {"kind": "everything-else"}, 422),
        (ASK, {"kind": "visit", "language": "../de"}, 422),
    ],
)
def test_what_cannot_be_asked_for_begins_nothing(client, filled, path, body, status):
    assert client.post(path, json=body).status_code == status
    assert not (filled / papers.FOLDER).exists()


def test_what_hangs_is_ended_and_who_waits_behind_it_is_counted(filled, until, monkeypatch, tmp_path):
    os.mkfifo(tmp_path / "never")
    (tmp_path / "typst.py").write_text(f"open({str(tmp_path / 'never')!r}).read()")
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    made = Papers(filled)
    first = made.begin("phone", PaperOrder("visit", "P-7"))
    for _ in range(MOST_WAITING - 1):
        made.begin("phone", PaperOrder("visit", "P-7"))
    with pytest.raises(StationError) as refused:
        made.begin("phone", PaperOrder("visit", "P-7"))
    assert refused.value.code == "papers-busy"
    made.close()
    with pytest.raises(StationError) as gone:
        made.look("phone", first.id)
    assert gone.value.code == "paper-unknown"
    assert not (filled / papers.FOLDER).exists()
    monkeypatch.setattr(papers, "KINDS", {"visit": PaperKind("application/pdf", "pdf", 0.001)})
    late = Papers(filled)
    paper = late.begin("phone", PaperOrder("visit", "P-7"))
    problem = until(lambda: late.look("phone", paper.id).problem)
    assert (problem.code, problem.problems[0].reason) == ("paper-failed", "took-longer")
    assert list((filled / papers.FOLDER).iterdir()) == []
    late.close()


@pytest.mark.browser
@pytest.mark.usefixtures("three_visits", "patient")
def test_from_the_patient_to_a_report_on_the_phone(visit):
    page = visit("/therapist/p/P-7")
    page.get_by_role("link", name="Reports and files").click()
    expect(page.get_by_label("Which visit").locator("option")).to_have_count(4)
    page.get_by_role("radio", name="Progress").check()
    page.get_by_label("Language").select_option("de")
    page.get_by_role("button", name="Make it").click()
    expect(page.locator("#ready")).to_be_focused()
    expect(page.get_by_role("heading", name="Progress is ready")).to_be_visible()
    assert [one["id"] for one in Axe().run(page).response["violations"]] == []
    with page.expect_download() as download:
        page.get_by_role("link", name="Save").click()
    assert download.value.suggested_filename == "p-7-progress.pdf"
    assert b"/Lang(de)" in download.value.path().read_bytes()


@pytest.mark.browser
@pytest.mark.usefixtures("three_visits", "patient")
def test_a_drill_of_a_visit_is_kept_as_a_page_that_replays_it(visit, tmp_path: Path):
    page = visit("/therapist/p/P-7")
    page.locator("#visits a").first.click()
    with page.expect_download() as download:
        page.get_by_role("button", name="Replay").first.click()
    assert download.value.suggested_filename.endswith(".html")
    expect(page.get_by_role("status").get_by_text("opens in any browser")).to_be_visible()
    kept = tmp_path / "replay.html"
    download.value.save_as(kept)
    page.context.set_offline(True)
    try:
        page.goto(kept.as_uri())
        expect(page.locator("canvas").first).to_be_visible()
        expect(page.get_by_role("heading", level=1)).to_contain_text("P-7")
    finally:
        page.context.set_offline(False)


def test_only_a_patients_own_session_is_replayed_for_them(client, filled, until):
    session = client.get("/api/v1/sessions?patient=P-7").json["sessions"][0]["id"]
    paper = done(client, client.post(ASK, json={"kind": "replay", "session": session}).json, until)
    assert (paper["state"], paper["problem"]) == ("ready", "")
    with client.get(f"/api/v1/papers/{paper['id']}/file") as page:
        assert "<canvas" in page.text
        assert "attachment" in page.headers["Content-Disposition"], (
            "it has scripts of its own: it is no page of the station"
        )
    assert client.post(ASK, json={"kind": "replay"}).json["fields"][0]["field"] == "session"
    Patients(open_records(filled / RECORDS_FILE)).enter("P-8", {}, "test")
    others = client.post(ASK.replace("p-7", "p-8"), json={"kind": "replay", "session": session})
    assert (others.status_code, others.json["code"]) == (404, "session-unknown")
    next((filled / "recordings").glob("*.mcap")).unlink()
    for one in client.get("/api/v1/sessions?patient=P-7").json["sessions"]:
        paper = done(client, client.post(ASK, json={"kind": "replay", "session": one["id"]}).json, until)
        if paper["state"] == "failed":
            assert "recording" in paper["problem"]
            break
    else:
        pytest.fail("one of them is gone")


@pytest.mark.browser
@pytest.mark.usefixtures("three_visits", "patient")
def test_trends_are_drawn_with_their_bands_and_said_in_words(visit):
    page = visit("/therapist/p/P-7")
    page.get_by_role("link", name="Trends").click()
    picture = page.get_by_role("img", name="Mean speed of sway")
    expect(picture).to_be_visible()
    assert "22.0 on" in picture.get_attribute("aria-label")
    assert "9.50 on" in picture.get_attribute("aria-label")
    assert page.locator(".drawn .mean").count() == 3
    assert page.locator(".drawn :is(.usual, .chance)").count() == 2
    heights = page.locator(".drawn .mean").evaluate_all("all => all.map((one) => Number(one.getAttribute('cy')))")
    assert heights == sorted(heights), "what is less is lower"
    assert [one["id"] for one in Axe().run(page).response["violations"]] == []
    page.get_by_label("Figure").select_option(label="Longest try, s")
    expect(page.get_by_role("img", name="Longest try, s")).to_be_visible()
    page.get_by_text("As a table").click()
    expect(page.locator("tbody tr")).to_have_count(3)


def test_everything_is_handed_out_by_name_and_erased_by_name(client, filled, until):
    nameless = client.post(ASK, json={"kind": "everything"})
    assert (nameless.status_code, nameless.json["fields"][0]["field"]) == (422, "name")
    paper = done(client, client.post(ASK, json={"kind": "everything", "name": "Ada K."}).json, until)
    assert (paper["state"], paper["problem"]) == ("ready", "")
    with client.get(f"/api/v1/papers/{paper['id']}/file") as whole, ZipFile(BytesIO(whole.data)) as packed:
        assert {"README.txt", "everything.json", "SHA256SUMS.txt", "session.csv"} <= set(packed.namelist())
        assert len([name for name in packed.namelist() if name.startswith("recordings/")]) == 3
    path = ASK.replace("papers", "erase")
    word = {"again": "P-7", "name": "Ada K.", "reason": "asked for it"}
    other = client.post(path, json={**word, "again": "P-8"})
    assert (other.status_code, other.json["fields"][0]["field"]) == (422, "again")
    assert [client.post(path, json={**word, one: " "}).status_code for one in ("name", "reason")] == [422, 422]
    erased = client.post(path, json={**word, "again": "p-7"}).json
    assert erased == {"sessions": 3, "left": 0, "remains": [], "not_told": []}
    assert client.get("/api/v1/patients/P-7").json["known"] is False
    assert client.get(f"/api/v1/papers/{paper['id']}/file").status_code == 404, "what was made of them goes too"
    assert list((filled / "recordings").glob("*.mcap")) == []
    assert list((filled / papers.FOLDER).iterdir()) == []
    told = [(one["who"], one["what"]) for one in AuditLog(open_records(filled / RECORDS_FILE)).newest(9)]
    assert [one for one in told if one[0] == "Ada K."] == [
        ("Ada K.", "patient-handed-out"),
        ("Ada K.", "patient-erased"),
    ]
    assert client.post(path, json=word).status_code == 404


@pytest.mark.browser
@pytest.mark.usefixtures("three_visits", "patient")
def test_a_person_is_erased_on_the_page_with_the_code_typed_again(visit):
    page = visit("/therapist/p/P-7/papers")
    page.get_by_role("radio", name="Everything of this person").check()
    expect(page.get_by_label("Which visit")).to_be_hidden()
    expect(page.get_by_label("Who hands it out")).to_be_visible()
    page.get_by_role("link", name="Erase this person").click()
    page.get_by_label("Type the code again").fill("P-8")
    page.get_by_label("Who erases").fill("Ada K.")
    go = page.get_by_role("button", name="Erase P-7 for good")
    go.click()
    expect(page.locator("#reason-problem")).to_have_text("Say why.")
    page.get_by_label("Why").fill("asked for it")
    go.click()
    expect(page.locator("#again-problem")).to_contain_text("not the code P-7")
    assert [one["id"] for one in Axe().run(page).response["violations"]] == []
    page.get_by_label("Type the code again").fill("p-7")
    go.click()
    expect(page.locator("#done")).to_be_focused()
    expect(page.locator("#rest")).to_contain_text("Drills that were done: 3.")
    assert [one["id"] for one in Axe().run(page).response["violations"]] == []
