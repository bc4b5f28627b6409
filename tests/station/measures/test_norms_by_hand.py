"""Norms and rules at their bounds: a rule's file line by line, and what a rule of one's own makes of two days."""

from __future__ import annotations

import csv
import math
from pathlib import Path

import pytest

from drills.problems import Problem
from station.faults import InputError, because
from station.measures import RecordedCop, Request, compute
from station.measures.norms import functional, people, ranks, spread
from station.measures.norms.between import DaysRule, DaysRules, read_rules
from station.measures.norms.change import (
    NO_VERDICT,
    NOT_COMPARABLE,
    NOT_REAL,
    REAL,
    ConditionTrials,
    Occasion,
    change,
    own_spread,
)
from station.measures.norms.functional import CALF_RAISES, CHAIR_STANDS, FIVE_STANDS, WEIGHT_BEARING, judged, usual_at
from station.measures.norms.people import Condition
from station.measures.norms.ranks import usual
from station.measures.values import MeasureSet

NAME = "mean_velocity_mm_s"
FIRM, FOAM, LEFT = (
    Condition("both", "open", "firm"),
    Condition("both", "open", "foam"),
    Condition("left", "open", "firm"),
)


def trial(value: float, **more: object) -> MeasureSet:
    return MeasureSet("station-1", 1, {NAME: value}, duration_s=60.0, rate_hz=250.0, **more)  # type: ignore[arg-type]


# --- a file of rules ------------------------------------------------------------------------------------------------

HEAD = 'schema = 1\nstatus = "proposed"\n'
RULE = f'[[rule]]\nmeasure = "{NAME}"\n'
FIELDS = list(DaysRule._fields)


@pytest.mark.parametrize(
    ("text", "key", "why"),
    [
        ('schema = 2\nstatus = "proposed"\nrule = []', ", schema", because("there-are", names=["1"])),
        ('status = "proposed"\nrule = []', ", schema", because("there-are", names=["1"])),
        ('schema = 1\nstatus = "no"\nrule = []', ", status", because("there-are", names=["proposed", "signed"])),
        ("schema = 1\nrule = []", ", status", because("there-are", names=["proposed", "signed"])),
        ('schema = 1\nstatus = "signed"\nrule = []', ", signed_by", because("signed-by-nobody")),
        ('schema = 1\nstatus = "signed"\nsigned_by = " "\nrule = []', ", signed_by", because("signed-by-nobody")),
        (HEAD, ", rule", because("no-rules")),
        (HEAD + "rule = 3", ", rule", because("no-rules")),
        (HEAD + "rule = [3]", ", rule 1", because("no-rules")),
        (HEAD + RULE + "percent = 5\n[[rule]]\nfactors = 2", ", rule 2, factors", because("there-are", names=FIELDS)),
        (HEAD + '[[rule]]\nmeasure = "pace"', ", rule 1, measure", because("no-such-figure", name="pace")),
        (HEAD + "[[rule]]\nfactor = 2", ", rule 1, measure", because("no-such-figure", name="None")),
        (
            HEAD + RULE + 'stance = "none"',
            ", rule 1, stance",
            because("there-are", names=["both", "one", "left", "right"]),
        ),
        (HEAD + RULE + 'vision = "none"', ", rule 1, vision", because("there-are", names=["open", "closed"])),
        (HEAD + RULE + 'surface = "none"', ", rule 1, surface", because("there-are", names=["firm", "foam"])),
        (HEAD + RULE + "percent = true", ", rule 1, percent", because("number-at-least", value="True", least=0.0)),
        (HEAD + RULE + "percent = inf", ", rule 1, percent", because("number-at-least", value="inf", least=0.0)),
        (HEAD + RULE + 'least = "3"', ", rule 1, least", because("number-at-least", value="3", least=0.0)),
        (HEAD + RULE + "least = -1", ", rule 1, least", because("number-at-least", value="-1", least=0.0)),
        (HEAD + RULE + "people = -1", ", rule 1, people", because("number-at-least", value="-1", least=0.0)),
        (HEAD + RULE + "factor = 0.9", ", rule 1, factor", because("number-at-least", value="0.9", least=1.0)),
        (
            HEAD + RULE + "least_trials = 0",
            ", rule 1, least_trials",
            because("number-at-least", value="0", least=1.0),
        ),
        (HEAD + RULE, ", rule 1", because("percent-or-factor")),
        (HEAD + RULE + "percent = 5\nfactor = 2", ", rule 1", because("percent-or-factor")),
        (HEAD + RULE + "least = 5\nfactor = 2", ", rule 1", because("percent-or-factor")),
    ],
)
def test_of_a_wrong_file_the_key_is_said_and_what_is_wrong_there(tmp_path, text, key, why) -> None:
    file = tmp_path / "own.toml"
    file.write_text(text)
    with pytest.raises(InputError) as caught:
        read_rules(file)
    assert (caught.value.code, caught.value.where) == ("input-invalid", f"{file}{key}")
    assert caught.value.problems == (why,)


