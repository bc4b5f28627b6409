"""The shipped drills."""

import pytest

from drawings.languages import written
from drills.errors import UnknownDrillError
from drills.library import catalogue_names, load_shipped
from station.texts import Texts


@pytest.mark.parametrize("name", catalogue_names())
def test_a_file_is_named_after_its_drill(name):
    assert load_shipped(name).name == name


@pytest.mark.parametrize("name", catalogue_names())
@pytest.mark.parametrize("language", written())
def test_a_shipped_drill_is_told_in_every_language(name, language):
    document, texts = load_shipped(name), Texts(language)
    own = {"title": document.title, "summary": " ".join(document.summary.split())}
    own |= document.script.model_dump() if document.script else {}
    for part, words in own.items():
        assert texts.has(f"drill.{name}.{part}"), part
        if language == document.language:
            assert texts.say(f"drill.{name}.{part}") == words


def test_a_typing_error_is_answered_with_the_nearest_name():
    with pytest.raises(UnknownDrillError) as caught:
        load_shipped("single-leg-vibrations")
    (problem,) = caught.value.problems
    assert (problem.field, problem.value, problem.reason) == ("drill", "single-leg-vibrations", "unknown")
    assert problem.values == {"choices": catalogue_names(), "suggestion": "single-leg-vibration"}
    assert isinstance(caught.value, KeyError)


@pytest.mark.parametrize("name", ["xyz", "", "../values", "quiet-stance.toml/.."])
def test_an_unknown_name_is_never_a_path(name):
    with pytest.raises(UnknownDrillError, match=r"unknown choices=.*quiet-stance"):
        load_shipped(name)
