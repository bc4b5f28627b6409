"""Calibrating the plate: from weights at known places to the numbers that turn volts into newtons.

`plan` says what to put where, `reading` reads the cells, `run` keeps a guided calibration that can be left and gone on
with, `fit` computes, `store` keeps what was accepted. Nothing is stored until every check has passed.
"""
