"""Plans: 24 people with what their plan must and must not have, and what holds for every plan."""

import json
import tomllib
from datetime import date
from pathlib import Path

import pytest
from click.testing import CliRunner
from hypothesis import given, settings
from hypothesis import strategies as st

from drills.library import catalogue_names
from station.cli import main
from station.clinic.plan.documents import DRILLS, RULES, Drills, PlanRules, shipped
from station.clinic.plan.findings import Findings, load_findings, read_findings
from station.clinic.plan.planning import planned
from station.clinic.plan.review import Course, what_next
from station.clinic.plan.terms import Term, term_of
from station.clinic.signed import read_signable
from station.faults import InputError
from station.texts import Texts
from station.texts.problems import ask

TODAY = date(2026, 11, 28)
VIGNETTES = tomllib.loads(Path(__file__).with_name("vignettes.toml").read_text())["vignette"]


def made(today=TODAY, struck=(), **findings):
    return planned(read_findings({"age_years": 70, **findings}, "here"), today, struck=struck)


def drills(plan):
    return [one.drill for one in plan.lines]


def reasons(plan):
    return {one.drill: [reason.reason for reason in one.reasons] for one in plan.lines}


def words(plan):
    """Everything that a plan says."""
    said = [*plan.stop, *plan.notes, *(one.reason for one in plan.left_out)]
    for one in plan.lines:
        said += [*one.reasons, *(() if one.start is None else (one.start,))]
    return said


def test_there_are_twenty_four_and_half_of_them_clash():
    assert len(VIGNETTES) == 24
    assert sum(one.get("clashing", False) for one in VIGNETTES) == 12


@pytest.mark.parametrize("vignette", VIGNETTES, ids=[one["name"] for one in VIGNETTES])
def test_a_person_gets_what_they_must_and_not_what_they_must_not(vignette):
    plan = planned(read_findings(vignette["findings"], vignette["name"]), TODAY)
    assert set(vignette["must"]) - set(drills(plan)) == set()
    assert set(vignette["must_not"]) & set(drills(plan)) == set()
    assert bool(plan.stop) == vignette.get("no_plan", False)
    assert plan.proposed


@pytest.mark.parametrize("language", ["en", "de"])
def test_every_line_has_a_reason_in_words(language):
    texts = Texts(language)
    for vignette in VIGNETTES:
        plan = planned(read_findings(vignette["findings"], ""), TODAY)
        assert all(one.reasons for one in plan.lines)
        for said in words(plan):
            assert texts.has(f"seen.{said.reason}"), said.reason
            assert "{" not in ask(texts, said)


def test_every_rule_bar_preset_and_drill_has_words():
    texts, documents = Texts("de"), shipped()
    for rule in documents.rules.rule:
        assert texts.has(f"seen.plan-{rule.id}"), rule.id
    for bar in documents.rules.bar:
        assert texts.has(f"seen.plan-not-{bar.id}"), bar.id
    for preset in documents.presets.preset:
        assert texts.has(f"word.population.{preset.id}"), preset.id
    for drill in documents.drills.drill:
        assert texts.has(f"word.drill-name.{drill.id}"), drill.id
    assert len(documents.presets.preset) == 12
    named = {one.id for one in documents.drills.drill}
    wanted = {drill for one in (*documents.rules.rule, *documents.rules.bar) for drill in one.drills}
    wanted |= {drill for one in documents.presets.preset for drill in (*one.drills, *one.late)}
    assert wanted <= named
    assert named == {f"D{n:02d}" for n in range(1, 35)} | {f"G{n}" for n in range(1, 6)}


YES = st.booleans()
FINDINGS = st.fixed_dictionaries(
    {"age_years": st.integers(3, 100)},
    optional={
        "population": st.sampled_from(["", *(one.id for one in shipped().presets.preset)]),
        "conditions": st.lists(st.sampled_from(["neuropathy", "surgery-under-12-weeks", "bppv-active"]), max_size=2),
        "order": st.just({"percent_bw": 20.0, "kg": 14.0, "until": "2026-12-01"}),
        "vibration_allowed": YES,
        "mass_kg": st.sampled_from([20.0, 34.9, 35.0, 80.0]),
        "together_s": st.floats(0, 30),
        "tandem_s": st.floats(0, 30),
        "one_leg_left_s": st.floats(0, 45),
        "one_leg_right_s": st.floats(0, 45),
        "one_leg_closed_left_s": st.floats(0, 45),
        "vest_ratio": st.floats(0.5, 9),
        "som_ratio": st.floats(0.5, 9),
        "mxe_percent": st.just({"front": 50.0}),
        "dcl_percent": st.floats(0, 100),
        "reaction_s": st.floats(0.1, 3),
        "share_left_percent": st.floats(0, 100),
        "five_stands_s": st.floats(4, 40),
        "calf_left": st.integers(0, 40),
        "calf_right": st.integers(0, 40),
        "short_fes_i": st.integers(7, 28),
        "falls_risk": st.sampled_from(["low", "high"]),
        "pain": st.integers(0, 10),
    },
)


