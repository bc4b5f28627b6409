"""From volts to newtons to balance, and what the plate itself does."""
