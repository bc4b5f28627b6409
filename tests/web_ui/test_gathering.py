"""When a request has come whole: judged by what waits, for every way to cut it into pieces."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from web_ui.gathering import BODY_BYTES, HEAD_BYTES, Arrival, Gathered, look_at

STOP = b"POST /api/v1/stop?x=1 HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\n12345"


@given(st.integers(0, len(STOP)))
def test_a_request_is_whole_with_its_last_byte_and_not_before(cut: int) -> None:
    gathered = look_at(STOP[:cut])
    assert (gathered.state is Arrival.WHOLE) == (cut == len(STOP))


def test_its_method_and_path_are_known_then() -> None:
    assert look_at(STOP) == Gathered(Arrival.WHOLE, "POST", "/api/v1/stop")
    assert look_at(b"GET / HTTP/1.1\r\n\r\n") == Gathered(Arrival.WHOLE, "GET", "/")


@given(st.binary(max_size=400), st.binary(max_size=400))
def test_nothing_makes_it_raise_and_what_is_whole_stays_whole(head: bytes, more: bytes) -> None:
    before, after = look_at(head), look_at(head + more)
    if before.state is Arrival.WHOLE:
        assert after == before


@pytest.mark.parametrize("name", [b"Transfer-Encoding", b"transfer-encoding ", b"TRANSFER-ENCODING"])
def test_a_body_without_a_length_is_not_waited_for(name: bytes) -> None:
    assert look_at(b"POST / HTTP/1.1\r\n" + name + b": chunked\r\n\r\n").state is Arrival.NO_LENGTH


def test_a_head_without_end_is_not_waited_for() -> None:
    assert look_at(b"x" * (HEAD_BYTES - 1)).state is Arrival.COMING
    assert look_at(b"x" * HEAD_BYTES).state is Arrival.HEAD_TOO_LONG


def test_a_body_that_is_too_long_is_refused_by_its_length_alone() -> None:
    head = b"POST / HTTP/1.1\r\nContent-Length: %d\r\n\r\n"
    assert look_at(head % (BODY_BYTES + 1)).state is Arrival.WHOLE
    assert look_at(head % BODY_BYTES).state is Arrival.COMING


@pytest.mark.parametrize("length", [b"-1", b"1e3", b"", b"9" * 40, b"\xb2"])
def test_a_length_that_is_none_is_the_parsers_to_refuse(length: bytes) -> None:
    assert look_at(b"POST / HTTP/1.1\r\nContent-Length: " + length + b"\r\n\r\n").state is Arrival.WHOLE
