"""The vibration drive of a Raspberry Pi 5: the kernel's PWM behind a guard process."""
