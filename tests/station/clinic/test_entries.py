"""Forms that a therapist fills in: what ships, how far one is, and what the answers come to."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from station.clinic.entries.documents import DONE, NOT_DONE, PARTLY, REFUSED, EntryForm, form_named, shipped
from station.clinic.entries.telling import falls_risk, findings_of_entry, told
from station.clinic.plan.findings import Findings
from station.faults import InputError

FORMS = {one.id: one for one in shipped().form}


def test_what_ships_is_what_is_asked_in_an_evaluation():
    names = (
        "history",
        "symptoms",
        "falls",
        "fear",
        "pain",
        "dizziness",
        "goals",
        "sitting",
        "joints",
        "strength",
        "reach",
    )
    assert tuple(FORMS) == names
    assert [one.id for one in shipped().form if one.of_day] == ["pain", "dizziness"]
    assert shipped().status == "proposed"
    with pytest.raises(InputError):
        form_named("fes-i")


def test_a_form_is_whole_when_all_that_must_be_is_answered():
    falls = FORMS["falls"]
    none = {"fallen": "no", "unsteady": "no", "worried": "no", "frail": "no"}
    assert falls.state({}) == (NOT_DONE, 0, 4)
    assert falls.state({"fallen": "no"}) == (PARTLY, 1, 4)
    assert falls.state(none) == (DONE, 4, 4)
    assert falls.state({**none, "fallen": "yes"}) == (PARTLY, 4, 8), "a fall asks for more"
    assert falls.state({}, "too tired") == (REFUSED, 0, 4)
    assert FORMS["joints"].state({"knee-bend-left": 120}) == (DONE, 0, 0)


@pytest.mark.parametrize(
    ("form", "answers", "field"),
    [
        ("pain", {"now": 11}, "now"),
        ("pain", {"now": True}, "now"),
        ("pain", {"now": "3"}, "now"),
        ("falls", {"fallen": "maybe"}, "fallen"),
        ("sitting", {"head": "backward"}, "head"),
        ("history", {"problem": ""}, "problem"),
        ("history", {"problem": "x" * 301}, "problem"),
        ("joints", {"knee-bend": 20}, "answers"),
    ],
)
def test_an_answer_that_is_none_names_its_question(form, answers, field):
    with pytest.raises(InputError) as caught:
        FORMS[form].checked(answers)
    assert [one.field for one in caught.value.problems] == [field]


def test_the_risk_of_falls_is_said_only_where_it_can_be_told():
    no = {"fallen": "no", "unsteady": "no", "worried": "no"}
    fell = {**no, "fallen": "yes", "twice": "no", "injury": "no", "floor": "no", "fainted": "no", "frail": "no"}
    assert falls_risk(no) == "low"
    assert falls_risk({"fallen": "no"}) is None
    assert falls_risk({**fell, "floor": "yes"}) == "high"
    assert falls_risk({**no, "worried": "yes", "frail": "yes"}) == "high"
    assert falls_risk({**no, "worried": "yes", "frail": "no", "floor": "yes", "tug": 12.0}) == "low", "nobody fell"
    assert falls_risk(fell) is None, "how fast the patient walks is not known"
    assert falls_risk({**fell, "tug": 16.0}) == "intermediate"
    assert [one.reason for one in told("falls", no)] == ["entry-falls-risk-low", "entry-falls-source"]


def test_means_of_goals_and_of_reaches():
    goals = {"first": "stairs", "now-first": 3, "second": "garden", "now-second": 6}
    (mean,) = told("goals", goals)
    assert (mean.values["value"], mean.values["n"]) == (4.5, 2)
    assert told("goals", {"first": "stairs"}) == []
    assert [one.reason for one in told("reach", {"try-first": 12, "try-second": 14})] == [
        "entry-reach-mean",
        "entry-reach-short",
    ]
    assert len(told("reach", {"try-first": 30})) == 1


def test_what_a_plan_goes_by_is_a_finding_of_the_plan():
    answers = {"fear": {"steady": 4, "short-fes-i": 15.0}, "pain": {"now": 2}, "dizziness": {"now": 1}}
    found = {key: one for form, said in answers.items() for key, one in findings_of_entry(form, said).items()}
    assert found == {"confidence": 4, "short_fes_i": 15, "pain": 2, "dizziness": 1}
    assert findings_of_entry("falls", {"fallen": "no", "unsteady": "no", "worried": "no"}) == {"falls_risk": "low"}
    assert set(found) | {"falls_risk"} <= set(Findings.model_fields)
    assert findings_of_entry("history", {"problem": "knee"}) == {}


def _answers(form: EntryForm) -> st.SearchStrategy[dict[str, object]]:
    keys = st.sampled_from([key for one in form.field for key in one.ids])
    return st.dictionaries(keys, st.sampled_from(["yes", "no", "", 3, 7.5, -1, True]), max_size=8)


@given(st.sampled_from(list(FORMS.values())).flatmap(lambda form: st.tuples(st.just(form), _answers(form))))
def test_nothing_is_whole_that_lacks_an_answer_and_nothing_raises(pair):
    form, answers = pair
    state, done, of = form.state(answers)
    assert (state == DONE) == (bool(answers) and done == of)
    told(form.id, answers)
    findings_of_entry(form.id, answers)
