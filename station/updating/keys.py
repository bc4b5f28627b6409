"""Whose releases this station takes: public keys (Ed25519, RFC 8032) in a folder that root alone writes.

There is none in the program: whoever makes releases for a station makes the pair, keeps the private key away from every
station, and gives the public one to each. docs/update.md says how a key is changed, and what if it is lost.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Mapping
from pathlib import Path

from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from station.faults import InputError, because

TRUSTED = Path("/etc/balance-station/update-keys")
"""A file NAME.pem each: of every station that the installer set up."""
SUFFIX = ".pem"


def key_id(key: Ed25519PublicKey) -> str:
    """Sixteen hexadecimal digits that name a key."""
    raw = key.public_bytes(serialization.Encoding.Raw, serialization.PublicFormat.Raw)
    return hashlib.sha256(raw).hexdigest()[:16]


def public_pem(key: Ed25519PublicKey) -> str:
    """The public key as its file has it: SubjectPublicKeyInfo in PEM, as `openssl pkey` writes it."""
    return key.public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo).decode()


def make_pair(private: Path, passphrase: str) -> Ed25519PublicKey:
    """A new private key in the file `private`, encrypted unless the passphrase is empty. Raises InputError
    "file-exists".
    """
    key = Ed25519PrivateKey.generate()
    secret = serialization.BestAvailableEncryption(passphrase.encode()) if passphrase else serialization.NoEncryption()
    text = key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, secret)
    try:
        with open(private, "xb", opener=_for_me_alone) as file:
            file.write(text)
    except FileExistsError as problem:
        raise InputError("file-exists", str(private)) from problem
    return key.public_key()


def _for_me_alone(path: str, flags: int) -> int:
    return os.open(path, flags, 0o600)


def private_key(file: Path, passphrase: str) -> Ed25519PrivateKey:
    """The key of this file. Raises InputError "input-invalid"."""
    try:
        key = serialization.load_pem_private_key(file.read_bytes(), passphrase.encode() or None)
    except (OSError, ValueError, TypeError, UnsupportedAlgorithm) as problem:
        raise InputError("input-invalid", str(file), because("system-said", said=str(problem))) from problem
    if not isinstance(key, Ed25519PrivateKey):
        raise InputError("input-invalid", str(file), because("no-update-key"))
    return key


def public_key(text: str, where: str) -> Ed25519PublicKey:
    """The key of this PEM text. Raises InputError "input-invalid"."""
    try:
        key = serialization.load_pem_public_key(text.encode())
    except (ValueError, UnsupportedAlgorithm) as problem:
        raise InputError("input-invalid", where, because("system-said", said=str(problem))) from problem
    if not isinstance(key, Ed25519PublicKey):
        raise InputError("input-invalid", where, because("no-update-key"))
    return key


def trusted_keys(folder: Path) -> dict[str, Ed25519PublicKey]:
    """The keys of the folder by their ids; none where there is no folder. Raises InputError for a file that is none."""
    files = sorted(folder.glob(f"*{SUFFIX}")) if folder.is_dir() else []
    keys = [public_key(file.read_text(encoding="ascii", errors="replace"), str(file)) for file in files]
    return {key_id(key): key for key in keys}


def signed_by(keys: Mapping[str, Ed25519PublicKey], signature: bytes, text: bytes) -> str:
    """The id of the key that made this signature of the text; "" where none of them did."""
    for name, key in keys.items():
        try:
            key.verify(signature, text)
        except InvalidSignature:
            continue
        return name
    return ""
