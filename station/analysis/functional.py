"""What is usual in a functional test at an age, as keys with values."""

from __future__ import annotations

import math
from typing import Any

from station.faults import InputError, as_json, because
from station.measures.norms.functional import MEN, NORMS, WOMEN, row_at, usual_at
from station.measures.norms.people import stance_said

MOST = {"times": 1000.0, "seconds": 3600.0, "percent": 100.0}
"""Of a value in each unit: beyond it the unit is another."""


def functional_norm(name: str, age_years: float, sex: str | None, value: float | None) -> dict[str, Any]:
    """`rows` by sex with the numbers, and `text`: what is usual, where the value stands, and who says so.

    Raises InputError "input-invalid" for a value that is no number, or that nobody reaches.
    """
    if value is not None and not math.isfinite(value):
        raise InputError("input-invalid", f"VALUE {value}", because("is-no-number", value=str(value)))
    most = MOST["seconds" if name == "one-leg" else NORMS[name].unit]
    if value is not None and not 0.0 <= value <= most:
        seen = because("not-between", value=value, least=0.0, most=most)
        raise InputError("input-invalid", f"VALUE {value:g}", seen)
    if name == "one-leg":
        known = stance_said(age_years)
        text = [because("norm-of-no-age") if known is None else known]
        return {
            "name": name,
            "age_years": age_years,
            "value": value,
            "rows": {},
            "text": [as_json(one) for one in text],
        }
    norm = NORMS[name]
    row = row_at(norm, age_years)
    rows = {} if row is None else {one: list(getattr(row, one)) for one in (WOMEN, MEN) if sex in (None, one)}
    said = usual_at(norm, age_years, sex, value)
    return {"name": name, "age_years": age_years, "value": value, "rows": rows, "text": [as_json(one) for one in said]}
