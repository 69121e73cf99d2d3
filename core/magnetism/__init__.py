"""Algebra of one J multiplet that the electrostatic model and the multireference engine share.

Imports only `core.units` and `core.errors`; imported by `core.smm` and `core.qc`, which do not know one another.
"""
