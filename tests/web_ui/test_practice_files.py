"""Whom the practice's software has sent: on the phone until a visit is opened, and answered once it is signed."""

from station.exchange.gdt import read_gdt, write_gdt
from station.faults import StationError
from station.recording.layout import RECORDS_FILE
from station.records.file import open_records
from station.settings import GdtSettings
from web_ui.service import service_of

REQUEST = write_gdt("6302", [("3000", "P77"), ("3101", "Berger"), ("3102", "Ida"), ("3103", "01021950")])


def test_a_request_waits_until_a_visit_is_opened_and_is_answered_once_it_is_signed(app, data, tmp_path, monkeypatch):
    open_records(data / RECORDS_FILE).close()
    client, service = app.test_client(), service_of(app)
    assert client.get("/api/v1/waiting").json == {"exchange": False, "problem": "", "waiting": [], "refused": []}
    shared = tmp_path / "shared"
    monkeypatch.setattr("web_ui.practice_files.LOOK_EVERY_S", 3600.0)  # the test looks
    service.exchange(GdtSettings(folder=shared), "en")
    files = service.practice_files
    shared.mkdir()
    (shared / "BALAPRAX.GDT").write_bytes(REQUEST)
    (shared / "BALAPRAX.001").write_bytes(REQUEST[:-5])
    files.look()
    files.look()
    view = client.get("/api/v1/waiting").json
    assert [one["patient"] for one in view["waiting"]] == ["P77"]
    assert view["problem"] == ""
    (bad,) = view["refused"]
    assert bad["file"] == "BALAPRAX.001"
    assert "not as long as it says" in bad["problem"]
    assert client.get("/api/v1/patients/P77").json["patient"]["initials"] == "I.B."
    visit = client.post("/api/v1/visits", json={"patient": "P77"}).json["id"]
    assert client.get("/api/v1/waiting").json["waiting"] == []
    assert client.post(f"/api/v1/visits/{visit}/sign", json={"name": "Ada"}).status_code == 200
    files.look()
    record = read_gdt((shared / "PRAXBALA.GDT").read_bytes(), "x")
    assert (record.kind, record.get("3101")) == ("6310", "Berger")
    assert record.get("6305") == ""  # nothing was done: there is no report of it
    assert files.folder.waiting() == []


def test_what_the_share_says_is_kept_until_it_answers_again(app, data, tmp_path, monkeypatch):
    open_records(data / RECORDS_FILE).close()
    monkeypatch.setattr("web_ui.practice_files.LOOK_EVERY_S", 3600.0)
    service = service_of(app)
    service.exchange(GdtSettings(folder=tmp_path / "gone"), "en")
    service.practice_files.look()
    assert isinstance(service.practice_files.fault, StationError)
    assert app.test_client().get("/api/v1/waiting").json["problem"]
    (tmp_path / "gone").mkdir()
    service.practice_files.look()
    assert app.test_client().get("/api/v1/waiting").json["problem"] == ""
