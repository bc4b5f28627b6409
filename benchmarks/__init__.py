"""The performance figures of DESIGN, each against something outside the project in the same run. `make bench`."""
