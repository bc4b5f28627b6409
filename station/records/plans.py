"""Plans: what each was made from, and every version of it. A change is a new version by name; none is ever changed."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any, NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import Session as Transaction
from sqlalchemy.orm import selectinload

from station.clinic.orders import LoadOrder
from station.clinic.plan.documents import shipped
from station.clinic.plan.evidence import NOBODY_ASKED, Answers, PlanEvidence, findings_of, gathered
from station.clinic.plan.findings import Findings
from station.clinic.plan.measuring import TYPED, Known, StoodTrial
from station.clinic.plan.planning import planned
from station.clinic.plan.written import plan_values, rules_version
from station.clock import VouchedMoment, local_date
from station.faults import InputError, because
from station.records import audit, patients
from station.records.entries import findings_in, newest_entries
from station.records.file import Records
from station.records.ids import uuid7
from station.records.models import ACCEPTED, PROPOSED, PatientRow, PlanRow, SessionRow, TrialRow
from station.records.orders import Orders
from station.records.screenings import Screenings
from station.records.vibrated import vibration_courses

MADE, STRUCK, RESTORED, CHANGED, TAKEN_ON = (
    "plan-made",
    "plan-struck",
    "plan-restored",
    "plan-changed",
    "plan-accepted",
)
"""Lines of the audit log."""
VELOCITY = "mean_velocity_mm_s"


class PlanWish(NamedTuple):
    """Who wants a plan made, when, and what they typed of the patient."""

    by: str
    now: VouchedMoment
    typed: Mapping[str, Known] = {}  # a NamedTuple's default, never changed


class Plans:
    """The plans of these records, as plain dicts."""

    def __init__(self, records: Records) -> None:
        self._records = records

    def evidence(self, patient: str, now: VouchedMoment) -> PlanEvidence:
        """All that these records hold of this patient that a plan may go by."""
        screened = Screenings(self._records).of(patient, now)
        answers = NOBODY_ASKED
        if screened.row is not None:
            session = screened.verdict is None or screened.verdict.session
            day = local_date(int(screened.row["at_ns"])).isoformat()
            answers = Answers(day, screened.row["answers"], session=session, vibration=not screened.fault)
        if not self._records.there:
            return PlanEvidence(answers=answers)
        with self._records.reading() as transaction:
            row = _patient(transaction, patient)
            if row is None:
                return PlanEvidence(answers=answers)
            newest = _newest(transaction, row.id)
            typed = {} if newest is None else {name: Known(**one) for name, one in newest.typed.items()}
            forms = newest_entries(transaction, row.id, local_date(self._records.now_ns()).isoformat())
            for name, one in findings_in(forms).items():
                if name not in typed or one.day >= typed[name].day:  # of one day, what was asked form by form
                    typed[name] = one
            standing = Orders(self._records).of(patient, now).orders
            entered = [one for one in standing if one.leg]
            if entered or not standing:  # what was typed for a plan counts until an order is entered or withdrawn
                typed.pop("order", None)
            order = _order(min(entered, key=lambda one: one.until)) if entered else None
            trials, born = _trials(transaction, row.id), row.birth_year
        return PlanEvidence(trials, answers, born, typed, order, vibration_courses(self._records, patient))

    def make(self, patient: str, wish: PlanWish) -> dict[str, Any]:
        """A new version from what these records hold, and from what was typed now or for an earlier version. What was
        struck or changed by a person stays so. A patient of a new code is made.

        Raises InputError "input-invalid" where nobody said how old the patient is.
        """
        evidence = self.evidence(patient, wish.now)
        typed = {**evidence.typed, **wish.typed}
        if evidence.order is not None:
            typed.pop("order", None)
        today = local_date(wish.now.wall_ns)
        found = gathered(evidence._replace(typed=typed), today)
        findings = findings_of(found, patient)
        with self._records.writing() as transaction:
            row = patients.known_or_new(transaction, patient, wish.now.wall_ns, uuid7())
            before = _newest(transaction, row.id)
            made = _version(before, row.id, wish.by, self._records.now_ns())
            made.day, made.state = today.isoformat(), PROPOSED
            made.found = {name: one._asdict() for name, one in found.items()}
            made.typed = {name: one._asdict() for name, one in typed.items()}
            _plan(made, findings, today)
            return self._add(transaction, made, MADE, {})

    def strike(self, patient: str, drill: str, by: str, reason: str) -> dict[str, Any]:
        """A new version without this drill; what else was wanted takes its place. Raises InputError "input-invalid" for
        a drill that no plan can name, and without a name.
        """
        return self._change(patient, by, drill, (STRUCK, {"reason": reason.strip()}))

    def restore(self, patient: str, drill: str, by: str) -> dict[str, Any]:
        """A new version in which this drill is struck no more. Raises as `strike`."""
        return self._change(patient, by, drill, (RESTORED, {}))

    def change(self, patient: str, drill: str, by: str, change: Mapping[str, Any]) -> dict[str, Any]:
        """A new version in which this drill has another leg, number of trials or rung. Raises as `strike`, and for a
        drill that the plan does not have.
        """
        return self._change(patient, by, drill, (CHANGED, dict(change)))

    def accept(self, patient: str, by: str) -> dict[str, Any]:
        """A new version that a person has taken on. Raises InputError "input-invalid" without a plan or a name."""
        return self._change(patient, by, "", (TAKEN_ON, {}))

    def current(self, patient: str) -> dict[str, Any] | None:
        """The newest version; None where there is none."""
        return next(iter(self.versions(patient, 1)), None)

    def versions(self, patient: str, limit: int = 50) -> list[dict[str, Any]]:
        """Every version, the newest first."""
        if not self._records.there:
            return []
        with self._records.reading() as transaction:
            row = _patient(transaction, patient)
            if row is None:
                return []
            theirs = select(PlanRow).where(PlanRow.patient_id == row.id)
            rows = transaction.scalars(theirs.order_by(PlanRow.at_ns.desc(), PlanRow.id.desc()).limit(limit))
            return [plan_view(one, row.code or "") for one in rows]

    def _change(self, patient: str, by: str, drill: str, done: tuple[str, dict[str, Any]]) -> dict[str, Any]:
        what, detail = done
        if not by.strip():
            raise InputError("input-invalid", "by", because("plan-by-nobody"))
        if drill and shipped().drills.named(drill) is None:
            raise InputError(
                "input-invalid", drill, because("there-are", names=[one.id for one in shipped().drills.drill])
            )
        with self._records.writing() as transaction:
            row = _patient(transaction, patient)
            before = None if row is None else _newest(transaction, row.id)
            if row is None or before is None:
                raise InputError("input-invalid", patient, because("plan-there-is-none"))
            made = _version(before, row.id, by.strip(), self._records.now_ns())
            if what == TAKEN_ON:
                made.state = ACCEPTED
            elif what == STRUCK:
                made.struck = {**before.struck, drill: {"by": by.strip(), "at_ns": made.at_ns, **detail}}
            elif what == RESTORED:
                made.struck = {name: one for name, one in before.struck.items() if name != drill}
            elif drill not in [one["drill"] for one in before.plan["drills"]]:
                raise InputError("input-invalid", drill, because("plan-has-no", drill=drill))
            else:
                kept = {name: value for name, value in detail.items() if value is not None}
                was = before.changed.get(drill, {})  # what else was changed of it stays
                made.changed = {**before.changed, drill: {**was, **kept, "by": by.strip(), "at_ns": made.at_ns}}
            if what in (STRUCK, RESTORED):
                found = {name: Known(**one) for name, one in before.found.items()}
                _plan(made, findings_of(found, patient), date.fromisoformat(before.day))
            return self._add(transaction, made, what, {"drill": drill, **detail} if drill else {})

    def _add(self, transaction: Transaction, made: PlanRow, what: str, detail: dict[str, Any]) -> dict[str, Any]:
        transaction.add(made)
        transaction.flush()
        line = {"plan": made.id, "patient": made.patient_id, "version": made.version, **detail}
        audit.append(transaction, made.at_ns, made.by, what, audit.placed(line))
        code = transaction.get_one(PatientRow, made.patient_id).code
        return plan_view(made, code or "")


def plan_view(row: PlanRow, patient: str) -> dict[str, Any]:
    """A version as JSON values."""
    names = ("version", "at_ns", "day", "by", "state", "found", "plan", "struck", "changed", "rules")
    return {"patient": patient, **{name: getattr(row, name) for name in names}}


def _version(before: PlanRow | None, patient_id: str, by: str, at_ns: int) -> PlanRow:
    """The next version, with what the one before holds."""
    made = PlanRow(id=uuid7(), patient_id=patient_id, at_ns=at_ns, by=by, state=PROPOSED)
    names = ("day", "found", "typed", "plan", "struck", "changed", "rules")
    empty: dict[str, Any] = {"day": "", "rules": "", **{name: {} for name in names[1:6]}}
    for name in names:
        setattr(made, name, empty[name] if before is None else getattr(before, name))
    made.version = 1 if before is None else before.version + 1
    made.at_ns = at_ns if before is None else max(at_ns, before.at_ns + 1)  # versions follow each other by time
    return made


def _plan(made: PlanRow, findings: Findings, today: date) -> None:
    made.plan = plan_values(planned(findings, today, shipped(), tuple(made.struck)))
    made.rules = rules_version()


def _patient(transaction: Transaction, code: str) -> PatientRow | None:
    return transaction.scalars(select(PatientRow).where(PatientRow.code == code.upper())).first()


def _newest(transaction: Transaction, patient_id: str) -> PlanRow | None:
    theirs = select(PlanRow).where(PlanRow.patient_id == patient_id)
    return transaction.scalars(theirs.order_by(PlanRow.at_ns.desc(), PlanRow.id.desc())).first()


def _order(order: LoadOrder) -> Known:
    """As a finding: the first of the patient's that ends."""
    values = {"percent_bw": order.percent_bw, "kg": order.kg, "until": order.until}
    return Known(values, TYPED, order.ordered_on, order.ordered_by)


def _trials(transaction: Transaction, patient_id: str) -> list[StoodTrial]:
    """The patient's trials in the order of their sessions."""
    theirs = select(SessionRow).where(SessionRow.patient_id == patient_id).order_by(SessionRow.started_ns)
    rows = transaction.scalars(theirs.options(selectinload(SessionRow.trials)))
    return [_stood(row, trial) for row in rows for trial in row.trials]


def _stood(session: SessionRow, trial: TrialRow) -> StoodTrial:
    exercise = trial.exercise or {}
    return StoodTrial(
        session.drill,
        str(exercise.get("leg") or session.leg),
        trial.outcome,
        trial.hold_s,
        local_date(session.started_ns).isoformat(),
        exercise,
        trial.measures.get(VELOCITY),
        vibrated=bool(trial.vibration.get("asked_hz")) and bool(trial.vibration.get("asked_pp_mm")),
        doubtful=trial.outcome == "damaged" or "suspect" in trial.reasons,
    )
