"""The dead-man script in the real pigpiod: what puts the motor off, and that only a new token puts it on again."""

import signal
import subprocess
import sys

import pigpio
import pytest

from hw.errors import HardwareError
from hw.pigpio.drive import open_pigpio_drive
from hw.pigpio.script import ENABLE, REASONS, RELAY, SCRIPT_IDENTITY, dead_man, first_parameters
from station.clock import MonotonicClock


def test_it_drives_the_pins_and_toggles_the_heartbeat(bench):
    board, pins = bench.board, bench.board.pins
    rises = board.plant.rises(pins.motor_heartbeat)
    assert not bench.turns()
    assert board.plant.rises(pins.motor_heartbeat) > rises + 10
    bench.run()
    assert board.high(pins.motor_relay)
    pwm = board.plant.hwpwm(pins.motor_pwm)
    assert pwm["freq"] == 20_000
    assert pwm["alt"] == 2, "the pin's function is PWM"
    assert bench.link.status.identity == SCRIPT_IDENTITY


def test_the_pwm_is_what_the_law_asks_for(bench):
    bench.run()
    said = []
    say = bench.link.say
    bench.link.say = lambda now_ns, token, outputs, duty: (said.append(duty), say(now_ns, token, outputs, duty))
    bench.until(lambda: said and abs(bench.board.duty - said[-1]) < 1e-3 and 0.2 < said[-1] < 0.9)


def test_a_lost_refresh_is_off_and_only_arming_starts_it_again(bench):
    bench.run()
    bench.until(lambda: not bench.board.enabled, call=False)
    bench.until(lambda: bench.board.duty == 0.0, call=False)
    assert not bench.board.high(bench.board.pins.motor_relay)
    bench.until(lambda: bench.drive.feedback().fault == "dead-man-tripped")
    assert not bench.turns(), "refreshes that come back must not start it"
    bench.recover()
    assert not bench.turns(), "nor does recovering"
    bench.run()


def test_an_open_emergency_stop_is_off_and_closing_it_starts_nothing(bench):
    bench.run()
    bench.board.plant.drive(bench.board.pins.estop, 1)
    bench.until(lambda: not bench.board.enabled)
    bench.until(lambda: bench.drive.feedback().fault in {"estop-open", "dead-man-tripped"})
    assert bench.link.status.estop_open
    with pytest.raises(HardwareError) as caught:
        bench.drive.arm()
    assert caught.value.code == "estop-open"
    bench.board.plant.drive(bench.board.pins.estop, 0)
    bench.until(lambda: not bench.link.status.estop_open)
    assert not bench.turns()
    bench.run()


class Script:
    """The script alone, refreshed by the package's own client, which waits for its answers however late they are."""

    def __init__(self, stranger, board):
        self.client, self.board, self.counter = stranger, board, 0
        for pin in (board.pins.motor_enable, board.pins.motor_relay, board.pins.motor_heartbeat):
            stranger.set_mode(pin, pigpio.OUTPUT)
        self.script = stranger.store_script(dead_man(board.pins, board.settings))
        while stranger.script_status(self.script)[0] == pigpio.PI_SCRIPT_INITING:
            pass
        stranger.run_script(self.script, first_parameters())

    def say(self, token, duty):
        """One refresh; the script's parameters after it."""
        self.counter += 1
        self.client.update_script(self.script, [self.counter, token, RELAY | ENABLE, duty])
        return self.client.script_status(self.script)[1]


ARMED, REASON, LOOPS, SEEN = 4, 5, 6, 8


def test_a_token_that_came_while_the_emergency_stop_was_open_is_spent(stranger, board):
    script = Script(stranger, board)
    board.plant.drive(board.pins.estop, 1)
    while script.say(77, 500_000)[SEEN] != 77:
        pass
    board.plant.drive(board.pins.estop, 0)
    begun = script.say(77, 500_000)[LOOPS]
    while (seen := script.say(77, 500_000))[LOOPS] - begun < 50:
        assert not seen[ARMED]
        assert not board.enabled
    token = 77
    while not board.enabled:  # a computer that stalls spends a token as well: the next one then
        token += not script.say(token, 500_000)[ARMED]


def test_a_duty_that_cannot_be_trips(stranger, board):
    script = Script(stranger, board)
    token = 0
    while REASONS[script.say(token, 1_500_000)[REASON]] != "pwm-failed":
        token += 1
    assert not board.enabled
    assert board.duty == 0.0


def test_stop_and_close_end_it(bench):
    bench.run()
    bench.drive.stop()
    bench.until(lambda: bench.board.duty == 0.0)
    bench.board.turn(0.0)
    bench.until(lambda: not bench.board.enabled)
    assert bench.drive.feedback().fault in {"", "dead-man-tripped"}
    bench.run()
    bench.drive.close()
    assert not bench.board.enabled
    assert bench.board.duty == 0.0


CLIENT = """
import sys, time
from hw.pigpio.drive import open_pigpio_drive
from hw.settings import DriveSettings, PinSettings
from station.clock import MonotonicClock
drive = open_pigpio_drive(PinSettings(), DriveSettings(pigpiod_port=int(sys.argv[1])), MonotonicClock(), chip=None)
while True:
    if not drive._armed:
        drive.arm()
    drive.feedback()
    drive.apply(25.0, 0.23)
    time.sleep(0.001)
"""


def killed(board, number, wait_for):
    board.turn(25.0)
    client = subprocess.Popen([sys.executable, "-c", CLIENT, str(board.port)])
    wait_for("the motor on", lambda: board.enabled)
    client.send_signal(number)
    wait_for(f"the motor off after signal {number}", lambda: not board.enabled)
    return client


def test_a_killed_client_leaves_a_script_that_is_off_and_that_the_next_one_removes(board, stranger, wait_for):
    client = killed(board, signal.SIGKILL, wait_for)
    client.wait()
    assert not board.enabled
    orphan = stranger.script_status(0)[1]
    assert orphan[-1] == SCRIPT_IDENTITY
    drive = open_pigpio_drive(board.pins, board.settings, MonotonicClock(), chip=None)
    assert stranger.script_status(0)[1][:4] == (0, 0, 0, 0), "a new one in the place of the orphan"
    assert orphan[:2] != (0, 0)
    assert stranger.script_status(1)[0] < 0, "and no second one"
    drive.close()


def test_a_stopped_client_is_off(board, wait_for):
    client = killed(board, signal.SIGSTOP, wait_for)
    assert not board.enabled
    client.kill()
    client.wait()
