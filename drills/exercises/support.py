"""What the hands carry: the rail is fixed to the floor, so it is what the plate does not feel of the weight.

Known only where the weight is: learnt in this session without help of the hands, or typed. Else it is unknown, never 0.
"""

from __future__ import annotations

from drills.values import CREDIBLE_N

SUPPORTING = ("rail", "one-on-rail")
"""What a document's `hands` may say where they may carry: then the weight that is learnt is not all of it."""
LEAST_SUPPORT = 0.03
"""Of the weight, in the mean of a second: from here on hands are helping (proposed, protocols.md fact 7)."""


def support(force_n: float, weight_n: float) -> float | None:
    """The share of the weight that the hands carry, by the mean force of a second; None where it is not known."""
    if not weight_n > 0.0 or not 0.0 <= force_n <= CREDIBLE_N:
        return None
    return max(0.0, 1.0 - force_n / weight_n)
