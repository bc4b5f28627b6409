"""Real keys, and archives of small releases signed with them."""

from __future__ import annotations

import ssl
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from station.access import certificates
from station.updating.keys import make_pair, private_key, public_pem
from station.updating.making import make_archive
from tests.systemd import small_release


@pytest.fixture
def key(tmp_path: Path) -> Ed25519PrivateKey:
    make_pair(tmp_path / "key.pem", "secret words")
    return private_key(tmp_path / "key.pem", "secret words")


@pytest.fixture
def trusted(tmp_path: Path, key: Ed25519PrivateKey) -> Path:
    """The folder of a station that knows the key, and the one that lies in a safe."""
    folder = tmp_path / "update-keys"
    folder.mkdir()
    for number, one in enumerate((Ed25519PrivateKey.generate(), key)):
        (folder / f"{number}.pem").write_text(public_pem(one.public_key()))
    return folder


@pytest.fixture
def archive(tmp_path: Path, key: Ed25519PrivateKey) -> Callable[..., Path]:
    """`archive(version)`: the signed archive of a small release, with a wheel of a kind."""

    def make(version: str, signer: Ed25519PrivateKey = key, **how: object) -> Path:
        clone = tmp_path / f"clone-{version}"
        small_release.make(clone, version, **how)
        wheels = tmp_path / "wheels"
        wheels.mkdir(exist_ok=True)
        (wheels / "thing-1.0-py3-none-any.whl").write_bytes(b"PK" * 700)
        return make_archive(clone, wheels, signer, tmp_path / "out")

    return make


@pytest.fixture
def place(tmp_path: Path) -> Path:
    """`/opt/balance-station` of a station that runs 0.1.0."""
    place = tmp_path / "balance-station"
    release = place / "releases/0.1.0-000000000007"
    release.mkdir(parents=True)
    (release / "release").write_text("0.1.0-000000000007\n")
    (place / "current").symlink_to("releases/0.1.0-000000000007")
    return place


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> certificates.Certificates:
    """Those of a server on this computer."""
    folder = tmp_path_factory.mktemp("certificates")
    certificates.ensure(folder, "station.local", ["127.0.0.1"], datetime.now(UTC))
    return certificates.files(folder)


@pytest.fixture
def known(kept: certificates.Certificates) -> ssl.SSLContext:
    """Who knows that server's authority."""
    return ssl.create_default_context(cafile=str(kept.authority))
