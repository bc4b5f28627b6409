"""A signed archive: nothing but the one that was made is taken, and nothing is written before that is known."""

from __future__ import annotations

import io
import json
import shutil
import subprocess
import tarfile
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from station.faults import InputError
from station.updating import package
from station.updating.keys import make_pair, private_key, public_pem, trusted_keys
from station.updating.package import MANIFEST, SIGNATURE, manifest_bytes, proved, unpack
from station.updating.plain_tar import PlainTar, members


def taken(file: Path, trusted: Path, folder: Path) -> str:
    """The code of what it is refused with, "" where it is unpacked."""
    try:
        with file.open("rb") as opened:
            manifest = proved(opened, trusted_keys(trusted), file.name)
            opened.seek(0)
            unpack(opened, manifest, folder, file.name)
    except InputError as problem:
        assert not folder.exists(), "something was written"
        return problem.code
    return ""


def test_what_was_made_is_unpacked_as_it_was(archive, trusted, tmp_path) -> None:
    file = archive("0.2.0")
    folder = tmp_path / "unpacked"
    assert taken(file, trusted, folder) == ""
    clone = tmp_path / "clone-0.2.0"
    for name in ("systemd/install", "bin/station", "said.json"):
        assert (folder / name).read_bytes() == (clone / name).read_bytes()
        assert (folder / name).stat().st_mode & 0o777 == 0o755
    assert (folder / "wheels/thing-1.0-py3-none-any.whl").stat().st_mode & 0o777 == 0o644
    with file.open("rb") as opened:
        manifest = proved(opened, trusted_keys(trusted), "")
    assert (manifest.version, manifest.changes) == ("0.2.0", "- What is new in 0.2.0.")


def test_programs_that_everybody_has_read_it(archive, trusted, tmp_path) -> None:
    """Whoever doubts this program proves an archive without it."""
    with tarfile.open(archive("0.2.0")) as tar:
        assert [one.name for one in tar.getmembers()][:2] == [MANIFEST, SIGNATURE]
        for name in (MANIFEST, SIGNATURE):
            tar.extract(name, tmp_path / "by-tar")
    manifest, signature = (str(tmp_path / "by-tar" / name) for name in (MANIFEST, SIGNATURE))
    for number, code in ((1, 0), (0, 1)):
        key = ("-pubin", "-inkey", str(trusted / f"{number}.pem"))
        command = ("openssl", "pkeyutl", "-verify", *key, "-rawin", "-in", manifest, "-sigfile", signature)
        if shutil.which("openssl"):
            assert subprocess.run(command, capture_output=True).returncode == code


def test_a_flipped_bit_anywhere_is_found(archive, trusted, tmp_path) -> None:
    whole = archive("0.2.0").read_bytes()
    file, folder = tmp_path / "flipped.update", tmp_path / "unpacked"
    step = len(whole) // 150
    seen = {}
    for at in range(0, len(whole), step):
        file.write_bytes(whole[:at] + bytes([whole[at] ^ 4]) + whole[at + 1 :])
        code = taken(file, trusted, folder)
        if code == "":  # what no reader looks at: the owner's name in a header
            shutil.rmtree(folder)
        seen[code] = seen.get(code, 0) + 1
    assert set(seen) <= {"update-damaged", "update-untrusted", ""}
    assert seen["update-damaged"] > 60
    assert seen.get("", 0) == 0, "a header's checksum covers all of it, and the rest is covered by hashes"


@pytest.mark.parametrize("share", [0.0, 0.001, 0.2, 0.5, 0.9, 0.999])
def test_a_file_that_was_cut_off_is_found(archive, trusted, tmp_path, share) -> None:
    whole = archive("0.2.0").read_bytes()
    file = tmp_path / "cut.update"
    file.write_bytes(whole[: int(len(whole) * share)])
    assert taken(file, trusted, tmp_path / "unpacked") == "update-damaged"


