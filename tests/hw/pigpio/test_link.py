"""The connection to the real pigpiod: nothing waits, one that dies or freezes is a latched fault, no thread stays."""

import select
import signal
import socket
import struct
import threading
import time

import pytest

from hw.errors import HardwareError
from hw.pigpio.drive import open_pigpio_drive
from hw.settings import DriveSettings, PinSettings
from station.clock import MonotonicClock
from tests.words import told


def refused(board, **parts):
    with pytest.raises(HardwareError) as caught:
        open_pigpio_drive(board.pins, parts.pop("settings", board.settings), MonotonicClock(), chip=None, **parts)
    return caught.value.code, f"{caught.value.where} {told(caught.value)}"


def test_it_starts_no_thread_not_even_for_a_daemon_that_dies(board, wait_for):
    before = set(threading.enumerate())
    drive = open_pigpio_drive(board.pins, board.settings, MonotonicClock(), chip=None)
    drive.apply(0.0, 0.0)
    board.send(signal.SIGKILL)

    def noticed():
        drive.apply(0.0, 0.0)
        return not drive.feedback().healthy

    wait_for("the dead daemon to be noticed", noticed)
    assert set(threading.enumerate()) == before
    drive.close()


def test_the_tach_is_read_exactly(bench):
    for hz in (15.0, 25.0, 35.0):
        bench.board.turn(hz)
        pulses = bench.board.settings.pulses_per_revolution
        exact = 1e6 / (round(1e6 / (hz * pulses)) * pulses)
        heard = pytest.approx(exact, rel=2e-3)
        bench.until(lambda heard=heard: bench.recover() or bench.drive.feedback().measured_hz == heard)
    bench.board.turn(0.0)
    bench.until(lambda: bench.recover() or bench.drive.feedback().measured_hz == 0.0)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGKILL])
def test_a_daemon_that_dies_is_a_latched_fault_and_recovery_needs_another_and_a_person(bench, number):
    bench.run()
    bench.board.send(number)
    bench.until(lambda: bench.link.failure)
    bench.board.send(signal.SIGKILL)  # now and then it hangs while it ends by TERM
    bench.board.wait_ended()
    if bench.drive.feedback().fault == "pigpiod-lost":  # and not tripped before by a computer that stalled
        assert bench.board.enabled, "hardware PWM and levels outlive pigpiod: the one-shot is what ends it"
    with pytest.raises(HardwareError) as caught:
        bench.drive.recover()
    assert caught.value.code == "pigpiod-missing"
    assert not bench.drive.feedback().healthy
    bench.board.start_daemon()
    assert not bench.drive.feedback().healthy, "a daemon that is back changes nothing by itself"
    bench.recover()
    assert not bench.board.enabled, "what the dead one left on is put off first"
    assert bench.board.duty == 0.0
    assert not bench.turns()
    bench.run()


def test_a_frozen_daemon_is_a_latched_fault_and_no_call_waits_for_it(bench):
    bench.run()
    bench.board.send(signal.SIGSTOP)
    try:
        bench.until(lambda: bench.link.failure)
        assert not bench.drive.feedback().healthy
        for call in (bench.drive.feedback, bench.drive.stop, lambda: bench.drive.apply(25.0, 0.23)):
            call()  # would never return if it waited: the daemon is stopped
        with pytest.raises(HardwareError) as caught:
            bench.drive.recover()
        assert caught.value.code == "pigpiod-lost"
    finally:
        bench.board.send(signal.SIGCONT)  # which pigpiod takes for a reason to end, and now and then hangs in doing so
    bench.board.start_daemon()
    assert not bench.drive.feedback().healthy
    bench.recover()
    assert not bench.board.enabled
    bench.run()


def test_a_script_that_somebody_stops_is_a_fault(bench, stranger):
    bench.run()
    stranger.stop_script(bench.link._script)
    bench.until(lambda: bench.link.failure)
    assert "script" in bench.link.failure
    bench.recover()
    assert not bench.board.enabled


def test_a_script_that_somebody_deletes_is_a_fault(bench, stranger):
    bench.run()
    stranger.delete_script(bench.link._script)
    bench.until(lambda: bench.link.failure)
    assert not bench.drive.feedback().healthy
    assert "gone" in bench.link.failure


def test_a_second_drive_is_refused(bench):
    code, message = refused(bench.board)
    assert code == "drive-pin-in-use"
    assert "Another station" in message
    bench.drive.close()
    open_pigpio_drive(bench.board.pins, bench.board.settings, MonotonicClock(), chip=None).close()


def test_a_pin_with_another_function_is_refused(board):
    board.plant.w(board.plant.g, 4 * 2, 4 << 15)  # GPIO 25 to its alternate function 0
    code, message = refused(board)
    assert code == "drive-pin-in-use"
    assert "GPIO 25 (motor_enable)" in message


def test_a_pwm_channel_that_is_taken_is_refused(board):
    board.plant.w(board.plant.g, 4 * 1, 4 << 6)  # GPIO 12 to its alternate function 0: the channel of 18
    code, message = refused(board)
    assert code == "drive-pin-in-use"
    assert "GPIO 12" in message


def test_no_daemon():
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = 1024 + free.getsockname()[1] % 30000
    settings = DriveSettings(pigpiod_port=port)
    with pytest.raises(HardwareError) as caught:
        open_pigpio_drive(PinSettings(), settings, MonotonicClock(), chip=None)
    assert caught.value.code == "pigpiod-missing"
    assert str(port) in str(caught.value)


def test_a_daemon_of_another_version(monkeypatch):
    """A server that only knows how to say its version: 71."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        ends = threading.Event()

        def answer():
            client, _ = server.accept()
            with client:
                request = client.recv(16)
                client.sendall(request[:12] + struct.pack("<I", 71))
                ends.wait(10)

        thread = threading.Thread(target=answer)
        thread.start()
        settings = DriveSettings.model_construct(**{**dict(DriveSettings()), "pigpiod_port": server.getsockname()[1]})
        with pytest.raises(HardwareError) as caught:
            open_pigpio_drive(PinSettings(), settings, MonotonicClock(), chip=None)
        ends.set()
        thread.join()
    assert caught.value.code == "pigpiod-version"
    assert "71" in str(caught.value)


def test_a_daemon_that_is_open_to_the_network_is_refused(board, tmp_path):
    net = tmp_path / "net"
    net.mkdir()
    net.joinpath("tcp").write_text(f"head\n  0: 00000000:{board.port:04X} 00000000:0000 0A 0 0\n")
    code, message = refused(board, proc=tmp_path)
    assert code == "pigpiod-open"
    assert "0.0.0.0" in message
    assert "-l" in message


def test_the_real_daemon_is_seen_as_closed(board):
    from hw.pigpio.checks import check_closed

    check_closed(board.port)


def test_a_client_that_was_held_up_does_not_take_the_daemon_for_frozen(bench):
    """Its answers were waiting for it: they are read before anything is judged."""
    link = bench.link
    bench.until(lambda: link.status is not None)
    counter = link._counter
    bench.until(lambda: link.listen(time.monotonic_ns()) or not link._asked_ns, call=False)
    link.say(time.monotonic_ns(), 0, 0, 0.0)
    bench.until(lambda: select.select([link._command], [], [], 0)[0], call=False)
    later_ns = time.monotonic_ns() + 10_000_000_000
    link.listen(later_ns)
    assert link.status.counter == counter + 1
    assert not link._asked_ns
