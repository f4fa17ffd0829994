"""Curated dataset in, adapter out: a thin layer over TRL and PEFT."""