@settings(max_examples=60)
@given(FINDINGS)
def test_whatever_was_found_a_plan_keeps_its_bounds(table):
    plan = planned(read_findings(table, ""), TODAY)
    assert len(plan.lines) <= 6
    assert sum(one.minutes for one in plan.lines) <= 30
    assert len(set(drills(plan))) == len(plan.lines)
    if table.get("pain", 0) >= 6:
        assert (plan.lines, plan.dose) == ((), None)
    if table.get("mass_kg", 99) < 35 or not table.get("vibration_allowed"):
        assert not {"D31", "D32"} & set(drills(plan))
    if "order" in table:
        assert set(drills(plan)) <= {"D15", "D16"}
    for said in words(plan):
        assert "{" not in ask(Texts("de"), said)
    assert planned(read_findings(table, ""), TODAY) == plan


def test_a_drill_that_is_on_this_station_is_named_as_it_is_there():
    documents = {one.document for one in shipped().drills.drill} - {""}
    assert documents <= set(catalogue_names())
    assert len(documents) >= 18


def test_a_reason_names_the_figure_and_the_norm():
    plan = made(age_years=66, one_leg_left_s=7.0, one_leg_right_s=9.0)
    said = [ask(Texts(), reason) for one in plan.lines if one.drill == "D03" for reason in one.reasons]
    assert said == ["One leg held 7 s, from 5 to 15 s. Mean at this age: 32 s."]
    (start,) = [one.start for one in plan.lines if one.drill == "D03"]
    assert ask(Texts(), start) == "Begin with a hold of 5 s."


def test_orders_go_before_safety_and_safety_before_the_deficit():
    order = {"percent_bw": 20.0, "kg": 14.0, "until": "2026-11-28"}
    plan = made(order=order, short_fes_i=20, one_leg_left_s=2.0)
    assert drills(plan) == ["D15", "D16"]
    assert "plan-fear" in [one.reason for one in plan.notes]
    assert made(date(2026, 11, 29), order=order).stop[0].reason == "plan-order-expired"
    assert [one.reason.reason for one in made(conditions=["bppv-active"], vest_ratio=7.0).left_out] == ["plan-not-bppv"]


@pytest.mark.parametrize(
    ("found", "tested"),
    [
        ({}, False),
        (
            {"population": "falls", "pain": 3.0, "short_fes_i": 20, "falls_risk": "high", "vibration_allowed": True},
            False,
        ),
        ({"lean_slow": False, "mxe_percent": {}}, False),
        ({"one_leg_closed_left_s": 0.0}, True),
        ({"calf_right": 0}, True),
        ({"mxe_percent": {"front": 50.0}}, True),
        ({"velocity_side": "left"}, True),
        ({"lean_slow": True}, True),
    ],
)
def test_a_plan_without_a_test_says_so_first(found, tested):
    notes = [one.reason for one in made(**found).notes]
    assert notes[:1] == ["plan-nothing-tested"] or tested
    assert ("plan-nothing-tested" in notes) is not tested


def test_the_therapist_strikes_a_drill():
    plan = made(struck=("D03",), one_leg_left_s=7.0)
    assert "D03" not in drills(plan)
    assert ("D03", "plan-struck") in [(one.drill, one.reason.reason) for one in plan.left_out]


def test_dose_and_review_come_from_the_preset():
    plan = made(population="falls", together_s=10.0, tandem_s=10.0, five_stands_s=18.0)
    assert plan.dose.session_minutes == sum(one.minutes for one in plan.lines)
    assert plan.dose.home_minutes_week == 180 - 2 * plan.dose.session_minutes
    assert plan.dose.floor_minutes_week == 10
    assert plan.review == date(2026, 12, 19)  # 8 sessions of three a week come before 4 weeks
    assert made(population="vestibular").review == date(2026, 12, 5)


