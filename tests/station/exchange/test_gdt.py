"""GDT 2.1: records read and written, requests that wait, results that go out, and files that cannot be taken."""

import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import select, update

from station.clock import NS_PER_S, this_moment
from station.exchange import gdt
from station.exchange.practice_folder import PracticeFolder, PracticeNames, code_of, facts_of, results_of
from station.faults import InputError, StorageError, as_json, because
from station.keeping import practice_requests
from station.keeping.erasing import erase_person
from station.keeping.handing_out import hand_out
from station.recording.layout import records_path
from station.records.dose import Statement
from station.records.file import Records, open_records
from station.records.models import SessionRow, TrialRow, VisitRow
from station.records.moving import move_visit
from station.records.patients import Patients
from station.records.suspect import SUSPECT
from station.records.visits import Visits
from station.texts import Texts

NAMES = PracticeNames("BALA", "PRAX")
ASKED = [
    ("8315", "BALANCE1"),
    ("8316", "PRAX_EDV"),
    ("9206", "3"),
    ("9218", "02.10"),
    ("3000", "02345"),
    ("3101", "Müller"),
    ("3102", "Änne"),
    ("3103", "01101945"),
    ("3622", "178.00"),
    ("8402", "BALA01"),
]
TEXTS = Texts("en")
WEEK_NS = 7 * 86_400 * NS_PER_S


def request(**other: str) -> bytes:
    """A request for a test, with other values of some fields."""
    changed = {name.removeprefix("f"): value for name, value in other.items()}
    return gdt.write_gdt(gdt.REQUEST, [(number, changed.get(number, held)) for number, held in ASKED])


def test_a_record_is_as_the_public_description_has_it():
    # the head of the description's own example of kind 6310, and two of its lines
    assert gdt.write_gdt("6310", [("8315", "PRAX_EDV"), ("3000", "02345")]) == (
        b"01380006310\r\n014810000058\r\n0178315PRAX_EDV\r\n014300002345\r\n"
    )


def test_what_is_written_is_read_back_in_its_signs():
    record = gdt.read_gdt(request(), "x")
    assert (record.kind, record.get("3101"), record.get("3102"), record.get("9999")) == ("6302", "Müller", "Änne", "")
    old = request(f9206="2").decode("iso8859-1").encode("cp437")
    assert gdt.read_gdt(old, "x").get("3101") == "Müller"
    assert gdt.read_gdt(b"01380006302\n0143101Jan\x1a".replace(b"014", b"012") + b"\r\n", "x").get("3101") == "Jan"


def test_the_number_may_be_repeated_and_signs_of_later_sets_are_read():
    repeated = gdt.write_gdt(gdt.REQUEST, [*ASKED, ("3000", " 02345")])
    assert gdt.read_gdt(repeated, "x").get("3000") == "02345"
    utf8 = request(f3102="Oe").replace(b"0153101M\xfcller", b"0163101M\xc3\xbcller")  # and says ISO 8859-1
    assert gdt.read_gdt(utf8, "x").get("3101") == "Müller"
    newer = request(f9206="4").replace("Müller".encode("iso8859-1"), "Šuller".encode("iso8859-15"))
    assert gdt.read_gdt(newer, "x").get("3101") == "Šuller"


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "gdt-no-kind"),
        (b"0143000" + b"02345\r\n", "gdt-no-kind"),
        (request()[:-6], "gdt-line"),
        (request().replace(b"0143000", b"0153000"), "gdt-line"),
        (request()[: request().index(b"0158402")], "gdt-cut-off"),
        (request(f9206="9"), "gdt-charset"),
        (b"\x00\xff" * 40, "gdt-line"),
        (b"x" * 70_000, "gdt-large"),
        (request() + request(f3000="77"), "gdt-several"),
        (request() + request(), "gdt-several"),
        (gdt.write_gdt(gdt.REQUEST, [*ASKED, ("3000", "77")]), "gdt-several"),
        (b"%PDF-1.4\n", "gdt-line"),
    ],
)
def test_what_is_no_record_is_refused_by_name(content, reason):
    with pytest.raises(InputError) as refused:
        gdt.read_gdt(content, "BALAPRAX.GDT")
    assert (refused.value.code, refused.value.where) == ("practice-file", "BALAPRAX.GDT")
    assert [one.reason for one in refused.value.problems] == [reason]