def test_a_file_of_rules_that_is_not_there_or_no_text(tmp_path) -> None:
    with pytest.raises(InputError) as caught:
        read_rules(tmp_path / "none.toml")
    assert caught.value.where == str(tmp_path / "none.toml")
    assert caught.value.problems == (because("not-readable", said="No such file or directory"),)
    file = tmp_path / "own.toml"
    file.write_bytes(b"\xff\xfe")
    with pytest.raises(InputError) as caught:
        read_rules(file)
    (why,) = caught.value.problems
    assert (caught.value.where, why.reason) == (str(file), "not-toml-file")


def test_what_a_rule_does_not_say_is_any(tmp_path) -> None:
    file = tmp_path / "own.toml"
    file.write_text(
        HEAD + RULE + "percent = 5\n" + RULE + 'factor = 1.5\npipeline = "raw"\nstance = "one"\nleast_trials = 2'
    )
    found = read_rules(file)
    assert (found.status, found.signed_by, found.signed_on) == ("proposed", "", "")
    assert found.rules == (
        DaysRule(NAME, "station-1", "", "", "", 1, 5.0, 0.0, 0.0, 0, ""),
        DaysRule(NAME, "raw", "one", "", "", 2, 0.0, 0.0, 1.5, 0, ""),
    )
    file.write_text(
        'schema = 1\nstatus = "signed"\nsigned_by = "A"\nsigned_on = "2026-11-30"\n'
        + RULE
        + 'least = 2\nvision = "closed"\nsurface = "foam"\npeople = 7\nsource = "own"'
    )
    found = read_rules(file)
    assert (found.status, found.signed_by, found.signed_on) == ("signed", "A", "2026-11-30")
    assert found.rules == (DaysRule(NAME, "station-1", "", "closed", "foam", 1, 0.0, 2.0, 0.0, 7, "own"),)


PERCENT = DaysRule(NAME, "station-1", "", "", "", 3, 60.0, 0.0, 0.0, 0, "a book")


def test_a_rule_is_of_its_figure_pipeline_and_stance() -> None:
    assert PERCENT.fits(NAME, trial(1.0), FIRM)
    assert not PERCENT.fits("rms_ml_mm", trial(1.0), FIRM)
    assert not PERCENT._replace(pipeline="raw").fits(NAME, trial(1.0), FIRM)
    assert not PERCENT.fits(NAME, trial(1.0, vibration_hz=20.0), FIRM)
    right = LEFT._replace(stance="right")
    for stance, fits in (("both", (True, False, False)), ("one", (False, True, True)), ("left", (False, True, False))):
        rule = PERCENT._replace(stance=stance)
        assert tuple(rule.fits(NAME, trial(1.0), one) for one in (FIRM, LEFT, right)) == fits
    assert not PERCENT._replace(vision="closed").fits(NAME, trial(1.0), FIRM)
    assert not PERCENT._replace(surface="foam").fits(NAME, trial(1.0), FIRM)
    assert PERCENT._replace(vision="open", surface="firm").fits(NAME, trial(1.0), FIRM)


def test_the_limits_of_a_rule() -> None:
    assert PERCENT.limits(10.0) == pytest.approx((4.0, 16.0))
    assert PERCENT._replace(least=7.0).limits(10.0) == pytest.approx((3.0, 17.0))
    assert PERCENT._replace(least=5.0).limits(10.0) == pytest.approx((4.0, 16.0))
    assert PERCENT._replace(percent=0.0, factor=2.0).limits(10.0) == (5.0, 20.0)


# --- two sittings ---------------------------------------------------------------------------------------------------


def stood(*values: float, condition: Condition = FIRM, **more: object) -> ConditionTrials:
    return ConditionTrials(condition, [trial(value, **more) for value in values])


