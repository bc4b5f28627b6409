"""Screening before vibration: what is asked at each visit, and what the answers allow.

`items.toml` has the questions.
"""
