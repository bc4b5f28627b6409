"""Screenshots made small: a palette in place of three bytes a pixel. Flat pages have few colours."""

from __future__ import annotations

import struct
import zlib

import numpy as np

_SIGNATURE = b"\x89PNG\r\n\x1a\n"
MOST_COLOURS = 256


def smaller(png: bytes) -> bytes:
    """The same picture of 8 bits a channel, RGB or RGBA and not interlaced, with a palette.

    Where it has more than 256 colours each channel is rounded, coarser until it has fewer. Raises ValueError.
    """
    width, height, pixels = _pixels(png)
    for bits in range(9):
        step = 1 << bits
        rounded = np.minimum((pixels.astype(np.int32) + step // 2) // step * step, 255)
        codes = rounded[:, 0] << 16 | rounded[:, 1] << 8 | rounded[:, 2]
        palette, index = np.unique(codes, return_inverse=True)
        if len(palette) <= MOST_COLOURS:
            break
    rows = np.zeros((height, width + 1), np.uint8)
    rows[:, 1:] = index.reshape(height, width)
    colours = b"".join(int(one).to_bytes(3, "big") for one in palette)
    header = struct.pack(">IIBBBBB", width, height, 8, 3, 0, 0, 0)
    parts = (b"IHDR", header), (b"PLTE", colours), (b"IDAT", zlib.compress(rows.tobytes(), 9)), (b"IEND", b"")
    return _SIGNATURE + b"".join(_chunk(kind, data) for kind, data in parts)


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def _pixels(png: bytes) -> tuple[int, int, np.ndarray]:
    """Width, height, and RGB of each pixel, row after row."""
    if not png.startswith(_SIGNATURE):
        raise ValueError("no PNG")
    at, data, head = len(_SIGNATURE), b"", b""
    while at < len(png):
        (size,) = struct.unpack_from(">I", png, at)
        kind, content = png[at + 4 : at + 8], png[at + 8 : at + 8 + size]
        head = content if kind == b"IHDR" else head
        data += content if kind == b"IDAT" else b""
        at += size + 12
    width, height, depth, colour, _, _, interlaced = struct.unpack(">IIBBBBB", head)
    channels = {2: 3, 6: 4}.get(colour)
    if depth != 8 or channels is None or interlaced:
        raise ValueError("a PNG of another kind")
    lines = np.frombuffer(zlib.decompress(data), np.uint8).reshape(height, 1 + width * channels)
    return width, height, _unfiltered(lines, channels).reshape(height * width, channels)[:, :3]


def _unfiltered(lines: np.ndarray, channels: int) -> np.ndarray:
    """PNG's five filters undone (PNG specification, 9.2)."""
    out = np.zeros((len(lines), lines.shape[1] - 1), np.uint8)
    above = np.zeros(out.shape[1], np.uint8)
    for row, line in enumerate(lines):
        kind, coded = int(line[0]), line[1:]
        if kind == 2:
            out[row] = coded + above
        elif kind == 1:
            out[row] = np.add.accumulate(coded.reshape(-1, channels), axis=0, dtype=np.uint8).reshape(-1)
        elif kind == 0:
            out[row] = coded
        else:
            out[row] = _by_left(kind, coded, above, channels)
        above = out[row]
    return out


def _by_left(kind: int, coded: np.ndarray, above: np.ndarray, channels: int) -> np.ndarray:
    """A row whose filter needs the pixel before."""
    done = [0] * (len(coded) + channels)
    up = [0] * channels + above.tolist()
    for at, value in enumerate(coded.tolist(), channels):
        left, over, corner = done[at - channels], up[at], up[at - channels]
        guess = (left + over) // 2 if kind == 3 else _paeth(left, over, corner)
        done[at] = (value + guess) & 255
    return np.array(done[channels:], np.uint8)


def _paeth(left: int, over: int, corner: int) -> int:
    guess = left + over - corner
    away = (abs(guess - left), abs(guess - over), abs(guess - corner))
    return (left, over, corner)[away.index(min(away))]
