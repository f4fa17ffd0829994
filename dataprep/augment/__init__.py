"""Widen the train split with rewrites of its rows that are checked before they are kept."""
