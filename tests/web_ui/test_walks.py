"""The usability file: what it says was walked, and no task takes more taps than it may.

One is walked in test_actions.py."""

import re
import struct
import zlib

import numpy as np
import pytest

from drawings.small import smaller
from drawings.usability import PICTURES, anchor, page_of
from drawings.walking import TAP_S, Step, Walk
from drawings.walks import TASKS

MOST_BYTES = 1_500_000
ROW = re.compile(r"^\| \[(.+?)\]\(#(.+?)\) \| .+? \| (\d+) \| (\d+) \| (\d+) \|", re.MULTILINE)


def test_the_file_is_of_these_tasks_and_none_takes_more_taps_than_it_may(project):
    text = (project / "docs/usability/README.md").read_text()
    rows = ROW.findall(text)
    assert [(title, target) for title, target, *_ in rows] == [(task.title, anchor(task)) for task in TASKS]
    for task, (_, _, taps, most, seconds) in zip(TASKS, rows, strict=True):
        assert int(taps) <= int(most) == task.most_taps, f"{task.name}: run `make usability`"
        assert int(seconds) >= int(taps) * TAP_S
        assert f"\n## {task.title}\n\n{task.do.__doc__.strip()}\n" in text


def test_its_pictures_are_there_and_small(project):
    folder = project / "docs/usability"
    shown = re.findall(rf'src="{PICTURES}/(.+?)"', (folder / "README.md").read_text())
    assert sorted(shown) == sorted(file.name for file in (folder / PICTURES).iterdir())
    assert sum(file.stat().st_size for file in (folder / PICTURES).iterdir()) < MOST_BYTES
    for name in shown:
        width, height, _, kind = struct.unpack_from(">IIBB", (folder / PICTURES / name).read_bytes(), 16)
        assert (width, height, kind) == (390, 844, 3), name


def test_the_page_counts_taps_and_adds_what_was_waited_for():
    walks = {}
    for task in TASKS:
        walk = walks[task.name] = Walk(task.name, None)
        walk.steps += [Step("this", 1, 0.0), Step("that", 2, 0.0), Step("wait: it", 0, 4.4)]
    assert {(taps, seconds) for *_, taps, _, seconds in ROW.findall(page_of(walks, walks))} == {("3", "13")}


def _png(pixels: np.ndarray, filters: list[int]) -> bytes:
    """Rows of RGB, each coded by one of PNG's filters."""
    height, width, channels = pixels.shape
    rows, above = [], np.zeros(width * channels, np.int32)
    for row, kind in zip(pixels.reshape(height, -1).astype(np.int32), filters, strict=True):
        left = np.concatenate([np.zeros(channels, np.int32), row[:-channels]])
        corner = np.concatenate([np.zeros(channels, np.int32), above[:-channels]])
        nearest = [
            min((a, b, c), key=lambda one, p=a + b - c: abs(p - one))
            for a, b, c in zip(left, above, corner, strict=True)
        ]
        guess = [0, left, above, (left + above) // 2, np.array(nearest)][kind]
        rows.append(bytes([kind]) + ((row - guess) & 255).astype(np.uint8).tobytes())
        above = row
    parts = (
        (b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)),
        (b"IDAT", zlib.compress(b"".join(rows))),
        (b"IEND", b""),
    )
    chunks = (
        struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data)) for kind, data in parts
    )
    return b"\x89PNG\r\n\x1a\n" + b"".join(chunks)


def _shown(png: bytes) -> np.ndarray:
    """RGB of each pixel of a picture with a palette."""
    palette = np.frombuffer(
        png[png.index(b"PLTE") + 4 :][: struct.unpack_from(">I", png, png.index(b"PLTE") - 4)[0]], np.uint8
    )
    at = png.index(b"IDAT")
    width, height = struct.unpack_from(">II", png, 16)
    rows = np.frombuffer(zlib.decompress(png[at + 4 : at + 4 + struct.unpack_from(">I", png, at - 4)[0]]), np.uint8)
    return palette.reshape(-1, 3)[rows.reshape(height, width + 1)[:, 1:]]


def test_a_picture_of_few_colours_stays_as_it_is_by_whichever_filter_it_came():
    colours = np.random.default_rng(7).integers(0, 256, (9, 3), dtype=np.uint8)
    pixels = colours[np.random.default_rng(8).integers(0, 9, (10, 12))]
    assert np.array_equal(_shown(smaller(_png(pixels, [0, 1, 2, 3, 4] * 2))), pixels)


def test_one_of_many_colours_is_near_and_what_is_none_is_refused():
    pixels = np.random.default_rng(9).integers(0, 256, (20, 30, 3), dtype=np.uint8)
    away = np.abs(_shown(smaller(_png(pixels, [0] * 20))).astype(int) - pixels)
    assert away.max() <= 64
    with pytest.raises(ValueError, match="no PNG"):
        smaller(b"GIF89a")
