"""`station correct-code`: the right code, who says so, and why."""

from click.testing import CliRunner

from station.cli import main
from station.recording.layout import records_path
from station.records.audit import AuditLog
from station.records.file import open_records
from station.records.patients import CORRECTED, Patients
from station.records.sessions import Sessions
from tests.station.records.made import new


def run(data, *arguments: str):
    return CliRunner().invoke(main, ["correct-code", *arguments, "--data", str(data)])


def test_a_code_is_corrected_by_name_and_with_a_reason(tmp_path):
    records = open_records(records_path(tmp_path))
    Sessions(records).begin(new(1, "P1"))
    done = run(tmp_path, "p1", "p01", "--by", "Ada K.", "--reason", "mistyped")
    assert (done.exit_code, done.output) == (0, "P1 is P01 now.\n")
    assert Patients(records).find("P1") is None
    (line,) = [one for one in AuditLog(records).newest(9) if one["what"] == CORRECTED]
    assert (line["who"], line["detail"]["reason"]) == ("Ada K.", "mistyped")


def test_a_code_that_nobody_has_or_no_reason_is_refused(tmp_path):
    assert run(tmp_path, "P1", "P01", "--by", "Ada K.", "--reason", "mistyped").exit_code == 2
    assert run(tmp_path, "P1", "P01", "--by", "Ada K.").exit_code == 2
    assert run(tmp_path, "P1", "P01", "--by", "Ada K.", "--reason", " ").exit_code == 2
