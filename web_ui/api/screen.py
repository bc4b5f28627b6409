"""POST /api/v1/screen: how loud the patient's screen is, how large, and whether a child looks at it."""

from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from web_ui.api import resource
from web_ui.service import service


class ScreenBody(BaseModel):
    """What is to be another than now; what is left out stays."""

    model_config = ConfigDict(extra="forbid")

    volume: Annotated[int, Field(ge=0, le=100)] | None = None
    """Of its sounds, in %; 0 is off."""
    large: bool | None = None
    child: bool | None = None


class ScreenOptionsView(BaseModel):
    """How it is set now. The snapshot says the same, to every page."""

    volume: int
    large: bool
    child: bool


blueprint = resource("screen", "The patient's screen.", 413)


@blueprint.post("/screen", responses={"200": ScreenOptionsView})
def change_screen(body: ScreenBody) -> dict[str, object]:
    """Set it for the patient who is there. Once the plate has been wiped after them the clinic's own settings hold."""
    options = service().meanwhile.screen.change(volume=body.volume, large=body.large, child=body.child)
    return ScreenOptionsView.model_validate(options._asdict()).model_dump()
