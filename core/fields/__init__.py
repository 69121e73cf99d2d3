"""The crystal field of a lanthanide ion from point charges, calibrated on computed levels."""
