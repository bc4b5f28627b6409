"""GET and POST /api/v1/patients/{code}/orders: the orders of partial load that stand, and a new one.

POST .../withdraw takes one back. A patient with one gets no drill but by it (decision 45).
"""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from station.clinic.orders import LoadOrder
from station.faults import InputError
from station.texts.problems import ask
from web_ui import orders
from web_ui.api import resource
from web_ui.api.patients import CodePath
from web_ui.problems import FieldProblem, answer_texts, fields_of, respond
from web_ui.service import service
from web_ui.who import asked_by

_Words = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, pattern=r"^[^\x00-\x1f]*$")]
_Name = Annotated[_Words, StringConstraints(max_length=60)]
_Reason = Annotated[_Words, StringConstraints(max_length=200)]
_Day = Annotated[str, StringConstraints(pattern=r"^\d{4}-\d{2}-\d{2}$")]
_Uuid = Annotated[str, StringConstraints(pattern=r"^([0-9a-f-]{36})?$")]
_Number = Annotated[float, Field(strict=True, ge=0, le=1000, allow_inf_nan=False)]


class OrderBody(BaseModel):
    """An order: kg and % of body weight are of one body."""

    model_config = ConfigDict(extra="forbid")

    by: _Name
    """Who enters it."""
    leg: Literal["left", "right"]
    kg: _Number
    percent_bw: _Number
    ordered_by: _Name
    ordered_on: _Day | None = None
    """Left out, today."""
    until: _Day
    """The last day on which it holds."""
    id: _Uuid = ""
    """A UUID of the page's own: told twice it is one order."""


class WithdrawBody(BaseModel):
    """Which order does not stand any more, who says so, and why."""

    model_config = ConfigDict(extra="forbid")

    order: _Uuid
    """Empty: the one that stands in the patient's plan."""
    by: _Name
    reason: _Reason


class OrderLine(BaseModel):
    """One order. Times are Unix time in ms."""

    id: str
    """Empty for one that stands in the plan alone."""
    leg: Literal["left", "right", ""]
    kg: float
    percent_bw: float
    limit_kg: float
    """Where a load beyond it is stopped."""
    body_kg: float
    """Of which kg and percent are."""
    ordered_by: str
    ordered_on: str
    until: str
    state: Literal["valid", "expired", "early", "withdrawn"]
    by: str
    at_ms: float | None
    withdrawn_ms: float | None
    withdrawn_by: str
    reason: str


class OrdersView(BaseModel):
    """The orders of one patient."""

    code: str
    full_load: bool
    """Whether drills that are not done by an order may start."""
    why: list[FieldProblem]
    """Why they may not."""
    today: str
    """The station's date, by which they hold."""
    vouched: bool
    """Whether anybody vouches for it."""
    standing: list[OrderLine]
    """Also those of who had the code before it was corrected."""
    earlier: list[OrderLine]
    """The patient's that were withdrawn, the newest first."""


blueprint = resource("orders", "Orders of partial load.", 404, 409, 413, 503)


@blueprint.get("/patients/<string:code>/orders", responses={"200": OrdersView})
def show_orders(path: CodePath) -> dict[str, object]:
    """What stands for whoever comes by this code, and what stood."""
    return _view(path.code)


@blueprint.post("/patients/<string:code>/orders", responses={"200": OrdersView})
def enter_order(path: CodePath, body: OrderBody) -> Any:  # noqa: ANN401  # a model's dump, or a response
    """Enter an order; the one before of this leg is withdrawn by it. What runs with this patient is stopped."""
    own = service()
    fields = body.model_dump(exclude={"by"})
    fields["ordered_on"] = fields["ordered_on"] or orders.look(own.data, path.code).known.today.isoformat()
    try:
        orders.enter(own.data, path.code, body.by, fields)
    except InputError as problem:
        return respond(problem, fields_of(problem.problems))
    _end_what_runs(path.code)
    return _view(path.code)


@blueprint.post("/patients/<string:code>/orders/withdraw", responses={"200": OrdersView})
def withdraw_order(path: CodePath, body: WithdrawBody) -> dict[str, object]:
    """Withdraw an order, by name and with a reason; again is no harm."""
    orders.withdraw(service().data, path.code, body.order, body.by, body.reason)
    return _view(path.code)


def _end_what_runs(code: str) -> None:
    """Stop the drill of this patient: it was not begun by the order that stands now."""
    own = service()
    sample, story = own.live.sample, own.live.story
    if sample is not None and sample.session != 0 and story.patient == code:
        own.link.stop(asked_by())


def _view(code: str) -> dict[str, object]:
    found, texts = orders.look(service().data, code), answer_texts()
    today = found.known.today
    rows = [(LoadOrder(*(one[name] for name in LoadOrder._fields)), one) for one in found.listed]
    own = {order: row for order, row in rows if row["withdrawn_ns"] is None}
    standing = [_line(order, own.get(order, {}), order.state(today)) for order in found.known.orders]
    earlier = [_line(order, row, "withdrawn") for order, row in rows if row["withdrawn_ns"] is not None]
    return OrdersView(
        code=code,
        full_load=not found.full_load.fault,
        why=[FieldProblem(field="body", message=ask(texts, one)) for one in found.full_load.problems],
        today=today.isoformat(),
        vouched=found.known.vouched,
        standing=standing,
        earlier=earlier,
    ).model_dump()


def _line(order: LoadOrder, row: dict[str, Any], state: str) -> OrderLine:
    return OrderLine(
        **order._asdict(),
        limit_kg=order.limit_kg,
        body_kg=order.body_kg,
        state=state,  # type: ignore[arg-type]  # one of its words
        id=row.get("id", ""),
        by=row.get("by", ""),
        at_ms=_ms(row.get("at_ns")),
        withdrawn_ms=_ms(row.get("withdrawn_ns")),
        withdrawn_by=row.get("withdrawn_by", ""),
        reason=row.get("reason", ""),
    )


def _ms(at_ns: int | None) -> float | None:
    return None if at_ns is None else at_ns / 1e6
