"""The drill document: what one drill is, as a TOML file that is validated whole before anything moves.

`docs/drills.md` explains every key to a therapist. Bounds named "hard" are the hard column of the station's safety
envelope: a document cannot ask for more, and safety would not permit it. A document of schema 1 is converted.
"""

from __future__ import annotations

import hashlib
import json
import tomllib
from collections.abc import Mapping
from typing import Annotated, Any, Literal, NamedTuple, Self, TypeVar

from pydantic import (
    AfterValidator,
    BeforeValidator,
    Field,
    SerializeAsAny,
    SerializerFunctionWrapHandler,
    ValidationError,
    model_serializer,
    model_validator,
)

from drills.contradictions import contradictions
from drills.converting import converted, first_schema_path
from drills.errors import DrillDocumentError
from drills.exercises import EXERCISES
from drills.exercises.values import Exercise
from drills.problems import Problem
from drills.reading import explain
from drills.step_tables import (
    Baseline,
    ChangeLegs,
    ExerciseStep,
    GetOn,
    Learn,
    Rest,
    Settle,
    StepTable,
    Weigh,
    read_steps,
)
from drills.strict import Fraction, Strict, found, printable_line, printable_lines
from drills.values import IN_FRONT, said_leg
from drills.vibration import FORMS
from drills.vibration.values import Form, ShakenKeys

ConfirmSeconds = Annotated[float, Field(ge=0.01, le=2)]


class StanceKeys(Strict):
    """On which feet the patient stands, and which way they face."""

    kind: Literal["single-leg", "two-legs", "any", "seated"]
    orientation: Literal["forward", "right", "back", "left"]
    feet: Literal["apart", "together", "semi-tandem", "tandem"] | None = None
    """How two feet stand to each other, for the picture that says so; left out: apart."""


class FeedbackKeys(Strict):
    """How much the patient gets to know during the try, and through what."""

    level: Literal["F0", "F1", "F2", "F3", "F4"]
    kind: Literal["sight", "sound", "sight-and-sound"]


class Trials(Strict):
    """How many trials, and what a prescription may ask for."""

    default: Annotated[int, Field(ge=1, le=20)]
    min: Annotated[int, Field(ge=1, le=20)]
    max: Annotated[int, Field(ge=1, le=20)]
    legs: Literal["alternating", "named"] | None = None
    """Left out: all on the leg that is prescribed; "alternating": that one begins; "named": that one does it, while the
    patient stands on both, or sits.
    """
    with_without: Literal["abba", "coin"] | None = None
    """Left out: all alike; else half of them are without vibration, in an order that nobody knows before the end."""


class ForceFor(Strict):
    """When somebody counts as standing on the plate."""

    force_n: Annotated[float, Field(ge=20, le=1000)]
    for_s: ConfirmSeconds


class StepOff(Strict):
    """When the plate counts as left."""

    force_fraction: Fraction
    for_s: ConfirmSeconds


class FootDown(Strict):
    """When the other foot counts as having touched the ground."""

    force_fraction: Fraction
    force_for_s: ConfirmSeconds
    base_half_ml_mm: Annotated[float, Field(ge=20, le=200)]
    base_half_ap_mm: Annotated[float, Field(ge=20, le=300)]
    base_for_s: ConfirmSeconds


class Thresholds(Strict):
    """What the load cells must show for the patient to be on, off, or on two feet."""

    get_on: ForceFor
    step_off: StepOff
    foot_down: FootDown | None = None


class Success(Strict):
    """When the drill as a whole counts as passed, and what a trial must score for it."""

    share_of_trials: Annotated[float, Field(gt=0, le=1)]
    share_of_score: Annotated[float, Field(gt=0, le=1)] | None = None


Line = Annotated[str, Field(min_length=1, max_length=120), AfterValidator(printable_line)]
Remark = Annotated[str, Field(min_length=1, max_length=400), AfterValidator(printable_line)]


class Script(Strict):
    """What is said to the patient before the first trial, in five lines of plain words."""

    what: Line
    goal: Line
    look: Line
    safe: Line
    stop: Line


class About(Strict):
    """What a clinician asks of a drill before using it. Nothing of it is judged by the station."""

    id: Annotated[str, Field(pattern=r"^[A-Z][A-Z0-9]{0,7}$")]
    purpose: Remark
    setup: Remark
    ability: Remark
    cheat: Remark
    harder: Annotated[tuple[Remark, ...], Field(min_length=1, max_length=8, strict=False)]
    suits: Remark
    not_for: Remark
    evidence: Literal["A", "B", "C", "D"]
    source: Remark


DrillName = Annotated[str, Field(pattern=r"^[a-z][a-z0-9]*(-[a-z0-9]+)*$", max_length=60)]


class Own(Strict):
    """What makes a document a therapist's own: which of its versions it is, and of which shipped drill it is a copy."""

    version: Annotated[int, Field(ge=1, le=9999)]
    copied_from: DrillName


SCHEMA = 2
"""Of the drill documents that this program writes; a document of a later one is refused by its number alone."""
_Table = TypeVar("_Table", bound=StepTable)