@pytest.mark.parametrize(
    ("course", "what"),
    [
        (Course(), "plan-goes-on"),
        (Course(psfs_rise=2.0, probes_kept=2), "plan-end-goals"),
        (Course(psfs_rise=1.9, probes_kept=2), "plan-goes-on"),
        (Course(gas_t=50.0, probes_kept=1), "plan-goes-on"),
        (Course(gas_t=50.0, probes_kept=2), "plan-end-goals"),
        (Course(without_change=2), "plan-end-plateau"),
        (Course(without_change=1), "plan-goes-on"),
        (Course(psfs_rise=3.0, probes_kept=2, harm=True), "plan-end-harm"),
    ],
)
def test_a_plan_ends_by_rule(course, what):
    found = what_next(course, shipped().rules)
    assert found.reason == what
    assert "{" not in ask(Texts("de"), found)


@pytest.mark.parametrize(
    ("text", "term"),
    [
        ("pain >= 6", Term("pain", False, ">=", 6.0)),
        ("not stroke", Term("stroke", True, "", 0.0)),
        ("pain > x", None),
        ("not pain > 5", None),
        ("pain>5", None),
        ("", None),
    ],
)
def test_a_condition_is_read_or_refused(text, term):
    assert term_of(text) == term


def test_what_was_not_found_speaks_for_nothing():
    assert not Term("pain", False, "<", 6.0).holds({})
    assert not Term("stroke", False, "", 0.0).holds({})
    assert Term("stroke", True, "", 0.0).holds({})
    assert not Term("pain", False, ">", 1.0).holds({"pain": True})


@pytest.mark.parametrize(
    ("path", "kind", "old", "new"),
    [
        (RULES, PlanRules, '"pain >= 6"', '"pian >= 6"'),
        (RULES, PlanRules, '"pain >= 6"', '"pain => 6"'),
        (RULES, PlanRules, 'class = "safety"', 'class = "safe"'),
        (RULES, PlanRules, "vis_p95 = [1.32, ", "vis_p95 = ["),
        (RULES, PlanRules, '"D15"', '"E15"'),
        (DRILLS, Drills, "minutes = 4", "minutes = 0"),
    ],
)
def test_a_file_that_is_wrong_names_the_key(tmp_path, path, kind, old, new):
    file = tmp_path / "file.toml"
    file.write_text(path.read_text().replace(old, new, 1))
    with pytest.raises(InputError) as problem:
        read_signable(file, kind)
    assert problem.value.where == str(file)
    assert problem.value.problems[0].field


@pytest.mark.parametrize(
    ("text", "field"),
    [
        ("age_years = 200", "age_years"),
        ("age_years = 70\npain = 11", "pain"),
        ("age_years = 70\npian = 1", "pian"),
        ("age_years = 70\none_leg_left_s = nan", "one_leg_left_s"),
        ("pain = 1", "age_years"),
        ('age_years = 70\nconditions = ["cold"]', "conditions.0"),
    ],
)
def test_findings_that_are_wrong_name_the_key(tmp_path, text, field):
    file = tmp_path / "findings.toml"
    file.write_text(text)
    with pytest.raises(InputError) as problem:
        load_findings(file)
    assert (problem.value.where, problem.value.problems[0].field) == (str(file), field)


def test_the_command_plans_for_the_made_up_patient_and_from_a_file(tmp_path):
    done = CliRunner().invoke(main, ["plan", "--patient", "DEMO", "--json", "--on", "2026-11-28"])
    assert done.exit_code == 0, done.output
    plan = json.loads(done.output)
    assert "D03" in [one["drill"] for one in plan["drills"]]
    assert plan["proposed"]
    file = tmp_path / "found.json"
    file.write_text(json.dumps({"age_years": 70, "pain": 7}))
    said = CliRunner().invoke(main, ["--language", "en", "plan", "--findings", str(file)])
    assert "Pain 7: no plan today." in said.output
    for wrong in (
        ["plan"],
        ["plan", "--patient", "DEMO", "--on", "soon"],
        ["plan", "--patient", "DEMO", "--strike", "D99"],
    ):
        assert CliRunner().invoke(main, wrong).exit_code == 2
    assert isinstance(load_findings(file), Findings)
