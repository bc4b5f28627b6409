"""What processes say to each other: the sample, the live ring, the messages and their socket."""
