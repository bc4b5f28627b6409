"""A table of a document takes what it says, and stays as it was read."""

import pytest
from pydantic import ValidationError

from drills.strict import Strict


class _Kept(Strict):
    least_s: float


@pytest.mark.parametrize("value", [float("nan"), float("inf"), "1.0", True, None])
def test_a_table_takes_finite_numbers_alone(value) -> None:
    with pytest.raises(ValidationError):
        _Kept(least_s=value)


def test_a_table_that_was_read_stays_as_it_is() -> None:
    table = _Kept(least_s=1.0)
    with pytest.raises(ValidationError):
        table.least_s = 2.0
    with pytest.raises(ValidationError):
        _Kept(least_s=1.0, most_s=2.0)
    assert table == _Kept(least_s=1.0)
    assert len({table, _Kept(least_s=1.0)}) == 1
