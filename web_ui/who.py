"""Who of the staff asks, as the records and the audit log name them."""

from __future__ import annotations

from web_ui.callers import caller
from web_ui.lease import public_name
from web_ui.security import client_name


def asked_by() -> str:
    """The name of whose phone it is; of a phone that is nobody's, and of a browser at the station, its short name."""
    phone = caller().phone
    return phone.called if phone is not None and phone.called else public_name(client_name())
