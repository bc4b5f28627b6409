"""`station drills`: every drill of the catalogue is listed and told whole, and `station drill` takes each."""

import json
import re
from contextlib import closing

import pytest
from click.testing import CliRunner

from drills.library import catalogue_names, load_shipped
from drills.prescription import Asked, fill_in, legs_of
from station.cli import main
from station.cli.drill import _as_played, _Exercise, _request
from station.cli.drills import minutes_of
from station.control.admission import examine
from station.recording.layout import records_path
from station.records.file import open_records
from station.safety.limits import CLINICIAN
from station.settings import Settings
from tests.station.records.test_games import play


def said(*arguments):
    done = CliRunner().invoke(main, list(arguments))
    assert done.exit_code == 0, done.output
    return done.output


def test_the_list_names_each_drill_with_its_minutes_grade_and_source():
    rows = {one["name"]: one for one in json.loads(said("drills", "--json"))}
    assert tuple(rows) == catalogue_names()
    assert rows["one-leg"]["id"] == "D03"
    assert rows["one-leg"]["evidence"] == "A"
    assert "D03" in rows["one-leg"]["source"]
    assert all(1 <= row["minutes"] <= 20 for row in rows.values())
    told = said("drills")
    assert all(name in told for name in rows)
    assert "evidence A (meta-analysis" in told


@pytest.mark.parametrize("language", ["en", "de"])
def test_a_drill_is_told_whole_and_no_word_is_missing(language):
    for name in catalogue_names():
        document = load_shipped(name)
        told = said("--language", language, "drills", "show", name)
        assert "{" not in told
        assert not re.search(r"(?<![\d.])(\d+)(?: s| Hz)? (?:to|bis) \1(?![\d.])", told), "a range of one number"
        assert not any(line.startswith(("word.", "cli.")) or ": word." in line for line in told.splitlines())
        for key, value in document.exercise_step.parameters.model_dump(mode="json").items():
            assert key in told, (name, key, value)
        if document.about is not None and language == "en":
            assert all(one in told for one in (*document.about.harder, document.about.not_for, document.about.source))
    whole = json.loads(said("drills", "show", "one-leg", "--json"))
    assert whole["minutes"] == 2
    assert whole["about"]["id"] == "D03"


def test_a_drill_that_there_is_not_is_refused_with_the_nearest():
    done = CliRunner().invoke(main, ["drills", "show", "one-legs"])
    assert done.exit_code == 2
    assert "one-leg" in done.output


def test_minutes_count_the_rests_between_the_tries():
    document = load_shipped("one-leg")
    once = fill_in(document, Asked(legs_of(document)[0], trials=1))
    assert minutes_of(document) * 60 >= 3 * once.hold_s + 2 * once.rest_s
    assert minutes_of(document) * 60 < 3 * once.hold_s + 2 * once.rest_s + 100


def test_station_drill_takes_every_drill_of_the_catalogue_on_every_leg_of_its():
    for name in catalogue_names():
        for leg in legs_of(load_shipped(name)):
            request = _request(name, _Exercise("P01", leg.value, None, None, None, None), None)
            assert examine(request, CLINICIAN, None).request.prescription.drill == name


def test_a_game_at_the_terminal_has_the_patients_own_best(tmp_path):
    settings = Settings.model_validate({"station": {"data": tmp_path}})
    slalom = load_shipped("slalom")
    assert _as_played(settings, "P-7", slalom) is slalom, "there are no records"
    with closing(open_records(records_path(tmp_path))) as records:
        play(records, 1, 11)
    assert _as_played(settings, "P-7", slalom).exercise_step.parameters.best == 11
    one_leg = load_shipped("one-leg")
    assert _as_played(settings, "P-7", one_leg) is one_leg
