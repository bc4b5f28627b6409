"""A problem of a drill or a prescription in words: each reason has some, and they say the value and the bound."""

import re
from pathlib import Path

import pytest

from drills import problems
from drills.problems import Problem
from station.texts import Texts
from station.texts.problems import limit, line

CRANK = {"platform_mm": 0.62, "hz": 30.0, "on_the_way": False, "peak_g": 1.123, "limit_g": 0.5, "instead_hz": 20.0}


@pytest.mark.parametrize(
    ("problem", "words"),
    [
        (Problem("hold_s", 300.0, 5, 60), "hold_s = 300: must be from 5 to 60"),
        (Problem("frequency_hz", 20, 0, 0), "frequency_hz = 20: must be 0"),
        (Problem("force_n", 5.0, 20), "force_n = 5: must be at least 20"),
        (
            Problem("a.b", 0.1, 0.5, values={"least_key": "a.c", "exclusive": True}),
            "a.b = 0.1: must be above a.c = 0.5",
        ),
        (Problem("eyes", reason="missing"), "eyes: this key is missing"),
        (
            Problem("time.limit_s", 3.0, reason="only-with", values={"key": "time.mode", "is": "until-step-off"}),
            'time.limit_s = 3: only where time.mode = "until-step-off"',
        ),
        (
            Problem("eye", "open", reason="unknown-key", values={"suggestion": "eyes"}),
            'eye = "open": there is no such key; did you mean "eyes"?',
        ),
        (problems.not_one_of("leg", "both", ["left", "right"]), 'leg = "both": must be left or right'),
        (
            Problem("displacement_pp_mm", 0.5, reason="too-hard", values={"hz": 30.0, "peak_g": 0.9058, "most_g": 0.5}),
            "displacement_pp_mm = 0.5 at frequency_hz = 30 is 0.91 g: must be at most 0.5 g",
        ),
        (
            Problem("frequency_hz", 30.0, reason="platform-too-hard", values=CRANK),
            (
                "frequency_hz = 30: this platform does 0.62 mm at 30 Hz, which is 1.12 g, the limit is 0.5 g: "
                "choose at most 20 Hz"
            ),
        ),
        (Problem("title", "Q" * 5000, most=80, reason="too-long"), f'title = "{"Q" * 79}…: must have at most 80'),
        (
            Problem("eyes", "a\u202eb", reason="wrong-kind", values={"kind": "text"}),
            r'eyes = "a\u202eb": must be a text',
        ),
        (
            Problem("language", "x!", reason="pattern", values={"pattern": "^[a-z]$"}),
            'language = "x!": must be a language tag, such as en or de-CH',
        ),
        (
            Problem("steps", "exercise", reason="step-out-of-order", values={"choices": ()}),
            'steps = "exercise": the step may not come here; here may come: no step',
        ),
        (
            Problem("schema", 3, most=2, reason="later-schema"),
            ("schema = 3: was written for a later version of the station; this one reads up to 2. Update the station"),
        ),
        (
            problems.not_one_of("drill", "xyz", ["a", "b"])._replace(reason="unknown"),
            'there is no drill "xyz"; there are: a, b',
        ),
    ],
)
def test_a_problem_says_the_value_and_the_bound(problem, words):
    assert line(Texts(), problem) == words


def test_every_rule_of_the_rig_has_words():
    source = Path("hw/settings.py").read_text()
    rules = set(re.findall(r'_broken\(\s*"([a-z-]+)"', source))
    assert len(rules) == 14
    assert "ValueError" not in source
    for rule in rules:
        assert Texts().has(f"problem.{rule}"), rule


def test_every_reason_has_words():
    reasons = set(re.findall(r'reason="([a-z-]+)"', "".join(f.read_text() for f in Path("drills").rglob("*.py"))))
    documented = set(re.findall(r'"([a-z-]+)"', Problem.__doc__ or ""))
    assert reasons <= documented
    for reason in documented - {"out-of-range"}:
        assert Texts().has(f"problem.{reason}"), reason


@pytest.mark.parametrize(
    ("problem", "words"),
    [
        (Problem("frequency_hz", 40.0, 5, 35), "frequency 40 Hz: the limits are 5 to 35 Hz."),
        (Problem("displacement_pp_mm", 3.0, most=2.0), "displacement 3 mm: the limit is 2 mm."),
        (Problem("hold_s", 60.0, most=56.5), "hold 60 s: with vibration the limit is 56.5 s."),
    ],
)
def test_a_limit_is_said_with_its_unit(problem, words):
    assert limit(Texts(), problem) == words
