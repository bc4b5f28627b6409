"""A C3D file of a motion laboratory: one of its force plates as a stance. Read by the package `c3d`, an extra."""

from __future__ import annotations

import re
import struct
import warnings
from collections.abc import Mapping, Sequence
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from drills.problems import Problem
from station.faults import InputError, because
from station.measures.constants import MIN_FORCE_N
from station.measures.signal import Array
from station.recording.force_plates import CHANNELS, ForcePlate, Pressed, forces, in_room, pressed, size_mm
from station.recording.formats import C3D, C3D_SOURCE, UNITS_MM, UNITS_N, unit_of
from station.recording.raw import Column, RawSignal, Understood
from station.recording.tabular import TableOptions

if TYPE_CHECKING:
    from c3d import Reader

_RAISED = (ValueError, LookupError, TypeError, AttributeError, ArithmeticError, AssertionError, EOFError, struct.error)
"""What the package raises of a damaged file: it asserts, unpacks and looks up without asking first."""
_NUMBERS = {1: "int8", 2: "int16", 4: "float"}
"""How the package calls a parameter's numbers, by their bytes."""
_MOMENT = re.compile(r"(kn|newtons?|n|lbf|lb)[.*·-]?([a-z]+)")
"""Of letters without spaces: a force and an arm."""
_UNLOADED = 0.05
"""Share of the load below which a plate is empty."""
_BESIDE = 0.5
"""Share of samples beside the plate's edges from which on its units cannot be what they seem."""


class _Laboratory(NamedTuple):
    """What of the file is needed: the plates' description, and every analog channel."""

    used: int
    kinds: list[int]
    channels: Array
    """(plates, channels) numbers from 1."""
    origins_mm: Array
    corners_mm: Array
    matrices: Array | None
    zero_frames: tuple[int, int]
    analog: Array
    """(N, channels) scaled."""
    labels: list[str]
    units: list[str]
    rate_hz: float
    per_frame: int
    first_frame: int
    mm: float
    """Millimetres of the unit of its points."""


def signal_of_c3d(path: Path, data: bytes, asked: TableOptions) -> RawSignal:
    """The stance on one force plate of the file whose bytes these are: the one that is asked for, or the only one.

    The centre of pressure is seen from the middle of the plate, along the level axes of the laboratory; which of them
    is ML the file does not know. Raises InputError "recording-unreadable" where the package is not installed, where
    the file is damaged, has no such plate, several and none was asked for, or is in units that are none of those read.
    """
    try:
        from c3d import Reader
    except ImportError:
        raise _unreadable(path, because("kind-c3d")) from None
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # it warns of what is checked here
            laboratory = _read(path, Reader(BytesIO(data)))
    except InputError:
        raise
    except _RAISED as problem:
        raise _unreadable(path, because("c3d-damaged")) from problem
    return _signal(path, laboratory, _chosen(path, laboratory, asked.plate), asked)


def _read(path: Path, reader: Reader) -> _Laboratory:
    platform, analog, point = (reader.get(name) for name in ("FORCE_PLATFORM", "ANALOG", "POINT"))
    used = 0 if platform is None else int(_numbers(platform, "USED", [0.0])[0])
    if used < 1:
        nothing = np.empty((0, 0))
        return _Laboratory(0, [], nothing, nothing, nothing, None, (0, 0), nothing, [], [], 0.0, 1, 1, 1.0)
    mm = UNITS_MM[_unit(_texts(point, "UNITS", [""])[0] or "mm", UNITS_MM, f"{path} POINT:UNITS")]
    if reader.analog_per_frame != reader.header.analog_per_frame:
        raise ValueError  # by its rates the package would read other samples than the header counts
    frames = [frame[2].T for frame in reader.read_frames(copy=True)]
    samples = np.concatenate(frames).astype(float) if frames else np.empty((0, 0))
    expected = (reader.last_frame - reader.first_frame + 1) * reader.analog_per_frame
    if len(samples) != expected:
        raise EOFError
    matrix = _numbers(platform, "CAL_MATRIX", [])
    zero = [int(one) for one in _numbers(platform, "ZERO", [0.0, 0.0])]
    return _Laboratory(
        used,
        [int(one) for one in _numbers(platform, "TYPE", [])[:used]],
        _numbers(platform, "CHANNEL", []).reshape(-1, _numbers(platform, "CHANNEL", []).shape[-1])[:used],
        _numbers(platform, "ORIGIN", []).reshape(-1, 3)[:used] * mm,
        _numbers(platform, "CORNERS", []).reshape(-1, 4, 3)[:used] * mm,
        matrix.reshape(-1, 6, 6).transpose(0, 2, 1) if matrix.size and matrix.size % 36 == 0 else None,
        (zero[0], zero[1]) if len(zero) > 1 else (0, 0),
        samples,
        [str(label).strip("\0 ") for label in reader.analog_labels],
        _texts(analog, "UNITS", []),
        float(reader.analog_rate),
        int(reader.analog_per_frame),
        int(reader.first_frame),
        mm,
    )


