"""The vibration drive over pigpio, with its dead-man inside the daemon."""
