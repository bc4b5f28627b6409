"""The tables that are read: how each is known by the names of its columns, and what the names leave unsaid.

A new format is one entry of `FORMATS`, with the public sample or the maker's specification that it follows.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

from hw.values import PlateGeometry
from station.measures.constants import STANDARD_GRAVITY_M_S2

K_PLATES = PlateGeometry(138.0, 293.0)
"""Cells of the Kinvent K-Plates, ML and AP: what four cell columns are taken for when no geometry is given."""
WII_BOARD = PlateGeometry(433.0, 238.0)
"""Cells of the Wii balance board (Leach et al. 2014, Sensors 14:18244)."""
BTRACKS_BOARD = PlateGeometry(400.0, 600.0)
"""Cells of a BTrackS board as its open logger takes them (see the format's source)."""
C3D = "c3d"
C3D_SOURCE = "c3d.org/HTML/Documents/theforceplatformgroup.htm"
"""Of the files of motion laboratories, which are no tables."""

UNITS_MM = {"mm": 1.0, "cm": 10.0, "m": 1000.0, "in": 25.4}
"""Millimetres of a unit in which a CoP may be given: `cop_ml_cm`, or `cop_ml` and `--units cm`."""
UNITS_N = {"n": 1.0, "kn": 1000.0, "kg": STANDARD_GRAVITY_M_S2, "kgf": STANDARD_GRAVITY_M_S2, "lb": 4.4482216152605}
UNITS_S = {"s": 1.0, "ms": 1e-3, "us": 1e-6, "ns": 1e-9, "min": 60.0}
_SPELLINGS = {
    "in": ("inch", "inches"),
    "n": ("newton", "newtons"),
    "lb": ("lbs", "lbf"),
    "s": ("sec", "secs", "second", "seconds"),
    "ms": ("msec", "millis", "milliseconds"),
    "us": ("µs", "μs", "usec", "micros", "microseconds"),
    "min": ("minute", "minutes"),
    "mm": ("millimetre", "millimeter", "millimetres", "millimeters"),
    "cm": ("centimetre", "centimeter", "centimetres", "centimeters"),
    "m": ("metre", "meter", "metres", "meters"),
}
_SPELLED = {spelling: unit for unit, spellings in _SPELLINGS.items() for spelling in spellings}
NUMBER = "1"
OTHER_UNITS = frozenset({"nm", "nmm", "v", "mv", "deg", "°", "%", "hz", "mm/s", NUMBER})
"""Of columns that cannot be used."""
_UNITS = {*UNITS_MM, *UNITS_N, *UNITS_S}
_BRACKETED = re.compile(r"(.*?)[\s_]*[\[(]\s*([^\])]*?)\s*[\])]\s*")
_SUFFIXED = re.compile(r"(.+)_(?!min$)([a-z]+)")
_BETWEEN = re.compile(r"[\s_.\-]+")
_DATE_AND_TIME = re.compile(
    r"(date|datum|fecha|data)[/&,]?(und|and|et|y|e)?[/&,]?(time|zeit|uhrzeit|heure|hora|ora|tijd|tid)"
)
"""A column of both, by bare names: `Datum/Zeit`, `Fecha y hora`."""


_ALIASES = {"xcop": "copx", "ycop": "copy", "mlcop": "copml", "apcop": "copap"} | {
    f"{word}{axis}": f"cop{axis}" for word in ("centerofpressure", "centreofpressure") for axis in "xy"
}
"""Other words for a centre of pressure."""


class Name(NamedTuple):
    """What the name of a column says."""

    bare: str
    """Small letters without what stands between words: `CoP_ML [cm]` is `copml`."""
    unit: str | None
    other: str | None = None
    """A unit that it says and that is none of a length, force or time: `Fz [V]`. Never 1, which may be a number."""


class Format(NamedTuple):
    """A kind of table."""

    key: str
    values: tuple[str, ...]
    """Bare names: of a CoP in ML and AP, or of four cells in the order of `hw.values.CELL_NAMES`."""
    source: str
    """The public sample or specification that it follows."""
    unit: str | None = None
    """Of the values, by the source; None where a name, a row of units or a person must say it."""
    force: str = "force"
    marks: frozenset[str] = frozenset()
    """Further bare names without which it is another."""
    geometry: PlateGeometry | None = None
    axes_said: bool = True
    """Whether it is known which value is ML; else the first is taken for it."""
    exact: bool = False
    """Whether the unit must stand in the name."""
    written: tuple[str, ...] = ()
    """Its columns as the source writes them."""


OWN = "docs/recordings.md"
FORMATS = (
    Format(
        "station-cells",
        ("frontleft", "frontright", "backright", "backleft"),
        OWN,
        exact=True,
        written=("time_s", "front_left_n", "front_right_n", "back_right_n", "back_left_n"),
    ),
    Format(
        "cells-kg",
        ("ch1", "ch2", "ch3", "ch4"),
        OWN,
        exact=True,
        written=("time_s", "ch1_kg", "ch2_kg", "ch3_kg", "ch4_kg"),
    ),
    Format("station-cop", ("copml", "copap"), OWN, written=("time_s", "cop_ml_mm", "cop_ap_mm", "force_n")),
    Format(
        "k-plates",
        ("channel1", "channel2", "channel3", "channel4"),
        "github.com/szuhungcheng/CoP-Fractal-Dimension-and-Clustering-Analysis@c6d744a/example_data",
        unit="kg",
        marks=frozenset({"apcop(y)", "mlcop(x)"}),
        geometry=K_PLATES,
        written=("Time (sec)", "CHANNEL_1", "CHANNEL_2", "CHANNEL_3", "CHANNEL_4", "AP COP (y)", "ML COP (x)"),
    ),
    Format(
        "bds",
        ("copy", "copx"),
        "github.com/BMClab/datasets@0c7573b/BDS/data",
        unit="cm",
        force="fz",
        marks=frozenset({"time", "fx", "fy", "mx", "my", "mz"}),
        exact=True,  # other plates write the same names, in other units and with other axes
        written=("Time[s]", "Fx[N]", "Fy[N]", "Fz[N]", "Mx[Nm]", "My[Nm]", "Mz[Nm]", "COPx[cm]", "COPy[cm]"),
    ),
    Format(
        "ul-fri",
        ("copy", "copx"),
        "github.com/UL-FRI-LGM/Stabilometry-Analysis-Software@06569bf/CSVDemoData",
        unit="cm",
        marks=frozenset({"ftime"}),
        axes_said=False,
        written=("f_time", "copX", "copY"),
    ),
    Format(
        "motive",
        ("cx", "cy"),
        "github.com/Jythen/code_descriptors_postural_control@39fc1b0/test.csv",
        unit="m",
        force="fz",
        marks=frozenset({"mocapframe", "mocaptime", "fx", "fy"}),
        axes_said=False,
        written=("MocapFrame", "MocapTime", "DeviceFrame", "Fx", "Fy", "Fz", "Mx", "My", "Mz", "Cx", "Cy", "Cz"),
    ),
    Format(
        "bioware",
        ("ax", "ay"),
        "github.com/joselvira/biomdp@2a967ab/src/datasets/kistler_COP.txt",
        force="fz",
        marks=frozenset({"abstime"}),
        axes_said=False,
        written=("Abs Time", "Fx", "Fy", "Fz", "Mx", "My", "Mz", "Ax", "Ay"),
    ),
    Format(
        "wii",
        ("topleft", "topright", "bottomright", "bottomleft"),
        "github.com/tomvredeveld/center-of-pressure-analysis-tool@1243fd8/example-data",
        unit="n",
        marks=frozenset({"cpx", "cpy", "weight", "rawtopleft"}),
        geometry=WII_BOARD,
        written=("Time", "CpX", "CpY", "BottomLeft", "BottomRight", "TopLeft", "TopRight", "Weight", "RAWTopLeft"),
    ),
    Format(
        "btracks",
        ("forcefl", "forcefr", "forcebr", "forcebl"),
        "github.com/NipaAnjum/BtrackS-Balance-Board-Python@5e09b7e/btracks_logger.py",
        unit="lb",
        marks=frozenset({"epoch", "copx", "copy", "weight"}),
        geometry=BTRACKS_BOARD,
        written=(
            "epoch",
            "force_FR_lbs",
            "force_BR_lbs",
            "force_BL_lbs",
            "force_FL_lbs",
            "cop_x_cm",
            "cop_y_cm",
            "weight_lbs",
        ),
    ),
    Format(
        "cells",
        ("frontleft", "frontright", "backright", "backleft"),
        OWN,
        written=("time", "front_left", "front_right", "back_right", "back_left"),
    ),
    Format("cop-x-y", ("copx", "copy"), OWN, force="fz", axes_said=False, written=("time", "copx", "copy", "fz")),
)
"""In the order in which they are tried."""

TIMES = (
    "time",
    "t",
    "abstime",
    "mocaptime",
    "ftime",
    "timestamp",
    "elapsed",
    "elapsedtime",
    "zeit",
    "temps",
    "tiempo",
    "tempo",
    "uhrzeit",
    "heure",
    "hora",
    "ora",
    "datetime",
    "zeitstempel",
    "horodatage",
    "epoch",
)
"""Bare names of a column of times, the first that is there counts."""
WRITTEN = (
    *("time_s", "t_ns", "force_n"),
    *("cop_ml_mm", "cop_ml_cm", "cop_ml_m", "cop_ml_in", "cop_ml"),
    *("cop_ap_mm", "cop_ap_cm", "cop_ap_m", "cop_ap_in", "cop_ap"),
)
"""As the station writes them: one of these is meant where two columns could be."""


def unit_of(text: str) -> str | None:
    """The unit that these letters are, as the tables above spell it; None where they are none."""
    small = text.strip(" []()").lower()
    small = _SPELLED.get(small, small)
    return small if small in _UNITS else None


def other_unit_of(text: str) -> str | None:
    """The one of `OTHER_UNITS` that these letters are; None where they are none."""
    small = text.strip(" []()").lower().replace(".", "").replace("·", "").replace("*", "")
    return small if small in OTHER_UNITS else None


def written(unit: str) -> str:
    """The unit as people write it: newtons have a capital."""
    return unit.replace("n", "N") if unit in ("n", "kn") else unit


def named(name: str) -> Name:
    """The name of a column, taken apart."""
    text, unit, other = name.strip().lower(), None, None
    bracketed = _BRACKETED.fullmatch(text)
    suffixed = _SUFFIXED.fullmatch(text)
    if bracketed and ((unit := unit_of(bracketed[2])) or (other := other_unit_of(bracketed[2]))):
        text = bracketed[1]
    elif suffixed and (unit := unit_of(suffixed[2])):
        text = suffixed[1]
    bare = _BETWEEN.sub("", text)
    bare = "datetime" if _DATE_AND_TIME.fullmatch(bare) else bare
    return Name(_ALIASES.get(bare, bare), unit, None if other == NUMBER else other)


def format_of(names: Sequence[str]) -> Format | None:
    """The format of a table with these columns; None where it is none of them."""
    apart = [named(name) for name in names]
    bare = {one.bare for one in apart}
    for each in FORMATS:
        if bare.issuperset(each.values) and each.marks <= bare and (not each.exact or _in_its_unit(each, apart)):
            return each
    return None


def _in_its_unit(each: Format, apart: Sequence[Name]) -> bool:
    unit = each.unit or ("kg" if each.key == "cells-kg" else "n")
    return all(Name(one, unit) in apart for one in each.values)


def columns_of(names: Sequence[str], bare: str) -> list[int]:
    """Where the columns of this bare name stand: one, or those between which nothing decides."""
    found = [at for at, name in enumerate(names) if named(name).bare == bare]
    written = [at for name in WRITTEN for at in found if names[at] == name]
    first = [at for at in written if names[at] == names[written[0]]]
    return first or found
