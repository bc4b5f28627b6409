"""Which code comes next, and which may have been meant."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from station.records.codes import FIRST, bare, meant_for, next_code, same_but_for_signs

CODES = st.lists(st.from_regex(r"\A[A-Z0-9][A-Z0-9._-]{0,6}\Z"), max_size=20)


@pytest.mark.parametrize(
    ("known", "proposed"),
    [
        ([], FIRST),
        (["ANNA", "B."], FIRST),
        (["P01", "P02", "P14"], "P15"),
        (["P99"], "P100"),
        (["P07", "P8"], "P09"),
        (["P01", "P02", "X-0900"], "P03"),
        (["2026-0007"], "2026-0008"),
        (["7"], "8"),
        (["Q1", "P9"], "Q2"),
        (["P01", "P.02", "P02"], "P03"),
        (["P" + "9" * 31], FIRST),
    ],
)
def test_the_code_after_the_highest_of_the_usual_ones_is_proposed(known, proposed):
    assert next_code(known) == proposed


@settings(max_examples=60, deadline=None)
@given(known=CODES)
def test_nobody_has_the_proposed_code_however_it_is_written(known):
    code = next_code(known)
    assert bare(code) not in {bare(one) for one in known}


def test_noughts_and_signs_alone_make_no_other_code():
    assert same_but_for_signs("P1", ["P01", "P-001", "P10", "P1"]) == ["P01", "P-001"]
    assert meant_for("P71", ["P17", "P0071"], 3) == ["P0071"]


def test_a_letter_that_looks_like_a_digit_makes_no_other_code():
    assert same_but_for_signs("PO1", ["P01", "P10", "PA1"]) == ["P01"]
    assert same_but_for_signs("P0I", ["P01", "P10"]) == ["P01"]
    assert same_but_for_signs("2O26-OO07", ["2026-0007"]) == ["2026-0007"]
    assert meant_for("PI0", ["P10", "P01"], 3) == ["P10"]
    assert same_but_for_signs("OTIO", ["0T10", "OTI0"]) == [], "no digit stands beside them"
    assert same_but_for_signs("P01", ["PO1"]) == ["PO1"], "whichever was there first"
