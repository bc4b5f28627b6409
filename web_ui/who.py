"""Who of the staff asks, as the records and the audit log name them."""

from __future__ import annotations

from flask import request

from station.access.rights import Right, Transport
from web_ui.callers import caller, door, phone_token
from web_ui.lease import public_name
from web_ui.rights import NEEDS
from web_ui.security import client_name
from web_ui.service import service


def asked_by() -> str:
    """The name of whose phone it is, or of the manager who gave their own PIN at the station's screen for what needs
    it; of a phone that is nobody's, and of a browser at the station, its short name.
    """
    who = caller()
    if who.phone is not None and who.phone.called:
        return who.phone.called
    if who.transport is Transport.SCREEN and Right.MANAGE in NEEDS.get(request.endpoint or "", Right(0)):
        return service().access.managing_as(client_name()) or public_name(client_name())
    return public_name(client_name())


def stopped_by() -> str:
    """The same for a STOP, which waits for no records: by whose its phone was when it asked for something else."""
    transport = door()[0]
    return service().names.of(phone_token(transport), transport) or public_name(client_name())
