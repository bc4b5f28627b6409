"""The vibration forms, by the name under which a document's exercise step names them.

Each is one file that gives one `Form`: `docs/howto/add-a-vibration-form.md` says how to add one.
"""

from __future__ import annotations

from drills.vibration import bursts, continuous, intermittent, none, ramp, variable
from drills.vibration.values import Form

FORMS: dict[str, Form] = {
    "none": none.FORM,
    "continuous": continuous.FORM,
    "intermittent": intermittent.FORM,
    "ramp": ramp.FORM,
    "variable": variable.FORM,
    "bursts": bursts.FORM,
}
