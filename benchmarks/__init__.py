"""Measurements, each a script that prints one table; RESULTS.md holds what they printed last."""
