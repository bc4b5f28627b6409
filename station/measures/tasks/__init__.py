"""Figures of tasks: what the force says of a movement, and how far one leans."""
