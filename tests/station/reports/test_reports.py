"""Reports: what they say of which records, what they must not say, and that the same records give the same bytes."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from drills.library import load_shipped
from station.cli import main as station
from station.faults import StationError
from station.measures.norms.change import REAL, ConditionTrials, Occasion, change
from station.records.signed import ChangedLater
from station.reports import printing
from station.reports.facts import Facts, Wanted, facts_of, measure_set, series_of
from station.reports.pages import FIGURES, KINDS, document_of
from station.reports.printing import pdf_of, pictures_of
from station.reports.trends import trends_of
from station.texts import Texts
from station.texts.counting import Lacks
from station.texts.problems import detail
from station.texts.pseudo import LONG


def said(kind: str, data: Path, language: str = "en", **wanted: str) -> str:
    document = document_of(kind, facts_of(Wanted(data, **wanted)), Texts(language))
    return json.dumps(document, ensure_ascii=False)


@pytest.mark.parametrize("kind", KINDS)
def test_the_same_records_give_the_same_tagged_bytes(clinic, kind) -> None:
    data, _ = clinic
    document = document_of(kind, facts_of(Wanted(data, "p-7")), Texts("de"))
    first = pdf_of(document)
    assert first == pdf_of(json.loads(json.dumps(document)))
    assert first.startswith(b"%PDF-")
    for part in (b"/StructTreeRoot", b"/Lang(de)", b"pdfuaid:part", b"/DisplayDocTitle true"):
        assert part in first, part
    assert len(pictures_of(document, 20)) >= 1


@pytest.mark.parametrize("kind", KINDS)
def test_every_report_is_of_the_catalogue(clinic, kind) -> None:
    data, _ = clinic
    for language in ("de", LONG):
        lacks = Lacks()
        document_of(kind, facts_of(Wanted(data, "p-7")), Texts(language, lacks=lacks))
        assert lacks.seen() == ()


def test_an_assessment_names_its_norms_pipeline_and_program(clinic) -> None:
    told = said("assessment", clinic[0], patient="P-7")
    assert "76 people of 60 to 85 years" in told
    assert "Santos and Duarte" in told
    assert "station-1/1" in told
    assert "station 0.1.0" in told
    assert '"9.50"' in told  # the mean of 9, 9.5 and 10


def test_a_visit_says_how_long_a_drill_was_paused_and_after_which_try(clinic) -> None:
    data, names = clinic
    assert "Quiet stance, both legs: pause of 3:25 min after try 2." in said("visit", data, patient="P-7")
    assert "pause of" not in said("visit", data, session=names[0])
    assert "Pause von 3:25 min nach Versuch 2." in said("visit", data, "de", patient="P-7")


def test_progress_says_the_verdict_of_the_house_and_the_least_real_change(clinic) -> None:
    data, _ = clinic
    facts = facts_of(Wanted(data, "P-7"))
    first, last = ([measure_set(one) for one in day["trials"]] for day in (facts.every[0], facts.every[-1]))
    stood = series_of(facts.sessions)[0].condition
    found = change(ConditionTrials(stood, first), ConditionTrials(stood, last), FIGURES[0], Occasion(68.0, False))
    assert found.verdict == REAL
    told = said("progress", data, patient="P-7")
    assert f"9.50 after 22.0: real change, better. A change below {found.smallest_real:.1f} could be chance." in told
    assert "▲ suspect" not in told  # three sound tries of that day are there


def test_a_suspect_try_is_marked_and_in_no_mean(clinic) -> None:
    data, names = clinic
    told = said("assessment", data, session=names[1])
    assert "▲ Suspect: try 4" in told
    assert '"19.0"' in told  # of 18, 19 and 20; with the suspect try it would be 36.8
    assert "9.50" not in told  # of a later visit


def test_nobody_stood_there_and_that_is_written_over_it(clinic, tmp_path) -> None:
    facts = facts_of(Wanted(clinic[0], "P-7"))
    assert document_of("handout", facts, Texts())["mark"] == "SIMULATED"
    real = [{**one, "header": {**one["header"], "rig": "pi"}} for one in facts.every]
    real_facts = facts._replace(earlier=real[:2], sessions=real[2:])
    assert document_of("handout", real_facts, Texts())["mark"] == ""
    assert document_of("handout", real_facts, Texts())["warning"] == ""
    gone = [{**one, "header": {}} for one in facts.every]
    lost = document_of("visit", facts._replace(earlier=[], sessions=gone), Texts())
    assert (lost["mark"], "not known" in lost["warning"]) == ("", True), "a recording that is gone vouches for nobody"


@pytest.mark.parametrize(("by", "said"), [("Eve", "last by Eve, "), ("02c9a9", "last by somebody at the station, ")])
def test_what_was_changed_after_the_visit_was_signed_is_said(clinic, by, said) -> None:
    facts = facts_of(Wanted(clinic[0], "P-7"))
    changed = facts._replace(changed=ChangedLater(by, facts.sessions[-1]["started_ns"]))
    (line,) = [more for one, more in document_of("visit", changed, Texts())["about"] if one == "Changed after that"]
    assert line.startswith(said)
    assert "Changed after that" not in str(document_of("visit", facts, Texts())["about"])


def test_what_somebody_wrote_is_text_and_no_markup(clinic) -> None:
    data, _ = clinic
    document = document_of("visit", facts_of(Wanted(data, "P-7")), Texts())
    document["about"].append(["#panic()", '#read("/etc/passwd") $x$ <a> @b [ ] \\ " ` _ * = - +'])
    assert pdf_of(document).startswith(b"%PDF-")


def test_the_hand_out_has_no_norm_no_verdict_and_no_year_of_birth(clinic) -> None:
    told = said("handout", clinic[0], patient="P-7")
    for word in ("percentile", "real change", "1958", "step-off", "suspect", "mm/s"):
        assert word not in told.lower()
    assert "Your longest: 30 s." in told


@pytest.mark.parametrize(
    ("wanted", "code"),
    [
        ({"patient": "NOBODY"}, "patient-unknown"),
        ({"session": "nosuch"}, "session-unknown"),
        ({"patient": "P-8"}, "report-empty"),
    ],
)
def test_who_has_nothing_gets_no_report(clinic, tmp_path, wanted, code) -> None:
    from station.records.file import open_records
    from station.records.patients import Patients

    data = tmp_path
    records = open_records(data / "records.sqlite")
    Patients(records).enter("P-8", {}, "test")
    with pytest.raises(StationError) as problem:
        facts_of(Wanted(data, **wanted))
    assert problem.value.code == code


def test_without_its_letters_a_language_is_refused_by_name_and_with_them_it_is_set(clinic, monkeypatch) -> None:
    data, _ = clinic
    document = document_of("handout", facts_of(Wanted(data, "p-7")), Texts("ar"))
    assert pdf_of(document).startswith(b"%PDF")  # Debian's DejaVu is enough
    monkeypatch.setattr(printing, "font_of", lambda language: None)
    with pytest.raises(StationError) as caught:
        pdf_of(document)
    assert caught.value.code == "report-failed"
    assert "fonts-noto-ui-core" in detail(Texts("en"), caught.value)
    assert pdf_of({**document, "language": "de"}).startswith(b"%PDF")


def test_a_session_of_another_patient_is_not_reported(clinic) -> None:
    data, names = clinic
    with pytest.raises(StationError) as problem:
        facts_of(Wanted(data, "P-8", names[0]))
    assert problem.value.code == "session-unknown"


def test_a_process_makes_it_and_says_faults_as_values(clinic, tmp_path) -> None:
    program = (
        "import sys; from station.exchange.making import main; codes = [main(one.split('|')) for one in sys.argv[1:]]"
    )
    program += "; sys.stderr.write('\\n'.join(['', *sys.modules])); sys.exit(codes[-1])"
    out = tmp_path / "out"
    asked = f"--data|{clinic[0]}|--out|{out}|--language|de|--patient"
    made = subprocess.run(
        [sys.executable, "-c", program, f"progress|{asked}|NOBODY", f"handout|{asked}|P-7"],
        capture_output=True,
        timeout=250,
    )
    assert made.returncode == 0, made.stderr
    assert out.read_bytes().startswith(b"%PDF-")
    first, *loaded = made.stderr.decode().splitlines()
    assert json.loads(first) == {"code": "patient-unknown", "where": "NOBODY", "problems": []}
    assert [name for name in ("scipy.signal", "flask", "station.settings", "hw.registry") if name in loaded] == []


def test_the_command_writes_the_file_and_asks_of_whom(clinic, tmp_path) -> None:
    from click.testing import CliRunner

    out = tmp_path / "deep" / "a.pdf"
    asked = ["--language", "de", "report", "visit", "--data", str(clinic[0])]
    assert "--patient" in CliRunner().invoke(station, asked).output
    refused = CliRunner().invoke(station, [*asked, "--patient", "P-7", "--out", str(out)])
    assert refused.exit_code == 4, refused.output
    out.parent.mkdir()
    done = CliRunner().invoke(station, [*asked, "--patient", "P-7", "--out", str(out)])
    assert done.exit_code == 0, done.output
    assert out.read_bytes().startswith(b"%PDF-")


def doing(facts: Facts, exercise: str, score: tuple[int, int] = (0, 0)) -> Facts:
    """The same records, of a drill with another exercise, in which so much was reached of so much."""
    document = {**load_shipped("quiet-stance").model_dump(mode="json"), "steps": [{"step": "exercise"}]}
    document["steps"][0]["exercise"] = exercise
    counted = dict(zip(("done", "of"), score, strict=True))

    def other(session: dict) -> dict:
        trials = [{**trial, "score": counted} for trial in session["trials"]]
        return {**session, "trials": trials, "header": {**session["header"], "document": document}}

    sessions, earlier = ([other(one) for one in some] for some in (facts.sessions, facts.earlier))
    return facts._replace(sessions=sessions, earlier=earlier)


def test_who_does_something_else_is_held_against_nobody_who_stood_still(clinic) -> None:
    facts = facts_of(Wanted(clinic[0], "P-7"))
    still, busy = (json.dumps(document_of("assessment", doing(facts, what), Texts("en"))) for what in ("stand", "dual"))
    assert "Santos and Duarte" in still
    assert "Santos and Duarte" not in busy
    assert "the norms are of standing still, with nothing else to do" in busy
    assert '"9.50"' in busy  # the figure stands
    still, busy = (json.dumps(document_of("progress", doing(facts, what), Texts("en"))) for what in ("stand", "dual"))
    assert "real change" in still
    assert "real change" not in busy  # nobody knows how much it differs from day to day


def test_no_sway_is_said_of_what_is_counted(clinic) -> None:
    facts = doing(facts_of(Wanted(clinic[0], "P-7")), "targets", (3, 4))
    for kind in ("assessment", "progress", "visit"):
        told = json.dumps(document_of(kind, facts, Texts("en")))
        assert "Reached, % of what was asked" in told
        assert "75.0" in told
        assert "Who moves for what is counted sways by it" in told
        for other in ("Speed to the sides", "Santos", "9.50", "real change"):
            assert other not in told, (kind, other)
    (course,) = trends_of(facts, Texts("en"))["courses"]
    assert [one["name"] for one in course["figures"]] == ["Reached, % of what was asked", "Longest try, s"]


@pytest.mark.parametrize(
    "written",
    [
        "\U0001f600 \U0001f469\u200d\U0001f9bd",
        "\u6211\u60f3\u8d70\u8def",
        "\u05e9\u05dc\u05d5\u05dd",
        "\ufffc",
        "W" * 500,
    ],
)
def test_no_sign_that_somebody_typed_keeps_a_report_away(clinic, monkeypatch, written) -> None:
    """Letters of no font that is here, or a word as long as a page is wide."""
    monkeypatch.setattr(printing, "SCRIPTS", ())  # as on a station without further fonts
    facts = facts_of(Wanted(clinic[0], "P-7"))
    facts = facts._replace(patient={**facts.patient, "initials": written, "goals": f"{written}, bis morgen"})
    document = document_of("assessment", facts, Texts("de"))
    made = pdf_of(document)
    assert made == pdf_of(document)
    assert b"pdfuaid:part" in made
    with pytest.raises(StationError):
        pdf_of({**document, "language": ""})  # what is no matter of letters is said as before
