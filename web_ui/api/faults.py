"""GET /api/v1/faults: the fault catalogue."""

from __future__ import annotations

from pydantic import BaseModel

from station.faults import CATALOGUE
from station.texts import Texts
from station.texts.faults import fault_words
from web_ui.api import resource
from web_ui.language import answer_language


class FaultView(BaseModel):
    """One entry of the fault catalogue."""

    code: str
    number: int
    what: str
    cause: str
    remedy: str


class FaultsView(BaseModel):
    """The whole catalogue."""

    faults: list[FaultView]


blueprint = resource("faults", "Everything that can go wrong: what, why, and what to do.")


@blueprint.get("/faults", responses={"200": FaultsView})
def list_faults() -> dict[str, object]:
    """Every fault, by number."""
    faults = sorted(CATALOGUE.values(), key=lambda fault: fault.number)
    texts = Texts(answer_language())
    views = [
        FaultView(code=fault.code, number=fault.number, **fault_words(texts, fault.code)._asdict()) for fault in faults
    ]
    return FaultsView(faults=views).model_dump()
