"""One file in frames, each of which proves itself and its place: what is cut off, changed or in another order shows.

Encrypted, a frame is ChaCha20-Poly1305 (RFC 8439) under a key that scrypt (RFC 7914) makes of the passphrase; else it
has its SHA-256. What a frame is bound to: the file's header, its number, and whether it is the last (as STREAM of
Hoang, Reyhanitabar, Rogaway and Vizár 2015). The header is readable: it says how the key is made, and
nothing of anybody.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import os
import struct
import zlib
from collections.abc import Mapping
from typing import IO, Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305

from station.faults import InputError, StorageError, because

MAGIC = b"BALANCE-BACKUP\n"
FRAMES_FORMAT = 1
FRAME_BYTES = 1 << 20
_SCRYPT = {"n": 1 << 16, "r": 8, "p": 2}
"""64 MB and a second or two of a Raspberry Pi."""
_MOST_MEMORY = 1 << 28
_LAST = 1 << 31
_LONGEST_HEADER = 1 << 16
_DIGEST = 32
_NONCE = struct.Struct(">IIB3x")  # zeros to twelve bytes: the key is this file's alone
_FROM, _NUMBER = struct.Struct(">II"), struct.Struct(">I")


class _Frames:
    """Closes and opens the frames of one file."""

    def __init__(self, key: bytes, header: bytes) -> None:
        self._cipher = ChaCha20Poly1305(key) if key else None
        self._header = hashlib.sha256(header).digest()
        self._number = 0

    def close(self, frame: bytes, *, last: bool) -> bytes:
        place = self._place(last=last)
        if self._cipher is not None:
            return self._cipher.encrypt(place, frame, self._header)
        return frame + hashlib.sha256(self._header + place + frame).digest()

    def open(self, closed: bytes, *, last: bool) -> bytes:
        """Raises ValueError where it is not as it was closed."""
        place = self._place(last=last)
        if self._cipher is not None:
            try:
                return self._cipher.decrypt(place, closed, self._header)
            except InvalidTag as problem:
                raise ValueError("the frame was changed") from problem
        frame, digest = closed[:-_DIGEST], closed[-_DIGEST:]
        if hashlib.sha256(self._header + place + frame).digest() != digest:
            raise ValueError("the frame was changed")
        return frame

    def _place(self, *, last: bool) -> bytes:
        self._number += 1
        return _NONCE.pack(0, self._number, last)


class SealedWriter:
    """Writes what it is given, in frames. `end` closes the last one; without it the file counts as cut off."""

    def __init__(self, file: IO[bytes], passphrase: str, said: Mapping[str, Any]) -> None:
        """`said` stands in the header, readable. An empty passphrase: nothing is encrypted."""
        header = {**said, "format": FRAMES_FORMAT}
        key = b""
        if passphrase:
            salt = os.urandom(16)
            key, check = _keys(passphrase, salt, _SCRYPT)
            header |= {"scrypt": _SCRYPT, "salt": salt.hex(), "check": check.hex()}
        text = json.dumps(header, sort_keys=True).encode()
        file.write(MAGIC + _FROM.pack(len(text), zlib.crc32(text)) + text)
        self._file = file
        self._frames = _Frames(key, text)
        self._pending = bytearray()

    def write(self, data: bytes) -> int:
        """Take these bytes."""
        self._pending += data
        while len(self._pending) > FRAME_BYTES:
            self._put(bytes(self._pending[:FRAME_BYTES]), last=False)
            del self._pending[:FRAME_BYTES]
        return len(data)

    def flush(self) -> None:
        """Nothing: frames are of one length."""

    def end(self) -> None:
        """The last frame."""
        self._put(bytes(self._pending), last=True)
        self._pending.clear()

    def _put(self, frame: bytes, *, last: bool) -> None:
        closed = self._frames.close(frame, last=last)
        self._file.write(_NUMBER.pack(len(closed) | (_LAST if last else 0)) + closed)


class SealedReader:
    """Reads such a file, from its beginning to its end; nothing is given out that was not proved."""

    def __init__(self, file: IO[bytes], passphrase: str, name: str) -> None:
        """Raises InputError "backup-unreadable" for another file, "backup-newer" for one of a later program,
        "backup-passphrase"; StorageError "backup-damaged".
        """
        self._file = file
        self._name = name
        text = self._header_text()
        try:
            self.header: dict[str, Any] = json.loads(text)
            later = int(self.header["format"]) > FRAMES_FORMAT
        except (ValueError, KeyError, TypeError) as problem:
            raise self._damaged("header") from problem
        if later:
            raise InputError("backup-newer", name)
        self._frames = _Frames(self._key(passphrase), text)
        self._ready = bytearray()
        self._ended = False

    def read(self, size: int = -1) -> bytes:
        """So many bytes, fewer at the end. Raises StorageError "backup-damaged" where the file was cut or changed."""
        while not self._ended and (size < 0 or len(self._ready) < size):
            self._next()
        size = len(self._ready) if size < 0 else size
        out = bytes(self._ready[:size])
        del self._ready[:size]
        return out

    def end(self) -> None:
        """Nothing may follow. Raises StorageError "backup-damaged"."""
        if self.read(1) or self._file.read(1):
            raise self._damaged("end")

    def _next(self) -> None:
        start = self._file.read(_NUMBER.size)
        if len(start) < _NUMBER.size:
            raise self._damaged("cut")
        (number,) = _NUMBER.unpack(start)
        size, last = number & (_LAST - 1), bool(number & _LAST)
        if size > FRAME_BYTES + _DIGEST:
            raise self._damaged("changed")
        closed = self._file.read(size)
        if len(closed) < size:
            raise self._damaged("cut")
        try:
            self._ready += self._frames.open(closed, last=last)
        except ValueError as problem:
            raise self._damaged("changed") from problem
        self._ended = last

    def _header_text(self) -> bytes:
        start = self._file.read(len(MAGIC) + _FROM.size)
        if not start.startswith(MAGIC):
            raise InputError("backup-unreadable", self._name)
        if len(start) < len(MAGIC) + _FROM.size:
            raise self._damaged("cut")
        size, crc = _FROM.unpack(start[len(MAGIC) :])
        if size > _LONGEST_HEADER:
            raise self._damaged("header")
        text = self._file.read(size)
        if len(text) < size:
            raise self._damaged("cut")
        if zlib.crc32(text) != crc:
            raise self._damaged("header")
        return text

    def _key(self, passphrase: str) -> bytes:
        if "scrypt" not in self.header:
            return b""
        if not passphrase:
            raise InputError("backup-passphrase", self._name)
        try:
            how = {name: int(self.header["scrypt"][name]) for name in _SCRYPT}
            salt, kept = bytes.fromhex(self.header["salt"]), bytes.fromhex(self.header["check"])
            if min(how.values()) < 1 or 128 * how["n"] * how["r"] * how["p"] > _MOST_MEMORY:
                raise ValueError("more memory than any program of ours asks for")
            key, check = _keys(passphrase, salt, how)
        except (ValueError, KeyError, TypeError) as problem:
            raise self._damaged("header") from problem
        if not hmac.compare_digest(check, kept):
            raise InputError("backup-passphrase", self._name)
        return key

    def _damaged(self, where: str) -> StorageError:
        return StorageError("backup-damaged", self._name, because(f"backup-{where}"))


def _keys(passphrase: str, salt: bytes, how: Mapping[str, int]) -> tuple[bytes, bytes]:
    """The key, and what shows that it is the right one."""
    made = hashlib.scrypt(
        passphrase.encode(), salt=salt, n=how["n"], r=how["r"], p=how["p"], maxmem=_MOST_MEMORY + (1 << 24), dklen=64
    )
    return made[:32], hashlib.sha256(b"balance-backup" + made[32:]).digest()