def days(*rules: DaysRule, status: str = "proposed") -> Occasion:
    return Occasion(40.0, rules=DaysRules(status, "Dr. B", "", rules))


def test_two_days_are_judged_by_the_rule_and_never_within_a_days_chance() -> None:
    before = stood(10.0, 10.0, 10.0)
    for after, verdict in ((15.9, NOT_REAL), (16.1, REAL), (4.1, NOT_REAL), (3.9, REAL)):
        found = change(before, stood(*(after,) * 3), NAME, days(PERCENT))
        assert found.verdict == verdict
        assert found.why == because("larger-than-chance" if verdict == REAL else "not-larger-than-chance")
        assert (found.proposed, found.basis) == (True, because("by-rule-proposed", source="a book"))
        assert (found.real_below, found.real_above) == pytest.approx((4.0, 16.0))
        assert found.smallest_real == pytest.approx(6.0)
        assert (found.difference, found.difference_percent) == pytest.approx((after - 10.0, 10.0 * (after - 10.0)))
        assert found.direction == {16.1: "worse", 3.9: "better"}.get(after)
    signed = change(before, stood(17.0, 17.0, 17.0), NAME, days(PERCENT, status="signed"))
    assert (signed.proposed, signed.basis) == (False, because("by-rule-signed", source="a book", signed_by="Dr. B"))
    near = change(before, stood(10.5, 10.5, 10.5), NAME, days(PERCENT))
    assert (near.verdict, near.why, near.proposed) == (NOT_REAL, because("not-even-within-a-day"), False)
    narrow = change(before, stood(17.0, 17.0, 17.0), NAME, days(PERCENT._replace(percent=1.0)))
    within = change(before, stood(17.0, 17.0, 17.0), NAME, Occasion(40.0, same_day=True))
    assert (narrow.real_below, narrow.real_above) == (within.real_below, within.real_above)
    assert within.basis is not None
    assert within.basis.values["people"] == 87
    more = change(before, stood(17.0, 17.0, 17.0), NAME, days(PERCENT._replace(least_trials=4)))
    assert (more.verdict, more.why) == (NO_VERDICT, because("rule-of-more-trials", trials=3, least_trials=4))
    none = change(before, stood(17.0, 17.0, 17.0), NAME, days(PERCENT._replace(surface="foam")))
    assert (none.verdict, none.why) == (NO_VERDICT, because("between-days-unknown"))


def test_own_spread_is_students_t_of_both_series() -> None:
    """Of 1, 2, 3 and 4, 6 the squares are 2 and 2: 4 over 3 of freedom; t at 97.5 % is 3.1824."""
    first, second = [trial(one) for one in (1.0, 2.0, 3.0)], [trial(one) for one in (4.0, 6.0)]
    expected = 3.182446305 * math.sqrt(4.0 / 3.0 * (1.0 / 3.0 + 1.0 / 2.0))
    assert own_spread(first, second, NAME) == pytest.approx(expected)
    assert own_spread(first[:1], second, NAME) == pytest.approx(12.70620474 * math.sqrt(2.0 * 1.5))
    assert math.isnan(own_spread(first[:1], second[:1], NAME))


@pytest.mark.parametrize(
    ("more", "why"),
    [
        ({"vibration_hz": 19.0}, None),
        ({"vibration_hz": 18.9}, because("vibrations-differ")),
        ({"vibration_hz": 21.1}, because("vibrations-differ")),
        ({"duration_s": 72.0}, None),
        ({"duration_s": 72.1}, because("lengths-differ", shortest_s=60.0, longest_s=72.1)),
        ({"duration_s": 50.0}, None),
        ({"duration_s": 49.9}, because("lengths-differ", shortest_s=49.9, longest_s=60.0)),
    ],
)
def test_sittings_are_alike_to_a_twentieth_of_the_vibration_and_a_fifth_of_the_length(more, why) -> None:
    values = {"duration_s": 60.0, "vibration_hz": 20.0}
    sets = [MeasureSet("station-1", 1, {NAME: 8.0}, rate_hz=250.0, **(values | own)) for own in ({}, more)]
    before, after = (ConditionTrials(FIRM, [one] * 3) for one in sets)
    found = change(before, after, NAME, Occasion(40.0, same_day=True))
    assert (found.verdict == NOT_COMPARABLE) is (why is not None)
    if why is not None:
        assert found.why == why


