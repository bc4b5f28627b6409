"""UUIDs as RFC 9562 lays them out, never the same twice, and a session's two names that are one."""

from uuid import RFC_4122, UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from station.records.ids import UuidMaker, derived, session_id, uuid7, uuid_of

MS = 1_000_000
RFC_MS = 0x017F22E279B0
"""The time of the example in RFC 9562, appendix A.6: 2022-02-22 14:22:22 -5."""


def test_the_layout_is_that_of_the_rfcs_example():
    # Its rand_a is 0xCC3 and its rand_b 0x18C4DC0C0C07398F; the top bit of rand_a is the one that leaves room to count.
    free = 0xCC3 << 62 | 0x18C4DC0C0C07398F
    maker = UuidMaker(lambda: RFC_MS * MS, lambda bits: free)
    assert maker() == "017f22e2-79b0-7cc3-98c4-dc0c0c07398f"


@given(st.integers(0, (1 << 48) - 1), st.text())
def test_every_uuid_says_its_time_version_and_variant(ms, of):
    uuid = UUID(derived(ms * MS + 999_999, of))
    assert (uuid.version, uuid.variant, uuid.int >> 80) == (7, RFC_4122, ms)
    assert str(uuid) == derived(ms * MS, of)


@given(st.lists(st.integers(0, 5), min_size=2, max_size=60))
def test_each_is_greater_than_the_one_before_whatever_the_clock_does(hours):
    times = iter([hour * MS for hour in hours])
    maker = UuidMaker(lambda: next(times))
    made = [maker() for _ in hours]
    assert made == sorted(set(made))


def test_a_millisecond_that_is_used_up_borrows_from_the_next():
    maker = UuidMaker(lambda: 7 * MS, lambda bits: (1 << 74) - 1 if bits == 73 else 5)
    first, second = maker(), maker()
    assert first < second
    assert UUID(second).int >> 80 == 8


def test_two_of_one_moment_differ():
    assert len({uuid7() for _ in range(1000)}) == 1000


@given(st.integers(0, 1 << 62), st.integers(0, 1 << 63), st.integers(1, 1 << 31))
def test_a_sessions_uuid_has_the_bits_of_its_name(started_ns, epoch, number):
    name = session_id(started_ns, epoch, number)
    uuid = UUID(uuid_of(name))
    assert (uuid.version, uuid.variant) == (7, RFC_4122)
    assert uuid.int >> 80 == started_ns // MS % (1 << 48)
    assert uuid_of(name) == derived(started_ns, f"{epoch}/{number}")


def test_the_name_of_a_known_session_is_as_the_first_program_made_it():
    assert session_id(1794214800000000000, 5_318_008_577_345_129_113, 1) == "01M6ZRJAM04R5XQBAMABMY1EZJ"
    assert uuid_of("01M6ZRJAM04R5XQBAMABMY1EZJ") == "01a1bf89-2a80-7260-af6e-b5514ba782ef"


def test_names_sort_by_time_and_repeat():
    first, second = session_id(10**18, 5, 1), session_id(10**18 + MS, 5, 1)
    assert first < second
    assert first == session_id(10**18, 5, 1)
    assert first != session_id(10**18, 5, 2)


@pytest.mark.parametrize("name", ["", "s1", "8" + "0" * 25, "0" * 25 + "U", "0" * 27])
def test_what_is_no_name_has_no_uuid(name):
    with pytest.raises(ValueError, match=r"is no name|not found"):
        uuid_of(name)
