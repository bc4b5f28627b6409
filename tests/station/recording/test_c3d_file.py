"""A force plate in a C3D file gives the centre of pressure that its channels mean.

The files are written with the package that reads them. What stands in their channels is computed the other way round:
from a force at a known point, by the moments that it has about the plate's origin. The rows of `KISTLER` are real.
"""

import contextlib
import io
import sys
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from c3d import Writer

from station.analysis.explaining import said_of
from station.analysis.reading import ReadOptions, doubts_of, notes_of, read_file
from station.faults import InputError
from station.recording.force_plates import in_room
from station.recording.signals import load_signal
from station.texts import Texts
from station.texts.problems import detail

N = 400
T = np.arange(N) / 100.0
X, Y = 4.0 * np.sin(2.1 * T) + 30.0, 6.0 * np.cos(1.3 * T) - 80.0
FX, FY, FZ = 9.0 * np.sin(3.0 * T), 7.0 * np.cos(4.0 * T), 700.0 + 5.0 * np.sin(T)
SURFACE = np.array([1.5, -2.5, -41.0])
"""The middle of the surface, from the plate's origin."""
HALF = (210.0, 350.0)
"""Half the distance of the sensors of type 3."""
CORNERS = np.array([[600.0, 0, 0], [600.0, 400.0, 0], [0, 400.0, 0], [0, 0, 0]])
"""Its x axis points along the laboratory's -y, its y axis along x: z is downwards."""
MATRIX = np.eye(6) * (50.0, 50.0, 100.0, 2e4, 2e4, 1e4) + np.outer(np.arange(6), [0.1, -0.2, 0.3, 0.1, 0.2, -0.1])


def moments(surface=SURFACE):
    arm = np.column_stack((X, Y, 0.0 * X)) + surface
    return np.cross(arm, np.column_stack((FX, FY, FZ)))


def channels(kind):
    """What a plate of this type shows of the force at X, Y."""
    m = moments()
    if kind == 1:
        return np.column_stack((FX, FY, FZ, X, Y, 0.0 * X))
    if kind == 3:
        mx, my, _ = moments(np.array([0.0, 0.0, SURFACE[2]])).T
        sides = np.column_stack((FX, 0.0 * FX, FY, 0.0 * FY))
        signs = ((1, -1), (1, 1), (-1, 1), (-1, -1))
        down = [FZ / 4 + x * mx / (4 * HALF[1]) + y * my / (4 * HALF[0]) for x, y in signs]
        return np.column_stack((sides, *down))
    shown = np.column_stack((FX, FY, FZ, m))
    return shown if kind == 2 else np.linalg.solve(MATRIX, shown.T).T


UNITS = {1: ["N", "N", "N", "mm", "mm", "Nmm"], 2: ["N", "N", "N", "Nmm", "Nmm", "Nmm"]}
Write = Callable[..., Path]


