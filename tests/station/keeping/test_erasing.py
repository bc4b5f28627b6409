"""A person is handed out, and erased: nothing of them is left, nothing brings them back, and the audit log is whole."""

import csv
import io
import json
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from station.clock import VouchedMoment, this_moment
from station.faults import InputError, StorageError
from station.keeping.backup import make_backup
from station.keeping.erasing import erase_person
from station.keeping.handing_out import hand_out
from station.keeping.restore import restore
from station.processes.clerk import Clerk
from station.recording.books import open_or_begin_again
from station.recording.erased import ERASURES_FILE, carry_out, read_stones
from station.recording.layout import records_path
from station.records.audit import AuditLog
from station.records.day import Placed
from station.records.dose import Claim, Dose, Doses, Statement
from station.records.erasing import Erasures
from station.records.file import open_records
from station.records.patients import Patients
from station.records.sessions import Sessions
from station.records.theirs import tables
from station.texts import Texts
from tests.station.keeping.conftest import SECRETS, tree
from tests.station.records.made import EPOCH, NOON, new, ns

WHY = Statement("Ada K.", "asked for it")


def erase(data: Path, code: str = "P01"):
    return erase_person(data, open_records(records_path(data)), code, WHY)


def stored(data: Path) -> Iterator[bytes]:
    yield from tree(data).values()
    for suffix in ("-wal", "-shm"):
        beside = Path(f"{records_path(data)}{suffix}")
        if beside.exists():
            yield beside.read_bytes()


def test_nothing_of_the_person_is_left_and_others_are_untouched(data, records):
    others = Sessions(records).newest("P02")
    gone = [one["id"] for one in Sessions(records).newest("P01")]
    done = erase(data)
    assert (done.sessions, done.left, done.remains) == (2, 0, ())
    assert Patients(records).find("P01") is None
    assert Sessions(records).newest() == others
    assert not [name for name in gone for path in (data / "recordings").iterdir() if name in path.name]
    assert not [secret for secret in SECRETS for content in stored(data) if secret.encode() in content]
    assert AuditLog(records).first_broken() is None
    last = AuditLog(records).newest(1)[0]
    assert (last["who"], last["what"], last["detail"]["reason"]) == ("Ada K.", "patient-erased", "asked for it")


def test_every_table_of_people_is_emptied(data, records):
    """Also of tables that come later: those that name a patient, a session or a visit."""
    Patients(records).correct_code("P02", "P01", "Ada", "one and the same")
    erase(data)
    with records.reading() as transaction:
        rows = {
            table.name: transaction.connection().exec_driver_sql(f"SELECT * FROM {table.name}").all()
            for table in tables(with_dose=True)
        }
    assert {"visit", "session", "trial", "dose", "plan", "level", "said", "screening", "committed"} <= set(rows)
    assert [name for name, found in rows.items() if found] == []


@pytest.mark.parametrize("lost", [False, True])
def test_a_recording_that_comes_back_is_taken_away_again(data, records, lost):
    """Out of a power cut between rows and files, or by hand; also where the records are made again."""
    kept = {path: path.read_bytes() for path in (data / "recordings").iterdir()}
    erase(data)
    gone = [path for path in kept if not path.exists()]
    for path in gone:
        path.write_bytes(kept[path])
    if lost:
        records_path(data).write_bytes(b"no database at all" * 100)
        open_or_begin_again(data).close()
    clerk = Clerk(data)
    clerk.put(lambda books: books.settle(sorted(kept), "", ns(NOON)))
    clerk.work()
    clerk.close()
    assert not [path for path in gone if path.exists()]
    assert Patients(open_records(records_path(data))).find("P01") is None
    assert len(Erasures(open_records(records_path(data))).all()) == 1


def test_a_cut_before_the_file_of_tombstones_is_made_good(data, records):
    Erasures(records).erase("P01", WHY, this_moment())
    assert len(list((data / "recordings").glob("*.mcap"))) == 3
    clerk = Clerk(data)
    clerk.work()
    clerk.close()
    assert len(list((data / "recordings").glob("*.mcap"))) == 1
    assert len(read_stones(data / ERASURES_FILE)) == 1


def test_a_backup_from_before_brings_nobody_back(data, tmp_path):
    """The folder of the backup was told, or the data folder knows."""
    stick = tmp_path / "stick"
    stick.mkdir()
    made = make_backup(data, stick, "", "Ada").path
    erase_person(data, open_records(records_path(data)), "P01", WHY)
    for target, replace in ((tmp_path / "new", False), (data, True)):
        assert restore(target, made, "", "Eva", replace=replace).erased == 1
        assert [one["patient"] for one in Sessions(open_records(records_path(target))).newest()] == ["P02"]
        assert len(list((target / "recordings").glob("*.mcap"))) == 1
        assert AuditLog(open_records(records_path(target))).first_broken() is None


