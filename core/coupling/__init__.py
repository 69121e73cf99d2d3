"""Several magnetic ions together: dipolar coupling, exchange, the coupled levels and what a magnetometer sees of them.

    sites (levels, moment, spin, place) ──► cluster (J of each pair) ──► coupled states ──► spectrum, χT, M(H)

Imports `core.magnetism`, `core.units`, `core.angles` and `core.errors`; knows nothing of crystals or of how the levels
of a site were found.
"""
