"""Finding again what was shown: how far off in the mean, how much it varies, and how far off at all."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from station.faults import because
from station.measures.values import NAN, Figures

FINDING_NAMES = ("constant_error", "variable_error", "absolute_error")


def found_again(errors: Sequence[float]) -> Figures:
    """Constant error (mean), variable error (SD, n - 1) and absolute error (mean of the absolute values).

    `errors` are answer minus target of the tries that were answered, in one unit, which the figures have too. No
    figures without an answer, and no variable error of one.
    """
    if not errors:
        return dict.fromkeys(FINDING_NAMES, NAN), dict.fromkeys(FINDING_NAMES, because("nothing-answered"))
    array = np.asarray(errors, dtype=np.float64)
    spread = float(np.std(array, ddof=1)) if len(array) > 1 else NAN
    why = {} if len(array) > 1 else {FINDING_NAMES[1]: because("one-answer")}
    return dict(zip(FINDING_NAMES, (float(np.mean(array)), spread, float(np.mean(np.abs(array)))), strict=True)), why
