"""An order of partial load outlives what the records go through, and goes with whom it is of."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from station.clock import this_moment
from station.keeping.backup import make_backup
from station.keeping.erasing import erase_person
from station.keeping.restore import restore
from station.processes.clerk import Clerk
from station.recording.layout import records_path
from station.recording.ordered import ORDERS_FILE, AskedDrill, OrderBook
from station.records.dose import Statement
from station.records.file import open_records
from station.records.orders import NewOrder
from station.records.patients import Patients
from tests.station.processes.test_ordered_start import an_order


@pytest.fixture
def settled(data: Path) -> Callable[..., str]:
    """After the clerk has looked at the folder; returns what the orders make of a full load of this patient's."""

    def look(patient: str = "P01") -> str:
        clerk = Clerk(data)
        clerk.work()
        clerk.close()
        book = OrderBook(data, open_records(records_path(data)))
        return book.judge(AskedDrill(patient, "both", by_order=False), this_moment(), sure=False).fault

    return look


def enter(data, patient: str = "P01") -> None:
    OrderBook(data, open_records(records_path(data))).enter(NewOrder(patient, "Eva", an_order()), this_moment())


def test_an_order_of_after_the_backup_stands_after_it_was_put_back(data, tmp_path, settled):
    made = make_backup(data, tmp_path / "b.backup", "", "Ada")
    enter(data)
    assert settled() == "order-forbids"
    restore(data, made.path, "", "Ada", replace=True)
    assert settled() == "order-forbids"
    assert settled("P02") == ""


def test_one_that_was_withdrawn_since_has_to_be_withdrawn_again(data, tmp_path, settled):
    enter(data)
    made = make_backup(data, tmp_path / "b.backup", "", "Ada")
    book = OrderBook(data, open_records(records_path(data)))
    (order,) = book._orders.listed("P01")
    book.withdraw("P01", order["id"], Statement("Dr. Novak", "healed"))
    assert settled() == ""
    restore(data, made.path, "", "Ada", replace=True)
    assert settled() == "order-forbids"


def test_whoever_is_erased_is_out_of_the_list_and_a_backup_brings_neither_back(data, tmp_path, settled):
    enter(data)
    made = make_backup(data, tmp_path / "b.backup", "", "Ada")
    kept = (data / ORDERS_FILE).read_bytes()
    erase_person(data, open_records(records_path(data)), "P01", Statement("Ada", "asked for it"))
    assert json.loads((data / ORDERS_FILE).read_text()) == {"orders": []}
    (data / ORDERS_FILE).write_bytes(kept)  # by whoever copies files about
    assert settled() == ""
    assert Patients(open_records(records_path(data))).find("P01") is None
    restore(data, made.path, "", "Ada", replace=True)
    assert settled() == ""


def test_an_older_list_brings_no_withdrawn_order_back(data, settled):
    enter(data)
    kept = (data / ORDERS_FILE).read_bytes()
    book = OrderBook(data, open_records(records_path(data)))
    (order,) = book._orders.listed("P01")
    book.withdraw("P01", order["id"], Statement("Dr. Novak", "healed"))
    (data / ORDERS_FILE).write_bytes(kept)
    assert settled() == ""
    assert json.loads((data / ORDERS_FILE).read_text()) == {"orders": []}
