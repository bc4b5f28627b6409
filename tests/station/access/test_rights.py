"""Rights follow the way first, and the role second."""

import pytest

from station.access.rights import EVERYBODY, Holder, Right, Role, Transport, rights_of

WAYS = [Transport.ACCESS_POINT, Transport.TLS]


@pytest.mark.parametrize("transport", Transport)
@pytest.mark.parametrize("holder", [None, *(Holder(role, trained) for role in Role for trained in (False, True))])
def test_everybody_may_stop_and_look(transport, holder):
    assert EVERYBODY in rights_of(transport, holder)


@pytest.mark.parametrize("role", Role)
def test_a_shared_network_gives_no_role_anything(role):
    assert rights_of(Transport.SHARED, Holder(role, True)) == EVERYBODY


@pytest.mark.parametrize("transport", WAYS)
def test_a_stranger_has_no_more_on_a_better_way(transport):
    assert rights_of(transport) == EVERYBODY


@pytest.mark.parametrize("role", Role)
def test_names_go_over_no_open_line(role):
    assert Right.NAMES not in rights_of(Transport.ACCESS_POINT, Holder(role, True))


@pytest.mark.parametrize(
    ("role", "has", "lacks"),
    [
        (Role.VIEWER, Right.SEE, Right.ACT | Right.RUN | Right.FIX | Right.MANAGE),
        (Role.THERAPIST, Right.SEE | Right.ACT | Right.RUN, Right.FIX | Right.MANAGE),
        (Role.TECHNICIAN, Right.FIX | Right.KNOW, Right.SEE | Right.NAMES | Right.ACT | Right.RUN | Right.MANAGE),
        (Role.MANAGER, Right.SEE | Right.ACT | Right.RUN | Right.FIX | Right.MANAGE, Right.HERE),
    ],
)
@pytest.mark.parametrize("transport", WAYS)
def test_a_role_has_what_its_work_needs_and_no_more(transport, role, has, lacks):
    rights = rights_of(transport, Holder(role, True))
    assert has in rights
    assert not rights & (lacks | Right.HERE)


@pytest.mark.parametrize("role", Role)
def test_who_is_not_trained_runs_nothing(role):
    trained, untrained = (rights_of(Transport.TLS, Holder(role, told)) for told in (True, False))
    assert Right.RUN not in untrained
    assert trained & ~untrained in (Right.RUN, Right(0))


def test_the_screen_does_all_but_manage_before_the_managers_pin():
    assert rights_of(Transport.SCREEN) == ~Right.MANAGE
    assert rights_of(Transport.SCREEN, manages=True) == ~Right(0)
