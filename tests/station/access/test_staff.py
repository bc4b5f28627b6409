"""PINs by person: who may come in under their own name, who is trained, and what is left of them when they leave."""

from pathlib import Path

import pytest

from station.access import pins
from station.access.phones import Phones
from station.access.rights import Holder, Role, Transport
from station.clock import NS_PER_S, VouchedMoment
from station.faults import InputError, StationError
from station.records.audit import AuditLog
from station.records.file import open_records

AP = Transport.ACCESS_POINT
pytestmark = pytest.mark.usefixtures("quick_pins")
PIN, OTHER = "285047", "731946"


class Moment:
    """A clock that a test moves on."""

    s = 1000

    def __call__(self) -> VouchedMoment:
        return VouchedMoment("boot", self.s * NS_PER_S, 1_800_000_000 * NS_PER_S)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "records.sqlite"
    open_records(path).close()
    return path


@pytest.fixture
def now() -> Moment:
    return Moment()


@pytest.fixture
def removed() -> list[int]:
    """One for each time that a phone was taken off before its time."""
    return []


@pytest.fixture
def phones(file: Path, now: Moment, removed: list[int]) -> Phones:
    reading, writing = (lambda: open_records(file, read_only=True)), (lambda: open_records(file))
    return Phones(reading, writing, now, lambda: removed.append(1))


@pytest.fixture
def ada(phones: Phones) -> str:
    return phones.people.enter("Ada K.", Role.THERAPIST, PIN, "mgr")


def test_a_phone_is_its_persons_with_their_role_and_their_training(phones, ada):
    assert phones.check_person("  ada  K. ".replace("  ", " "), PIN) == (ada, Role.THERAPIST)
    token = phones.pair("Ada's", Role.VIEWER, AP, ada)
    known = phones.known(token, AP, touched=True)
    assert (known.person, known.called, known.owner) == (ada, "Ada K.", ada)
    assert known.holder == Holder(Role.THERAPIST, False)
    second = phones.pair("Ada's tablet", Role.THERAPIST, AP, ada)
    phones.set_trained(known.id, "mgr", trained=True)  # of one phone is of the person
    assert phones.known(second, AP, touched=True).holder.trained
    assert phones.people.listed() == [{"id": ada, "name": "Ada K.", "role": "therapist", "trained": True}]
    assert {(line["called"], line["trained"], line["role"]) for line in phones.listed()} == {
        ("Ada K.", True, "therapist")
    }
    roles = phones.pair("ward", Role.VIEWER, AP)
    assert phones.known(roles, AP, touched=True).owner == phones.known(roles, AP, touched=True).id


def test_whoever_has_left_is_a_stranger_on_each_of_their_phones(phones, ada, removed, file):
    tokens = [phones.pair(name, Role.THERAPIST, AP, ada) for name in ("one", "two")]
    ward = phones.pair("ward", Role.THERAPIST, AP)
    phones.people.revoke(ada, "mgr")
    assert removed == [1]
    assert [phones.known(token, AP, touched=True) for token in tokens] == [None, None]
    assert phones.known(ward, AP, touched=True) is not None
    assert phones.people.listed() == []
    with pytest.raises(StationError) as refused:
        phones.check_person("Ada K.", PIN)
    assert refused.value.code == "pin-wrong"
    for change in (
        lambda: phones.people.revoke(ada, "mgr"),
        lambda: phones.people.set_trained(ada, "mgr", trained=True),
        lambda: phones.people.set_pin(ada, OTHER, "mgr"),
    ):
        with pytest.raises(InputError) as refused:
            change()
        assert refused.value.code == "person-unknown"
    again = phones.people.enter("Ada K.", Role.VIEWER, OTHER, "mgr")  # the name is free again
    assert again != ada
    lines = [(one["what"], one["who"]) for one in AuditLog(open_records(file, read_only=True)).newest(20)]
    assert ("person-entered", "mgr") in lines
    assert ("person-revoked", "mgr") in lines
    assert PIN not in str(AuditLog(open_records(file, read_only=True)).newest(20))


def test_a_phone_is_unlocked_by_its_persons_pin_alone(phones, ada, now):
    phones.set_pin(Role.THERAPIST, OTHER, "mgr")
    token = phones.pair("Ada's", Role.THERAPIST, AP, ada)
    phones.lock(phones.known(token, AP, touched=False).id)
    with pytest.raises(StationError) as refused:
        phones.unlock(token, OTHER)  # the role's
    assert refused.value.code == "pin-wrong"
    phones.unlock(token, PIN)
    assert not phones.known(token, AP, touched=False).locked
    phones.people.set_pin(ada, "604281", "mgr")
    phones.lock(phones.known(token, AP, touched=False).id)
    with pytest.raises(StationError):
        phones.unlock(token, PIN)
    phones.unlock(token, "604281")


def test_wrong_pins_are_counted_for_the_person_and_a_name_that_nobody_has_says_nothing_more(phones, ada, now):
    for _ in range(pins.FREE_TRIES):
        with pytest.raises(StationError) as refused:
            phones.check_person("Ada K.", OTHER)
        assert refused.value.code == "pin-wrong"
    with pytest.raises(StationError) as refused:
        phones.check_person("Ada K.", PIN)  # the right one, too soon
    assert refused.value.code == "pin-wait"
    with pytest.raises(StationError) as nobody:
        phones.check_person("Eve", PIN)
    assert nobody.value.code == "pin-wrong"
    now.s += int(pins.FIRST_WAIT_S) + 1
    assert phones.check_person("Ada K.", PIN)[0] == ada
    for _ in range(pins.FREE_TRIES):  # counted from none again
        with pytest.raises(StationError) as refused:
            phones.check_person("Ada K.", OTHER)
        assert refused.value.code == "pin-wrong"


@pytest.mark.parametrize(("name", "pin", "code"), [("ADA  k.", OTHER, "person-known"), ("Ben", "1234", "pin-weak")])
def test_a_name_is_one_persons_and_a_pin_is_a_good_one(phones, ada, name, pin, code):
    with pytest.raises(InputError) as refused:
        phones.people.enter(name, Role.VIEWER, pin, "mgr")
    assert refused.value.code == code
    with pytest.raises(InputError):
        phones.people.set_pin(ada, "1111", "mgr")
    assert phones.people.roles() == {Role.THERAPIST}
