"""What may be said at all: the messages refuse what no honest client says."""

import pytest

from station.wire.messages import Start

WISH = {"request": "one", "seen": {"epoch": "1", "stops": 0}, "document": {}, "prescription": {}}


@pytest.mark.parametrize("patient", ["", "../etc", "a" * 33, "P 1", "P\n1"])
def test_a_patient_code_that_could_be_a_path_is_refused(patient: str) -> None:
    with pytest.raises(ValueError, match="patient"):
        Start(type="start", patient=patient, **WISH)


def test_negative_vibration_of_today_cannot_buy_more() -> None:
    for stolen in (-1.0, float("nan"), float("inf"), float("-inf")):
        with pytest.raises(ValueError, match="dose_today"):
            Start(type="start", patient="P1", **WISH, dose_today={"e4_m4_s7": stolen})
