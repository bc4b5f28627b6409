"""Figures by frequency: power of the sway, and the platform in it."""
