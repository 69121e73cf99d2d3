"""Algebra of one J multiplet, and powder averages over any states, that several rooms share.

Imports only `core.arrays`, `core.units`, `core.angles` and `core.errors`; imported by `core.fields`, `core.qc` and
`core.coupling`.
"""
