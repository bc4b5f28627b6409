"""pigpio's script language in given time: what the dead-man's text says, without a daemon and without a clock.

After pthScript of pigpio 1.78: accumulator A and flag F are 32 bits with a sign; `lda` leaves F as it is, every command
of the daemon sets both to its result.
"""

import operator

ARITHMETIC = {
    "xor": operator.xor,
    "and": operator.and_,
    "or": operator.or_,
    "sub": operator.sub,
    "rra": operator.rshift,
}
OPERANDS = {"w": 2, "hp": 3, "ld": 2, "t": 0}
"""All others have one."""


def signed(value):
    return (value + 0x80000000) % 0x100000000 - 0x80000000


class ScriptMachine:
    """`turn` runs the text to its next pause. Pins, PWM and parameters are the test's to set and to read."""

    def __init__(self, text):
        words = text.split()
        self.program, self.tags = [], {}
        while words:
            name, *operands = (words.pop(0) for _ in range(1 + OPERANDS.get(words[0], 1)))
            if name == "tag":
                self.tags[operands[0]] = len(self.program)
            else:
                self.program.append((name, operands))
        self.var, self.par = [0] * 150, [0] * 10
        self.pins: dict[int, int] = {}
        self.pwm = (0, 0, 0)
        self.t_us = 0
        self._a = self._f = self._at = 0

    def turn(self):
        """Until a pause, as long as it is: time is the test's."""
        while True:
            name, operands = self.program[self._at]
            self._at += 1
            if name == "mils":
                return
            if name in {"jmp", "jz", "jnz", "jp", "jm"}:
                if {"jmp": True, "jz": not self._f, "jnz": self._f, "jp": self._f >= 0, "jm": self._f < 0}[name]:
                    self._at = self.tags[operands[0]]
                continue
            self._do(name, operands)

    def _do(self, name, operands):
        if name in {"sta", "inr", "ld"}:
            bank, index = self.par if operands[0][0] == "p" else self.var, int(operands[0][1:])
            bank[index] = {"sta": self._a, "inr": signed(bank[index] + 1), "ld": self._value(operands[-1])}[name]
            self._f = bank[index] if name == "inr" else self._f
            return
        values = [self._value(operand) for operand in operands]
        if name == "lda":
            self._a = values[0]
        elif name == "cmp":
            self._f = signed(self._a - values[0])
        elif name in {"w", "hp", "r", "t"}:
            self._a = self._f = self._command(name, values)
        else:
            self._a = self._f = signed(ARITHMETIC[name](self._a, values[0]))

    def _command(self, name, values):
        if name == "w":
            self.pins[values[0]] = values[1]
        elif name == "hp":
            if not 0 <= values[2] <= 1_000_000:
                return -97
            self.pwm = tuple(values)
        return {"r": self.pins.get(values[0], 0) if values else 0, "t": signed(self.t_us)}.get(name, 0)

    def _value(self, word):
        bank = {"v": self.var, "p": self.par}.get(word[0])
        return int(word) if bank is None else bank[int(word[1:])]
