"""Lays hand-written facts out as messy raw files, and notes every defect that it plants."""