def test_of_a_name_the_station_keeps_the_initials():
    facts = facts_of(gdt.read_gdt(request(), "x"))
    assert facts == {"initials": "Ä.M.", "birth_year": 1945, "height_cm": 178}
    assert facts_of(gdt.read_gdt(request(f3103="31.12.45", f3622="x", f3101="", f3102=""), "x")) == {
        "initials": "",
        "birth_year": None,
        "height_cm": None,
    }


@pytest.mark.parametrize(("kind", "number", "reason"), [("6301", "1", "gdt-kind"), ("6302", "a b", "gdt-number")])
def test_what_asks_for_no_test_or_is_about_nobody_is_refused(kind, number, reason):
    with pytest.raises(InputError) as refused:
        code_of(gdt.read_gdt(gdt.write_gdt(kind, [("3000", number)]), "x"), "x")
    assert refused.value.problems[0].reason == reason


@pytest.fixture
def shared(tmp_path: Path) -> Path:
    """The folder that the practice's software and the station share."""
    folder = tmp_path / "shared"
    folder.mkdir()
    return folder


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """The station's data folder."""
    return tmp_path / "data"


@pytest.fixture
def records(data: Path) -> Iterator[Records]:
    """Its records."""
    data.mkdir()
    records = open_records(records_path(data))
    yield records
    records.close()


def taken(folder: PracticeFolder, records) -> None:
    """A look that finds the file, and one that finds it at rest."""
    folder.take(records)
    folder.take(records)


def no_paper(*_: object) -> bool:
    return False


def a_visit(records, code: str = "02345", key: str = "1") -> str:
    """A visit of the patient with one drill of two tries, which nobody has signed."""
    visit = Visits(records).open(code, "Ada")
    with records.writing() as transaction:
        patient = Patients(records).find(code)["id"]
        about = {"ring_epoch": 1, "ring_session": int(key), "prescription": {}, "recording": "x.mcap"}
        session = SessionRow(
            id=f"s{key}", name=f"s{key}", patient_id=patient, visit_id=visit, drill="quiet-stance", leg="left", **about
        )
        session.started_ns, session.state = records.now_ns(), "done"
        about = {"leg": "left", "pipeline": "p"}
        for number, (outcome, held_s, speed) in enumerate((("held", 20.0, 10.0), ("foot-down", 7.25, None)), 1):
            trial = TrialRow(id=f"t{key}{number}", number=number, outcome=outcome, hold_s=held_s, **about)
            trial.measures, trial.baseline_measures = {"mean_velocity_mm_s": speed}, None
            trial.reasons, trial.vibration, trial.exercise = {}, {}, None
            session.trials.append(trial)
        transaction.add(session)
    return visit


def test_a_patient_who_is_sent_waits_and_gets_the_results_of_the_visit(shared, data, records):
    (shared / "BALAPRAX.GDT").write_bytes(request())
    (shared / "other.txt").write_text("somebody else's")
    (shared / "PRAXBALA.GDT").write_bytes(b"not taken away yet")
    folder = PracticeFolder(shared, NAMES, data)
    folder.take(records)
    assert folder.waiting() == []  # it may be being written
    folder.take(records)
    assert sorted(path.name for path in shared.iterdir()) == ["PRAXBALA.GDT", "other.txt"]
    (one,) = folder.waiting()
    assert (one.code, Patients(records).find("02345")["birth_year"]) == ("02345", 1945)
    visit = a_visit(records)
    folder.answer(records, TEXTS, no_paper)
    assert len(folder.waiting()) == 1  # nobody has signed it
    Visits(records).close(visit, "Ada")
    made = []
    again = PracticeFolder(shared, NAMES, data)  # after a restart
    again.answer(records, TEXTS, lambda code, of, file: made.append((code, of, file.write_bytes(b"%PDF"))) or True)
    assert made == [("02345", visit, 4)]
    assert again.waiting() == []
    content = (shared / "PRAXBALA.001").read_bytes()
    record = gdt.read_gdt(content, "x")
    assert int(record.get("8100")) == len(content)
    told = {number: record.get(number) for number in ("8315", "8316", "3000", "3101", "3103", "8402", "9206", "9218")}
    assert told == {
        "8315": "PRAX_EDV",
        "8316": "BALANCE1",
        "3000": "02345",
        "3101": "Müller",
        "3103": "01101945",
        "8402": "BALA01",
        "9206": "3",
        "9218": "02.10",
    }
    figures = [held for number, held in record.fields if number in ("8420", "8421")]
    assert (record.kind, figures) == ("6310", ["20.0", "s", "10.0", "mm/s"])
    assert "SIMULATED" not in content.decode("iso8859-1")
    assert "1 of 2 held" in " ".join(held for number, held in record.fields if number == "6228")
    assert Path(record.get("6305")).read_bytes() == b"%PDF"