def test_what_follows_the_end_is_found(archive, trusted, tmp_path) -> None:
    file = archive("0.2.0")
    with file.open("ab") as more:
        more.write(b"more")
    assert taken(file, trusted, tmp_path / "unpacked") == "update-damaged"


def test_another_key_is_nobody(archive, trusted, tmp_path) -> None:
    file = archive("0.2.0", Ed25519PrivateKey.generate())
    assert taken(file, trusted, tmp_path / "unpacked") == "update-untrusted"
    assert taken(file, tmp_path / "no-such-folder", tmp_path / "unpacked") == "update-untrusted"


def test_a_signature_of_another_archive_is_none(archive, key, trusted, tmp_path) -> None:
    """Both are of the right key; each signs its own list."""
    with archive("0.2.0").open("rb") as one, archive("0.3.0").open("rb") as other:
        ours = {member.name: b"".join(member.chunks()) for member in members(one)}
        theirs = {member.name: b"".join(member.chunks()) for member in members(other)}
    file = tmp_path / "mixed.update"
    with file.open("wb") as out:
        tar = PlainTar(out)
        for name in (MANIFEST, SIGNATURE, *list(ours)[2:]):
            tar.add_bytes(name, theirs[name] if name == SIGNATURE else ours[name])
        tar.end()
    assert taken(file, trusted, tmp_path / "unpacked") == "update-untrusted"


def signed(file: Path, key: Ed25519PrivateKey, said: dict[str, object], content: bytes) -> Path:
    """An archive of a maker who makes mistakes: the signature is right."""
    text = manifest_bytes(said)
    with file.open("wb") as out:
        tar = PlainTar(out)
        tar.add_bytes(MANIFEST, text)
        tar.add_bytes(SIGNATURE, key.sign(text))
        out.write(content)
        tar.end()
    return file


def entry(size: int = 0, **more: object) -> dict[str, object]:
    import hashlib

    return {"size": size, "sha256": hashlib.sha256(bytes(size)).hexdigest(), "executable": False, **more}


def block(name: str, size: int = 0, kind: bytes = tarfile.REGTYPE, link: str = "") -> bytes:
    """A header of any kind, with its bytes."""
    info = tarfile.TarInfo(name)
    info.size, info.type, info.linkname = size, kind, link
    return info.tobuf(tarfile.GNU_FORMAT) + bytes(size + -size % 512)


