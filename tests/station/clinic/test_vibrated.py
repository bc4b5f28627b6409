"""A comparison is due in every fourth visit with vibration, and two in a row that are no better end it, leg by leg."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from station.clinic.plan.documents import shipped
from station.clinic.plan.evidence import Answers, PlanEvidence, findings_of, gathered
from station.clinic.plan.findings import read_findings
from station.clinic.plan.planning import planned
from station.clinic.vibrated import DUE, ENDS, VibratedVisit, course
from station.texts import Texts
from station.texts.problems import ask

RULES = shipped().rules
V = None


def of(*verdicts, leg="left"):
    return course(leg, [VibratedVisit(f"2026-11-{day:02d}", one) for day, one in enumerate(verdicts, 1)], RULES)


@pytest.mark.parametrize(
    ("visits", "due", "ends"),
    [
        ((), False, False),
        ((V, V), False, False),
        ((V, V, V), True, False),
        ((V, V, V, V, V), True, False),  # it was due, and was not done
        ((V, V, V, "with"), False, False),
        ((V, V, V, "none", V, V), False, False),
        ((V, V, V, "none", V, V, V), True, False),
        (("none", V, V, V, "none"), False, True),
        (("without", "one-without", V), False, True),
        (("contrary", "none"), False, True),
        (("none", "with", "none"), False, False),
        (("none", "unknown", "none"), False, True),  # from which nothing can be said counts for neither
        (("none", "one-with", "none"), False, True),  # nor does a single figure
        (("with", "one-with", "unknown", "none"), False, False),
    ],
)
def test_when_a_comparison_is_due_and_when_vibration_ends(visits, due, ends):
    found = of(*visits)
    assert (found.due, found.ends) == (due, ends)
    assert (found.reason is not None and found.reason.reason) == (ENDS if ends else DUE if due else False)


VERDICTS = st.sampled_from([V, V, "with", "one-with", "none", "without", "one-without", "contrary", "unknown"])


@given(st.lists(VERDICTS, max_size=12))
def test_it_is_never_both_and_every_fourth_at_the_latest(verdicts):
    found = of(*verdicts)
    assert not (found.due and found.ends)
    assert (found.reason is None) == (not found.due and not found.ends)
    if found.visits >= 3 and not found.ends:
        assert found.due
    assert of(*verdicts, "with").ends is False


@pytest.mark.parametrize("language", ["en", "de"])
def test_both_are_said_with_the_leg_and_as_proposed(language):
    texts = Texts(language)
    for found in (of(V, V, V), of("none", "none", leg="right")):
        said = ask(texts, found.reason)
        assert "{" not in said
        assert ("proposed" in said) or ("Vorschlag" in said)
        sides = {"left": ("left leg", "linkes Bein"), "right": ("right leg", "rechtes Bein")}[found.leg]
        assert any(side in said for side in sides)


TODAY = date(2026, 11, 28)


def planned_drills(*courses, vibration=True):
    answers = Answers("2026-11-28", {"mass-kg": 70.0}, session=True, vibration=vibration)
    evidence = PlanEvidence(answers=answers, birth_year=1990, courses=courses)
    return [one.drill for one in planned(findings_of(gathered(evidence, TODAY), ""), TODAY).lines]


def test_a_plan_has_the_comparison_that_is_due_and_no_vibration_that_has_ended():
    due, ended, goes_on = of(V, V, V), of("none", "none"), of(V, leg="right")
    assert "D32" in planned_drills(due)
    assert "D32" not in planned_drills(goes_on)
    assert "D32" not in planned_drills(due, vibration=False)
    assert "D32" in planned_drills(ended, of(V, V, V, leg="right")), "the other leg goes on"
    both = gathered(PlanEvidence(courses=(ended, of("none", "none", leg="right"))), TODAY)
    assert both["vibration_no_better"].value
    assert "vibration_no_better" not in gathered(PlanEvidence(courses=(ended, goes_on)), TODAY)
    table = {"age_years": 40, "vibration_allowed": True, "comparison_due": True, "vibration_no_better": True}
    left_out = planned(read_findings(table, ""), TODAY).left_out
    assert [(one.drill, one.reason.reason) for one in left_out] == [("D32", "plan-not-vibration-no-better")]
