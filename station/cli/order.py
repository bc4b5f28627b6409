"""`station order`: which orders of partial load stand for a patient; enter one, or withdraw one."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import click

from station.cli.groups import handed_as
from station.cli.options import as_json, settings_options, settings_with
from station.cli.speaking import Verb
from station.cli.words import say, seen

if TYPE_CHECKING:
    from station.clinic.orders import LoadOrder
    from station.recording.ordered import OrderBook
    from station.records.orders import Orders

OF_PLAN = "plan"
"""What is withdrawn where an order stands in the plan, which knows no leg."""


class _OrderWish(NamedTuple):
    """What is to be done; nothing of it: what stands is only shown."""

    leg: str | None
    kg: float | None
    percent: float | None
    ordered_by: str
    ordered_on: str
    until: str
    withdraw: str | None
    accept_loss: bool
    reason: str
    by: str

    @property
    def enters(self) -> bool:
        """Whether anything of an order is given."""
        return any((self.leg, self.kg is not None, self.percent is not None, self.ordered_by, self.until))

    @property
    def is_whole(self) -> bool:
        """Whether an order can be made of it."""
        return bool(self.leg and self.kg is not None and self.percent is not None and self.ordered_by and self.until)


@click.command(cls=Verb)
@click.argument("patient")
@click.option("--leg", type=click.Choice(("left", "right")), help="cli.option.order-leg")
@click.option("--kg", type=float, metavar="KG", help="cli.option.order-kg")
@click.option("--percent", type=float, metavar="PERCENT", help="cli.option.order-percent")
@click.option("--ordered-by", default="", metavar="NAME", help="cli.option.order-ordered-by")
@click.option("--ordered-on", default="", metavar="DAY", help="cli.option.order-on")
@click.option("--until", default="", metavar="DAY", help="cli.option.order-until")
@click.option("--withdraw", type=click.Choice(("left", "right", OF_PLAN)), help="cli.option.order-withdraw")
@click.option("--accept-loss", is_flag=True, help="cli.option.order-accept-loss")
@click.option("--reason", default="", metavar="TEXT", help="cli.option.order-reason")
@click.option("--by", default="", metavar="NAME", help="cli.option.order-by")
@settings_options
@as_json
@handed_as("wish", _OrderWish)
def order(patient: str, wish: _OrderWish, settings_file: Path | None, data: Path | None, as_json: bool) -> None:
    """Say which orders stand for PATIENT; enter or withdraw one."""
    from station.faults import InputError, because
    from station.recording.layout import records_path
    from station.recording.ordered import OrderBook
    from station.records.file import open_records
    from station.records.orders import Orders
    from station.settings import data_folder
    from station.wire.messages import PATIENT_CODE

    if not re.fullmatch(PATIENT_CODE, patient):
        raise InputError("input-invalid", patient, because("patient-code"))
    if (wish.enters and not wish.is_whole) or sum((wish.enters, wish.withdraw is not None, wish.accept_loss)) > 1:
        raise InputError("input-invalid", "order", because("order-what"))
    patient = patient.upper()
    folder = data_folder(settings_with(settings_file, data=data))
    writes = wish.enters or wish.withdraw is not None or wish.accept_loss
    records = open_records(records_path(folder), read_only=not writes)
    book, orders = OrderBook(folder, records), Orders(records)
    if writes:
        _write(book, orders, patient, wish)
    _say(book, orders, patient, as_json=as_json)


def _write(book: OrderBook, orders: Orders, patient: str, wish: _OrderWish) -> None:
    from station.clinic.orders import LoadOrder
    from station.clock import local_date, this_moment
    from station.faults import InputError
    from station.records.dose import Statement
    from station.records.orders import NewOrder

    now = this_moment()
    if wish.accept_loss:
        book.accept_loss(Statement(wish.by, wish.reason))
        click.echo(say("cli.order.accepted"), err=True)
    elif wish.withdraw is not None:
        leg = "" if wish.withdraw == OF_PLAN else wish.withdraw
        standing = [one for one in orders.listed(patient) if one["withdrawn_ns"] is None and one["leg"] == leg]
        if leg and not standing:
            raise InputError("order-not-there", patient)
        for one in standing or [{"id": ""}]:
            book.withdraw(patient, one["id"], Statement(wish.by, wish.reason))
    else:
        on = wish.ordered_on or local_date(now.wall_ns).isoformat()
        given = LoadOrder(wish.leg or "", wish.kg or 0.0, wish.percent or 0.0, wish.ordered_by.strip(), on, wish.until)
        book.enter(NewOrder(patient, wish.by, given), now)


def _say(book: OrderBook, orders: Orders, patient: str, *, as_json: bool) -> None:
    from station.clinic.orders import FORBIDS
    from station.clock import this_moment
    from station.recording.ordered import AskedDrill

    known = orders.of(patient, this_moment())
    lost = book.lost()
    verdict = book.judge(AskedDrill(patient, "both", by_order=False), this_moment(), sure=False)
    if as_json:
        said = [{**_values(one), "state": one.state(known.today)} for one in known.orders]
        full = not verdict.fault
        listed = orders.listed(patient)
        shown = {"patient": patient, "full_load": full, "lost": lost, "standing": said, "orders": listed}
        click.echo(json.dumps(shown, indent=2))
    elif lost:
        click.echo(say("cli.order.lost", patient=patient))
    elif verdict.fault != FORBIDS:
        click.echo(say("cli.order.none", patient=patient))
    else:
        click.echo(say("cli.order.stands", patient=patient))
        for problem, one in zip(verdict.problems, known.orders, strict=True):
            click.echo(f"  {seen(problem)} {say('cli.order.limit', limit_kg=one.limit_kg, body_kg=one.body_kg)}")


def _values(one: LoadOrder) -> dict[str, Any]:
    return {**one._asdict(), "limit_kg": one.limit_kg, "body_kg": one.body_kg}
