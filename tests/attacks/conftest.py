"""The real station under attack."""

from tests.system.conftest import start_station, stations, wait_for

__all__ = ["start_station", "stations", "wait_for"]