SAID = {"format": 1, "release": "0.2.0-0123456789ab", "version": "0.2.0", "made_s": 5, "changes": "", "keys": None}
HOSTILE = {
    "up and out": ({"../etc/passwd": entry(4)}, block("../etc/passwd", 4)),
    "absolute": ({"/etc/passwd": entry(4)}, block("/etc/passwd", 4)),
    "dots inside": ({"a/../../b": entry(4)}, block("a/../../b", 4)),
    "not in the list": ({"a": entry(4)}, block("a", 4) + block("b", 4)),
    "twice": ({"a": entry(4)}, block("a", 4) * 2),
    "missing": ({"a": entry(4), "b": entry(4)}, block("a", 4)),
    "a link": ({"a": entry()}, block("a", kind=tarfile.SYMTYPE, link="/etc/shadow")),
    "a hard link": ({"a": entry()}, block("a", kind=tarfile.LNKTYPE, link="/etc/shadow")),
    "a device": ({"a": entry()}, block("a", kind=tarfile.CHRTYPE)),
    "a folder": ({"a": entry()}, block("a", kind=tarfile.DIRTYPE)),
    "a long name": ({"a": entry()}, block("a", kind=tarfile.GNUTYPE_LONGNAME)),
    "an extended header": ({"a": entry()}, block("a", kind=tarfile.XHDTYPE)),
    "sparse": ({"a": entry(1 << 29)}, block("a", kind=tarfile.GNUTYPE_SPARSE)),
    "larger than it says": ({"a": entry(1 << 20)}, block("a", 4)),
    "a bomb by its list": ({f"a{number}": entry(1 << 28) for number in range(3)}, block("a0", 4)),
    "a bomb by its header": ({"a": entry(1 << 29)}, block("a", 1 << 9)[:512].replace(b"00000001000", b"77777777777")),
    "another hash": ({"a": entry(4, sha256="0" * 64)}, block("a", 4)),
    "the manifest once more": ({MANIFEST: entry(4)}, block(MANIFEST, 4)),
    "no files": ({}, b""),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_an_archive_that_is_signed_and_wrong_writes_nothing(name, key, trusted, tmp_path) -> None:
    files, content = HOSTILE[name]
    file = signed(tmp_path / "hostile.update", key, {**SAID, "files": files}, content)
    assert taken(file, trusted, tmp_path / "unpacked") == "update-damaged"
    assert sorted(one.name for one in tmp_path.iterdir() if one.name == "unpacked") == []


@pytest.mark.parametrize(
    "wrong",
    [
        {"format": 2},
        {"release": "../../x"},
        {"release": "0.2.0"},
        {"version": "1"},
        {"made_s": -1},
        {"keys": []},
        {"keys": ["no key"]},
        {"changes": None},
    ],
    ids=str,
)
def test_a_manifest_that_cannot_be_is_refused(wrong, key, trusted, tmp_path) -> None:
    said = {**SAID, "files": {"a": entry(4)}, **wrong}
    file = signed(tmp_path / "wrong.update", key, said, block("a", 4))
    assert taken(file, trusted, tmp_path / "unpacked") == "update-damaged"
    right = signed(tmp_path / "right.update", key, {**SAID, "files": {"a": entry(4)}}, block("a", 4))
    assert taken(right, trusted, tmp_path / "unpacked") == ""


def test_a_manifest_without_end_is_not_read(key, trusted, tmp_path, monkeypatch) -> None:
    monkeypatch.setattr(package, "LARGEST_MANIFEST", 400)
    file = signed(
        tmp_path / "long.update", key, {**SAID, "changes": "x" * 500, "files": {"a": entry(4)}}, block("a", 4)
    )
    assert taken(file, trusted, tmp_path / "unpacked") == "update-damaged"


@pytest.mark.parametrize("rubbish", [b"", b"\0" * 1024, b"PK\3\4" * 999, b"\xff" * 2048, json.dumps({}).encode()])
def test_what_is_no_archive_is_refused(rubbish, trusted, tmp_path) -> None:
    file = tmp_path / "rubbish.update"
    file.write_bytes(rubbish)
    assert taken(file, trusted, tmp_path / "unpacked") == "update-damaged"


def test_a_key_is_its_owners_alone_and_has_a_passphrase(tmp_path) -> None:
    file = tmp_path / "key.pem"
    public = make_pair(file, "secret words")
    assert file.stat().st_mode & 0o777 == 0o600
    assert b"ENCRYPTED" in file.read_bytes()
    assert public_pem(private_key(file, "secret words").public_key()) == public_pem(public)
    for wrong in ("", "other words"):
        with pytest.raises(InputError, match="input-invalid"):
            private_key(file, wrong)
    with pytest.raises(InputError, match="file-exists"):
        make_pair(file, "")


def test_a_key_of_another_kind_is_named(tmp_path) -> None:
    from cryptography.hazmat.primitives import serialization
    from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, generate_private_key

    public = generate_private_key(SECP256R1()).public_key()
    text = public.public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)
    (tmp_path / "other.pem").write_bytes(text)
    with pytest.raises(InputError, match=r"other\.pem: no-update-key"):
        trusted_keys(tmp_path)


def test_names_that_could_not_be_read_back_are_not_written() -> None:
    for name in ("../a", "/a", "a//b", "a b", "ä", "a/./b", "x" * 241):
        with pytest.raises(ValueError, match=r"."):
            PlainTar(io.BytesIO()).add_bytes(name, b"")
