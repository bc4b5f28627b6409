"""What phones are shown, and what the authority that they are asked to trust could vouch for."""

import ssl
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509

from station.access import certificates
from station.access.certificates import EARLIEST, VALID, ensure, files

NAME, ADDRESS = "station.local", "192.168.7.1"
NOW = datetime(2027, 5, 1, tzinfo=UTC)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    ensure(tmp_path / "tls", NAME, [ADDRESS, "8.8.8.8"], NOW)
    return tmp_path / "tls"


def own(folder: Path) -> x509.Certificate:
    return x509.load_pem_x509_certificate(files(folder).own.read_bytes())


def shaken(folder: Path, called: str, verify_at: datetime | None = None) -> str:
    """What a phone that trusts the authority says of a connection to this name; "" for nothing."""
    kept = files(folder)
    phone, station = ssl.create_default_context(cafile=kept.authority), ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    station.load_cert_chain(kept.own, kept.own_key)
    phone.verify_flags |= ssl.VERIFY_X509_STRICT
    to_station, to_phone = ssl.MemoryBIO(), ssl.MemoryBIO()
    ends = (
        phone.wrap_bio(to_phone, to_station, server_hostname=called),
        station.wrap_bio(to_station, to_phone, server_side=True),
    )
    for _ in range(4):
        for end in ends:
            try:
                end.do_handshake()
            except ssl.SSLWantReadError:
                continue
            except ssl.SSLCertVerificationError as problem:
                return problem.verify_message
    return ""


@pytest.mark.parametrize("called", [NAME, ADDRESS])
def test_a_phone_that_trusts_it_takes_it_by_name_and_by_address(folder, called):
    assert shaken(_for_today(folder), called) == ""


def _for_today(folder: Path) -> Path:
    """OpenSSL verifies by the computer's own clock."""
    files(folder).own.unlink()
    ensure(folder, NAME, [ADDRESS], datetime.now(UTC))
    return folder


@pytest.mark.parametrize("called", ["bank.example.com", "other.local", "8.8.8.8"])
def test_nobody_who_steals_its_key_can_be_anybody_else(folder, called, monkeypatch):
    """The thief makes what the authority's program would not."""
    monkeypatch.setattr(certificates, "NETWORKS", ("0.0.0.0/0",))
    files(folder).own.unlink()
    name, addresses = (NAME, [called]) if called[0].isdigit() else (called, [])
    ensure(folder, name, addresses, datetime.now(UTC))
    assert shaken(folder, called) == "permitted subtree violation"


def test_its_keys_are_its_own_alone(folder):
    kept = files(folder)
    assert [path.stat().st_mode & 0o777 for path in (kept.authority_key, kept.own_key)] == [0o600, 0o600]
    assert folder.stat().st_mode & 0o777 == 0o700
    assert sorted(path.name for path in folder.iterdir()) == ["ca.key", "ca.pem", "station.key", "station.pem"]


def test_a_public_address_is_left_out(folder):
    assert [str(name.value) for name in certificates._names_of(own(folder))] == [NAME, ADDRESS]


def test_it_stays_while_it_holds_and_is_made_anew_before_it_ends(folder):
    first, authority = own(folder), files(folder).authority.read_bytes()
    assert not ensure(folder, NAME, [ADDRESS], NOW + timedelta(days=300))
    assert own(folder) == first
    later = NOW + timedelta(days=350)
    assert ensure(folder, NAME, [ADDRESS], later)
    assert own(folder).not_valid_after_utc > later + timedelta(days=390)
    assert files(folder).authority.read_bytes() == authority


def test_another_address_or_name_makes_another(folder):
    assert ensure(folder, NAME, [ADDRESS, "10.0.0.9"], NOW)
    assert ensure(folder, "other.local", [ADDRESS, "10.0.0.9"], NOW)
    assert not ensure(folder, "other.local", ["10.0.0.9", ADDRESS], NOW)


@pytest.mark.parametrize("now", [datetime(1970, 1, 1, tzinfo=UTC), datetime(2100, 1, 1, tzinfo=UTC)])
def test_a_clock_that_cannot_be_right_makes_no_certificate_that_phones_call_old(tmp_path, now):
    ensure(tmp_path, NAME, [ADDRESS], now)
    made = own(tmp_path)
    assert made.not_valid_before_utc < EARLIEST < made.not_valid_after_utc
    assert made.not_valid_after_utc - made.not_valid_before_utc <= VALID
    assert not ensure(tmp_path, NAME, [ADDRESS], now)
    assert ensure(tmp_path, NAME, [ADDRESS], made.not_valid_after_utc)


@pytest.mark.parametrize("now", [datetime(1970, 1, 1, tzinfo=UTC), NOW - timedelta(days=100)])
def test_a_clock_that_is_set_back_leaves_it_as_it_is(folder, now):
    first = own(folder)
    assert not ensure(folder, NAME, [ADDRESS], now)
    assert own(folder) == first


@pytest.mark.parametrize("lost", ["station.pem", "station.key", "ca.key"])
def test_what_is_lost_is_made_again(folder, lost):
    (folder / lost).unlink()
    assert ensure(folder, NAME, [ADDRESS], NOW)
    assert (folder / lost).exists()
    assert not ensure(folder, NAME, [ADDRESS], NOW)
