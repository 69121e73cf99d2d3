"""The coordination sphere of a metal and what lies around it."""