# --- tables and places ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("of", [people, ranks, spread])
def test_a_table_has_the_columns_that_are_written(of) -> None:
    with Path(of.TABLE).open(newline="") as text:
        header = next(csv.reader(line for line in text if not line.startswith("#")))
    assert header == list(of.COLUMNS)


def test_usual_is_from_the_5th_to_the_95th_percentile_of_the_row() -> None:
    first = ranks.table()[NAME, 60, "trial", "young", "open", "firm"].points
    assert usual(NAME, trial(8.0), FIRM, 40.0) == (first[0], first[6])
    mean = ranks.table()[NAME, 60, "mean", "old", "open", "firm"].points
    assert usual(NAME, trial(8.0), FIRM, 60.0, trials=3) == (mean[0], mean[6])
    assert usual(NAME, trial(8.0), FIRM, 60.0, trials=2) is None
    assert usual(NAME, trial(8.0), LEFT, 40.0) is None
    assert usual(NAME, trial(8.0), FIRM, 17.9) is None


def test_what_is_usual_in_a_functional_test_is_said_by_age_and_sex() -> None:
    def said(*given: object) -> list[Problem]:
        *rest, source = usual_at(*given)  # type: ignore[arg-type]
        assert source == because(f"norm-source-{given[0].name}")  # type: ignore[attr-defined]
        return rest

    assert usual_at(CHAIR_STANDS, 59.9, None, 3.0) == [because("norm-of-ages", least_years=60, most_years=94)]
    assert usual_at(CHAIR_STANDS, 95.0, None, None) == [because("norm-of-ages", least_years=60, most_years=94)]
    women = because("norm-range", least_years=60, most_years=64, sex="women", low=12, high=17, unit="times")
    men = because("norm-range", least_years=60, most_years=64, sex="men", low=14, high=19, unit="times")
    assert said(CHAIR_STANDS, 60.0, None, None) == [women, men]
    assert said(CHAIR_STANDS, 64.9, "men", None) == [men]
    assert said(CHAIR_STANDS, 64.9, "women", 11.0) == [women, because("norm-place-below", value=11.0, sex="women")]
    assert said(CHAIR_STANDS, 64.9, None, 18.0)[1::2] == [
        because("norm-place-above", value=18.0, sex="women"),
        because("norm-place-within", value=18.0, sex="men"),
    ]
    alone = because("norm-mean", least_years=20, most_years=29, sex="men", low=37, high=37, unit="times")
    assert said(CALF_RAISES, 20.0, "men", 37.0) == [alone, because("norm-place-at-mean", value=37.0, sex="men")]
    assert functional.NORMS == {
        "chair-stands": CHAIR_STANDS,
        "calf-raises": CALF_RAISES,
        "five-stands": FIVE_STANDS,
        "weight-bearing": WEIGHT_BEARING,
    }


@pytest.mark.parametrize(
    ("kind", "numbers", "value", "place"),
    [
        ("mean", (30.0, None), 29.9, "below-mean"),
        ("mean", (30.0, None), 30.0, "at-mean"),
        ("mean", (30.0, None), 30.1, "above-mean"),
        ("most", (11.4, None), 11.4, "within"),
        ("most", (11.4, None), 11.5, "longer"),
        ("range", (12.0, 17.0), 11.9, "below"),
        ("range", (12.0, 17.0), 12.0, "within"),
        ("range", (12.0, 17.0), 17.0, "within"),
        ("range", (12.0, 17.0), 17.1, "above"),
        ("least", (12.0, None), 99.0, "within"),
        ("least", (12.0, None), 11.9, "below"),
    ],
)
def test_a_value_stands_where_its_kind_of_norm_puts_it(kind, numbers, value, place) -> None:
    assert judged(kind, numbers, value) == place


# --- what of a raw recording is suspect -----------------------------------------------------------------------------


def test_a_hum_is_suspect_of_who_stands_and_not_of_who_moves_on_purpose(sway) -> None:
    t_s, ml, ap = sway
    hum = ml + 0.1 * (-1.0) ** (t_s * 50.0).astype(int)
    for moves, found in ((False, ["quick-part"]), (True, [])):
        measured = compute(RecordedCop(t_s, hum, ap, moves=moves), Request("raw"))
        assert [one.reason for one in measured.suspicions] == found