def test_who_is_erased_after_a_restore_stays_out_of_the_next(data, tmp_path):
    made = make_backup(data, tmp_path, "", "Ada").path
    restore(tmp_path / "card", made, "", "Eva")
    assert erase(tmp_path / "card").not_told == ()
    assert restore(tmp_path / "other card", made, "", "Eva").erased == 1


def test_a_stick_that_is_not_there_is_named(data, tmp_path):
    """A backup on it would bring the person back: somebody has to take the list of erasures along."""
    stick = tmp_path / "stick"
    stick.mkdir()
    made = make_backup(data, stick, "", "Ada").path
    stick.rename(tmp_path / "drawer")
    assert erase(data).not_told == (str(stick),)
    (tmp_path / "drawer" / ERASURES_FILE).write_bytes((data / ERASURES_FILE).read_bytes())
    assert restore(tmp_path / "new", tmp_path / "drawer" / made.name, "", "Eva").erased == 1


def test_the_days_sum_holds_for_whoever_has_the_code(data, records):
    """And for nobody else; the day over, nothing of it is left."""
    now = VouchedMoment("boot", 10**9 * 1000, ns(NOON), "rtc")
    doses = Doses(records)
    for number, patient in ((1, "P01"), (2, "P02")):
        at = Placed("boot", 10**9, "")
        doses.commit(Claim(patient, EPOCH, number, at, ns(NOON), Dose(60.0, 1.0, 1.0)), now)
        doses.settle(EPOCH, number, Dose(20.0, 0.3, 0.3))
    before = {code: doses.today(code, ns(NOON))["vibration_s"] for code in ("P01", "P02", "P09")}
    Erasures(records).erase("P01", WHY, now)
    after = {code: doses.today(code, ns(NOON))["vibration_s"] for code in before}
    with records.reading() as transaction:
        own = transaction.connection().exec_driver_sql("SELECT code FROM patient WHERE code = 'P01'").all()
    assert own == []
    assert after["P02"] == before["P02"]
    assert after["P09"] == 0.0
    assert after["P01"] == 20.0
    later = now._replace(boot_id="next", mono_ns=10**9, wall_ns=ns(NOON) + 3 * 86_400 * 10**9)
    doses.pass_time(later)
    assert doses.today("P01", later.wall_ns)["vibration_s"] == 0.0


def test_nobody_is_erased_while_they_train_or_without_a_word(data, records):
    Sessions(records).begin(new(9, "P01"))
    for code, word, refused in (
        ("P01", WHY, "erase-busy"),
        ("P77", WHY, "patient-unknown"),
        ("P02", Statement(" ", "why"), "input-invalid"),
        ("P02", Statement("Ada", " "), "input-invalid"),
    ):
        with pytest.raises(InputError) as caught:
            Erasures(records).erase(code, word, this_moment())
        assert caught.value.code == refused
    assert Erasures(records).all() == []


def test_a_list_of_tombstones_takes_away_no_other_file(data, records):
    """A name that is none of a session's is no tombstone: files are taken away by these names."""
    bad = [{"id": "x", "at_ns": 1, "by": "a", "reason": "b", "sessions": [name]} for name in ("*", "../../records")]
    for one in bad:
        (data / ERASURES_FILE).write_text(json.dumps({"erased": [one]}))
        assert read_stones(data / ERASURES_FILE) == []
        carry_out(data, records)
    assert len(list((data / "recordings").glob("*.mcap"))) == 3


def test_everything_of_one_person_is_handed_out(data, records, tmp_path):
    target = tmp_path / "p01.zip"
    assert hand_out(data, records, "p01", target, "Ada", Texts("de").say) == 2
    with zipfile.ZipFile(target) as found:
        everything = json.loads(found.read("everything.json"))
        names = set(found.namelist())
        readme = found.read("README.txt").decode()
        rows = list(csv.DictReader(io.StringIO(found.read("session.csv").decode())))
        for name in [one for one in names if one.startswith("recordings/")]:
            assert found.read(name) == (data / name).read_bytes()
        sums = found.read("SHA256SUMS.txt").decode()
    assert {"patient.csv", "trial.csv", "audit.csv", "README.txt"} <= names
    assert everything["patient"][0]["notes"] == SECRETS[2]
    assert [one["sha256"] in sums for one in rows] == [True, True]
    assert "P01" in readme
    assert "P02" not in json.dumps(everything)
    assert AuditLog(records).newest(1)[0]["what"] == "patient-handed-out"
    for code, path in (("P77", tmp_path / "q.zip"), ("P01", target)):
        with pytest.raises(InputError):
            hand_out(data, records, code, path, "Ada", Texts().say)
    with pytest.raises(StorageError):
        hand_out(data, records, "P01", tmp_path / "none" / "q.zip", "Ada", Texts().say)
    assert [one.name for one in tmp_path.iterdir() if one.name.endswith("part")] == []


def test_every_kind_of_row_has_its_words(data):
    texts = Texts()
    assert [one.name for one in tables(with_dose=True) if not texts.has(f"handed-out.{one.name}")] == []
