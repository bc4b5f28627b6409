"""One tick of the loop and what stands round it: session, admission, desk, locking."""
