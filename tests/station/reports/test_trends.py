"""Figures from day to day, from the records of three visits."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from station.exchange.making import main as make
from station.records.file import open_records
from station.records.patients import Patients
from station.reports.facts import Facts, Wanted, facts_of
from station.reports.trends import trends_of
from station.texts import Texts
from tests.station.reports.conftest import SPEEDS_MM_S, figures


@pytest.fixture(scope="module")
def facts(clinic: tuple[Path, list[str]]) -> Facts:
    return facts_of(Wanted(clinic[0], patient="P-7"))


def only_suspect(session):
    return {**session, "trials": [one for one in session["trials"] if "suspect" in one["reasons"]]}


def speed_of(facts, language="en"):
    (course,) = trends_of(facts, Texts(language))["courses"]
    return course, next(one for one in course["figures"] if "mm/s" in one["name"])


def test_a_course_has_a_mean_a_day_without_what_is_suspect(facts):
    course, speed = speed_of(facts)
    assert [one["value"] for one in speed["points"]] == [pytest.approx(sum(each) / 3) for each in SPEEDS_MM_S]
    assert speed["points"][1]["words"][2] == "4 of 5", "of the tries that were held"
    assert len(course["notes"]) == 1, "which try was suspect, and why"


def test_a_day_of_suspect_tries_alone_has_no_value_and_says_so(facts):
    first, second = facts.earlier
    _, speed = speed_of(facts._replace(earlier=[first, only_suspect(second)]))
    assert [(one["value"] is None, one["suspect"]) for one in speed["points"]] == [
        (False, False),
        (True, True),
        (False, False),
    ]
    assert speed["points"][1]["words"][1] == Texts("en").say("report.suspect-word")


def test_a_last_day_that_is_suspect_gets_no_verdict_and_no_band(facts):
    earlier, last = facts.every[:1], only_suspect(facts.every[1])
    _, speed = speed_of(facts._replace(earlier=earlier, sessions=[last]))
    assert (speed["verdict"], speed["chance"], speed["usual"]) == ("", None, None)
    assert speed["why"]


def test_the_bands_hold_the_verdict(facts):
    """The last mean is a real change exactly where it lies outside what could be chance."""
    (course,) = trends_of(facts, Texts("en"))["courses"]
    for figure in course["figures"]:
        if figure["chance"] is None:
            continue
        last = figure["points"][-1]["value"]
        inside = figure["chance"]["low"] <= last <= figure["chance"]["high"]
        assert (Texts("en").say("word.verdict.no-real-change") in figure["verdict"]) is inside, figure["name"]
    _, speed = speed_of(facts)
    assert speed["chance"] is not None
    assert speed["usual"]["low"] < speed["usual"]["high"]
    assert "60" in speed["usual"]["words"], "whose band it is"


def test_without_an_age_there_is_no_band_of_healthy_people(facts):
    nobody = facts._replace(birth_year=None)
    (course,) = trends_of(nobody, Texts("en"))["courses"]
    assert all(figure["usual"] is None for figure in course["figures"])


def test_one_day_has_a_value_and_no_verdict(facts):
    one = facts._replace(earlier=[])
    (course,) = trends_of(one, Texts("de"))["courses"]
    meanings = [figure["meaning"] for figure in course["figures"]]
    assert Texts("de").say("measure.mean_velocity_mm_s.meaning") == meanings[0]
    assert all(words == "" or (words.endswith(".") and "{" not in words) for words in meanings)
    assert all(
        (len(figure["points"]), figure["verdict"], figure["chance"]) == (1, "", None) for figure in course["figures"]
    )


def test_what_is_counted_stands_first_in_percent_of_what_was_asked(facts):
    counted = [
        {**session, "trials": [{**trial, "score": {"done": 2, "of": 8}} for trial in session["trials"]]}
        for session in facts.every
    ]
    (course,) = trends_of(facts._replace(earlier=counted[:-1], sessions=counted[-1:]), Texts("en"))["courses"]
    assert course["figures"][0]["name"] == "Reached, % of what was asked"
    assert {one["value"] for one in course["figures"][0]["points"]} == {25.0}


def moved(session, number):
    """The same with vibration in this try, in which the sway is another one."""
    trials = list(session["trials"])
    shaken = {"vibration": {"asked_hz": 25.0, "measured_hz": 24.8}, "measures": figures(80.0)}
    trials[number - 1] = {**trials[number - 1], **shaken}
    return {**session, "trials": trials}


def test_tries_with_vibration_are_in_no_mean_of_quiet_ones(facts):
    shaken = facts._replace(earlier=[moved(one, 2) for one in facts.earlier])
    courses = trends_of(shaken, Texts("en"))["courses"]
    quiet, vibrated = sorted(courses, key=lambda one: "with vibration" in one["title"])
    values = {one["title"]: next(f for f in one["figures"] if "mm/s" in f["name"])["points"] for one in courses}
    assert [one["value"] for one in values[quiet["title"]]] == [
        pytest.approx(value) for value in (22.0, 19.0, sum(SPEEDS_MM_S[2]) / 3)
    ]
    assert [one["value"] for one in values[vibrated["title"]]] == [pytest.approx(80.0)] * 2
    assert quiet["title"] + ", with vibration" == vibrated["title"]


def test_who_has_done_nothing_yet_is_no_problem(tmp_path):
    out = tmp_path / "trends.json"
    records = open_records(tmp_path / "records.sqlite")
    Patients(records).enter("P-8", {}, "test")
    records.close()
    assert make(["trends", "--data", str(tmp_path), "--out", str(out), "--patient", "P-8"]) == 0
    assert json.loads(out.read_text())["courses"] == []
