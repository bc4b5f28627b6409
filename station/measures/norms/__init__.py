"""What figures are held against: healthy people, and the same person before."""