class DrillDocument(Strict):
    """One drill. Quantities carry their unit in the key."""

    # `schema` is what the file says; BaseModel has an old method of that name.
    schema_version: Annotated[Literal[2], Field(alias="schema")]
    name: DrillName
    own: Own | None = None
    language: Annotated[str, Field(pattern=r"^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$", max_length=35)]
    """Of title and summary, as BCP 47 tags it."""
    title: Annotated[str, Field(min_length=1, max_length=80), AfterValidator(printable_line)]
    summary: Annotated[str, Field(min_length=1, max_length=2000), AfterValidator(printable_lines)]
    stance: StanceKeys
    surface: Literal["firm", "foam"]
    eyes: Literal["open", "closed"]
    hands: Literal["free", "rail", "one-on-rail", "hips", "crossed"]
    script: Script | None = None
    about: About | None = None
    feedback: FeedbackKeys
    trials: Trials
    steps: Annotated[tuple[SerializeAsAny[StepTable], ...], BeforeValidator(read_steps)]
    thresholds: Thresholds
    success: Success

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        problems = list(contradictions(self))
        if problems:
            raise found(problems)
        return self

    @model_serializer(mode="wrap")
    def _without_own(self, dump: SerializerFunctionWrapHandler) -> dict[str, Any]:
        """What later programs added is written only where it is used: kept recordings hold the others to the byte."""
        table: dict[str, Any] = dump(self)
        if self.own is None:
            table.pop("own", None)
        trials = table.get("trials")
        if isinstance(trials, dict) and self.trials.with_without is None:
            trials.pop("with_without", None)
        return table

    @property
    def exercise_step(self) -> ExerciseStep:
        """Its one step of this kind."""
        step = self._step(ExerciseStep)
        if step is None:
            raise LookupError("a document that was not checked")
        return step

    @property
    def exercise(self) -> Exercise:
        """What the patient does."""
        return EXERCISES[self.exercise_step.exercise]

    @property
    def by_order(self) -> bool:
        """Whether it is done by an order of partial load. Of its exercise: no document can leave it out."""
        return self.exercise.by_order

    @property
    def form(self) -> Form:
        """How the plate vibrates."""
        return FORMS[self.exercise_step.vibration.form]

    @property
    def shaken(self) -> ShakenKeys | None:
        """The ranges of its vibration; None where it has none."""
        keys = self.exercise_step.vibration
        return keys if isinstance(keys, ShakenKeys) else None

    @property
    def get_on_limit_s(self) -> float:
        """How long to wait for the patient."""
        step = self._step(GetOn)
        return 0.0 if step is None else step.limit_s

    @property
    def alternates(self) -> bool:
        """Whether each trial is on the other leg than the one before."""
        return self.trials.legs == "alternating"

    @property
    def names_foot(self) -> bool:
        """Whether the prescription says which foot does it, while the stance is on both: of a push, or a step up, or
        which one is in front.
        """
        return self.trials.legs == "named"

    @property
    def names_front(self) -> bool:
        """Whether that foot is the one in front."""
        return self.names_foot and self.stance.feet in IN_FRONT

    def said_leg(self, leg: str) -> str:
        """How this leg is said of the drill: `drills.values.said_leg`."""
        return said_leg(leg, front=self.names_front)

    @property
    def with_without(self) -> str | None:
        """By which order of `drills.with_without` its trials are with vibration and without it; None for all alike."""
        return self.trials.with_without

    @property
    def weigh_s(self) -> float:
        """Time on both feet before the first trial; 0 where it is left out, as for the four below."""
        step = self._step(Weigh)
        return 0.0 if step is None else step.time_s

    @property
    def settle_s(self) -> float:
        """Time to stand as asked."""
        step = self._step(Settle)
        return 0.0 if step is None else step.time_s

    @property
    def learn_s(self) -> float:
        """Time in which the stance is learnt."""
        step = self._step(Learn)
        return 0.0 if step is None else step.time_s

    @property
    def baseline_s(self) -> float:
        """Time without vibration, to compare with."""
        step = self._step(Baseline)
        return 0.0 if step is None else step.time_s

    @property
    def rest_s(self) -> float:
        """Least time between two trials, of resting or of changing legs."""
        step = self._step(Rest) or self._step(ChangeLegs)
        return 0.0 if step is None else step.time_s

    def _step(self, table: type[_Table]) -> _Table | None:
        return next((step for step in self.steps if isinstance(step, table)), None)


def digest_of(document: DrillDocument) -> str:
    """Which document it is: the beginning of its SHA-256, the same however it was written down."""
    text = json.dumps(document.model_dump(mode="json", by_alias=True), sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()[:12]


class Note(NamedTuple):
    """Something about a document that its reader may want to know, as a value."""

    where: str
    """The document's file or name."""
    reason: str
    """"schema-converted"."""
    values: Mapping[str, object]


class Read(NamedTuple):
    """A document, and what was to be noted on reading it."""

    document: DrillDocument
    notes: tuple[Note, ...]


def read_document(table: Mapping[str, Any], source: str) -> Read:
    """The document in this table of a file or a header; one of schema 1 is converted, with a note.

    Raises `DrillDocumentError` with every problem found, not only the first, under the keys that the table has.
    """
    schema = table.get("schema")
    if isinstance(schema, int) and schema > SCHEMA:  # its other keys cannot be judged
        raise DrillDocumentError(source, Problem("schema", schema, most=SCHEMA, reason="later-schema"))
    old = schema == 1
    try:
        document = DrillDocument.model_validate(converted(table) if old else table)
    except ValidationError as error:
        problems = explain(error, DrillDocument)
        if old:
            problems = tuple(one._replace(field=first_schema_path(one.field)) for one in problems)
        raise DrillDocumentError(source, *problems) from error
    note = Note(source, "schema-converted", {"from": 1, "to": SCHEMA})
    return Read(document, (note,) if old else ())


def load_document(text: str, source: str) -> Read:
    """The document in this TOML text; `source` is the file's name, for messages. Raises as `read_document`."""
    try:
        table = tomllib.loads(text.removeprefix("\ufeff"))
    except (ValueError, RecursionError) as error:  # also numbers and brackets without end
        raise DrillDocumentError(source, Problem("", reason="not-toml", values={"said": str(error)})) from error
    return read_document(table, source)
