"""Duplicates: which rows say the same, and which one stays."""
