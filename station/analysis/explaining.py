"""How a file was understood, said before any figure of it."""

from __future__ import annotations

from drills.problems import Problem
from station.faults import because
from station.recording.formats import C3D, written
from station.recording.raw import Understood


def said_of(understood: Understood) -> tuple[Problem, ...]:
    """Which file it is, where its table begins, and of each column what it is used as, in which unit, and who says so;
    the rate, the plate and the axes likewise.
    """
    of = understood
    kind = because(
        "read-as", format=of.format, source=of.source, row=of.names_row, samples=of.samples, skipped=of.footer
    )
    if of.format == C3D:
        kind = because("read-as-c3d", source=of.source, samples=of.samples)
    said = [
        kind,
        *of.notes,
        *(
            because(f"column-by-{one.unit_from}", use=one.use, name=one.name, unit=written(one.unit))
            for one in of.columns
        ),
    ]
    if of.rate_hz is not None:
        said.append(because(f"rate-by-{of.rate_from}", rate_hz=of.rate_hz))
    if of.plate is not None:
        plate = of.plate
        said.append(because(f"plate-by-{of.plate_from}", ml_mm=plate.spacing_ml_mm, ap_mm=plate.spacing_ap_mm))
    said.append(because(f"axes-by-{of.axes_from}"))
    return tuple(said)
