"""Metrics: one file each, pure functions, per-sample score first; `catalogue` lists them."""
