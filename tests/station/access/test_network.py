"""What a phone needs to join the station's own network, and who has joined."""

import pytest

from station.access.network import OwnNetwork, neighbours, read_network

TABLE = """\
IP address       HW type     Flags       HW address            Mask     Device
10.42.66.17      0x1         0x2         aa:bb:cc:00:00:01     *        wlan0
10.42.66.18      0x1         0x0         00:00:00:00:00:00     *        wlan0
192.168.7.1      0x1         0x2         aa:bb:cc:00:00:02     *        eth0
"""


def test_who_answers_on_that_interface_has_joined(tmp_path):
    table = tmp_path / "arp"
    table.write_text(TABLE)
    assert neighbours("wlan0", table) == {"aa:bb:cc:00:00:01"}
    assert neighbours("wlan1", table) == frozenset()
    assert neighbours("wlan0", tmp_path / "none") == frozenset()


def test_the_kernels_own_table_is_read():
    assert isinstance(neighbours("lo"), frozenset)


@pytest.mark.parametrize(
    ("name", "key", "code"),
    [
        ("balance-station", "abc23456defg", "WIFI:T:WPA;S:balance-station;P:abc23456defg;;"),
        ('Room "2"; left', "k:e,y", 'WIFI:T:WPA;S:Room \\"2\\"\\; left;P:k\\:e\\,y;;'),
    ],
)
def test_the_code_is_what_cameras_take(name, key, code):
    assert OwnNetwork(name, key).code == code


def test_there_is_none_where_the_file_says_none(tmp_path):
    place = tmp_path / "join"
    assert read_network(place) is None
    for text in ("", "name\n", "\nkey\n", "name\n\n"):
        place.write_text(text)
        assert read_network(place) is None, text
    place.write_text("name\nkey\n")
    assert read_network(place) == OwnNetwork("name", "key")
