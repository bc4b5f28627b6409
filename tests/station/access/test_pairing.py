"""One offer for one phone, once, for a minute."""

import pytest

from station.access.pairing import JOINED_S, OFFERED_S, OUTCOME_SHOWN_S, PIN_TRIES, TAKEN_S, Pairings
from station.access.rights import Role, Transport
from station.faults import StationError

AP, TLS = Transport.ACCESS_POINT, Transport.TLS


class Now:
    s = 100.0

    def __call__(self) -> float:
        return self.s


@pytest.fixture
def now() -> Now:
    return Now()


@pytest.fixture
def pairings(now: Now) -> Pairings:
    return Pairings(now)


def over(ask) -> bool:
    with pytest.raises(StationError) as refusal:
        ask()
    return refusal.value.code == "pairing-over"


def test_screen_and_phone_show_the_same_signs_and_the_token_is_gone(pairings):
    offer = pairings.offer(Role.THERAPIST)
    taken = pairings.take(offer.token, AP)
    seen = pairings.now()
    assert (seen.state, seen.token, seen.signs) == ("taken", "", taken.signs)
    assert len(taken.signs) == 4
    assert pairings.require(taken.secret, AP) is Role.THERAPIST


def test_only_the_first_phone_gets_it(pairings):
    offer = pairings.offer(Role.THERAPIST)
    pairings.take(offer.token, AP)
    assert over(lambda: pairings.take(offer.token, AP))


def test_another_secret_or_way_does_not_end_it(pairings):
    taken = pairings.take(pairings.offer(Role.VIEWER).token, AP)
    assert over(lambda: pairings.require("", AP))
    assert over(lambda: pairings.require(taken.secret + "x", AP))
    assert over(lambda: pairings.require(taken.secret, TLS))
    pairings.done("Ada")
    assert over(lambda: pairings.require(taken.secret, AP))
    assert over(lambda: pairings.require("", AP))


@pytest.mark.parametrize("token", ["", "x", "ä"])
def test_nothing_is_taken_without_its_token(pairings, token):
    assert over(lambda: pairings.take(token, AP))
    pairings.offer(Role.MANAGER)
    assert over(lambda: pairings.take(token, AP))


def test_an_offer_ends_with_its_minute(pairings, now):
    offer = pairings.offer(Role.VIEWER)
    now.s += OFFERED_S
    assert pairings.now().state == "over"
    assert over(lambda: pairings.take(offer.token, AP))


def test_who_took_it_has_three_minutes(pairings, now):
    taken = pairings.take(pairings.offer(Role.VIEWER).token, AP)
    now.s += TAKEN_S
    assert over(lambda: pairings.require(taken.secret, AP))


def test_five_wrong_pins_end_it(pairings):
    taken = pairings.take(pairings.offer(Role.VIEWER).token, AP)
    for _ in range(PIN_TRIES):
        pairings.require(taken.secret, AP)
        pairings.count_wrong()
    assert over(lambda: pairings.require(taken.secret, AP))


def test_a_new_offer_ends_the_one_before(pairings):
    first = pairings.offer(Role.VIEWER)
    taken = pairings.take(first.token, AP)
    pairings.offer(Role.VIEWER)
    assert over(lambda: pairings.require(taken.secret, AP))
    assert over(lambda: pairings.take(first.token, AP))


def test_the_button_leads_from_the_network_to_the_offer_and_ends_it(pairings):
    states = [pairings.press(AP, joins=True).state for _ in range(4)]
    assert states == ["joining", "waiting", "none", "joining"]
    assert [pairings.press(TLS, joins=False).state for _ in range(2)] == ["waiting", "none"]


def test_an_offer_of_the_button_is_for_the_role_that_the_phone_says(pairings):
    offer = pairings.press(AP, joins=False)
    assert (offer.role, offer.pressed) == (None, True)
    taken = pairings.take(offer.token, AP)
    assert taken.role is None
    assert pairings.require(taken.secret, AP) is None


def test_the_button_leaves_alone_what_somebody_compares_or_the_screen_began(pairings):
    taken = pairings.take(pairings.press(AP, joins=False).token, AP)
    assert pairings.press(AP, joins=False).state == "taken"
    assert pairings.require(taken.secret, AP) is None
    own = pairings.offer(Role.VIEWER)
    assert pairings.press(AP, joins=True) == own
    assert not pairings.on_patients_screen()


def test_nothing_is_taken_while_the_network_is_joined_and_that_has_its_time(pairings, now):
    offer = pairings.offer(Role.THERAPIST, joins=True)
    assert (offer.state, offer.token, offer.left_s) == ("joining", "", JOINED_S)
    assert over(lambda: pairings.take("", AP))
    assert pairings.go_on().left_s == OFFERED_S
    assert pairings.go_on().state == "waiting", "once"
    pairings.offer(Role.THERAPIST, joins=True)
    now.s += JOINED_S
    assert (pairings.now().state, pairings.go_on().state) == ("over", "over")


def test_what_became_of_it_is_read_on_the_patients_screen_and_then_gone(pairings, now):
    pairings.press(AP, joins=False)
    assert pairings.on_patients_screen()
    now.s += OFFERED_S
    assert pairings.on_patients_screen()
    now.s += OUTCOME_SHOWN_S + 0.1
    assert not pairings.on_patients_screen()
    assert pairings.press(AP, joins=False).state == "waiting"