def test_a_file_that_cannot_be_taken_is_kept_with_why_and_asked_for_once(shared, data, records, monkeypatch):
    folder = PracticeFolder(shared, NAMES, data)
    (shared / "BALAPRAX.001").write_bytes(request()[:-6])
    taken(folder, records)
    assert list(shared.iterdir()) == []
    (one,) = folder.refused()
    assert (one.name, one.fault.code, one.fault.problems[0].reason) == ("BALAPRAX.001", "practice-file", "gdt-line")
    (kept,) = (data / practice_requests.FOLDER / "refused").glob("*.001")
    assert kept.read_bytes() == request()[:-6]
    (shared / "BALAPRAX.001").write_bytes(request()[:-6])
    monkeypatch.setattr(Path, "unlink", lambda *_, **__: (_ for _ in ()).throw(PermissionError(13, "no")))
    with pytest.raises(StorageError):
        taken(folder, records)
    assert len(folder.refused()) == 1


def test_somebody_else_of_the_same_number_is_not_taken_for_the_patient(shared, data, records):
    Patients(records).enter("02345", {"birth_year": 1950, "initials": "KM"}, "Ada")
    folder = PracticeFolder(shared, NAMES, data)
    for born, name in (("01101945", "Müller"), ("01101950", "Berger")):
        (shared / "BALAPRAX.GDT").write_bytes(request(f3103=born, f3101=name))
        taken(folder, records)
    assert [one.fault.problems[0].reason for one in folder.refused()] == ["gdt-other-initials", "gdt-other-year"]
    assert folder.waiting() == []
    assert Patients(records).find("02345")["birth_year"] == 1950


def test_a_request_that_cannot_be_taken_away_is_still_one_request(shared, data, records, monkeypatch):
    folder = PracticeFolder(shared, NAMES, data)
    (shared / "BALAPRAX.GDT").write_bytes(request())
    with monkeypatch.context() as patched:
        patched.setattr(Path, "unlink", lambda *_, **__: (_ for _ in ()).throw(PermissionError(13, "no")))
        with pytest.raises(StorageError):
            taken(folder, records)
        (before,) = folder.waiting()
        with pytest.raises(StorageError):
            taken(folder, records)
    (after,) = folder.waiting()
    assert before.since_ns == after.since_ns


def test_a_folder_that_is_gone_is_a_fault_and_what_was_due_waits_for_it(shared, data, records):
    folder = PracticeFolder(shared, NAMES, data)
    (shared / "BALAPRAX.GDT").write_bytes(request())
    taken(folder, records)
    Visits(records).close(a_visit(records), "Ada")
    shared.rename(shared.with_name("away"))
    with pytest.raises(StorageError):
        folder.take(records)
    shared.write_text("a file in its place")
    with pytest.raises(StorageError):
        folder.answer(records, TEXTS, no_paper)
    shared.unlink()
    shared.with_name("away").rename(shared)
    folder.answer(records, TEXTS, no_paper)
    assert gdt.read_gdt((shared / "PRAXBALA.GDT").read_bytes(), "x").get("6305") == ""


def test_who_is_erased_waits_no_more_and_no_file_names_them(shared, data, records):
    folder = PracticeFolder(shared, NAMES, data)
    damaged, nobodys = request()[:-6], b"%PDF Mueller"
    for content in (request(), damaged, request(f3000="77", f8000="6301")[:-6], nobodys):
        (shared / "BALAPRAX.GDT").write_bytes(content)
        taken(folder, records)
    kept = data / practice_requests.FOLDER
    assert [one.code for one in folder.waiting()] == ["02345"]
    done = erase_person(data, records, "02345", Statement("Ada", "asked for it"))
    assert folder.waiting() == []
    left = {path.read_bytes() for path in kept.rglob("*-*") if path.suffix != ".json"}
    assert left == {request(f3000="77", f8000="6301")[:-6], nobodys}
    assert len(folder.refused()) == 2
    (unsure,) = done.remains  # a person has to look at it
    assert (data / unsure).read_bytes() == nobodys