def _numbers(group: Any, name: str, default: Sequence[float]) -> Array:  # noqa: ANN401 - the package has no types
    """The parameter's numbers; as the package shapes them, the last index first."""
    parameter = group.get(name)
    if parameter is None:
        return np.array(default)
    kind = _NUMBERS[parameter.bytes_per_element]
    return np.atleast_1d(
        np.asarray(getattr(parameter, f"{kind}_{'array' if parameter.dimensions else 'value'}"), float)
    )


def _texts(group: Any, name: str, default: list[str]) -> list[str]:  # noqa: ANN401
    parameter = None if group is None else group.get(name)
    if parameter is None or parameter.bytes_per_element != -1:
        return default
    whole = parameter.string_array if len(parameter.dimensions) > 1 else [parameter.string_value]
    return [str(one).strip("\0 ") for one in np.ravel(whole)] or default


def _chosen(path: Path, of: _Laboratory, asked: int | None) -> int:
    """The number from 0 of the plate that is meant."""
    if not of.used:
        raise _unreadable(path, because("c3d-no-plate"))
    if asked is None and of.used > 1:
        loads = [float(np.nanmedian(_pressed(path, of, plate)[0].force_n)) for plate in range(of.used)]
        seen = because("c3d-plates", count=of.used, loads_n=[round(load) for load in loads])
        raise InputError("input-invalid", f"{path} --plate", seen)
    if asked is not None and asked > of.used:
        raise InputError("input-invalid", f"{path} --plate {asked}", because("no-such-plate", count=of.used))
    return (asked or 1) - 1


def _pressed(path: Path, of: _Laboratory, at: int) -> tuple[Pressed, ForcePlate, list[int], Problem | None]:
    """What presses on plate `at`, the plate, its channels, and what was done about its zero."""
    kind = of.kinds[at] if at < len(of.kinds) else 0
    if kind not in CHANNELS:
        raise _unreadable(path, because("c3d-type", plate=at + 1, type=kind, types=list(CHANNELS)))
    numbers = [int(one) - 1 for one in of.channels[at][: CHANNELS[kind]]] if at < len(of.channels) else []
    described = at < min(len(of.origins_mm), len(of.corners_mm)) and (kind != 4 or of.matrices is not None)
    if len(numbers) < CHANNELS[kind] or not described or not all(0 <= one < of.analog.shape[1] for one in numbers):
        raise _unreadable(path, because("c3d-plate-incomplete", plate=at + 1))
    matrix = of.matrices[at] if kind == 4 and of.matrices is not None and at < len(of.matrices) else None
    plate = ForcePlate(kind, of.origins_mm[at], of.corners_mm[at], matrix)
    channels = of.analog[:, numbers] * (1.0 if kind == 4 else _factors(path, of, kind, numbers))
    channels, zeroed = _without_zero(of, plate, channels)
    return pressed(plate, channels), plate, numbers, zeroed


def _factors(path: Path, of: _Laboratory, kind: int, numbers: list[int]) -> Array:
    """What each channel is multiplied by: to newtons, newton millimetres or millimetres. Where the file does not say
    its unit, moments are in newtons times the unit of its points, as the guide has it.
    """
    found = []
    for place, number in enumerate(numbers):
        said = (of.units[number] if number < len(of.units) else "").lower().replace(" ", "")
        name = f"{path} ANALOG:UNITS {of.labels[number] if number < len(of.labels) else number + 1}"
        if kind == 3 or place < 3:
            found.append(UNITS_N[_unit(said or "n", UNITS_N, name)])
        elif kind == 1 and place < 5:
            found.append(UNITS_MM[_unit(said, UNITS_MM, name)] if said else of.mm)
        else:  # nothing is made of the moment about the upright axis
            found.append(_moment(said, name) if said and place < 5 else of.mm)
    return np.array(found)


