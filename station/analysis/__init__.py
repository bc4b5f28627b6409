"""Figures: of a session, of a file, of a task, and comparing them."""