def test_what_could_not_be_taken_is_kept_for_a_month(shared, data, records, monkeypatch):
    folder = PracticeFolder(shared, NAMES, data)
    (shared / "BALAPRAX.GDT").write_bytes(request()[:-6])
    taken(folder, records)
    now_ns = records.now_ns()
    for days, left in ((29, 1), (31, 0)):
        monkeypatch.setattr(records, "now_ns", lambda days=days: now_ns + days * 86_400 * 10**9)
        folder.take(records)
        assert len(folder.refused()) == left
        assert len(list((data / practice_requests.FOLDER / "refused").iterdir())) == 2 * left


def test_who_is_handed_what_is_kept_of_them_is_handed_their_request(shared, data, records, tmp_path):
    folder = PracticeFolder(shared, NAMES, data)
    for content in (request(), request(f3000="77"), request(f3103="01101950")):  # the last is somebody else's, refused
        (shared / "BALAPRAX.GDT").write_bytes(content)
        taken(folder, records)
    hand_out(data, records, "02345", tmp_path / "theirs.zip", "Ada", TEXTS.say)
    with zipfile.ZipFile(tmp_path / "theirs.zip") as theirs:
        assert [name for name in theirs.namelist() if name.startswith("practice-requests/")] == [
            "practice-requests/02345.gdt"
        ]
        assert theirs.read("practice-requests/02345.gdt") == request()
        assert "practice-requests: what a practice sent" in theirs.read("README.txt").decode()


def test_a_request_goes_with_its_patient_when_a_code_is_corrected_or_merged(shared, data, records):
    folder, patients = PracticeFolder(shared, NAMES, data), Patients(records)
    for number in ("02345", "77"):
        (shared / "BALAPRAX.GDT").write_bytes(request(f3000=number))
        taken(folder, records)
    patients.correct_code("02345", "P02", "Ada", "mistyped")
    (shared / "BALAPRAX.GDT").write_bytes(request(f3000="02345", f3102="Zoe"))  # the code is somebody else's now
    taken(folder, records)
    assert sorted(one.code for one in folder.waiting()) == ["02345", "77", "P02"]
    patients.correct_code("77", "P02", "Ada", "the same person")
    assert len(practice_requests.of_person(data, records, "p02")) == 2  # before anybody looked
    folder.take(records)
    assert sorted(one.code for one in folder.waiting()) == ["02345", "P02", "P02"]
    Visits(records).close(a_visit(records, "P02"), "Ada")
    folder.answer(records, TEXTS, no_paper)
    assert [one.code for one in folder.waiting()] == ["02345"]
    numbers = {gdt.read_gdt(path.read_bytes(), "x").get("3000") for path in shared.glob("PRAXBALA.*")}
    assert numbers == {"P02"}  # no figures under the wrong number
    erase_person(data, records, "P02", Statement("Ada", "asked for it"))
    assert [one.record.get("3102") for one in folder.waiting()] == ["Zoe"]


MOVE = Statement("Ada", "somebody else stood there")


def both_asked(shared: Path, data: Path, records: Records) -> PracticeFolder:
    """The practice has sent 02345 and 77, and both wait."""
    folder = PracticeFolder(shared, NAMES, data)
    for number in ("02345", "77"):
        (shared / "BALAPRAX.GDT").write_bytes(request(f3000=number))
        taken(folder, records)
    return folder


def numbers_out(shared: Path) -> list[str]:
    """Whose results went out."""
    return sorted(gdt.read_gdt(path.read_bytes(), "x").get("3000") for path in shared.glob("PRAXBALA.*"))


def test_a_visit_that_was_moved_answers_for_whose_it_is_once_they_are_signed_for(shared, data, records):
    folder, visits = both_asked(shared, data, records), Visits(records)
    visit = a_visit(records)
    visits.close(visit, "Ada")
    move_visit(records, visit, "77", MOVE, this_moment())
    folder.answer(records, TEXTS, no_paper)
    assert numbers_out(shared) == []  # who signed it signed another's
    visits.close(visit, "Ada")
    folder.answer(records, TEXTS, no_paper)
    assert numbers_out(shared) == ["77"]
    assert [one.code for one in folder.waiting()] == ["02345"]  # they were sent, and nobody has tested them
    visits.close(a_visit(records, key="2"), "Ada")
    folder.answer(records, TEXTS, no_paper)
    assert (numbers_out(shared), folder.waiting()) == (["02345", "77"], [])


