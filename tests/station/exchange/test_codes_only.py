"""Files for a line that others could listen to: the code, all that was measured, and nothing that says who it is."""

import json
import zipfile
from pathlib import Path

import pytest

from station.exchange.making import MakingTask, make
from station.faults import InputError
from station.records.unnamed import NAMES, unnamed
from station.reports import making
from station.reports.facts import Wanted, facts_of
from station.reports.pages import KINDS, document_of
from station.texts import Texts

SAID = ("M. R.", "1958", "the shop", "steady")
"""Initials, year of birth, goals, and the note of the last visit."""
TEXTS = Texts("en")


def told(text: str) -> set[str]:
    return {one for one in SAID if one in text}


def as_words(kind: str, wanted: Wanted, texts: Texts) -> bytes:
    """What a report says, before it is set."""
    return json.dumps(document_of(kind, facts_of(wanted), texts), ensure_ascii=False).encode()


def made(kind: str, wanted: Wanted, out: Path) -> str:
    make(MakingTask(kind, wanted, TEXTS, out))
    if kind != "figures":
        return out.read_text()
    with zipfile.ZipFile(out) as packed:
        return "\n".join(packed.read(name).decode() for name in packed.namelist())


@pytest.mark.parametrize(
    ("kind", "tells"),
    [
        *((kind, {"M. R.", "1958", "the shop"} - ({"1958"} if kind == "handout" else set())) for kind in KINDS),
        ("figures", {"steady"}),
        ("fhir", {"1958", "the shop"}),
        ("trends", set()),
    ],
)
def test_with_the_code_alone_a_file_says_all_but_who_it_is(visited, tmp_path, monkeypatch, kind, tells):
    monkeypatch.setattr(making, "report_pdf", as_words)
    wanted = Wanted(visited[0], "P-7")
    named, bare = (
        made(kind, one, tmp_path / f"{at}.out") for at, one in enumerate((wanted, wanted._replace(named=False)))
    )
    assert (told(named), told(bare)) == (tells, set())
    assert "P-7" in bare
    if kind in (*KINDS, "figures"):
        assert "what says who it is was left out" in bare
        assert "left out" not in named


def test_norms_go_by_the_age_all_the_same(visited):
    wanted = Wanted(visited[0], "P-7")
    named, bare = (document_of("assessment", facts_of(one), TEXTS) for one in (wanted, wanted._replace(named=False)))
    assert bare["sections"] == named["sections"]


def test_reports_within_a_bundle_are_of_the_code_alone_too(visited, tmp_path, monkeypatch):
    asked = []
    monkeypatch.setattr(making, "report_pdf", lambda kind, wanted, texts: asked.append(wanted) or b"%PDF-")
    bundle = json.loads(made("fhir", Wanted(visited[0], "P-7", named=False), tmp_path / "bundle.json"))
    assert [one.named for one in asked] == [False] * 3
    patient = bundle["entry"][0]["resource"]
    assert patient["meta"]["tag"][0]["code"] == "SUBSETTED"
    assert not {"name", "birthDate"} & set(patient)


def test_all_of_a_person_is_not_made_without_their_names(visited, tmp_path):
    with pytest.raises(InputError) as refused:
        make(MakingTask("everything", Wanted(visited[0], "P-7", named=False), TEXTS, tmp_path / "all.zip", "Ada"))
    assert refused.value.code == "names-in-the-open"
    assert not (tmp_path / "all.zip").exists()


def test_nothing_stands_under_a_name_at_any_depth():
    deep = {"visits": [{"note": "a", "notes": [{"reason": "steady"}], "more": {"initials": "b", "birth_year": 1958}}]}
    assert unnamed(deep) == {
        "visits": [{"note": "", "notes": [{"reason": "steady"}], "more": {"initials": "", "birth_year": None}}]
    }
    assert unnamed(dict.fromkeys(NAMES, "x")) == dict(NAMES)
