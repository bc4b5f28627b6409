"""The real station under attack."""

from tests.system.conftest import shared, start_station, station, stations, wait_for

__all__ = ["shared", "start_station", "station", "stations", "wait_for"]