@pytest.mark.parametrize("made", [True, False])
def test_a_visit_that_is_moved_while_its_report_is_made_goes_out_for_nobody(shared, data, records, made):
    folder, visits = both_asked(shared, data, records), Visits(records)
    visit = a_visit(records)
    visits.close(visit, "Ada")

    def meanwhile(code: str, of: str, file: Path) -> bool:
        if made:
            file.write_bytes(b"%PDF of the wrong patient")
        if code == "02345":
            move_visit(records, of, "77", MOVE, this_moment())
        return made

    folder.answer(records, TEXTS, meanwhile)
    assert list(shared.iterdir()) == []
    assert sorted(one.code for one in folder.waiting()) == ["02345", "77"]
    visits.close(visit, "Ada")
    folder.answer(records, TEXTS, meanwhile)
    assert numbers_out(shared) == ["77"]
    assert len(list(shared.glob("77-*.pdf"))) == made


def test_a_visit_of_an_earlier_day_that_is_moved_answers_nothing_that_was_asked_later(shared, data, records):
    visits = Visits(records)
    Patients(records).enter("77", {}, "Ada", sure=True)
    visit = a_visit(records, "P07")
    with records.writing() as transaction:
        long_ago = {"opened_ns": VisitRow.opened_ns - WEEK_NS}
        transaction.execute(update(VisitRow).values(long_ago))
        transaction.execute(update(SessionRow).values(started_ns=SessionRow.started_ns - WEEK_NS))
    (shared / "BALAPRAX.GDT").write_bytes(request(f3000="77", f3101="", f3102="", f3103=""))
    folder = PracticeFolder(shared, NAMES, data)
    taken(folder, records)
    move_visit(records, visit, "77", MOVE, this_moment())
    visits.close(visit, "Ada")
    folder.answer(records, TEXTS, no_paper)
    assert ([one.code for one in folder.waiting()], numbers_out(shared)) == (["77"], [])
    visits.close(a_visit(records, "77", key="2"), "Ada")
    folder.answer(records, TEXTS, no_paper)
    assert (folder.waiting(), numbers_out(shared)) == ([], ["77"])


def test_results_of_the_simulated_rig_say_so_in_text_and_figures(shared, data, records, monkeypatch):
    monkeypatch.setattr("station.recording.rigs.rig_of", lambda path: "simulated" if path == data / "x.mcap" else "pi")
    folder = PracticeFolder(shared, NAMES, data)
    (shared / "BALAPRAX.GDT").write_bytes(request())
    taken(folder, records)
    Visits(records).close(a_visit(records), "Ada")
    folder.answer(records, TEXTS, no_paper)
    record = gdt.read_gdt((shared / "PRAXBALA.GDT").read_bytes(), "x")
    assert "Nobody stood there" in " ".join(held for number, held in record.fields if number == "6228")
    names = [held for number, held in record.fields if number == "8411"]
    assert len(names) == 2
    assert all(name.startswith("SIMULATED: ") for name in names)


def test_the_sway_that_goes_out_is_that_of_the_report(records):
    """Without tries that were not held or are suspect: two files of one visit must not say two things."""
    Patients(records).enter("02345", {}, "test", sure=True)
    visit = a_visit(records)
    with records.writing() as transaction:
        for number, outcome, speed, suspect in ((3, "step-off", 300.0, False), (4, "held", 90.0, True)):
            trial = TrialRow(id=f"t{number}", session_id="s1", number=number, leg="left", pipeline="p")
            trial.outcome, trial.hold_s, trial.measures = outcome, 20.0, {"mean_velocity_mm_s": speed}
            doubts = {SUSPECT: as_json(because("values-held", times=2, slower_hz=125.0))} if suspect else {}
            trial.baseline_measures, trial.reasons, trial.vibration, trial.exercise = None, doubts, {}, None
            transaction.add(trial)
    fields = results_of(Visits(records).whole(visit) | {"closed_ns": records.now_ns()}, TEXTS, unreal=False)
    assert [held for number, held in fields if number == gdt.VALUE] == ["20.0", "10.0"]
    with records.writing() as transaction:
        for trial in transaction.scalars(select(TrialRow)):
            trial.exercise = {"done": 1, "of": 4}
    fields = results_of(Visits(records).whole(visit) | {"closed_ns": records.now_ns()}, TEXTS, unreal=False)
    assert [held for number, held in fields if number == gdt.VALUE] == ["20.0"], "who moves for a score sways by it"
