"""Where the certificates are: apart from what makes them, which loads a large library."""

from __future__ import annotations

import hashlib
import ssl
from pathlib import Path

FOLDER = "tls"
"""In the data folder. Not in a backup: another card is another station to the phones."""
AUTHORITY = "ca.pem"
AUTHORITY_KEY = "ca.key"
OWN = "station.pem"
OWN_KEY = "station.key"


def certificate_files(folder: Path) -> tuple[Path, Path]:
    """The station's own certificate and its key."""
    return folder / OWN, folder / OWN_KEY


def authority_of(folder: Path) -> bytes | None:
    """The authority's certificate, as phones take it (DER); None where there is none yet."""
    try:
        return ssl.PEM_cert_to_DER_cert((folder / AUTHORITY).read_text())
    except FileNotFoundError:
        return None


def fingerprint(certificate: bytes | None) -> str:
    """Its SHA-256 in pairs, as phones show it; "" for none."""
    return "" if certificate is None else hashlib.sha256(certificate).digest().hex(" ").upper()
