"""What the answers before vibration allow: a pure function, and a file that a clinician can sign."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from station.clinic.screening.items import ABSOLUTE, RED_FLAG, RELATIVE, SHIPPED, Items, shipped
from station.clinic.screening.verdict import Override, check, judge
from station.clinic.signed import read_signable
from station.faults import InputError
from station.texts import Texts
from station.texts.problems import ask, detail

ITEMS = shipped()
CLEAR = {one.id: "no" for one in ITEMS.item} | {"mass-kg": 70.0, "dizziness": 0, "pain": 1}
BY_KIND = {kind: [one.id for one in ITEMS.item if one.kind == kind] for kind in (ABSOLUTE, RELATIVE, RED_FLAG)}
HEART = '\n\n[[screen]]\nid = "heart-vessels"\nitems = ["implanted-device", '
BY = Override("Dr. Gruber", "glucose 6.1, sugar at hand")


def yes(item):
    return {"mass-kg": 34.9, "dizziness": 6, "pain": 6}.get(item, "yes")


def test_all_of_the_union_is_asked():
    assert {kind: len(ids) for kind, ids in BY_KIND.items()} == {ABSOLUTE: 19, RELATIVE: 11, RED_FLAG: 9}
    assert judge(ITEMS, CLEAR, {}) == (True, True, (), dict.fromkeys(CLEAR, "no"))


@pytest.mark.parametrize("item", BY_KIND[ABSOLUTE] + BY_KIND[RED_FLAG])
def test_yes_unknown_and_silence_lock_whoever_overrides(item):
    silent = {name: answer for name, answer in CLEAR.items() if name != item}
    for answers in (CLEAR | {item: yes(item)}, CLEAR | {item: "unknown"}, silent, CLEAR | {item: True}):
        assert not judge(ITEMS, answers, {}).vibration
        assert not judge(ITEMS, answers, {item: BY}).vibration
    assert judge(ITEMS, CLEAR | {item: yes(item)}, {}).session == (item not in BY_KIND[RED_FLAG])


@pytest.mark.parametrize("item", BY_KIND[RELATIVE])
def test_a_relative_item_can_be_overridden_by_name_and_reason_once_it_was_asked(item):
    for answer in ("yes", "unknown"):
        answers = CLEAR | {item: answer}
        assert not judge(ITEMS, answers, {}).vibration
        assert judge(ITEMS, answers, {item: BY}).vibration
        for empty in (Override("", "x"), Override("x", " ")):
            assert not judge(ITEMS, answers, {item: empty}).vibration
    silent = {name: answer for name, answer in CLEAR.items() if name != item}
    assert not judge(ITEMS, silent, {item: BY}).vibration


@pytest.mark.parametrize(("mass_kg", "allowed"), [(34.9, False), (35.0, True), (0.0, False), (500.0, False)])
def test_under_35_kg_nothing_vibrates(mass_kg, allowed):
    assert judge(ITEMS, CLEAR | {"mass-kg": mass_kg}, {}).vibration == allowed


ANSWERS = st.sampled_from(["yes", "no", "unknown", "", "NO", None, True, 0, 1e9, float("nan"), [], {}]) | st.floats()


@settings(max_examples=60)
@given(st.dictionaries(st.sampled_from([*CLEAR, "nonsense"]), ANSWERS), st.sets(st.sampled_from(sorted(CLEAR))))
def test_whatever_is_answered_it_judges_and_only_a_whole_no_allows(answers, overridden):
    found = judge(ITEMS, answers, dict.fromkeys(overridden, BY))
    assert not found.vibration or set(CLEAR) <= set(answers)
    for one in found.locks:
        assert "{" not in ask(Texts("de"), one)
        assert found.states[one.values["item"]] in ("yes", "unknown")


@pytest.mark.parametrize(
    ("answers", "overrides", "where"),
    [
        ({"pregnancyy": "no"}, {}, "pregnancyy"),
        ({"pregnancy": "maybe"}, {}, "pregnancy"),
        ({"pregnancy": 0}, {}, "pregnancy"),
        ({"mass-kg": "heavy"}, {}, "mass-kg"),
        ({"mass-kg": float("nan")}, {}, "mass-kg"),
        ({"mass-kg": 401.0}, {}, "mass-kg"),
        ({"pain": 11}, {}, "pain"),
        (CLEAR, {"pregnancy": BY}, "pregnancy"),
        (CLEAR, {"blood-pressure": BY}, "blood-pressure"),
        (CLEAR, {"nonsense": BY}, "nonsense"),
        ({}, {"diabetes": BY}, "diabetes"),
        (CLEAR, {"diabetes": Override(" ", "x")}, "by"),
        (CLEAR, {"diabetes": Override("x", "")}, "reason"),
    ],
)
def test_what_nobody_may_write_down_is_refused_by_name(answers, overrides, where):
    with pytest.raises(InputError) as problem:
        check(ITEMS, answers, overrides)
    assert (problem.value.code, problem.value.where) == ("input-invalid", where)
    assert all("{" not in ask(Texts(), one) for one in problem.value.problems)


@pytest.mark.parametrize("language", ["en", "de"])
def test_each_item_has_words_a_source_and_a_mark(language):
    texts = Texts(language)
    for one in ITEMS.item:
        assert texts.has(f"word.item.{one.id}")
        assert one.source
    for one in ITEMS.screen:
        assert texts.has(f"word.screen.{one.id}")
    assert ITEMS.status == "proposed"


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ('id = "eye"', 'id = "epilepsy"'),
        ('kind = "relative"', 'kind = "soft"'),
        ("lock_below = 35\n", ""),
        ('who = "patient"', 'who = "patient"\nleast = 1'),
        ('status = "proposed"', 'status = "signed"'),
        ("[[item]]", "[[itm]]"),
        ("[[screen]]", "[[scrn]]"),
        ('"pregnancy"]', '"stones"]'),
        (', "pregnancy"]', "]"),
        ('"pregnancy"]', '"pregnancyy"]'),
        ('"wound-leaking"]' + HEART, '"wound-leaking", "implanted-device"]' + HEART[:-20]),
        ('["dizziness"]\n\n[[screen]]\nid = "pain"\nitems = ["pain"]', '["dizziness", "pain"]'),
        ('items = ["eye", ', 'items = ["eye", "thrombosis", '),
        ("lasts = true", "lasts = 1"),
        ('asks = "number"\nleast = 1\nmost = 400\nlock_below = 35\n', ""),
    ],
)
def test_a_file_that_is_wrong_is_refused(tmp_path, old, new):
    file, text = tmp_path / "items.toml", SHIPPED.read_text()
    assert old in text
    file.write_text(text.replace(old, new, 1))
    with pytest.raises(InputError) as problem:
        read_signable(file, Items)
    assert problem.value.where == str(file)
    assert problem.value.problems
    assert "problem." not in detail(Texts(), problem.value)
