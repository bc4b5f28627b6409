"""GET /api/v1/card: where the patient whose result is on the screen finds what to take along."""

from __future__ import annotations

from pydantic import BaseModel

from station.faults import InputError
from web_ui.api import resource
from web_ui.phones import picture_of, ways_for_phones
from web_ui.service import service


class CardView(BaseModel):
    """An address that holds for a quarter of an hour; empty where no door for phones is open."""

    address: str
    picture: str
    """The same as a QR code: an SVG as a `data:` address."""
    left_s: float


blueprint = resource("card", "What a patient takes along.", 404, 503)


@blueprint.get("/card", responses={"200": CardView})
def show_card() -> dict[str, object]:
    """Only for the patient's screen, while it shows a result: of nobody else, and to nobody else. 404 where it shows
    none.
    """
    own = service()
    result = own.hub.snapshot().result
    if result is None or not result.on_show or not result.patient:
        raise InputError("session-unknown", "card")
    way = next(iter(ways_for_phones().values()), "")
    if not way:
        return CardView(address="", picture="", left_s=0.0).model_dump()
    token, left_s = own.cards.offer(result.patient)
    address = f"{way}/card/{token}"
    return CardView(address=address, picture=picture_of(address), left_s=round(left_s, 1)).model_dump()
