"""GET /api/v1/network: the station's own wireless network. POST .../key: another key for it."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel

from web_ui import records
from web_ui.api import resource
from web_ui.api.drill import Done
from web_ui.api.phone_list import managed_by
from web_ui.service import service


class NetworkView(BaseModel):
    """The network as a manager sees it; not its key, which only the station's screen shows."""

    name: str
    """"" where the station has none."""
    changeable: bool
    """Whether its key can be changed from here."""
    state: Literal["kept", "due", "asked", "changed", "stuck"]
    """What became of the newest change: due until no drill runs, asked for, done, or asked for in vain."""


blueprint = resource("network", "The station's own wireless network.", 409, 503)


@blueprint.get("/network", responses={"200": NetworkView})
def show_network() -> dict[str, object]:
    """Its name, and whether its key is being changed."""
    own = service().network_key
    network = own.network()
    name = "" if network is None else network.name
    return NetworkView(name=name, changeable=own.changeable, state=own.state).model_dump()


@blueprint.post("/network/key", responses={"200": Done})
def change_key() -> dict[str, object]:
    """Another key, as soon as no drill runs: every phone on the network is out, and joins again at the screen."""
    own = service()
    own.network_key.want()
    records.note(own.data, managed_by(), "network-key-asked")
    return Done().model_dump()
