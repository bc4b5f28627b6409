"""What the pages read and write of a patient's orders of partial load. SQLAlchemy loads when first asked for."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from station.faults import StationError
from web_ui.records import opened, opened_to_write

if TYPE_CHECKING:
    from station.clinic.orders import LoadVerdict
    from station.recording.ordered import OrderBook
    from station.records.orders import KnownOrders


class FoundOrders(NamedTuple):
    """What is known of one code's orders."""

    known: KnownOrders
    full_load: LoadVerdict
    """What they make of a drill that is not done by an order."""
    listed: list[dict[str, Any]]
    """Every one, the newest first, as `station.records.orders.Orders.listed`."""


def look(data: Path, patient: str) -> FoundOrders:
    """What stands now for whoever comes by this code. Raises StorageError."""
    from station.clock import this_moment
    from station.recording.ordered import AskedDrill, OrderBook
    from station.records.orders import Orders

    records, now = opened(data), this_moment()
    verdict = OrderBook(data, records).judge(AskedDrill(patient, "both", by_order=False), now, sure=False)
    orders = Orders(records)
    return FoundOrders(orders.of(patient, now), verdict, orders.listed(patient))


def enter(data: Path, patient: str, by: str, fields: dict[str, Any]) -> None:
    """Enter an order. `fields`: those of `station.clinic.orders.LoadOrder`, and `id`. Raises StationError as
    `station.records.orders.enter`.
    """
    from station.clinic.orders import LoadOrder
    from station.clock import this_moment
    from station.records.orders import NewOrder

    identity = fields.pop("id")
    _book(data).enter(NewOrder(patient, by, LoadOrder(**fields), identity), this_moment())


def withdraw(data: Path, patient: str, order: str, by: str, reason: str) -> None:
    """Withdraw an order. Raises StationError as `station.records.orders.withdraw`."""
    from station.records.dose import Statement

    _book(data).withdraw(patient, order, Statement(by, reason))


def bring_together(data: Path) -> None:
    """A code was corrected: the list beside the records knows both."""
    _book(data).bring_together()


def _book(data: Path) -> OrderBook:
    from station.recording.ordered import OrderBook

    if not opened(data).there:  # the recorder makes them, and knows which station this is
        raise StationError("recorder-not-ready", "records")
    return OrderBook(data, opened_to_write(data))
