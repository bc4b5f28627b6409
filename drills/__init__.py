"""The therapy: drills are data, running one is a pure step. No I/O but reading the shipped catalogue, no clock,
no threads, no hardware. Imports nothing of the project.
"""
