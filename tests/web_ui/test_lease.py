"""The control lease, on a clock of the test's own."""

from web_ui.lease import LEASE_S, Lease, public_name


class Time:
    now_s = 100.0

    def __call__(self):
        return self.now_s


def test_it_ends_ten_seconds_after_the_last_sign_of_its_holder():
    time = Time()
    lease = Lease(time)
    assert lease.take("a")
    time.now_s += LEASE_S - 0.1
    lease.renew("a")
    time.now_s += LEASE_S - 0.1
    assert not lease.take("b")
    time.now_s += 0.2
    assert lease.holder() == ""
    assert lease.take("b")
    assert lease.holder() == public_name("b")


def test_an_onlooker_cannot_renew_and_a_late_holder_cannot_revive():
    time = Time()
    lease = Lease(time)
    lease.take("a")
    lease.renew("b")
    time.now_s += LEASE_S + 0.1
    lease.renew("a")
    assert lease.holder() == ""


def test_only_the_holder_gives_it_back():
    lease = Lease(Time())
    lease.take("a")
    lease.release("b")
    assert lease.holder() == public_name("a")
    lease.release("a")
    assert lease.holder() == ""


def test_the_public_name_does_not_give_the_client_away():
    assert public_name("") == ""
    assert len(public_name("0123456789abcdef" * 2)) == 6
    assert public_name("a") != public_name("b")


def test_the_last_holder_gets_its_lease_back_and_nobody_else():
    time = Time()
    lease = Lease(time)
    assert not lease.revive("")
    lease.take("a")
    time.now_s += LEASE_S + 0.1
    assert not lease.revive("b")
    assert lease.revive("a")
    assert lease.holder() == public_name("a")
    assert lease.take("b", over=True)
    assert not lease.revive("a")
    lease.release("b")
    assert not lease.revive("b")
    assert lease.holder() == ""
