"""The performance figures, each against something outside the project in the same run. `make bench`."""