@pytest.fixture
def written(tmp_path: Path) -> Write:
    def write(kind, *, shown=None, per_frame=1, plates=1, name="in.c3d", **given):
        analog = channels(kind) if shown is None else shown
        count = analog.shape[1]
        unit, scale = given.get("points", "mm"), given.get("point_scale", -1.0)
        writer = Writer(point_rate=100.0 / per_frame, analog_rate=100.0, point_scale=scale, point_units=unit)
        writer.set_point_labels(["A"])
        writer.set_analog_labels([f"{n}" for n in range(1, count + 1)])
        writer.set_analog_scales(given.get("scales", np.ones(count)))
        writer.set_analog_offsets(given.get("offsets", np.zeros(count)))
        units = given.get("units", UNITS.get(kind))
        if units:
            writer.analog_group.add_str("UNITS", "", "".join(one.ljust(12) for one in units), 12, len(units))
        origin = given.get("origin", (*HALF, SURFACE[2]) if kind == 3 else SURFACE)
        group = writer.add_group(20, "FORCE_PLATFORM", "")
        number = np.arange(1, count + 1)
        for key, values, size, *shape in (
            ("USED", given.get("used", plates), "<i2"),
            ("TYPE", [given.get("type", kind)] * plates, "<i2", plates),
            ("ZERO", given.get("zero", (0, 0)), "<i2", 2),
            ("CHANNEL", number, "<i2", count // plates, plates),
            ("ORIGIN", [origin] * plates, "<f4", 3, plates),
            ("CORNERS", [given.get("corners", CORNERS)] * plates, "<f4", 3, 4, plates),
            *([("CAL_MATRIX", [MATRIX.T] * plates, "<f4", 6, 6, plates)] if kind == 4 else []),
        ):
            if key not in given.get("without", ()):
                packed = np.asarray(values, dtype=size)
                group.add(key, "", packed.itemsize, "", packed.tobytes(), *shape)
        frames = analog.reshape(-1, per_frame, count)
        writer.add_frames([(np.zeros((1, 5), np.float32), one.T.astype(np.float32)) for one in frames])
        path = tmp_path / name
        with io.BytesIO() as made:
            writer.write(made)
            path.write_bytes(made.getvalue())
        return path

    return write


def same(signal, atol=2e-3):
    """In the laboratory: the plate's -y is its x, the plate's x its -y, from the middle of the plate."""
    np.testing.assert_allclose(signal.cop_ml_mm, Y, atol=atol)
    np.testing.assert_allclose(signal.cop_ap_mm, -X, atol=atol)
    np.testing.assert_allclose(signal.force_n, FZ, rtol=1e-5)
    np.testing.assert_allclose(signal.t_s, T, atol=1e-9)


def refused(path, *words, code="recording-unreadable", **options):
    with pytest.raises(InputError) as caught:
        load_signal(path, **options)
    said = f"{caught.value.where} {detail(Texts(), caught.value)}"
    assert caught.value.code == code
    assert [word for word in words if word not in said] == []


@pytest.mark.parametrize("per_frame", [1, 4])
@pytest.mark.parametrize("kind", [1, 2, 3, 4])
def test_each_type_gives_the_point_at_which_the_force_is(written, kind, per_frame):
    signal = load_signal(written(kind, per_frame=per_frame))
    same(signal)
    assert signal.understood.format == "c3d"
    assert signal.understood.rate_hz == pytest.approx(100.0)


KISTLER = """\
-29.226887 29.420937 -38.936821 47.929813 185.698074 120.616226 148.505692 219.240997 0.042297 -0.032659
-28.785881 29.301540 -40.657585 46.696377 186.973633 121.565445 149.609680 220.192200 0.042057 -0.032117
-28.986340 28.465771 -42.058208 45.343575 185.698074 122.198265 150.082825 218.923935 0.041101 -0.031874
-29.106613 28.346375 -41.177818 45.542519 184.422531 122.989288 149.294250 215.911804 0.040044 -0.030443
-28.465151 28.903555 -41.017746 44.826328 182.190308 122.672874 147.717117 211.789948 0.039028 -0.029114"""
"""Eight channels in N, and the centre of pressure in m that Kistler's own program printed beside them:
github.com/joselvira/biomdp@2a967ab/src/datasets/kistler_COP.txt, MIT; the plate's origin is that of kistler_COP.c3d."""


def test_a_real_plate_gives_what_its_makers_program_prints(written):
    rows = np.array([line.split() for line in KISTLER.splitlines()], dtype=float)
    square = np.array([[600.0, 900, 0], [0, 900, 0], [0, 0, 0], [600, 0, 0]])
    signal = load_signal(written(3, shown=rows[:, :8], origin=(210, 350, 58), corners=square))
    np.testing.assert_allclose(signal.cop_ml_mm, 1000.0 * rows[:, 8], atol=0.02)
    np.testing.assert_allclose(signal.cop_ap_mm, 1000.0 * rows[:, 9], atol=0.02)


def test_units_scales_and_offsets_are_those_of_the_file(written):
    shown = channels(2)
    metres = written(
        2, points="m", units=[], shown=shown * (1, 1, 1, *[1e-3] * 3), origin=SURFACE / 1e3, corners=CORNERS / 1e3
    )
    same(load_signal(metres))
    torque = written(2, units=["N", "N", "N", "N.m", "N.m", "N.m"], shown=shown * (1, 1, 1, *[1e-3] * 3))
    same(load_signal(torque))
    kilo = written(2, units=["kN"] * 3 + ["Nmm"] * 3, shown=shown * (*[1e-3] * 3, 1, 1, 1))
    same(load_signal(kilo))
    words = ["Newton", "n", "N", "NewtonMeters", "N-m", "kN.mm"]
    same(load_signal(written(2, units=words, shown=shown * (1, 1, 1, 1e-3, 1e-3, 1e-3))))
    scales, offsets = np.array([0.05, 0.05, 0.05, 5.0, 5.0, 5.0]), np.array([2048, -7, 3000, 3, 0, 1])
    same(load_signal(written(2, scales=scales, offsets=offsets)), atol=2e-3)
    whole_numbers = load_signal(written(2, scales=scales, offsets=offsets, point_scale=1.0))
    np.testing.assert_allclose(whole_numbers.cop_ml_mm, Y, atol=0.05)
    np.testing.assert_allclose(whole_numbers.force_n, FZ, atol=0.06)


@pytest.mark.parametrize(
    ("kind", "given", "words"),
    [
        (2, {"points": "ft"}, ("POINT:UNITS", "Its unit is ft. Read are mm, cm, m, in.")),
        (3, {"units": ["N"] * 7 + ["V"]}, ("ANALOG:UNITS 8", "Its unit is v. Read are n, kn")),
        (1, {"units": ["N", "N", "bits"]}, ("ANALOG:UNITS 3", "Its unit is bits.")),
        (1, {"units": ["N", "N", "N", "mm", "ft"]}, ("ANALOG:UNITS 5", "Its unit is ft.")),
        (2, {"units": ["N", "N", "N", "N"]}, ("ANALOG:UNITS 4", "Its unit is n. Read are Nmm, Nm.")),
        (2, {"units": ["N", "N", "N", "N.ft"]}, ("ANALOG:UNITS 4", "Its unit is ft.")),
    ],
)
def test_a_unit_that_is_none_of_those_that_are_read_is_taken_for_no_other(written, kind, given, words):
    """Each was read as newtons, or as millimetres."""
    refused(written(kind, **given), *words)


def test_a_distance_of_the_surface_written_positive_means_the_same(written):
    same(load_signal(written(2, origin=(SURFACE[0], SURFACE[1], -SURFACE[2]))))


def test_a_weight_that_is_counted_negative_is_turned_and_said(written):
    signal = load_signal(written(2, shown=-channels(2)))
    same(signal)
    assert "c3d-turned" in [one.reason for one in signal.understood.notes]


def test_the_plates_zero_is_taken_where_it_is_empty_and_only_there(written):
    offset = np.array([3.0, -2.0, 4.0, 900.0, -700.0, 0.0])
    shown = channels(2)
    shown[:20] = 0.0
    path = written(2, shown=shown + offset, zero=(1, 10))
    signal = load_signal(path)
    np.testing.assert_allclose(signal.cop_ml_mm[20:], Y[20:], atol=2e-3)
    assert "c3d-zero-taken" in [one.reason for one in signal.understood.notes]
    loaded = load_signal(written(2, zero=(1, 10)))
    same(loaded)
    assert "c3d-zero-loaded" in [one.reason for one in loaded.understood.notes]


def test_one_of_several_plates_is_asked_for(written):
    both = written(2, shown=np.hstack((channels(2) * (1, 1, 0.01, 0.01, 0.01, 1), channels(2))), plates=2)
    refused(both, "2 force plates", "7, 70", "N on them", "--plate", code="input-invalid")
    same(load_signal(both, plate=2))
    refused(both, "Plates in the file: 2", code="input-invalid", plate=3)


def test_what_a_file_does_not_describe_is_named(written):
    refused(written(2, used=0), "without a force plate")
    refused(written(2, type=5), "type 5", "1, 2, 3, 4")
    refused(written(2, without=("ORIGIN",)), "lacks")
    refused(written(4, without=("CAL_MATRIX",)), "calibration matrix")
    refused(written(2, units=["N", "N", "N", "Nm", "Nm", "Nm"]), "beside its 400 x 600 mm")


def test_a_damaged_file_is_named_as_that_and_never_read_in_part(written):
    whole = written(2).read_bytes()
    path = written(2, name="cut.c3d")
    for length in (512, 700, 1500, len(whole) - 600):
        path.write_bytes(whole[:length])
        refused(path, "C3D")
    rng = np.random.default_rng(12)
    codes = set()
    for _ in range(60):
        spoilt = bytearray(whole)
        for at in rng.integers(2, 1536, 8):
            spoilt[at] = int(rng.integers(256))
        path.write_bytes(bytes(spoilt))
        with contextlib.suppress(InputError):
            load_signal(path)
            continue
        codes.add(path.name)
    assert codes, "some were refused, and none raised anything else"


def test_how_it_was_understood_is_said_and_which_axis_is_which_is_asked(written):
    file = read_file(written(2))
    assert [one.reason for one in notes_of(file)] == ["axes-taken-for"]
    assert [one.reason for one in doubts_of(read_file(written(2), ReadOptions(rate_hz=50.0)))] == ["rates-disagree"]
    reasons = [one.reason for one in said_of(file.signal.understood)]
    assert reasons[:3] == ["read-as-c3d", "c3d-plate", "c3d-axes"]
    turned = read_file(written(2), ReadOptions(x_is="ap"))
    np.testing.assert_allclose(turned.signal.cop_ap_mm, Y, atol=2e-3)
    assert notes_of(turned) == ()


def test_corners_that_are_no_rectangle_leave_the_plates_own_axes(written):
    crossed = CORNERS[[0, 1, 3, 2]]
    assert in_room(crossed, X, Y) is None
    signal = load_signal(written(2, corners=crossed))
    np.testing.assert_allclose(signal.cop_ml_mm, X, atol=2e-3)
    assert "c3d-corners-odd" in [one.reason for one in signal.understood.notes]


def test_without_the_package_it_is_said_what_to_install(written, monkeypatch):
    path = written(2)
    monkeypatch.setitem(sys.modules, "c3d", None)
    refused(path, "C3D", 'pip install "balance-station[c3d]"')
