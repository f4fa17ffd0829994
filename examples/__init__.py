"""Worked examples, and the script that makes their data."""
