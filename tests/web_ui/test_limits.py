"""How often one address may ask."""

from web_ui.limits import ADDRESSES, Allowance, Allowances


class Now:
    s = 0.0

    def __call__(self) -> float:
        return self.s


def test_what_is_saved_up_is_spent_and_comes_back():
    now = Now()
    limits = Allowances(Allowance(3.0, 0.5), now)
    assert [limits.take("a") for _ in range(4)] == [True, True, True, False]
    assert limits.take("b")
    now.s = 1.9
    assert not limits.take("a")
    now.s = 2.1
    assert [limits.take("a"), limits.take("a")] == [True, False]
    now.s = 1000.0
    assert [limits.take("a") for _ in range(4)] == [True, True, True, False]


def test_no_number_of_addresses_fills_the_memory():
    limits = Allowances(Allowance(1.0, 0.0), Now())
    assert not (limits.take("first") and limits.take("first"))
    for number in range(2 * ADDRESSES):
        limits.take(str(number))
    assert len(limits._saved) == ADDRESSES
