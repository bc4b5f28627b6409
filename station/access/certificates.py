"""The station's own certificate authority, and the certificate under which it serves phones in a shared network.

The authority can vouch for this station's name and for private addresses, and for nothing else: a phone that trusts it
risks nothing elsewhere. `python -m station.access.certificates FOLDER NAME ADDRESS ...` makes both where they lack, and
the certificate anew before it ends: in a process that ends, because the library is large.

A clock that starts in 1970 ends no certificate and makes none that phones would call old: what is not a time at which
this program could run counts as the earliest one at which it could.
"""

from __future__ import annotations

import ipaddress
import os
import secrets
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import NamedTuple

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from station.access.places import AUTHORITY, AUTHORITY_KEY, certificate_files

EARLIEST = datetime(2026, 11, 1, tzinfo=UTC)
"""Of this program: no clock that is right says less."""
LATEST = datetime(2045, 1, 1, tzinfo=UTC)
"""A clock that says more is not believed: what it makes would not be valid for years."""
AUTHORITY_BEGINS, AUTHORITY_ENDS = datetime(2025, 1, 1, tzinfo=UTC), datetime(2049, 12, 31, tzinfo=UTC)
VALID = timedelta(days=397)
"""The longest that phones take."""
RENEWED = timedelta(days=60)
"""So long before its end a certificate is made anew."""
_SLACK = timedelta(days=2)
"""Phones' clocks may be behind the station's."""
NETWORKS = ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "169.254.0.0/16", "127.0.0.0/8")
"""Private addresses (RFC 1918), link-local ones (RFC 3927) and the loopback."""
KEY_MODE = 0o600


class Certificates(NamedTuple):
    """Files in the folder of the certificates."""

    authority: Path
    authority_key: Path
    own: Path
    """The station's own certificate."""
    own_key: Path


def files(folder: Path) -> Certificates:
    """Where they are."""
    return Certificates(folder / AUTHORITY, folder / AUTHORITY_KEY, *certificate_files(folder))


def ensure(folder: Path, name: str, addresses: list[str], now: datetime) -> bool:
    """See that there is an authority, and a certificate of it for this name and these addresses that holds for a while.

    Returns whether the certificate is a new one. A public address is left out: the authority cannot vouch for it.
    """
    kept = files(folder)
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    own = x509.load_pem_x509_certificate(kept.own.read_bytes()) if kept.own.exists() and kept.own_key.exists() else None
    if not (kept.authority.exists() and kept.authority_key.exists()):
        _make_authority(kept, name)
        own = None
    begins = EARLIEST if own is None else own.not_valid_before_utc + _SLACK
    believed = now if EARLIEST <= now < LATEST else max(EARLIEST, begins)
    wanted = _named(name, addresses)
    if own is not None and own.not_valid_after_utc - believed > RENEWED and _names_of(own) == wanted:
        return False
    _make_own(kept, wanted, believed)
    return True


def _named(name: str, addresses: list[str]) -> list[x509.GeneralName]:
    allowed = [ipaddress.ip_network(network) for network in NETWORKS]
    found = sorted({ipaddress.ip_address(address) for address in addresses}, key=int)
    private = [address for address in found if any(address in network for network in allowed)]
    return [x509.DNSName(name), *map(x509.IPAddress, private)]


def _names_of(own: x509.Certificate) -> list[x509.GeneralName]:
    return list(own.extensions.get_extension_for_class(x509.SubjectAlternativeName).value)


def _make_authority(kept: Certificates, name: str) -> None:
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, f"{name} {secrets.token_hex(3)}")])
    networks = [x509.IPAddress(ipaddress.ip_network(network)) for network in NETWORKS]
    only = x509.NameConstraints([x509.DNSName(name), *networks], None)
    usage = _usage(key_cert_sign=True, crl_sign=True)
    certificate = (
        _begun(subject, subject, key.public_key())
        .not_valid_before(AUTHORITY_BEGINS)
        .not_valid_after(AUTHORITY_ENDS)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(only, critical=True)
        .add_extension(usage, critical=True)
        .sign(key, hashes.SHA256())
    )
    _write(kept.authority_key, _private(key), KEY_MODE)
    _write(kept.authority, certificate.public_bytes(serialization.Encoding.PEM), 0o644)


def _make_own(kept: Certificates, names: list[x509.GeneralName], believed: datetime) -> None:
    authority = x509.load_pem_x509_certificate(kept.authority.read_bytes())
    signer = serialization.load_pem_private_key(kept.authority_key.read_bytes(), None)
    if not isinstance(signer, ec.EllipticCurvePrivateKey):
        raise TypeError("the authority's key is of another kind")
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, str(names[0].value))])
    begins = believed - _SLACK
    certificate = (
        _begun(subject, authority.subject, key.public_key())
        .not_valid_before(begins)
        .not_valid_after(min(begins + VALID, AUTHORITY_ENDS))
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(x509.SubjectAlternativeName(names), critical=False)
        .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
        .add_extension(_usage(digital_signature=True), critical=True)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(signer.public_key()), critical=False)
        .sign(signer, hashes.SHA256())
    )
    # Key first: cut off between the two, the old certificate is made anew at the next look.
    kept.own.unlink(missing_ok=True)
    _write(kept.own_key, _private(key), KEY_MODE)
    _write(kept.own, certificate.public_bytes(serialization.Encoding.PEM), 0o644)


def _begun(subject: x509.Name, issuer: x509.Name, key: ec.EllipticCurvePublicKey) -> x509.CertificateBuilder:
    builder = x509.CertificateBuilder().subject_name(subject).issuer_name(issuer).public_key(key)
    identifier = x509.SubjectKeyIdentifier.from_public_key(key)
    return builder.serial_number(x509.random_serial_number()).add_extension(identifier, critical=False)


def _usage(**given: bool) -> x509.KeyUsage:
    names = ("digital_signature", "content_commitment", "key_encipherment", "data_encipherment", "key_agreement")
    more = ("key_cert_sign", "crl_sign", "encipher_only", "decipher_only")
    return x509.KeyUsage(**{name: given.get(name, False) for name in (*names, *more)})


def _private(key: ec.EllipticCurvePrivateKey) -> bytes:
    form = serialization.PrivateFormat.PKCS8
    return key.private_bytes(serialization.Encoding.PEM, form, serialization.NoEncryption())


def _write(path: Path, content: bytes, mode: int) -> None:
    """All of it or nothing, and never readable by more than `mode` says."""
    beside = path.with_suffix(f".{secrets.token_hex(4)}")
    descriptor = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode)
    with os.fdopen(descriptor, "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    beside.replace(path)


def main() -> int:
    """As the module says."""
    folder, name, *addresses = sys.argv[1:]
    ensure(Path(folder), name, addresses, datetime.now(UTC))
    return 0


if __name__ == "__main__":
    sys.exit(main())
