"""Figures of the path that the centre of pressure takes."""
