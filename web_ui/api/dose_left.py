"""A patient's vibration of today: what counts, what a day may have, and what a prescription would use of it.

Control decides at the Start, and while the plate moves; this says it beforehand.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import TYPE_CHECKING

from pydantic import BaseModel

from station.clock import this_moment
from station.faults import StationError
from station.wire.messages import PATIENT_CODE
from web_ui.service import service

if TYPE_CHECKING:
    from drills.document import DrillDocument
    from drills.platform import Platform
    from drills.prescription import Prescription


class DoseView(BaseModel):
    """The vibration that counts today."""

    used_s: float
    most_s: float | None
    """What the station allows in a day; null while control does not say."""
    share: float | None
    """Of the day's allowance that is used, by what is nearest to its end: time, A(8) or VDV. 1 is all."""


class AskedDoseView(DoseView):
    """The same, and what a prescription would add."""

    asks_s: float
    """Every try that vibrates in full, with its ramps."""
    too_much: bool
    """More than is left: the station stops the drill in the middle."""
    used_up: bool
    """Nothing is left: the Start is refused."""


def dose_view(used: Mapping[str, float]) -> DoseView:
    """Of these sums, by the fields of `station.wire.messages.DoseToday`."""
    most = _allowance()
    return DoseView(
        used_s=used.get("vibration_s", 0.0),
        most_s=None if most is None else most["vibration_s"],
        share=None if most is None else _share(used, most),
    )


def asked_dose(
    patient: str | None, document: DrillDocument, prescription: Prescription, platform: Platform | None
) -> AskedDoseView | None:
    """What this prescription would add to this patient's day; None where nothing vibrates, nobody is named, or control
    or the records do not say.
    """
    from station.recording.prescribed import prescribed_dose  # this and the records bring the database
    from station.records.dose import Doses
    from web_ui.records import opened

    code = (patient or "").upper()
    if not prescription.vibrates or not re.fullmatch(PATIENT_CODE, code) or (most := _allowance()) is None:
        return None
    try:
        used = Doses(opened(service().data)).today(code, this_moment().wall_ns)
    except StationError:
        return None
    asked = prescribed_dose(
        {
            "document": document.model_dump(mode="json", by_alias=True),
            "prescription": prescription.model_dump(mode="json"),
            "platform": None if platform is None else platform._asdict(),
        }
    )._asdict()
    together = {name: used.get(name, 0.0) + more for name, more in asked.items()}
    view = dose_view(used)
    return AskedDoseView(
        **view.model_dump(),
        asks_s=asked["vibration_s"],
        too_much=_share(together, most) > 1.0,
        used_up=view.share is not None and view.share >= 1.0,
    )


def _share(used: Mapping[str, float], most: Mapping[str, float]) -> float:
    return max(used.get(name, 0.0) / bound for name, bound in most.items() if bound > 0.0)


def _allowance() -> dict[str, float] | None:
    """Of a day, by control; None where it does not answer."""
    try:
        said: dict[str, float] | None = service().link.request("describe")["facts"].get("day")
    except StationError:
        return None
    return said
