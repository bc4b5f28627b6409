"""Batteries: tests in an order, and how far somebody has come in one. Pure rules over plain values.

A battery is a file that a clinician can sign or change (`documents`). How far it is follows from what was recorded
(`standing`): so it is taken up after a restart or a power cut where it was, and is never whole when it is not.
"""