def _unit(said: str, units: Mapping[str, float], where: str) -> str:
    """One of these units. Raises InputError "recording-unreadable": what is taken for another would look right."""
    unit = unit_of(said)
    if unit is None or unit not in units:
        raise InputError("recording-unreadable", where, because("other-unit", unit=said, units=list(units)))
    return unit


def _moment(said: str, where: str) -> float:
    """What a moment in this unit is multiplied by, to newton millimetres."""
    found = _MOMENT.fullmatch(said)
    if found is None:
        raise InputError("recording-unreadable", where, because("other-unit", unit=said, units=["Nmm", "Nm"]))
    return UNITS_N[_unit(found[1], UNITS_N, where)] * UNITS_MM[_unit(found[2], UNITS_MM, where)]


def _without_zero(of: _Laboratory, plate: ForcePlate, channels: Array) -> tuple[Array, Problem | None]:
    """The channels less what they showed in the frames that the file names for that, if the plate was empty then."""
    first, last = max(of.zero_frames[0], 1), of.zero_frames[1]
    if of.zero_frames == (0, 0) or last < first:
        return channels, None
    frames = slice((first - of.first_frame) * of.per_frame, (last - of.first_frame + 1) * of.per_frame)
    before = channels[frames] if first >= of.first_frame else channels[:0]
    seen = because("c3d-zero-loaded", first=first, last=last)
    if not len(before):
        return channels, seen
    through = channels if plate.matrix is None else channels @ plate.matrix.T
    fz = np.abs(forces(plate.kind, through)[2])
    load_n, empty_n = float(np.percentile(fz, 90)), float(np.max(fz[frames]))
    if load_n < MIN_FORCE_N or empty_n > max(_UNLOADED * load_n, MIN_FORCE_N):
        return channels, seen
    return channels - before.mean(axis=0), because("c3d-zero-taken", first=first, last=last)


def _signal(path: Path, of: _Laboratory, at: int, asked: TableOptions) -> RawSignal:
    found, plate, numbers, zeroed = _pressed(path, of, at)
    long_mm, wide_mm = size_mm(plate.corners_mm)
    loaded = np.abs(found.force_n) >= MIN_FORCE_N
    beside = (np.abs(found.x_mm) > long_mm / 2.0) | (np.abs(found.y_mm) > wide_mm / 2.0)
    level = in_room(plate.corners_mm, found.x_mm, found.y_mm)
    if level is not None and np.any(loaded) and float(np.mean(beside[loaded])) > _BESIDE:
        raise _unreadable(path, because("c3d-beside", plate=at + 1, long_mm=long_mm, wide_mm=wide_mm))
    first, second = (found.x_mm, found.y_mm) if level is None else level
    ml_mm, ap_mm = (second, first) if asked.x_is == "ap" else (first, second)
    names = [of.labels[one] if one < len(of.labels) else str(one + 1) for one in numbers]
    force = Column("force", "+".join(names[4:8]) if plate.kind == 3 else names[2], "N", "channels")
    axes = [Column(use, axis, "mm", "channels") for use, axis in zip(_uses(asked.x_is), ("x", "y"), strict=True)]
    notes = [
        because("c3d-plate", plate=at + 1, count=of.used, type=plate.kind),
        because("c3d-corners-odd") if level is None else because("c3d-axes", long_mm=long_mm, wide_mm=wide_mm),
        *([because("c3d-turned")] if found.turned else []),
        *([zeroed] if zeroed else []),
    ]
    count = len(of.analog)
    axes_from = "taken" if asked.x_is is None else "asked"
    read = (*axes, force), 0, 0, "", "", count, of.rate_hz, "file", of.rate_hz, None, "", axes_from
    understood = Understood(C3D, C3D_SOURCE, *read, notes=tuple(notes))
    t_s = np.arange(count) / of.rate_hz
    return RawSignal(t_s, None, ml_mm, ap_mm, None, str(path), found.force_n, True, understood)


def _uses(x_is: str | None) -> tuple[str, str]:
    return ("ap", "ml") if x_is == "ap" else ("ml", "ap")


def _unreadable(path: Path, seen: Problem) -> InputError:
    return InputError("recording-unreadable", str(path), seen)
